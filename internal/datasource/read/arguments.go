package read

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/validation"
)

// Arguments are the values of the arguments of a read, by name. An argument that is null, or that the data source does not have, is
// the zero value.
type Arguments map[string]tftypes.Value

// newArguments returns the arguments of config, and null for each computed attribute.
func newArguments(config tfsdk.Config) Arguments {
	var arguments map[string]tftypes.Value
	_ = config.Raw.As(&arguments) // cannot fail: a configuration is an object
	return arguments
}

// Text returns a string argument.
func (a Arguments) Text(name string) string { return valueOf[string](a[name]) }

// Bool returns a boolean argument.
func (a Arguments) Bool(name string) bool { return valueOf[bool](a[name]) }

// Int returns an argument that is a whole number.
func (a Arguments) Int(name string) int {
	number := valueOf[big.Float](a[name])
	n, _ := number.Int64()
	return int(n)
}

// Texts returns an argument that is a set of strings, sorted.
func (a Arguments) Texts(name string) []string {
	var texts []string
	for _, element := range valueOf[[]tftypes.Value](a[name]) {
		texts = append(texts, valueOf[string](element))
	}
	slices.Sort(texts)
	return texts
}

// Instance returns the name of the stream processing instance and the argument that sets it.
func (a Arguments) Instance() (name string, at path.Path) {
	if workspace := a["workspace_name"]; !workspace.IsNull() {
		return a.Text("workspace_name"), path.Root("workspace_name")
	}
	return a.Text("instance_name"), path.Root("instance_name")
}

// valueOf returns the content of value, or the zero value if value is null or unknown.
func valueOf[T any](value tftypes.Value) (content T) {
	if value.IsKnown() && !value.IsNull() {
		_ = value.As(&content) // cannot fail: the framework checked the type
	}
	return content
}

// Schema returns the schema of a data source with attributes and the arguments that all data sources have: project_id, timeouts, and, if
// it reads something in an instance, instance_name and workspace_name.
func Schema(description string, inInstance bool, attributes map[string]schema.Attribute) schema.Schema {
	attributes["project_id"] = projectID()
	attributes["timeouts"] = timeoutsAttribute()
	if inInstance {
		attributes["instance_name"] = instanceName()
		attributes["workspace_name"] = workspaceName()
	}
	return schema.Schema{MarkdownDescription: description, Attributes: attributes}
}

// projectID returns the argument project_id.
func projectID() schema.StringAttribute {
	return schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "ID of the project (group), 24 hexadecimal digits in lowercase.",
		Validators: []validator.String{stringvalidator.RegexMatches(regexp.MustCompile(`^[a-f0-9]{24}$`),
			"must be 24 hexadecimal digits in lowercase, such as 32b6e34b3d91647abb20e7b8")},
	}
}

// instanceName returns the argument instance_name. Exactly one of it and workspace_name must be set.
func instanceName() schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "Name of the stream processing instance. Set exactly one of `instance_name` and `workspace_name`.",
		Validators: append([]validator.String{
			stringvalidator.ExactlyOneOf(path.MatchRoot("instance_name"), path.MatchRoot("workspace_name")),
		}, nameValidators()...),
	}
}

// workspaceName returns the argument workspace_name.
func workspaceName() schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "Name of the stream processing workspace. Atlas now calls an instance a workspace. " +
			"Set exactly one of `instance_name` and `workspace_name`.",
		Validators: nameValidators(),
	}
}

// Name returns a required argument that names a resource and is a segment of a URL path.
func Name(description string) schema.StringAttribute {
	return schema.StringAttribute{Required: true, MarkdownDescription: description, Validators: nameValidators()}
}

// nameValidators reject names that cannot be a segment of a URL path.
func nameValidators() []validator.String {
	return []validator.String{
		stringvalidator.RegexMatches(regexp.MustCompile(`^\P{Cc}+$`), "must not be empty or contain control characters"),
		stringvalidator.NoneOf(".", ".."),
	}
}

// nameRegex returns the argument name_regex. nouns is what it filters, such as "connections".
func nameRegex(nouns string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "Filters the list to " + nouns + " whose name matches this regular expression " +
			"([RE2 syntax](https://github.com/google/re2/wiki/Syntax)). The expression matches anywhere in the name unless you anchor it " +
			"with `^` and `$`.",
		Validators: []validator.String{regexpValidator},
	}
}

// IncludeSensitive returns the argument include_sensitive. attributes are the names of the Sensitive attributes.
func IncludeSensitive(attributes ...string) schema.BoolAttribute {
	return schema.BoolAttribute{
		Optional: true,
		MarkdownDescription: "Whether to set `" + strings.Join(attributes, "` and `") + "`, which can contain credentials. " +
			"Defaults to `false`, which keeps these values out of the plan file and the state.",
	}
}

// timeoutsAttribute returns the argument timeouts.
func timeoutsAttribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "Time limits for operations.",
		CustomType:          timeouts.Type{ObjectType: types.ObjectType{AttrTypes: map[string]attr.Type{"read": types.StringType}}},
		Attributes: map[string]schema.Attribute{
			"read": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Time limit for the read, including retries, such as `90s` or `10m`. Defaults to `5m`.",
				Validators:          []validator.String{timeoutValidator},
			},
		},
	}
}

// regexpValidator checks for RE2 syntax, which Terraform's own functions use.
var regexpValidator = validation.String{
	Expected: "value must be a regular expression in RE2 syntax",
	Summary:  "Invalid regular expression",
	Check: func(_ path.Path, value string) string {
		if _, err := regexp.Compile(value); err != nil {
			return "The value must be a regular expression in RE2 syntax (https://github.com/google/re2/wiki/Syntax): " + err.Error() + "."
		}
		return ""
	},
}

var timeoutValidator = validation.String{
	Expected: "value must be a duration of at least one second",
	Summary:  "Invalid timeout",
	Check: func(at path.Path, value string) string {
		if timeout, err := time.ParseDuration(value); err != nil || timeout < time.Second {
			return fmt.Sprintf("The value of %s is %q. It must be a duration of at least one second, such as \"90s\" or \"5m\".", at, value)
		}
		return ""
	},
}
