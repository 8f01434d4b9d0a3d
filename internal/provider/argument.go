package provider

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// providerArgument is an argument of the provider that can also come from the environment.
type providerArgument struct {
	name      string
	variables []string // in order of precedence; an empty variable is not set
	value     func(*providerModel) types.String
}

// lookup returns the first variable that is set, and its value.
func (a providerArgument) lookup(getenv func(string) string) (variable, value string) {
	for _, variable := range a.variables {
		if value := getenv(variable); value != "" {
			return variable, value
		}
	}
	return "", ""
}

// describe adds a sentence about the environment variables to text, which describes the argument.
func (a providerArgument) describe(text string) string {
	if len(a.variables) == 1 {
		return fmt.Sprintf("%s Can also be set with the `%s` environment variable.", text, a.variables[0])
	}
	return fmt.Sprintf("%s Can also be set with the environment variables `%s`, in this order of precedence.",
		text, strings.Join(a.variables, "`, `"))
}
