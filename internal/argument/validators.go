package argument

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

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
