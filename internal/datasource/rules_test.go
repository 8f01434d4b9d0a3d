// Package datasource_test checks that all data sources of the provider follow the same rules.
package datasource_test

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// eachDataSource runs test with the name of each data source.
func eachDataSource(t *testing.T, test func(t *testing.T, name string)) {
	t.Helper()
	for name := range acctest.DataSources {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, name)
		})
	}
}

func TestEveryDataSourceIsTested(t *testing.T) {
	t.Parallel()
	names := acctest.NewServer(t, provider.New("test")).Names()
	if diff := cmp.Diff(slices.Sorted(maps.Keys(acctest.DataSources)), names); diff != "" {
		t.Errorf("data sources of acctest (-), of the provider (+):\n%s", diff)
	}
}

// always returns answer for every request.
func always(answer sandbox.Answer) sandbox.Answer {
	answer.Times = -1
	return answer
}

func body(text string) sandbox.Answer { return always(sandbox.Answer{Body: &text}) }

func typed(contentType string) sandbox.Answer {
	return always(sandbox.Answer{Body: new("<html><title>Sign in</title>"), Headers: map[string]string{"Content-Type": contentType}})
}

func TestFailuresAreOneErrorAndNoState(t *testing.T) {
	t.Parallel()
	for fault, test := range map[string]struct {
		answer sandbox.Answer
		want   string // pattern
	}{
		"nothing":            {body(""), "The answer is empty"},
		"204":                {always(sandbox.Answer{Status: http.StatusNoContent}), "The answer has the status 204 No Content"},
		"null":               {body("null"), "The answer"},
		"list":               {body("[]"), "The answer is not a.*Check base_url"},
		"empty object":       {body("{}"), "The answer .*has no"},
		"cut JSON":           {body(`{"results": [`), "not valid JSON"},
		"cut after a value":  {body(`{"name": "sample-00000", "type": "Sample"`), "not valid JSON"},
		"something after":    {body(`{"name": "sample-00000", "results": []}{}`), "not valid JSON"},
		"web page":           {typed("text/html"), "not JSON.*text/html"},
		"no content type":    {typed(""), "no content type"},
		"cut body":           {always(sandbox.Answer{Break: sandbox.CloseInBody}), "unexpected EOF"},
		"reset":              {always(sandbox.Answer{Break: sandbox.Reset}), "reset|EOF"},
		"redirect elsewhere": {always(sandbox.Answer{Redirect: "https://elsewhere.invalid/"}), `redirected to https://elsewhere.invalid`},
		"redirect to no URL": {always(sandbox.Answer{Status: 302, Headers: map[string]string{"Location": "http://[::1"}}),
			"redirects to no URL"},
		"unauthorized":         {always(sandbox.Answer{Status: 401}), "401 Unauthorized"},
		"forbidden":            {always(sandbox.Answer{Status: 403}), "403 Forbidden"},
		"not found":            {always(sandbox.Answer{Status: 404}), "404 Not Found"},
		"rate limited, a day":  {always(sandbox.Answer{Status: 429, Headers: map[string]string{"Retry-After": "86400"}}), "429.*24h0m0s"},
		"unavailable":          {always(sandbox.Answer{Status: 503}), "503 Service Unavailable"},
		"error with an escape": {always(sandbox.Answer{Status: 400, Detail: "\x1b[31mred"}), "400 Bad Request: [A-Z_]+: .?.31mred"},
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			eachDataSource(t, func(t *testing.T, name string) {
				s, url := acctest.Serve(t, acctest.Answering(acctest.Data(acctest.Samples(3)...), test.answer))
				server := newServer(t, url, map[string]tftypes.Value{"max_retries": tftypes.NewValue(tftypes.Number, 0)})
				state, diagnostics := server.ReadFrom(t, name, nil)
				if len(diagnostics) != 1 || diagnostics[0].Severity != tfprotov6.DiagnosticSeverityError {
					t.Fatalf("want one error: %q", acctest.Texts(diagnostics))
				}
				detail := diagnostics[0].Detail
				if !regexp.MustCompile("(?s)"+test.want).MatchString(detail) || !strings.HasPrefix(detail, "Asked for the ") {
					t.Errorf("does not say %s:\n%s", test.want, detail)
				}
				checkComputed(t, state, name)
				if got := acctest.Count(s, acctest.DataSources[name].Endpoint); got > 2 {
					t.Errorf("%d requests", got)
				}
			})
		})
	}
}

