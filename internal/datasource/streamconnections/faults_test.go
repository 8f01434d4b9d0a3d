package streamconnections_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

const listPath = "/api/atlas/v2/groups/" + acctest.ProjectID + "/streams/" + acctest.InstanceName + "/connections"

// always returns a script that answers every list request with a.
func always(a sandbox.Answer) []sandbox.Answer {
	a.Times = -1
	return []sandbox.Answer{a}
}

func withBody(body string) []sandbox.Answer { return always(sandbox.Answer{Body: &body}) }

func withContentType(contentType string) []sandbox.Answer {
	return always(sandbox.Answer{Headers: map[string]string{"Content-Type": contentType}})
}

func TestPlanUnderFaultsSaysWhatHappened(t *testing.T) {
	t.Parallel()
	results := func(elements string) []sandbox.Answer {
		return withBody(`{"results": ` + elements + `, "totalCount": 1}`)
	}
	for name, test := range map[string]struct {
		answers []sandbox.Answer
		want    string
	}{
		"empty body":             {withBody(""), "The answer is empty"},
		"no content":             {always(sandbox.Answer{Status: http.StatusNoContent}), "The answer has the status 204 No Content"},
		"null":                   {withBody("null"), "The answer .*Check base_url"},
		"array":                  {withBody("[]"), "The answer is not a listing"},
		"empty object":           {withBody("{}"), "The answer has no list of results"},
		"results null":           {results("null"), "The answer has no list of results"},
		"results an object":      {results("{}"), "The answer is not a listing.*results"},
		"null element":           {results("[null]"), `results\[0\] is null`},
		"element a string":       {results(`["a"]`), `results\[0\] is not a JSON object`},
		"connection of no name":  {results(`[{"type": "Kafka"}]`), `results\[0\] has no name`},
		"connection, empty name": {results(`[{"name": "", "type": "Kafka"}]`), `results\[0\] has no name`},
		"field of another type": {results(`[{"name": "a", "type": "Kafka", "bootstrapServers": [9092]}]`),
			`"a" of the type "Kafka": bootstrapServers is a list`},
		"nested field of another type": {results(`[{"name": "a", "type": "Kafka", "networking": {"access": {"type": [true]}}}]`),
			`"a" of the type "Kafka": networking\.access\.type is a list`},
		"header of another type": {results(`[{"name": "a", "type": "Https", "headers": {"X-Retries": [3]}}]`),
			`"a" of the type "Https": headers\.\* is a list`},
		"negative count": {withBody(`{"results": [], "totalCount": -1}`), "negative"},
		"count a string": {withBody(`{"results": [], "totalCount": "1"}`), "string.*totalCount"},
		"login page": {always(sandbox.Answer{Body: new("<html>Please log in</html>"), Headers: map[string]string{"Content-Type": "text/html"}}),
			"The answer is not JSON.*text/html.*Check base_url and the proxy"},
		"no content type":     {withContentType(""), "The answer has no content type"},
		"plain text":          {withContentType("text/plain"), "The answer is not JSON.*text/plain"},
		"broken content type": {withContentType("json"), "The answer is not JSON"},
		"cut JSON":            {withBody(`{"results": [{"name": "a"`), "is not valid JSON"},
		"something after":     {withBody(`{"results": [], "totalCount": 0} {}`), "is not valid JSON"},
		"too large":           {withBody(`{"results": [], "x": "` + strings.Repeat("x", 16<<20) + `"}`), "larger than 16 MiB"},
		"body breaks off":     {always(sandbox.Answer{Break: sandbox.CloseInBody}), "No answer arrived.*unexpected EOF"},
		"connection closed":   {always(sandbox.Answer{Break: sandbox.Close}), "No answer arrived"},
		"connection reset":    {always(sandbox.Answer{Break: sandbox.Reset}), "No answer arrived"},
		"redirect elsewhere": {always(sandbox.Answer{Redirect: "https://elsewhere.example/login"}),
			"redirected to https://elsewhere.example.*only to base_url"},
		"redirects without end": {always(sandbox.Answer{Redirect: listPath}), "The answer is a redirect, after 10 redirects.*Check base_url"},
		"redirect to no URL": {always(sandbox.Answer{Status: http.StatusFound, Headers: map[string]string{"Location": "http://[::1"}}),
			"The answer redirects to no URL.*Check base_url"},
		"redirect without aim": {always(sandbox.Answer{Status: http.StatusFound}), "302 Found.*Check base_url"},
		"request timeout":      {always(sandbox.Answer{Status: http.StatusRequestTimeout}), "408 Request Timeout.*Plan again later"},
		"not authorized": {always(sandbox.Answer{Status: http.StatusUnauthorized}),
			"401 Unauthorized.*Atlas issued an access token to the service account of the provider block"},
		"forbidden":    {always(sandbox.Answer{Status: http.StatusForbidden}), "403 Forbidden.*IP access list"},
		"rate limited": {always(sandbox.Answer{Status: http.StatusTooManyRequests}), "429 Too Many Requests"},
		"rate limited for a day": {always(sandbox.Answer{Status: http.StatusTooManyRequests, Headers: map[string]string{"Retry-After": "86400"}}),
			"asks to wait 24h0m0s"},
		"internal error": {always(sandbox.Answer{Status: http.StatusInternalServerError}), "500 Internal Server Error.*mongodb.com"},
		"unavailable":    {always(sandbox.Answer{Status: http.StatusServiceUnavailable}), "503 Service Unavailable"},
		"a name twice": {results(`[{"name": "a", "type": "Sample"}, {"name": "a", "type": "Sample"}]`),
			`changed while it was read.*"a"`},
		"always the first page": {always(sandbox.Answer{Page: 1}), "changed while it was read"},
		"long error with escapes": {always(sandbox.Answer{Status: http.StatusBadRequest, Detail: "\x1b[31m" + strings.Repeat("x", 5000)}),
			"400 Bad Request"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, url := acctest.Serve(t, acctest.Instance(sandbox.Instance{Results: acctest.Samples(4), Answers: test.answers}))
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(provider.New("test")),
				Steps: []resource.TestStep{{
					Config: acctest.Override(acctest.ProviderBlock(url), "max_retries = 0") +
						acctest.Override(acctest.DataBlock(), "items_per_page = 2", "include_sensitive = true"),
					ExpectError: acctest.Folded("Unable to list streams connections.*" + test.want),
				}},
			})
			if got := acctest.Count(s, sandbox.EndpointConnections); got > 12 {
				t.Errorf("%d list requests for an error", got)
			}
		})
	}
}

