package diagnostic

import (
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
)

// topics are the words that show what advice is about.
var topics = map[string]string{
	"access list": "IP access list",
	"arguments":   "Check the arguments",
	"base URL":    "base_url",
	"bug":         issuesURL,
	"credential":  "Atlas rejected the API key of the provider block",
	"key":         "does not ask for an API key",
	"later":       "Plan again",
	"proxy":       "proxy",
	"retries":     "max_retries",
	"roles":       readRoles,
	"secret":      "client_secret",
	"status":      "status.mongodb.com",
	"timeouts":    "timeouts.read",
	"upgrade":     "pgrade the provider",
	"wait":        "asks to wait",
}

func TestAdviceNamesWhatHasTheRoles(t *testing.T) {
	t.Parallel()
	for kind, want := range map[atlas.CredentialKind]string{
		atlas.AccessToken: "the service account of the access token of the provider block",
		atlas.APIKey:      "the API key of the provider block",
	} {
		for _, code := range []string{"USER_UNAUTHORIZED", "IP_ADDRESS_NOT_ON_ACCESS_LIST", "ORG_REQUIRES_ACCESS_LIST"} {
			if advice := unsent(t, kind).adviseStatus(&atlas.Error{Status: 403, Code: code}); !strings.Contains(advice, " "+want) {
				t.Errorf("%s does not name %s: %s", code, want, advice)
			}
		}
	}
}

func TestAdviceNamesTheRolesOfTheOperation(t *testing.T) {
	t.Parallel()
	r := unsent(t, atlas.APIKey)
	r.Roles = "Project Stream Processing Manager or Project Owner"
	want := "Grant the API key of the provider block one of these roles in the project: " + r.Roles + "."
	if advice := r.adviseStatus(&atlas.Error{Status: 401, Code: "USER_UNAUTHORIZED"}); advice != want {
		t.Errorf("advice %q, want %q", advice, want)
	}
}

// Atlas refuses what it accepts now and then, for a moment.
func TestCredentialsThatAtlasAcceptsAreNotSaidToBeRejected(t *testing.T) {
	t.Parallel()
	refused := func(code string, passing bool) atlas.Error {
		return atlas.Error{Status: 401, Code: code, Accepted: true, Passing: passing, Stopped: atlas.RetriesUsedUp}
	}
	for name, test := range map[string]struct {
		kind    atlas.CredentialKind
		failure atlas.Error
		want    string
	}{
		"service account": {atlas.ServiceAccount, refused("UNEXPECTED_ERROR", true),
			"Atlas issued an access token to the service account of the provider block and then refused it. Plan again."},
		"service account, the first read": {atlas.ServiceAccount, refused("UNEXPECTED_ERROR", false), "Atlas issued an access token to"},
		"access token": {atlas.AccessToken, refused("UNEXPECTED_ERROR", true),
			"Atlas accepted the access token of the provider block before and then refused it. Plan again."},
		"API key": {atlas.APIKey, refused("UNEXPECTED_ERROR", true),
			"Atlas accepted the API key of the provider block before and then refused it. Plan again."},
		"API key, without a challenge": {atlas.APIKey,
			atlas.Error{Status: 401, Code: "UNEXPECTED_ERROR", Accepted: true, Passing: true, NoDigest: true},
			"Atlas accepted the API key of the provider block before and then refused it. Plan again."},
		"API key whose signatures expire": {atlas.APIKey, atlas.Error{Status: 401, Code: "UNEXPECTED_ERROR", Passing: true},
			"Atlas knows the API key of the provider block, but its signatures expired on the way. Plan again."},
		"role": {atlas.APIKey, refused("USER_UNAUTHORIZED", true),
			"Atlas allowed the API key of the provider block the same operation before and then denied it. Plan again."},
		"token limit": {atlas.ServiceAccount,
			atlas.Error{Status: 403, SignIn: true, Code: "access_denied", Detail: "Access Token limit reached."},
			"The client secret is valid."},
		"rejected after it got a token": {atlas.ServiceAccount,
			atlas.Error{Status: 401, SignIn: true, Code: "invalid_client", Accepted: true},
			"Atlas issued an access token to the service account of the provider block before, but refused to issue another one. Plan again."},
		"another 403": {atlas.ServiceAccount, atlas.Error{Status: 403, Code: "X"},
			"Atlas denied access to the service account of the provider block."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			advice := unsent(t, test.kind).adviseStatus(&test.failure)
			if !strings.Contains(advice, test.want) || strings.Contains(advice, "rejected") || strings.Contains(advice, "client_secret") {
				t.Errorf("advice %q, want %q, and no doubt about the credential", advice, test.want)
			}
		})
	}
}

