package provider

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/argument"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

var baseURLValidator = argument.Validator{
	Expected: "value must be an https URL",
	Summary:  "Invalid base URL",
	Check: func(_ path.Path, value string) string {
		if _, err := transport.ParseBaseURL(value); err != nil {
			return "The base URL " + err.Error() + "."
		}
		return ""
	},
}

// credentialValidator checks an argument that is part of a credential, and never shows its value.
var credentialValidator = argument.Validator{
	Expected: "value must not be empty or contain white space",
	Summary:  "Invalid credential",
	Check: func(argument path.Path, value string) string {
		if err := checkCredential(argument.String(), value); err != nil {
			return fmt.Sprintf("The value of %s %s.", argument, err)
		}
		return ""
	},
}

// checkCredential returns an error if value cannot be a value of the credential argument, for example because it ends with
// the line break of a file. The error completes the sentence "The value of …".
func checkCredential(argument, value string) error {
	switch {
	case value == "":
		return errors.New("is empty: remove the argument to use the environment instead")
	case strings.ContainsFunc(value, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }):
		return errors.New("has white space or control characters in it, such as the line break at the end of a file: remove them, for " +
			"example with trimspace(file(\"token\")) in the configuration or $(cat token) in a shell")
	case argument == publicKey.name && strings.HasPrefix(value, "mdb_sa_"):
		return errors.New("begins with mdb_sa_, so it belongs to a service account: use client_id and client_secret " +
			"(MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET) instead of an API key")
	}
	return nil
}
