package streamconnections

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/attribute"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/read"
)

// httpsHeaders contains the headers of HTTPS connections.
var httpsHeaders = read.Secret{
	Description: "Headers of each HTTPS connection in `results`, keyed by connection name and header name.",
	Type:        types.MapType{ElemType: types.StringType},
	Value: func(c *atlas.Resource, fields map[string]any) (tftypes.Value, error) {
		switch {
		case c.Type != httpsType:
			return headers.Value(nil)
		case fields["headers"] == nil: // every HTTPS connection is in the map
			return headers.Value(map[string]any{"headers": map[string]any{}})
		}
		return headers.Value(fields)
	},
}

// headers decodes the headers of a connection.
var headers = attribute.TextMap("headers", "")

// settingsJSON contains the connections of the types that have no table.
var settingsJSON = read.Secret{
	Description: "The JSON that Atlas returned for each connection in `results` whose type this version of the provider does not know, " +
		"keyed by connection name.",
	Type: types.StringType,
	Value: func(c *atlas.Resource, _ map[string]any) (tftypes.Value, error) {
		if isKnown(c) {
			return tftypes.NewValue(tftypes.String, nil), nil
		}
		return tftypes.NewValue(tftypes.String, string(c.Raw)), nil
	},
}
