// Package argument defines the arguments that data sources share, and a validator that the provider uses, too.
package argument

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// DefaultReadTimeout is the time limit of a read if timeouts.read is not set.
const DefaultReadTimeout = 5 * time.Minute

// ProjectID returns the argument project_id.
func ProjectID() schema.StringAttribute {
	return schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "ID of the project (group), 24 hexadecimal digits in lowercase.",
		Validators: []validator.String{stringvalidator.RegexMatches(regexp.MustCompile(`^[a-f0-9]{24}$`),
			"must be 24 hexadecimal digits in lowercase, such as 32b6e34b3d91647abb20e7b8")},
	}
}

// InstanceName returns the argument instance_name. Exactly one of it and workspace_name must be set.
func InstanceName() schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "Name of the stream processing instance. Set exactly one of `instance_name` and `workspace_name`.",
		Validators: append([]validator.String{
			stringvalidator.ExactlyOneOf(path.MatchRoot("instance_name"), path.MatchRoot("workspace_name")),
		}, nameValidators()...),
	}
}

// WorkspaceName returns the argument workspace_name.
func WorkspaceName() schema.StringAttribute {
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

// NameRegex returns the argument name_regex. things names what it filters, such as "connections".
func NameRegex(things string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "Filters the list to " + things + " whose name matches this regular expression " +
			"([RE2 syntax](https://github.com/google/re2/wiki/Syntax)). The expression matches anywhere in the name unless you anchor it " +
			"with `^` and `$`.",
		Validators: []validator.String{regexpValidator},
	}
}

// CompileNameRegex returns value, the argument name_regex, as an expression. If it is null, the expression matches every name.
func CompileNameRegex(value types.String) (*regexp.Regexp, diag.Diagnostics) {
	var diags diag.Diagnostics
	expression, err := regexp.Compile(value.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root("name_regex"), regexpValidator.Summary, invalidRegexp(err))
	}
	return expression, diags
}

// IncludeSensitive returns the argument include_sensitive.
func IncludeSensitive() schema.BoolAttribute {
	return schema.BoolAttribute{
		Optional: true,
		MarkdownDescription: "Whether to set `https_headers` and `settings_json`, which can contain credentials. If `false`, both are null, " +
			"and their values are not in the plan file or the state. Defaults to `true`.",
	}
}

// Includes reports whether the argument include_sensitive, or its default, is true.
func Includes(sensitive types.Bool) bool { return sensitive.IsNull() || sensitive.ValueBool() }

// Timeouts returns the argument timeouts.
func Timeouts() schema.SingleNestedAttribute {
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

// Target contains the arguments that identify a project and a stream processing instance.
type Target struct {
	ProjectID, InstanceName, WorkspaceName types.String
}

// Instance returns the name of the instance and the argument that sets it.
func (t Target) Instance() (name string, argument path.Path) {
	if !t.WorkspaceName.IsNull() {
		return t.WorkspaceName.ValueString(), path.Root("workspace_name")
	}
	return t.InstanceName.ValueString(), path.Root("instance_name")
}

// Values returns pointers to the arguments, by name, for Read.
func (t *Target) Values() map[string]any {
	return map[string]any{"project_id": &t.ProjectID, "instance_name": &t.InstanceName, "workspace_name": &t.WorkspaceName}
}

// Read stores the arguments of config in values, which map names to pointers. Unlike config.Get, it skips computed attributes.
func Read(ctx context.Context, config tfsdk.Config, values ...map[string]any) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, group := range values {
		for _, name := range slices.Sorted(maps.Keys(group)) {
			diags.Append(config.GetAttribute(ctx, path.Root(name), group[name])...)
		}
	}
	return diags
}

// Validator checks a string argument that is set and known.
type Validator struct {
	// Expected describes what the argument must be, such as "value must be an https URL".
	Expected string
	// Summary is the summary of the diagnostic if the value is not valid.
	Summary string
	// Check returns the detail of the diagnostic, or "" if the value is valid.
	Check func(argument path.Path, value string) (detail string)
}

// Description implements validator.Describer.
func (v Validator) Description(context.Context) string { return v.Expected }

// MarkdownDescription implements validator.Describer.
func (v Validator) MarkdownDescription(context.Context) string { return v.Expected }

// ValidateString implements validator.String.
func (v Validator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if detail := v.Check(req.Path, req.ConfigValue.ValueString()); detail != "" {
		resp.Diagnostics.AddAttributeError(req.Path, v.Summary, detail)
	}
}

// regexpValidator checks for RE2 syntax, which Terraform's own functions use.
var regexpValidator = Validator{
	Expected: "value must be a regular expression in RE2 syntax",
	Summary:  "Invalid regular expression",
	Check: func(_ path.Path, value string) string {
		if _, err := regexp.Compile(value); err != nil {
			return invalidRegexp(err)
		}
		return ""
	},
}

func invalidRegexp(err error) string {
	return "The value must be a regular expression in RE2 syntax (https://github.com/google/re2/wiki/Syntax): " + err.Error() + "."
}

var timeoutValidator = Validator{
	Expected: "value must be a duration of at least one second",
	Summary:  "Invalid timeout",
	Check: func(argument path.Path, value string) string {
		if timeout, err := time.ParseDuration(value); err != nil || timeout < time.Second {
			return fmt.Sprintf("The value of %s is %q. It must be a duration of at least one second, such as \"90s\" or \"5m\".", argument, value)
		}
		return ""
	},
}
