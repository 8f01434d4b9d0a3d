package read_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/attribute"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/read"
)

// list is the List of a Listing.
type list = func(*atlas.Client, context.Context, atlas.ListRequest) (*atlas.Listing, error)

// run reads a listing of instances that list returns, with data from the provider, and the arguments project_id and timeouts.read.
func run(t *testing.T, data any, list list, limit string) *datasource.ReadResponse {
	t.Helper()
	d, ok := read.NewListing(read.Listing{
		Noun: "instance", List: list, Result: attribute.Object{"name": attribute.Text("name", "")},
	})().(datasource.DataSourceWithConfigure)
	if !ok {
		t.Fatal("the data source cannot be configured")
	}
	var configured datasource.ConfigureResponse
	d.Configure(t.Context(), datasource.ConfigureRequest{ProviderData: data}, &configured)
	if configured.Diagnostics.HasError() {
		return &datasource.ReadResponse{Diagnostics: configured.Diagnostics}
	}
	var schema datasource.SchemaResponse
	d.Schema(t.Context(), datasource.SchemaRequest{}, &schema)
	typ, ok := schema.Schema.Type().TerraformType(t.Context()).(tftypes.Object)
	if !ok {
		t.Fatal("the schema is not an object")
	}
	values := map[string]tftypes.Value{}
	for name, attribute := range typ.AttributeTypes {
		values[name] = tftypes.NewValue(attribute, nil)
	}
	values["project_id"] = tftypes.NewValue(tftypes.String, "32b6e34b3d91647abb20e7b8")
	if limit != "" {
		values["timeouts"] = tftypes.NewValue(typ.AttributeTypes["timeouts"], map[string]tftypes.Value{
			"read": tftypes.NewValue(tftypes.String, limit),
		})
	}
	var resp datasource.ReadResponse
	d.Read(t.Context(), datasource.ReadRequest{Config: tfsdk.Config{Raw: tftypes.NewValue(typ, values), Schema: schema.Schema}}, &resp)
	return &resp
}

func TestReadsThatCannotBeginDoNotAskAtlas(t *testing.T) {
	t.Parallel()
	unusable := diag.Diagnostics{diag.NewErrorDiagnostic("Missing credentials", "Set some.")}
	for name, test := range map[string]struct {
		data any
		want string // the summary
	}{
		"configuration that cannot work":        {read.Data{Client: &atlas.Client{}, Unusable: unusable}, "Missing credentials"},
		"configuration that has no client":      {read.Data{Unusable: unusable}, "Missing credentials"},
		"provider that was not configured":      {nil, "Unconfigured provider"},
		"provider that hands over another type": {"data", "Unexpected provider data"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp := run(t, test.data, func(*atlas.Client, context.Context, atlas.ListRequest) (*atlas.Listing, error) {
				t.Error("asks Atlas")
				return nil, errors.New("asked")
			}, "")
			if len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Summary() != test.want || !resp.State.Raw.IsNull() {
				t.Errorf("%v and the state %s, want %s", resp.Diagnostics, resp.State.Raw, test.want)
			}
		})
	}
}

func TestTimeLimitOfARead(t *testing.T) {
	t.Parallel()
	for limit, want := range map[string]time.Duration{"": 5 * time.Minute, "90s": 90 * time.Second} {
		t.Run(limit, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var got time.Duration
				resp := run(t, read.Data{Client: &atlas.Client{}},
					func(_ *atlas.Client, ctx context.Context, _ atlas.ListRequest) (*atlas.Listing, error) {
						deadline, _ := ctx.Deadline()
						got = time.Until(deadline)
						return &atlas.Listing{}, nil
					}, limit)
				if got != want || resp.Diagnostics.HasError() {
					t.Errorf("%s, want %s: %v", got, want, resp.Diagnostics)
				}
			})
		})
	}
}

func TestArgumentsThatAreNullOrUnknownAreZero(t *testing.T) {
	t.Parallel()
	texts := tftypes.Set{ElementType: tftypes.String}
	one := tftypes.NewValue(tftypes.String, "a")
	other := tftypes.NewValue(tftypes.String, "b")
	for name, test := range map[string]struct {
		arguments read.Arguments
		text      string
		yes       bool
		number    int
		texts     []string
	}{
		"set": {read.Arguments{
			"text": one, "bool": tftypes.NewValue(tftypes.Bool, true), "number": tftypes.NewValue(tftypes.Number, 500),
			"texts": tftypes.NewValue(texts, []tftypes.Value{other, one}),
		}, "a", true, 500, []string{"a", "b"}},
		"null": {read.Arguments{
			"text": tftypes.NewValue(tftypes.String, nil), "bool": tftypes.NewValue(tftypes.Bool, nil),
			"number": tftypes.NewValue(tftypes.Number, nil), "texts": tftypes.NewValue(texts, nil),
		}, "", false, 0, nil},
		"unknown": {read.Arguments{
			"text": tftypes.NewValue(tftypes.String, tftypes.UnknownValue), "bool": tftypes.NewValue(tftypes.Bool, tftypes.UnknownValue),
			"number": tftypes.NewValue(tftypes.Number, tftypes.UnknownValue), "texts": tftypes.NewValue(texts, tftypes.UnknownValue),
		}, "", false, 0, nil},
		"absent": {nil, "", false, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := test.arguments
			got := []any{a.Text("text"), a.Bool("bool"), a.Int("number"), a.Texts("texts")}
			if diff := cmp.Diff([]any{test.text, test.yes, test.number, test.texts}, got); diff != "" {
				t.Errorf("text, bool, number, texts (-want +got):\n%s", diff)
			}
		})
	}
}
