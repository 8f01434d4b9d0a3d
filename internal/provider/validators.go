package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

// baseURLValidator checks base_url.
type baseURLValidator struct{}

func (baseURLValidator) Description(context.Context) string { return "value must be an https URL" }

func (v baseURLValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (baseURLValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := transport.ParseBaseURL(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid base URL", "The base URL "+err.Error()+".")
	}
}

// credentialValidator checks an argument that is part of a credential, and never shows its value.
type credentialValidator struct{}

func (credentialValidator) Description(context.Context) string {
	return "value must not be empty or contain white space"
}

func (v credentialValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (credentialValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := checkCredential(req.Path.String(), req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid credential", fmt.Sprintf("The value of %s %s.", req.Path, err))
	}
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
