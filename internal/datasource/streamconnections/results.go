package streamconnections

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/attribute"
)

// Types of the attributes of a listing. The Sensitive ones are beside results, not in it, because the CLIs compare every value
// of a state with one path for each element of a Sensitive attribute below a list.
var (
	resultType   = terraformType(result.Type())
	settingsType = types.MapType{ElemType: types.StringType}
	headersType  = types.MapType{ElemType: settingsType}
)

// values are the values of the attributes of a listing.
type values struct {
	results  []tftypes.Value
	headers  map[string]tftypes.Value // of HTTPS connections, by connection name
	settings map[string]tftypes.Value // JSON of connections of unknown types, by connection name
}

// newValues decodes connections, with their Sensitive values if includeSensitive is true. It fails with a settingsError.
func newValues(connections []*atlas.Resource, includeSensitive bool) (*values, error) {
	v := &values{
		results:  make([]tftypes.Value, len(connections)),
		headers:  map[string]tftypes.Value{},
		settings: map[string]tftypes.Value{},
	}
	for i, c := range connections {
		decoded, err := decode(c, includeSensitive)
		if err != nil {
			return nil, &settingsError{connection: c, err: err}
		}
		v.results[i] = tftypes.NewValue(resultType, decoded.attributes)
		if !decoded.headers.IsNull() {
			v.headers[c.Name] = decoded.headers
		}
		if !decoded.settings.IsNull() {
			v.settings[c.Name] = decoded.settings
		}
	}
	return v, nil
}

// decoded are the values of one connection.
type decoded struct {
	attributes map[string]tftypes.Value // by the names in result
	headers    tftypes.Value            // null unless it is an HTTPS connection and Sensitive values are included
	settings   tftypes.Value            // JSON; null unless its type is unknown and Sensitive values are included
}

// headers decodes the headers of an HTTPS connection.
var headers = attribute.TextMap("headers", "")

var noHeaders, noSettings = null(settingsType), null(types.StringType)

// decode decodes a connection with the table of its type, and its Sensitive values if includeSensitive is true.
func decode(c *atlas.Resource, includeSensitive bool) (decoded, error) {
	fields, err := c.Fields()
	if err != nil {
		return decoded{}, err
	}
	d := decoded{headers: noHeaders, settings: noSettings}
	if d.attributes, err = result.Values(fields); err != nil {
		return decoded{}, err
	}
	switch {
	case !includeSensitive:
	case !isKnown(c):
		d.settings = tftypes.NewValue(tftypes.String, string(c.Raw))
	case c.Type == httpsType:
		if fields["headers"] == nil {
			fields["headers"] = map[string]any{} // https_headers contains every HTTPS connection
		}
		if d.headers, err = headers.Value(fields); err != nil {
			return decoded{}, err
		}
	}
	return d, nil
}

// settingsError is the error for a connection whose fields do not have the documented JSON types.
type settingsError struct {
	connection *atlas.Resource
	err        error
}

func (e *settingsError) Error() string { return e.err.Error() }

func (e *settingsError) Unwrap() error { return e.err }

func terraformType(typ attr.Type) tftypes.Type { return typ.TerraformType(context.Background()) }

func null(typ attr.Type) tftypes.Value { return tftypes.NewValue(terraformType(typ), nil) }