// checkComputed checks that the state of a failed read has no computed values.
func checkComputed(t *testing.T, state tftypes.Value, name string) {
	t.Helper()
	var attributes map[string]tftypes.Value
	if err := state.As(&attributes); err != nil {
		t.Fatal(err)
	}
	for attribute, value := range attributes {
		if _, argument := acctest.DataSources[name].Arguments[attribute]; !argument && !value.IsNull() {
			t.Errorf("an error and the attribute %s: %s", attribute, value)
		}
	}
}

func newServer(t *testing.T, url string, arguments map[string]tftypes.Value) *acctest.Server {
	t.Helper()
	all := acctest.Strings(acctest.SignInArguments(url)["service account"])
	maps.Copy(all, arguments)
	server := acctest.NewServer(t, provider.New("test"))
	if diagnostics := server.Configure(t, all); len(diagnostics) > 0 {
		t.Fatal(acctest.Texts(diagnostics))
	}
	return server
}

func TestFailuresThatMayPassAreRetried(t *testing.T) {
	t.Parallel()
	for fault, answer := range map[string]sandbox.Answer{
		"rate limited": {Status: 429, Headers: map[string]string{"Retry-After": "1"}},
		"cut body":     {Break: sandbox.CloseInBody},
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			eachDataSource(t, func(t *testing.T, name string) {
				s, url := acctest.Serve(t, acctest.Answering(acctest.Data(acctest.Samples(3)...), answer))
				_, diagnostics := newServer(t, url, nil).ReadFrom(t, name, nil)
				if got := acctest.Count(s, acctest.DataSources[name].Endpoint); len(diagnostics) > 0 || got != 2 {
					t.Errorf("%d requests, want 2: %q", got, acctest.Texts(diagnostics))
				}
			})
		})
	}
}

func TestEveryWayToSignIn(t *testing.T) {
	t.Parallel()
	for way := range acctest.SignInArguments("") {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			eachDataSource(t, func(t *testing.T, name string) {
				_, url := acctest.Serve(t, acctest.Data(acctest.Samples(3)...))
				server := acctest.NewServer(t, provider.New("test"))
				diagnostics := server.Configure(t, acctest.Strings(acctest.SignInArguments(url)[way]))
				if len(diagnostics) == 0 {
					_, diagnostics = server.ReadFrom(t, name, nil)
				}
				if len(diagnostics) > 0 {
					t.Error(acctest.Texts(diagnostics))
				}
			})
		})
	}
}

func TestReadsWithoutConfigureFail(t *testing.T) {
	t.Parallel()
	eachDataSource(t, func(t *testing.T, name string) {
		state, diagnostics := acctest.NewServer(t, provider.New("test")).ReadFrom(t, name, nil)
		if len(diagnostics) != 1 || diagnostics[0].Severity != tfprotov6.DiagnosticSeverityError {
			t.Errorf("want one error: %q", acctest.Texts(diagnostics))
		}
		checkComputed(t, state, name)
	})
}

// badArguments are values of arguments that no data source accepts.
var badArguments = map[string]struct {
	argument string
	value    tftypes.Value
	want     string
}{
	"project ID, too short":         {"project_id", acctest.String("32b6e34b3d91647abb20e7b"), "24 hexadecimal digits"},
	"project ID in uppercase":       {"project_id", acctest.String("32B6E34B3D91647ABB20E7B8"), "24 hexadecimal digits"},
	"project ID with a line break":  {"project_id", acctest.String("32b6e34b3d91647abb20e7b8\n"), "24 hexadecimal digits"},
	"empty instance name":           {"instance_name", acctest.String(""), "must not be empty"},
	"instance name dot":             {"instance_name", acctest.String("."), `"."`},
	"instance name dot dot":         {"instance_name", acctest.String(".."), `".."`},
	"instance name, control":        {"instance_name", acctest.String("a\u0007b"), "control characters"},
	"both names":                    {"workspace_name", acctest.String("orders"), "workspace_name"},
	"empty connection name":         {"name", acctest.String(""), "must not be empty"},
	"connection name dot":           {"name", acctest.String("."), `"."`},
	"connection name dot dot":       {"name", acctest.String(".."), `".."`},
	"connection name, line break":   {"name", acctest.String("a\nb"), "control characters"},
	"regular expression":            {"name_regex", acctest.String("a("), "missing closing"},
	"look-ahead":                    {"name_regex", acctest.String("(?!a)"), "RE2"},
	"timeout that is not a time":    {"timeouts", readTimeout("soon"), "at least one second"},
	"timeout of less than a second": {"timeouts", readTimeout("-1m"), "at least one second"},
}

