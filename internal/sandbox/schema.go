package sandbox

import (
	_ "embed" // for the schema
	"slices"
)

//go:embed schema.json
var schema []byte

// Schema returns the JSON Schema of the document that Load reads.
func Schema() []byte { return slices.Clone(schema) }
