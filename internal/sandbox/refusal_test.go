package sandbox_test

import (
	"net/http"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestWrongRequestsGetTheErrorsOfTheAPI(t *testing.T) {
	t.Parallel()
	_, base := acctest.Serve(t, orders(1))
	good := bearer(sandbox.DefaultCredentials().AccessToken)
	noRole := bearer(sandbox.CredentialsWithoutRole().AccessToken)
	notOnList := bearer(sandbox.CredentialsOffAccessList().AccessToken)
	noProcessors := bearer(sandbox.CredentialsWithoutProcessorRole().AccessToken)
	noProcessors.Set("Accept", processorVersion)
	with := func(accept string) http.Header {
		h := good.Clone()
		h.Set("Accept", accept)
		return h
	}
	const noSuchProject = "/api/atlas/v2/groups/5f0123456789abcdef000000/streams"
	cases := map[string]struct {
		method, path string
		header       http.Header
		status       int
		code         string
	}{
		"no items":                 {"GET", connectionsPath + "?itemsPerPage=0", good, 400, "INVALID_QUERY_PARAMETER"},
		"too many items":           {"GET", connectionsPath + "?itemsPerPage=501", good, 400, "INVALID_QUERY_PARAMETER"},
		"items in words":           {"GET", connectionsPath + "?itemsPerPage=all", good, 400, "INVALID_QUERY_PARAMETER"},
		"page zero":                {"GET", connectionsPath + "?pageNum=0", good, 400, "INVALID_QUERY_PARAMETER"},
		"a project's name":         {"GET", "/api/atlas/v2/groups/mine/streams", good, 400, "INVALID_GROUP_ID"},
		"no such project":          {"GET", noSuchProject, good, 404, "GROUP_NOT_FOUND"},
		"no such instance":         {"GET", instancesPath + "/nope/connections", good, 404, "STREAM_TENANT_NOT_FOUND_FOR_NAME"},
		"another resource":         {"GET", instancesPath + "/orders/vpcPeering", good, 404, "RESOURCE_NOT_FOUND"},
		"more of processors":       {"GET", processorsPath + "/p", good, 404, "RESOURCE_NOT_FOUND"},
		"a path not clean":         {"GET", "/" + connectionsPath, good, 404, "RESOURCE_NOT_FOUND"},
		"writing":                  {"POST", connectionsPath, good, 405, "METHOD_NOT_ALLOWED"},
		"no version":               {"GET", connectionsPath, with("application/json"), 406, "INVALID_VERSION_DATE"},
		"an older version":         {"GET", connectionsPath, with("application/vnd.atlas.2023-01-01+json"), 406, "INVALID_VERSION_DATE"},
		"no date":                  {"GET", connectionsPath, with("application/vnd.atlas.2024-13-01+json"), 406, "INVALID_VERSION_DATE"},
		"a version of others":      {"GET", processorsPath, with("application/vnd.atlas.2024-05-29+json"), 406, "INVALID_VERSION_DATE"},
		"no role for processors":   {"GET", processorsPath, noProcessors, 401, "USER_UNAUTHORIZED"},
		"no role for links":        {"GET", privateLinksPath, noRole, 401, "USER_UNAUTHORIZED"},
		"processors of none":       {"GET", instancesPath + "/nope/processors", with(processorVersion), 404, "STREAM_TENANT_NOT_FOUND_FOR_NAME"},
		"links of no project":      {"GET", noSuchProject + "/privateLinkConnections", good, 404, "GROUP_NOT_FOUND"},
		"a wrong token":            {"GET", connectionsPath, bearer("wrong"), 401, "UNEXPECTED_ERROR"},
		"no role":                  {"GET", connectionsPath, noRole, 401, "USER_UNAUTHORIZED"},
		"not on the list":          {"GET", connectionsPath, notOnList, 403, "IP_ADDRESS_NOT_ON_ACCESS_LIST"},
		"unsigned for no resource": {"GET", "/api/atlas/v2/orgs", http.Header{"Accept": {version}}, 401, "UNEXPECTED_ERROR"},
		"unsigned to write":        {"POST", connectionsPath, http.Header{"Accept": {version}}, 401, "UNEXPECTED_ERROR"},
		"no authentication":        {"GET", connectionsPath, http.Header{"Accept": {version}}, 401, "UNEXPECTED_ERROR"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := do(t, http.DefaultClient, tc.method, base+tc.path, nil, tc.header)
			got := decode[apiError](t, a)
			if a.status != tc.status || got.Error != tc.status || got.ErrorCode != tc.code {
				t.Errorf("got %d %+v, want %d %s", a.status, got, tc.status, tc.code)
			}
			unauthenticated := tc.code == "UNEXPECTED_ERROR"
			if got.Reason != http.StatusText(a.status) || got.Detail == "" || (got.Parameters == nil) != unauthenticated {
				t.Errorf("the error is not complete: %s", a.body)
			}
			if code := a.header.Get("X-Error-Code"); code != tc.code && !unauthenticated {
				t.Errorf("the header says %q", code)
			}
			if ct := a.header.Get("Content-Type"); ct != "application/json" {
				t.Errorf("content type %q", ct)
			}
		})
	}
}

func TestALaterVersionIsTheNewestThatExists(t *testing.T) {
	t.Parallel()
	_, base := acctest.Serve(t, orders(1))
	accepted := []string{version, "application/vnd.atlas.2025-03-12+json", "text/html, application/vnd.atlas.2024-08-05+json;q=0.9"}
	for _, accept := range accepted {
		h := bearer(sandbox.DefaultCredentials().AccessToken)
		h.Set("Accept", accept)
		a := do(t, http.DefaultClient, http.MethodGet, base+connectionsPath, nil, h)
		if a.status != http.StatusOK || a.header.Get("Content-Type") != mediaType {
			t.Errorf("%s: got %d, %s", accept, a.status, a.header.Get("Content-Type"))
		}
	}
}