func TestAdviceIsAboutTheRightThing(t *testing.T) {
	t.Parallel()
	const passing = true
	for name, test := range map[string]struct {
		answer atlas.Error
		want   []string // exactly these topics
	}{
		"missing role":           {atlas.Error{Status: 401, Code: "USER_UNAUTHORIZED"}, []string{"roles"}},
		"missing role, with 403": {atlas.Error{Status: 403, Code: "USER_UNAUTHORIZED"}, []string{"roles"}},
		"missing role, for a moment": {atlas.Error{Status: 401, Code: "USER_UNAUTHORIZED", Passing: passing, Accepted: true},
			[]string{"later", "roles"}},
		"off the access list":  {atlas.Error{Status: 403, Code: "IP_ADDRESS_NOT_ON_ACCESS_LIST"}, []string{"access list"}},
		"access list required": {atlas.Error{Status: 403, Code: "ORG_REQUIRES_ACCESS_LIST"}, []string{"access list"}},
		"wrong key":            {atlas.Error{Status: 401, Code: "UNEXPECTED_ERROR"}, []string{"credential"}},
		"no Digest":            {atlas.Error{Status: 401, Code: "UNEXPECTED_ERROR", NoDigest: true}, []string{"base URL", "key", "proxy"}},
		"no Digest, of a web server": {atlas.Error{Status: 401, Detail: "Sign in", NoDigest: true},
			[]string{"base URL", "key", "proxy"}},
		"another 403":  {atlas.Error{Status: 403, Code: "X"}, []string{"access list"}},
		"wrong path":   {atlas.Error{Status: 404, Code: "RESOURCE_NOT_FOUND"}, []string{"base URL"}},
		"wrong secret": {atlas.Error{Status: 401, Code: "invalid_client", SignIn: true}, []string{"credential", "secret"}},
		"service account that may not sign in": {atlas.Error{Status: 400, Code: "unauthorized_client", SignIn: true},
			[]string{"credential", "secret"}},
		"service account that is denied": {atlas.Error{Status: 403, Code: "access_denied", SignIn: true, Detail: "Denied."},
			[]string{"access list"}},
		"no limit of tokens": {atlas.Error{Status: 400, Code: "invalid_request", SignIn: true, Detail: "No token limit."},
			[]string{"later", "secret"}},
		"no limit of tokens, in the API": {atlas.Error{Status: 403, Code: "access_denied", Detail: "Token limit."}, []string{"access list"}},
		"sign-in that fails for a moment": {atlas.Error{Status: 400, Code: "temporarily_unavailable", SignIn: true, Passing: passing,
			Stopped: atlas.RetriesUsedUp}, []string{"later", "retries"}},
		"wrong name":        {atlas.Error{Status: 404, Code: "X"}, []string{"base URL"}},
		"no token endpoint": {atlas.Error{Status: 404, Code: "invalid_request", SignIn: true}, []string{"base URL", "proxy"}},
		"rate limit, retries used up": {atlas.Error{Status: 429, Code: "RATE_LIMITED", Passing: passing, RetryAfter: time.Second, Attempts: 5,
			Stopped: atlas.RetriesUsedUp}, []string{"later", "retries"}},
		"rate limit, without retries": {atlas.Error{Status: 429, Code: "RATE_LIMITED", Passing: passing, Stopped: atlas.NotRetried},
			[]string{"later", "retries"}},
		"rate limit, no time left": {atlas.Error{Status: 429, Code: "RATE_LIMITED", Passing: passing, RetryAfter: time.Minute,
			Stopped: atlas.NoTimeLeft}, []string{"later", "timeouts", "wait"}},
		"rate limit of an hour": {atlas.Error{Status: 429, Code: "RATE_LIMITED", Passing: passing, RetryAfter: time.Hour,
			Stopped: atlas.NoTimeLeft}, []string{"later", "timeouts", "wait"}},
		"rate limit of a day": {atlas.Error{Status: 429, Code: "RATE_LIMITED", Passing: passing, RetryAfter: 24 * time.Hour,
			Stopped: atlas.WaitTooLong}, []string{"later", "wait"}},
		"rate limit of a day, without retries": {atlas.Error{Status: 429, Code: "RATE_LIMITED", Passing: passing, RetryAfter: 24 * time.Hour,
			Stopped: atlas.NotRetried}, []string{"later", "wait"}},
		"rate limit of the sign-in": {atlas.Error{Status: 429, Code: "RATE_LIMITED", SignIn: true, Passing: passing,
			Stopped: atlas.NoTimeLeft}, []string{"later", "timeouts"}},
		"Atlas fails": {atlas.Error{Status: 500, Code: "UNEXPECTED_ERROR", Passing: passing, Stopped: atlas.RetriesUsedUp},
			[]string{"later", "retries", "status"}},
		"Atlas fails, no time left": {atlas.Error{Status: 503, Code: "UNEXPECTED_ERROR", Passing: passing, Stopped: atlas.NoTimeLeft},
			[]string{"later", "status", "timeouts"}},
		"Atlas cannot do that":           {atlas.Error{Status: 501, Code: "X"}, []string{"later", "status"}},
		"wrong key that is told to wait": {atlas.Error{Status: 401, Code: "UNEXPECTED_ERROR", RetryAfter: time.Hour}, []string{"credential"}},
		"argument that Atlas rejects":    {atlas.Error{Status: 400, Code: "PATH_PARAM_PARSE_ERROR"}, []string{"arguments"}},
		"request that took too long": {atlas.Error{Status: 408, Code: "X", Passing: passing, Stopped: atlas.RetriesUsedUp},
			[]string{"later", "retries"}},
		"project without a payment": {atlas.Error{Status: 402, Code: "X"}, []string{"arguments", "bug", "upgrade"}},
		"request of an odd form":    {atlas.Error{Status: 406, Code: "X"}, []string{"arguments", "bug", "upgrade"}},
		"conflict":                  {atlas.Error{Status: 409, Code: "X"}, []string{"arguments", "bug", "upgrade"}},
		"locked project":            {atlas.Error{Status: 423, Code: "X"}, []string{"arguments", "bug", "upgrade"}},
		"version that is gone":      {atlas.Error{Status: 410, Code: "VERSION_GONE"}, []string{"upgrade"}},
		"version that is wrong":     {atlas.Error{Status: 406, Code: "INVALID_VERSION_DATE"}, []string{"upgrade"}},
		"token limit": {atlas.Error{Status: 403, Code: "access_denied", SignIn: true,
			Detail: "Access Token limit reached. Please use the existing Access Tokens or create a new Service Account."}, []string{"later"}},
		"page of a web server": {atlas.Error{Status: 404, Detail: "404 Not Found"}, []string{"base URL", "proxy"}},
		"page that forbids":    {atlas.Error{Status: 403, Detail: "403 Forbidden"}, []string{"base URL", "proxy"}},
		"client certificate": {atlas.Error{Status: 400, Detail: "No required SSL certificate was sent", SignIn: true},
			[]string{"base URL", "proxy"}},
		"gateway":              {atlas.Error{Status: 502, Detail: "Bad Gateway", Passing: passing}, []string{"base URL", "later", "proxy"}},
		"gateway of a sign-in": {atlas.Error{Status: 504, SignIn: true, Passing: passing}, []string{"base URL", "later", "proxy"}},
		"gateway that asks to wait": {atlas.Error{Status: 503, Passing: passing, RetryAfter: 24 * time.Hour, Stopped: atlas.WaitTooLong},
			[]string{"base URL", "later", "proxy", "wait"}},
		"redirect": {atlas.Error{Status: 302}, []string{"base URL", "proxy"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			advice := unsent(t, atlas.APIKey).adviseStatus(&test.answer)
			for topic, words := range topics {
				want := false
				for _, wanted := range test.want {
					want = want || wanted == topic
				}
				if got := strings.Contains(advice, words); got != want {
					t.Errorf("is about the %s: %t, want %t: %s", topic, got, want, advice)
				}
			}
			if !strings.HasSuffix(advice, ".") {
				t.Errorf("does not end as a sentence: %s", advice)
			}
		})
	}
}