func TestPlanOutlivesFaultsThatPass(t *testing.T) {
	t.Parallel()
	moved := acctest.Samples(3)
	for name, answers := range map[string][]sandbox.Answer{
		"unavailable once":        {{}, {Status: http.StatusServiceUnavailable}},
		"body that breaks off":    {{}, {Break: sandbox.CloseInBody}},
		"connection reset":        {{Break: sandbox.Reset}},
		"rate limited once":       {{Status: http.StatusTooManyRequests, Headers: map[string]string{"Retry-After": "1"}}},
		"token revoked":           {{}, {Revoke: true}},
		"moves while it is read":  {{}, {Results: moved}},
		"redirect within origin":  {{Redirect: listPath + "?itemsPerPage=2&pageNum=1"}},
		"count off by one, twice": {{Times: 6, TotalCount: new(5)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, url := acctest.Serve(t, acctest.Instance(sandbox.Instance{Results: acctest.Samples(4), Answers: answers}))
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(provider.New("test")),
				Steps: []resource.TestStep{{
					Config: acctest.ProviderBlock(url) + acctest.Override(acctest.DataBlock(), "items_per_page = 2"),
					ConfigStateChecks: []statecheck.StateCheck{
						statecheck.ExpectKnownValue(address, tfjsonpath.New("results"), knownvalue.ListSizeExact(4)),
					},
				}},
			})
		})
	}
}
