package acctest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// connections is the data source that Server.Read reads.
const connections = "atlas_streams_connections"

// Server is a provider behind the plugin protocol.
type Server struct {
	tfprotov6.ProviderServer

	schema *tfprotov6.GetProviderSchemaResponse
}

// NewServer returns a server for p, which is not configured yet.
func NewServer(t testing.TB, p provider.Provider) *Server {
	t.Helper()
	server := providerserver.NewProtocol6(p)()
	schema, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil || len(schema.Diagnostics) > 0 {
		t.Fatalf("schema: %v %v", err, Texts(schema.Diagnostics))
	}
	return &Server{ProviderServer: server, schema: schema}
}

// Configure configures the provider and returns its diagnostics.
func (s *Server) Configure(t testing.TB, arguments map[string]tftypes.Value) []*tfprotov6.Diagnostic {
	t.Helper()
	config := s.ProviderConfig(t, arguments)
	validated, err := s.ValidateProviderConfig(t.Context(), &tfprotov6.ValidateProviderConfigRequest{Config: config})
	if err != nil {
		t.Fatal(err)
	}
	if len(validated.Diagnostics) > 0 {
		return validated.Diagnostics
	}
	configured, err := s.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.8.5", Config: config})
	if err != nil {
		t.Fatal(err)
	}
	return configured.Diagnostics
}

// ConfigureFor configures the provider for a sandbox at url, with a service account.
func (s *Server) ConfigureFor(t testing.TB, url string) {
	t.Helper()
	diagnostics := s.Configure(t, Strings(SignInArguments(url)["service account"]))
	if len(diagnostics) > 0 {
		t.Fatal(Texts(diagnostics))
	}
}

// Read reads atlas_streams_connections. Unless arguments set others, it reads the instance in Data.
func (s *Server) Read(t testing.TB, arguments map[string]tftypes.Value) (tftypes.Value, []*tfprotov6.Diagnostic) {
	t.Helper()
	return s.ReadFrom(t, connections, arguments)
}

// ReadFrom reads the data source name. The required arguments are those in DataSources, unless arguments set others.
func (s *Server) ReadFrom(t testing.TB, name string, arguments map[string]tftypes.Value) (tftypes.Value, []*tfprotov6.Diagnostic) {
	t.Helper()
	resp, err := s.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: s.Config(t, name, arguments)})
	if err != nil {
		t.Fatal(err)
	}
	state, err := resp.State.Unmarshal(s.TypeOf(name))
	if err != nil {
		t.Fatal(err)
	}
	return state, resp.Diagnostics
}

// ProviderConfig returns a configuration of the provider.
func (s *Server) ProviderConfig(t testing.TB, arguments map[string]tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	return dynamicValue(t, objectType(s.schema.Provider), arguments)
}

// Config returns a configuration of the data source name.
func (s *Server) Config(t testing.TB, name string, arguments map[string]tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	all := map[string]tftypes.Value{}
	for argument, value := range DataSources[name].Arguments {
		all[argument] = String(value)
	}
	maps.Copy(all, arguments)
	return dynamicValue(t, s.TypeOf(name), all)
}

// ReadRequest returns the request that Read sends.
func (s *Server) ReadRequest(t testing.TB, arguments map[string]tftypes.Value) *tfprotov6.ReadDataSourceRequest {
	t.Helper()
	return &tfprotov6.ReadDataSourceRequest{TypeName: connections, Config: s.Config(t, connections, arguments)}
}

// StateType returns the type of the state of atlas_streams_connections.
func (s *Server) StateType() tftypes.Object { return s.TypeOf(connections) }

// TypeOf returns the type of the state of the data source name.
func (s *Server) TypeOf(name string) tftypes.Object {
	return objectType(s.schema.DataSourceSchemas[name])
}

// Names returns the names of the data sources, sorted.
func (s *Server) Names() []string { return slices.Sorted(maps.Keys(s.schema.DataSourceSchemas)) }

func objectType(schema *tfprotov6.Schema) tftypes.Object {
	return schema.ValueType().(tftypes.Object) //nolint:forcetypeassert // schemas are objects
}

// String returns the value of a string argument.
func String(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }

// Strings returns the values of string arguments.
func Strings(arguments map[string]string) map[string]tftypes.Value {
	values := map[string]tftypes.Value{}
	for name, text := range arguments {
		values[name] = String(text)
	}
	return values
}

// Texts returns diagnostics as text, to compare and to print them.
func Texts(diagnostics []*tfprotov6.Diagnostic) []string {
	var texts []string
	for _, d := range diagnostics {
		texts = append(texts, fmt.Sprintf("%s %s: %s\n%s", d.Severity, d.Attribute, d.Summary, d.Detail))
	}
	return texts
}

// Leaves returns the strings in v that are not null, by path, such as kafka.config.debug or urls.0.
func Leaves(t testing.TB, v tftypes.Value) map[string]string {
	t.Helper()
	leaves := map[string]string{}
	collectLeaves(t, "", v, leaves)
	return leaves
}

func collectLeaves(t testing.TB, prefix string, v tftypes.Value, leaves map[string]string) {
	t.Helper()
	var text string
	var boolean bool
	var elements []tftypes.Value
	var attributes map[string]tftypes.Value
	switch {
	case v.IsNull():
	case v.As(&text) == nil:
		leaves[prefix] = text
	case v.As(&boolean) == nil:
		leaves[prefix] = strconv.FormatBool(boolean)
	case v.As(&elements) == nil:
		for i, element := range elements {
			collectLeaves(t, join(prefix, strconv.Itoa(i)), element, leaves)
		}
	case v.As(&attributes) == nil:
		for name, attribute := range attributes {
			collectLeaves(t, join(prefix, name), attribute, leaves)
		}
	default:
		t.Fatalf("%s is a %s", prefix, v.Type())
	}
}

func join(prefix, name string) string {
	if prefix == "" {
		return name
	}
	return prefix + "." + name
}

func dynamicValue(t testing.TB, typ tftypes.Object, arguments map[string]tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	values := map[string]tftypes.Value{}
	for name, attribute := range typ.AttributeTypes {
		values[name] = tftypes.NewValue(attribute, nil)
	}
	maps.Copy(values, arguments)
	dynamic, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, values))
	if err != nil {
		t.Fatal(err)
	}
	return &dynamic
}
