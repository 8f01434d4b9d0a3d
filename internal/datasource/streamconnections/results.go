package streamconnections

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/attribute"
)

// Types of a listing's attributes. The Sensitive ones are beside results and not in it: for each Sensitive attribute below
// a list, the CLIs compare every value of the state with one path per element.
var (
	resultType   = terraformType(result.Type())
	settingsType = types.MapType{ElemType: types.StringType}
	headersType  = types.MapType{ElemType: settingsType}
)

// values are connections as values of the state.
type values struct {
	results  []tftypes.Value
	headers  map[string]tftypes.Value // of each HTTPS connection, by its name
	settings map[string]tftypes.Value // of each connection of an unknown type, by its name
}

// newValues decodes connections, each with the table of its type.
func newValues(connections []*atlas.Resource) (*values, error) {
	v := &values{
		results:  make([]tftypes.Value, len(connections)),
		headers:  map[string]tftypes.Value{},
		settings: map[string]tftypes.Value{},
	}
	for i, c := range connections {
		decoded, err := decode(c)
		if err != nil {
			return nil, err
		}
		v.results[i] = tftypes.NewValue(resultType, decoded.attributes)
		if c.Type == httpsType {
			v.headers[c.Name] = decoded.headers
		}
		if !isKnown(c) {
			v.settings[c.Name] = decoded.settings
		}
	}
	return v, nil
}

// decoded is one connection as values of the state.
type decoded struct {
	attributes map[string]tftypes.Value // of result
	headers    tftypes.Value            // null unless it is an HTTPS connection
	settings   tftypes.Value            // its JSON, null unless its type is unknown
}

// headers reads the headers of an HTTPS connection with their values.
var headers = attribute.TextMap("headers", "")

var noHeaders, noSettings = null(settingsType), null(types.StringType)

// decode reads a connection's JSON. It fails with a settingsError.
func decode(c *atlas.Resource) (decoded, error) {
	fields, err := attribute.Decode(c.Raw)
	if err != nil {
		return decoded{}, &settingsError{connection: c, err: err}
	}
	// encoding/json takes NAME for name as well, and the results must have what the filters have seen.
	if typ, _ := fields["type"].(string); fields["name"] != c.Name || typ != c.Type {
		return decoded{}, &settingsError{connection: c, err: errors.New("name and type are not in the fields of these names")}
	}
	d := decoded{headers: noHeaders, settings: noSettings}
	if d.attributes, err = result.Values(fields); err != nil {
		return decoded{}, &settingsError{connection: c, err: err}
	}
	switch {
	case !isKnown(c):
		d.settings = tftypes.NewValue(tftypes.String, string(c.Raw))
	case c.Type == httpsType:
		if fields["headers"] == nil {
			fields["headers"] = map[string]any{} // so that https_headers lists each HTTPS connection
		}
		if d.headers, err = headers.Value(fields); err != nil {
			return decoded{}, &settingsError{connection: c, err: err}
		}
	}
	return d, nil
}

// settingsError is a connection whose fields have another JSON type than the API documents.
type settingsError struct {
	connection *atlas.Resource
	err        error
}

func (e *settingsError) Error() string { return e.err.Error() }

func (e *settingsError) Unwrap() error { return e.err }

func terraformType(typ attr.Type) tftypes.Type { return typ.TerraformType(context.Background()) }

func null(typ attr.Type) tftypes.Value { return tftypes.NewValue(terraformType(typ), nil) }