func readTimeout(text string) tftypes.Value {
	return tftypes.NewValue(tftypes.Object{AttributeTypes: map[string]tftypes.Type{"read": tftypes.String}},
		map[string]tftypes.Value{"read": acctest.String(text)})
}

func TestBadArgumentsAreErrorsThatNameThem(t *testing.T) {
	t.Parallel()
	for bad, test := range badArguments {
		t.Run(bad, func(t *testing.T) {
			t.Parallel()
			tested := false
			for name := range acctest.DataSources {
				server := acctest.NewServer(t, provider.New("test"))
				if _, ok := server.TypeOf(name).AttributeTypes[test.argument]; !ok {
					continue
				}
				tested = true
				resp, err := server.ValidateDataResourceConfig(t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{
					TypeName: name, Config: server.Config(t, name, map[string]tftypes.Value{test.argument: test.value}),
				})
				if err != nil {
					t.Fatal(err)
				}
				texts := fmt.Sprint(acctest.Texts(resp.Diagnostics))
				if len(resp.Diagnostics) == 0 || !strings.Contains(texts, test.want) || !strings.Contains(texts, test.argument) {
					t.Errorf("%s: does not say %s: %s", name, test.want, texts)
				}
			}
			if !tested {
				t.Error("no data source has the argument")
			}
		})
	}
}

// isListing reports whether a data source lists resources, instead of reading a single one.
func isListing(name string) bool {
	return acctest.DataSources[name].Endpoint != sandbox.EndpointConnection
}

func TestShortListingsWarn(t *testing.T) {
	t.Parallel()
	eachDataSource(t, func(t *testing.T, name string) {
		if !isListing(name) {
			return
		}
		nine := 9
		_, url := acctest.Serve(t, acctest.Answering(acctest.Data(acctest.Samples(3)...), sandbox.Answer{Times: -1, TotalCount: &nine}))
		_, diagnostics := newServer(t, url, nil).ReadFrom(t, name, nil)
		if len(diagnostics) != 1 || diagnostics[0].Severity != tfprotov6.DiagnosticSeverityWarning ||
			!strings.Contains(diagnostics[0].Detail, "Atlas estimates 9 ") {
			t.Errorf("want one warning: %q", acctest.Texts(diagnostics))
		}
	})
}

func TestNamesOfFieldsAreExact(t *testing.T) {
	t.Parallel()
	eachDataSource(t, func(t *testing.T, name string) {
		if name == privateLinks {
			return // no field of a private link is required
		}
		answer := `{"NAME": "sample-00000", "type": "Sample"}`
		if isListing(name) {
			answer = `{"results": [` + answer + `]}`
		}
		_, url := acctest.Serve(t, acctest.Answering(acctest.Data(acctest.Samples(3)...), body(answer)))
		state, diagnostics := newServer(t, url, nil).ReadFrom(t, name, nil)
		if len(diagnostics) != 1 || !strings.Contains(diagnostics[0].Detail, "has no name") {
			t.Errorf("want one error that names the field: %q", acctest.Texts(diagnostics))
		}
		checkComputed(t, state, name)
	})
}

// An error shows what is wrong even if the name of the resource is long.
func TestLongNamesAreShortened(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 30_000)
	eachDataSource(t, func(t *testing.T, name string) {
		wrong := fmt.Sprintf(`{"name": %q, "type": %q, "region": [], "_id": []}`, long, long)
		if isListing(name) {
			wrong = `{"results": [` + wrong + `]}`
		}
		_, url := acctest.Serve(t, acctest.Answering(acctest.Data(), body(wrong)))
		arguments := map[string]tftypes.Value{}
		if !isListing(name) {
			arguments["name"] = acctest.String(long)
		}
		_, diagnostics := newServer(t, url, nil).ReadFrom(t, name, arguments)
		if len(diagnostics) != 1 || !strings.Contains(diagnostics[0].Detail, "is a list, not a string.") || len(diagnostics[0].Detail) > 2000 {
			t.Errorf("does not say what is wrong in short: %.3000q", acctest.Texts(diagnostics))
		}
	})
}