// diagnosticOf returns the detail of the diagnostic for an answer that a server sends.
func diagnosticOf(t *testing.T, kind atlas.CredentialKind, status int, header http.Header, body string) string {
	t.Helper()
	listener := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		maps.Copy(w.Header(), header)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
	r := newRequest(t, credentials[kind], "http://atlas.invalid", listener.DialContext)
	return r.Failed(r.failure(t)).Detail()
}

func TestDiagnosticsOfAnswers(t *testing.T) {
	t.Parallel()
	const wrongKey = `{"error": 401, "errorCode": "UNEXPECTED_ERROR", "detail": "You are not authorized for this resource."}`
	const digest = `Digest realm="MMS Public API", domain="", nonce="n", algorithm=MD5, qop="auth", stale=false`
	challenge := func(values ...string) http.Header { return http.Header{"Www-Authenticate": values} }
	for name, test := range map[string]struct {
		kind   atlas.CredentialKind
		status int
		header http.Header
		body   string
		want   string
	}{
		"fields that are wrong": {atlas.AccessToken, 400, nil, `{"error": 400, "errorCode": "VALIDATION_ERROR", "detail": "Invalid request.",
			"badRequestDetail": {"fields": [{"field": "groupId", "description": "must be an ObjectId"}, {"field": "itemsPerPage",
			"description": "is too large."}, {"field": 1}, "x"]}}`,
			"Atlas answered 400 Bad Request: VALIDATION_ERROR: Invalid request. groupId: must be an ObjectId. itemsPerPage: is too large.\n\n" +
				"Check the arguments of the data source: Atlas does not accept one of them."},
		"fields that are wrong, without a detail": {atlas.AccessToken, 400, nil,
			`{"errorCode": "X", "badRequestDetail": {"fields": [{"field": "a", "description": "is odd"}]}}`,
			"Atlas answered 400 Bad Request: X: a: is odd.\n\nCheck the arguments"},
		"path that Atlas cannot parse": {atlas.AccessToken, 400, nil, `{"errorCode": "PATH_PARAM_PARSE_ERROR", "detail": "Bad tenantName"}`,
			"Atlas answered 400 Bad Request: PATH_PARAM_PARSE_ERROR: Bad tenantName.\n\nCheck the arguments of the data source"},
		"version that is gone": {atlas.AccessToken, 410, nil, `{"errorCode": "VERSION_GONE", "detail": "Gone."}`,
			"Atlas answered 410 Gone: VERSION_GONE: Gone.\n\nUpgrade the provider: Atlas no longer serves the version of the API"},
		"data of a gateway": {atlas.AccessToken, 409, nil, `{"results": [{"headers": {"Authorization": "Bearer secret"}}]}`,
			"Something other than Atlas answered 409 Conflict.\n\nThis answer has no Atlas error code"},
		"wrong key": {atlas.APIKey, 401, challenge(digest), wrongKey,
			"You are not authorized for this resource.\n\nAtlas rejected the API key of the provider block. Check its value"},
		"wrong key, after another challenge": {atlas.APIKey, 401, challenge(`Negotiate, ` + digest), wrongKey, "Atlas rejected the API key"},
		"wrong token": {atlas.AccessToken, 401, challenge(`Bearer error="invalid_token"`), wrongKey,
			"Atlas rejected the access token of the provider block."},
		"no Digest": {atlas.APIKey, 401, challenge(`Bearer realm="a"`), wrongKey,
			"This server does not ask for an API key: its answer offers no"},
		"Basic of a gateway": {atlas.APIKey, 401, challenge(`Basic realm="a"`), `{}`,
			"Something other than Atlas answered 401 Unauthorized.\n\nThis server does not ask for an API key"},
		"stale nonce, always": {atlas.APIKey, 401, challenge(strings.Replace(digest, "stale=false", "stale=TRUE", 1)), wrongKey,
			"Atlas knows the API key of the provider block, but its signatures expired on the way."},
		"wrong secret": {atlas.ServiceAccount, 401, nil, `{"error": "invalid_client", "error_description": "Wrong."}`,
			"Atlas answered 401 Unauthorized: invalid_client: Wrong.\n\nAtlas rejected the service account of the provider block. Check client_id"},
		"sign-in that fails for a moment": {atlas.ServiceAccount, 400, nil, `{"error": "temporarily_unavailable"}`,
			"Atlas answered 400 Bad Request: temporarily_unavailable.\n\nPlan again later"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := diagnosticOf(t, test.kind, test.status, test.header, test.body)
			if !strings.Contains(got, test.want) || strings.Contains(got, "secret") && test.kind == atlas.AccessToken {
				t.Errorf("detail %q, want %q", got, test.want)
			}
		})
	}
}
