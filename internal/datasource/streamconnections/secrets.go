package streamconnections

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/attribute"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/diagnostic"
)

// Types of the attributes of a listing. The Sensitive ones are beside results, not in it, because the CLIs compare every value
// of a state with one path for each element of a Sensitive attribute below a list.
var (
	resultType               = result.TerraformType()
	textMapType tftypes.Type = tftypes.Map{ElementType: tftypes.String}
	headersType tftypes.Type = tftypes.Map{ElementType: textMapType}
)

// newValues returns the values of results, https_headers, and settings_json for connections, or the diagnostic of request for one
// that cannot be decoded. The Sensitive values are null unless includeSensitive is true.
func newValues(
	request diagnostic.Request, connections []*atlas.Resource, includeSensitive bool,
) (map[string]tftypes.Value, diag.Diagnostic) {
	results := make([]tftypes.Value, len(connections))
	headers, settings := map[string]tftypes.Value{}, map[string]tftypes.Value{}
	for i, c := range connections {
		decoded, err := decode(c, includeSensitive)
		if err != nil {
			return nil, request.Unreadable("connection", c, err)
		}
		results[i] = tftypes.NewValue(resultType, decoded.attributes)
		if !decoded.headers.IsNull() {
			headers[c.Name] = decoded.headers
		}
		if !decoded.settings.IsNull() {
			settings[c.Name] = decoded.settings
		}
	}
	computed := map[string]tftypes.Value{
		"results":       tftypes.NewValue(tftypes.List{ElementType: resultType}, results),
		"https_headers": tftypes.NewValue(headersType, nil),
		"settings_json": tftypes.NewValue(textMapType, nil),
	}
	if includeSensitive {
		computed["https_headers"] = tftypes.NewValue(headersType, headers)
		computed["settings_json"] = tftypes.NewValue(textMapType, settings)
	}
	return computed, nil
}

// values are the values of one connection.
type values struct {
	attributes map[string]tftypes.Value // by the names in result
	headers    tftypes.Value            // null unless it is an HTTPS connection and Sensitive values are included
	settings   tftypes.Value            // JSON; null unless its type is unknown and Sensitive values are included
}

// headers decodes the headers of an HTTPS connection.
var headers = attribute.TextMap("headers", "")

// decode decodes a connection with the table of its type, and its Sensitive values if includeSensitive is true.
func decode(c *atlas.Resource, includeSensitive bool) (values, error) {
	v := values{headers: tftypes.NewValue(textMapType, nil), settings: tftypes.NewValue(tftypes.String, nil)}
	fields, err := c.Fields()
	if err != nil {
		return v, err
	}
	if v.attributes, err = result.Values(fields); err != nil {
		return v, err
	}
	switch {
	case !includeSensitive:
	case !isKnown(c):
		v.settings = tftypes.NewValue(tftypes.String, string(c.Raw))
	case c.Type == httpsType:
		if fields["headers"] == nil {
			fields["headers"] = map[string]any{} // https_headers contains every HTTPS connection
		}
		v.headers, err = headers.Value(fields)
	}
	return v, err
}
