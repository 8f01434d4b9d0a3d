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
	// Fault makes the listing of instances fail in a way that has a name. Set either Fault or Answers.
	Fault Fault `json:"fault,omitempty"`
	// Answers is the script of the listing of instances.
	Answers []Answer `json:"answers,omitempty"`
}

// Instance is one stream instance. Results, Links and TotalCount are the fields of a listing of its connections as the
// API returns it, and those after them the fields of the instance itself, so that saved answers can be pasted here.
type Instance struct {
	// Results are the connections. The sandbox leaves out what Atlas never returns, such as passwords.
	Results []json.RawMessage `json:"results"`
	// Fault makes the resources of the instance fail in a way that has a name. Set either Fault or Answers.
	Fault Fault `json:"fault,omitempty"`
	// Answers is the script of the instance's resources: the listing of its connections, each connection, and the
	// instance itself. Each resource follows the script on its own: each request takes the next answer, and when they
	// are used up, the normal one.
	Answers []Answer `json:"answers,omitempty"`

	// Links of a saved answer are ignored: the sandbox makes its own.
	Links json.RawMessage `json:"links,omitempty"`
	// TotalCount of a saved listing is not served, because it is the number of connections of the real instance. The
	// sandbox reports how many connections it serves, unless Answer.TotalCount says otherwise.
	TotalCount *int `json:"totalCount,omitempty"`

	// ID is the 24-hexadecimal-digit id. Left empty, it derives from the project and the name.
	ID string `json:"_id,omitempty"`
	// GroupID is the id of the project. It may be left empty, and is the project's otherwise.
	GroupID string `json:"groupId,omitempty"`
	// Name is the name under which the project lists the instance. It may be left empty.
	Name string `json:"name,omitempty"`
	// DataProcessRegion is where the instance processes data: AWS and VIRGINIA_USA if it is nil.
	DataProcessRegion *Region `json:"dataProcessRegion,omitempty"`
	// FailoverRegions are where the instance can move to. There are none by default.
	FailoverRegions []Region `json:"failoverRegions,omitempty"`
	// Hostnames are the names of the hosts that clients connect to. Left nil, it is one that looks like those of Atlas.
	Hostnames []string `json:"hostnames,omitempty"`
	// StreamConfig is the size of the instance: the tier SP30 if it is nil.
	StreamConfig *StreamConfig `json:"streamConfig,omitempty"`
	// SampleConnections are not served if they are nil, as Atlas does.
	SampleConnections *SampleConnections `json:"sampleConnections,omitempty"`
}

// Region is a region of a cloud provider.
type Region struct {
	// CloudProvider is AWS, AZURE or GCP.
	CloudProvider string `json:"cloudProvider"`
	// Region is the name that Atlas gives the region, such as VIRGINIA_USA.
	Region string `json:"region"`
}

// StreamConfig is the size of an instance.
type StreamConfig struct {
	// MaxTierSize is the largest tier that stream processors may use, such as SP50.
	MaxTierSize string `json:"maxTierSize,omitempty"`
	// Tier is the default tier, such as SP30.
	Tier string `json:"tier,omitempty"`
}

// SampleConnections are the sample connections that an instance was created with.
type SampleConnections struct {
	// Solar is whether the instance has the connection sample_stream_solar.
	Solar bool `json:"solar"`
}
