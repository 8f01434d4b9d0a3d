package argument

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// regexpValidator checks that a string is a regular expression in RE2 syntax, which Terraform's own functions use.
type regexpValidator struct{}

func (regexpValidator) Description(context.Context) string {
	return "value must be a regular expression in RE2 syntax"
}

func (v regexpValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (regexpValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := regexp.Compile(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.Append(invalidRegexp(req.Path, err))
	}
}

// timeoutValidator checks that a string is a duration of at least one second.
type timeoutValidator struct{}

func (timeoutValidator) Description(context.Context) string {
	return "value must be a duration of at least one second"
}

func (v timeoutValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (timeoutValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if timeout, err := time.ParseDuration(req.ConfigValue.ValueString()); err != nil || timeout < time.Second {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid timeout", fmt.Sprintf(
			"The value of %s is %q. It must be a duration of at least one second, such as \"90s\" or \"5m\".",
			req.Path, req.ConfigValue.ValueString()))
	}
}

func invalidRegexp(argument path.Path, err error) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(argument, "Invalid regular expression",
		"The value must be a regular expression in RE2 syntax (https://github.com/google/re2/wiki/Syntax): "+err.Error()+".")
}
