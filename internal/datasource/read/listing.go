package read

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/attribute"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/diagnostic"
)

// Listing defines a data source that lists the resources of a project or of a stream processing instance: its words, its operation,
// and its table. The other fields are only for what other listings do not have.
//
// The arguments are project_id, instance_name and workspace_name if OfInstance is set, name_regex unless IsNameless is set, timeouts, and
// include_sensitive if there are Secrets. The computed attributes are id, results, and the Secrets.
type Listing struct {
	// Name is the name of the data source without the prefix of the provider, such as "streams_processors".
	Name string
	// Description describes the data source, in Markdown.
	Description string
	// Summary is the summary of the error if a read fails, such as "Unable to list stream processors". It is unique.
	Summary string
	// Noun names a resource, such as "processor".
	Noun string
	// Roles lists the roles that allow List, for the advice if the role is missing. If it is empty, List needs one of the roles that
	// allow most reads.
	Roles string
	// OfInstance is whether the resources belong to an instance. Otherwise, they belong to the project.
	OfInstance bool
	// IsNameless is whether the resources have no names.
	IsNameless bool
	// List is the operation.
	List func(*atlas.Client, context.Context, atlas.ListRequest) (*atlas.Listing, error)
	// Result is the table of the attributes of a resource.
	Result attribute.Object

	// Secrets are Sensitive attributes next to results, by name.
	Secrets map[string]Secret
	// Attributes are further arguments and computed attributes, by name.
	Attributes map[string]schema.Attribute
	// Filter returns a function that reports whether the further arguments select a resource.
	Filter func(arguments Arguments) (selects func(*atlas.Resource) bool)
	// Prepare changes the fields of a resource before its values are built.
	Prepare func(arguments Arguments, fields map[string]any)
	// Finish returns the values of the further computed attributes, and warnings. kept are the resources in results.
	Finish func(data Data, arguments Arguments, listing *atlas.Listing, kept []*atlas.Resource) (map[string]tftypes.Value, diag.Diagnostics)
}

// Secret defines a Sensitive attribute: a map with a value for each resource, by the name of the resource. It is null unless
// include_sensitive is true. If resources share a name, it contains the value of the first of them.
//
// It is next to results, not in it, because the CLIs compare every value of a state with one path for each element of a Sensitive
// attribute below a list.
type Secret struct {
	// Description describes the values, in Markdown.
	Description string
	// Type is the type of a value.
	Type attr.Type
	// Value returns the value of a resource, or null if the map must not contain the resource.
	Value func(resource *atlas.Resource, fields map[string]any) (tftypes.Value, error)
}

// NewListing returns a function that returns the data source that l defines.
func NewListing(l Listing) func() datasource.DataSource {
	resultType := l.Result.TerraformType() // once, because it takes as long as a small read
	return func() datasource.DataSource { return &listing{Listing: l, resultType: resultType} }
}

var _ datasource.DataSourceWithConfigure = (*listing)(nil)

// listing is the data source that a Listing defines.
type listing struct {
	DataSource
	Listing

	resultType tftypes.Type
}

// Metadata implements datasource.DataSource.
func (l *listing) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + l.Name
}

// Schema implements datasource.DataSource.
func (l *listing) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	nouns := l.Noun + "s"
	order := "sorted by name, then by ID"
	attributes := map[string]schema.Attribute{
		"id": schema.StringAttribute{Computed: true, MarkdownDescription: "ID of the project."},
	}
	if l.OfInstance {
		attributes["id"] = schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "ID of the listing, in the form `<project_id>/<instance name>`.",
		}
	}
	if l.IsNameless {
		order = "sorted by ID"
	} else {
		attributes["name_regex"] = nameRegex(nouns)
	}
	attributes["results"] = l.Result.ListAttribute(
		strings.ToUpper(nouns[:1]) + nouns[1:] + ", " + order + ". The list is empty, not null, if there are none.")
	if len(l.Secrets) > 0 {
		attributes["include_sensitive"] = IncludeSensitive(slices.Sorted(maps.Keys(l.Secrets))...)
	}
	for name, secret := range l.Secrets {
		attributes[name] = secret.attribute(nouns)
	}
	maps.Copy(attributes, l.Attributes)
	resp.Schema = Schema(l.Description, l.OfInstance, attributes)
}

// attribute returns the schema of the map. nouns names the resources.
func (s Secret) attribute(nouns string) schema.MapAttribute {
	return schema.MapAttribute{
		Computed:    true,
		Sensitive:   true,
		ElementType: s.Type,
		MarkdownDescription: s.Description + " If several " + nouns + " have the same name, the map contains the first of them in " +
			"`results`. Null unless `include_sensitive` is `true`.",
	}
}

