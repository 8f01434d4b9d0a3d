// Package validation checks arguments of the provider and of its data sources.
package validation

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

var _ validator.String = String{}

// String checks a string that is set and known.
type String struct {
	// Expected describes what the string must be, such as "value must be an https URL".
	Expected string
	// Summary is the summary of the diagnostic if the string is not valid.
	Summary string
	// Check returns the detail of the diagnostic, or "" if value is valid.
	Check func(at path.Path, value string) (detail string)
}

// Description implements validator.Describer.
func (s String) Description(context.Context) string { return s.Expected }

// MarkdownDescription implements validator.Describer.
func (s String) MarkdownDescription(context.Context) string { return s.Expected }

// ValidateString implements validator.String.
func (s String) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if detail := s.Check(req.Path, req.ConfigValue.ValueString()); detail != "" {
		resp.Diagnostics.AddAttributeError(req.Path, s.Summary, detail)
	}
}
