package sandbox

import "encoding/json"

// Data is the document that a sandbox serves.
type Data struct {
	// Schema names the JSON Schema of the document, for completion in editors.
	Schema string `json:"$schema,omitempty"`
	// Projects are the projects that exist, by their 24-hexadecimal-digit id.
	Projects map[string]Project `json:"projects"`
}

// Project is one Atlas project.
type Project struct {
	// Instances are the stream instances (workspaces) of the project, by name.
	Instances map[string]Instance `json:"instances"`
	// Answers is the script of the listing of instances.
	Answers []Answer `json:"answers,omitempty"`
}

// Instance is one stream instance. Results, Links and TotalCount are the fields of a listing as the real API returns
// it, so that a saved answer can stand here as it is.
type Instance struct {
	// Results are the connections. Secrets that Atlas only takes and never returns are not served.
	Results []json.RawMessage `json:"results"`
	// Fault makes the instance fail in a way that has a name. Whoever sets Answers sets no Fault.
	Fault Fault `json:"fault,omitempty"`
	// Answers is the script: each list request takes the next answer, and when they are used up, the normal listing.
	Answers []Answer `json:"answers,omitempty"`

	// Links of a saved listing are ignored: the sandbox makes its own.
	Links json.RawMessage `json:"links,omitempty"`
	// TotalCount of a saved listing is not served, for it counts what the real instance had. The sandbox reports how
	// many connections it serves, unless Answer.TotalCount says otherwise.
	TotalCount *int `json:"totalCount,omitempty"`
}