// Read implements datasource.DataSource.
func (l *listing) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	l.Run(ctx, req, resp, l.read)
}

func (l *listing) read(ctx context.Context, arguments Arguments) (map[string]tftypes.Value, diag.Diagnostics) {
	request := l.request(arguments)
	instance, _ := arguments.Instance()
	all, err := l.List(l.Client, ctx, atlas.ListRequest{
		ProjectID:    arguments.Text("project_id"),
		InstanceName: instance,
		ItemsPerPage: arguments.Int("items_per_page"),
		PageNum:      arguments.Int("page_num"),
	})
	if err != nil {
		return nil, diag.Diagnostics{request.Failed(err)}
	}
	kept := l.keep(arguments, all.Results)
	computed, unreadable := l.values(request, arguments, kept)
	if unreadable != nil {
		return nil, diag.Diagnostics{unreadable}
	}
	id := arguments.Text("project_id")
	if l.OfInstance {
		id += "/" + instance
	}
	computed["id"] = tftypes.NewValue(tftypes.String, id)
	var warnings diag.Diagnostics
	if arguments.Int("page_num") == 0 {
		warnings = diagnostic.Short("Fewer results than reported", l.Noun+"s", all)
	}
	if l.Finish != nil {
		more, diags := l.Finish(l.Data, arguments, all, kept)
		maps.Copy(computed, more)
		warnings.Append(diags...)
	}
	return computed, warnings
}

// request describes a read in diagnostics.
func (l *listing) request(arguments Arguments) diagnostic.Request {
	request := diagnostic.Request{Client: l.Client, Summary: l.Summary, Roles: l.Roles}
	of := "the project " + arguments.Text("project_id")
	if l.OfInstance {
		var instance string
		instance, request.Instance = arguments.Instance()
		of = fmt.Sprintf("the stream processing instance %s in %s", diagnostic.Name(instance), of)
	}
	request.Asked = fmt.Sprintf("the %ss of %s", l.Noun, of)
	return request
}

// keep returns the resources that the arguments select, sorted by name, then by ID.
func (l *listing) keep(arguments Arguments, resources []*atlas.Resource) []*atlas.Resource {
	name := regexp.MustCompile(arguments.Text("name_regex")) // which the validation accepted
	selects := func(*atlas.Resource) bool { return true }
	if l.Filter != nil {
		selects = l.Filter(arguments)
	}
	kept := make([]*atlas.Resource, 0, len(resources))
	for _, r := range resources {
		if name.MatchString(r.Name) && selects(r) {
			kept = append(kept, r)
		}
	}
	slices.SortFunc(kept, func(a, b *atlas.Resource) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID), bytes.Compare(a.Raw, b.Raw))
	})
	return kept
}

// values returns the values of results and, if they are included, of the Secrets, or the diagnostic of request for a resource that
// cannot be decoded.
func (l *listing) values(
	request diagnostic.Request, arguments Arguments, resources []*atlas.Resource,
) (map[string]tftypes.Value, diag.Diagnostic) {
	results := make([]tftypes.Value, len(resources))
	secrets := map[string]map[string]tftypes.Value{}
	if arguments.Bool("include_sensitive") {
		for name := range l.Secrets {
			secrets[name] = map[string]tftypes.Value{}
		}
	}
	for i, resource := range resources {
		values, err := l.decode(arguments, resource, secrets)
		if err != nil {
			return nil, request.Unreadable(l.Noun, resource, err)
		}
		results[i] = tftypes.NewValue(l.resultType, values)
	}
	computed := map[string]tftypes.Value{"results": tftypes.NewValue(tftypes.List{ElementType: l.resultType}, results)}
	for name, elements := range secrets {
		typ := tftypes.Map{ElementType: l.Secrets[name].Type.TerraformType(context.Background())}
		computed[name] = tftypes.NewValue(typ, elements)
	}
	return computed, nil
}

// decode returns the values of one resource by the names in Result, and adds its values to secrets.
func (l *listing) decode(
	arguments Arguments, resource *atlas.Resource, secrets map[string]map[string]tftypes.Value,
) (map[string]tftypes.Value, error) {
	fields, err := resource.Fields()
	if err != nil {
		return nil, err
	}
	if l.Prepare != nil {
		l.Prepare(arguments, fields)
	}
	values, err := l.Result.Values(fields)
	if err != nil {
		return nil, err
	}
	for name, elements := range secrets {
		value, err := l.Secrets[name].Value(resource, fields)
		if err != nil {
			return nil, err
		}
		if _, taken := elements[resource.Name]; !taken && !value.IsNull() {
			elements[resource.Name] = value
		}
	}
	return values, nil
}
