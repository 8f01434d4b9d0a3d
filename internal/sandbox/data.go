package sandbox

import "encoding/json"

// Data is the document that a sandbox serves.
type Data struct {
	// Schema names the JSON Schema of the document, for completion in editors.
	Schema string `json:"$schema,omitempty"`
	// Projects are the projects by ID, 24 hexadecimal digits.
	Projects map[string]Project `json:"projects"`
}

// Project is one Atlas project.
type Project struct {
	// Instances are the stream instances (workspaces) of the project, by name.
	Instances map[string]Instance `json:"instances"`
	// PrivateLinks are the private links of the project, as the API returns them. Links without an _id or a state get them.
	PrivateLinks []json.RawMessage `json:"privateLinks,omitempty"`
	// Fault is a named way in which the lists of instances and private links fail. Set either Fault or Answers.
	Fault Fault `json:"fault,omitempty"`
	// Answers is the script of the lists of instances and private links. Each list follows the script separately.
	Answers []Answer `json:"answers,omitempty"`
}

// Instance is one stream processing instance. Results, Links, and TotalCount are the fields of a list of its connections, and
// the fields after them are those of the instance in the API, so that you can paste saved answers.
type Instance struct {
	// Results are the connections. The sandbox does not serve what Atlas never returns, such as passwords. Connections with
	// different IDs can have the same name, as a connection and its failover connections do.
	Results []json.RawMessage `json:"results"`
	// Processors are the stream processors, as the API returns them. Processors without an _id, a state, or a tier get them. A
	// pipeline is served as it is written, except for white space.
	Processors []json.RawMessage `json:"processors,omitempty"`
	// Fault is a named way in which the resources of the instance fail. Set either Fault or Answers.
	Fault Fault `json:"fault,omitempty"`
	// Answers is the script of the instance's resources: the list of its connections, each connection, the list of its
	// processors, and the instance itself. Each resource follows the script separately. A request gets the next answer or,
	// after the last one, the normal answer.
	Answers []Answer `json:"answers,omitempty"`

	// Links are ignored. The sandbox returns links of its own.
	Links json.RawMessage `json:"links,omitempty"`
	// TotalCount of a saved list is not served, because it is the number of connections of the real instance. The sandbox
	// counts the connections that it serves, unless Answer.TotalCount sets another number.
	TotalCount *int `json:"totalCount,omitempty"`

	// ID is the ID, 24 hexadecimal digits. If it is empty, it derives from the project and the name.
	ID string `json:"_id,omitempty"`
	// GroupID is the ID of the project, or empty.
	GroupID string `json:"groupId,omitempty"`
	// Name is the key of the instance in its project, or empty.
	Name string `json:"name,omitempty"`
	// DataProcessRegion is the region that processes data. If it is nil, it is AWS and VIRGINIA_USA.
	DataProcessRegion *Region `json:"dataProcessRegion,omitempty"`
	// FailoverRegions are the regions that the instance can fail over to. There are none by default.
	FailoverRegions []Region `json:"failoverRegions,omitempty"`
	// Hostnames are the names of the hosts that clients connect to. If they are nil, there is one that resembles Atlas's.
	Hostnames []string `json:"hostnames,omitempty"`
	// StreamConfig is the size of the instance. If it is nil, the tier is SP30.
	StreamConfig *StreamConfig `json:"streamConfig,omitempty"`
	// SampleConnections are served only if they are not nil, as in Atlas.
	SampleConnections *SampleConnections `json:"sampleConnections,omitempty"`
}

// Region is a region of a cloud provider.
type Region struct {
	// CloudProvider is AWS, AZURE or GCP.
	CloudProvider string `json:"cloudProvider"`
	// Region is the name of the region in Atlas, such as VIRGINIA_USA.
	Region string `json:"region"`
}

// StreamConfig is the size of an instance.
type StreamConfig struct {
	// MaxTierSize is the largest tier that a stream processor can use, such as SP50.
	MaxTierSize string `json:"maxTierSize,omitempty"`
	// Tier is the default tier, such as SP30.
	Tier string `json:"tier,omitempty"`
}

// SampleConnections are the sample connections that an instance was created with.
type SampleConnections struct {
	// Solar is whether the instance has the connection sample_stream_solar.
	Solar bool `json:"solar"`
}
