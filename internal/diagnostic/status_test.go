package diagnostic

import (
	"strings"
	"testing"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

// topics are the words that show what advice is about.
var topics = map[string]string{
	"access list": "IP access list",
	"base URL":    "base_url",
	"bug":         issuesURL,
	"credential":  "Atlas rejected the API key of the provider block",
	"later":       "Plan again",
	"proxy":       "proxy",
	"retries":     "max_retries",
	"roles":       roles,
	"secret":      "client_secret",
	"status":      "status.mongodb.com",
	"timeouts":    "timeouts.read",
	"wait":        "Atlas asks to wait",
}

func TestAdviceNamesWhatHasTheRoles(t *testing.T) {
	t.Parallel()
	for credential, want := range map[string]string{
		"the access token from MONGODB_ATLAS_ACCESS_TOKEN": "the service account of the access token from MONGODB_ATLAS_ACCESS_TOKEN",
		"the API key of the provider block":                "the API key of the provider block",
	} {
		for _, code := range []string{"USER_UNAUTHORIZED", "IP_ADDRESS_NOT_ON_ACCESS_LIST", "ORG_REQUIRES_ACCESS_LIST"} {
			if advice := adviseStatus(&transport.StatusError{Status: 403, Code: code}, credential); !strings.Contains(advice, " "+want) {
				t.Errorf("%s does not name %s: %s", code, want, advice)
			}
		}
	}
	for status, want := range map[int]string{
		401: "Atlas issued an access token to the service account",
		403: "Atlas denied access to the service account",
	} {
		advice := adviseStatus(&transport.StatusError{Status: status, Code: "UNEXPECTED_ERROR"}, "the service account of the provider block")
		if !strings.Contains(advice, want) {
			t.Errorf("blames an account that signed in: %s", advice)
		}
	}
}

func TestAdviceIsAboutTheRightThing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer transport.StatusError
		want   []string // exactly these topics
	}{
		"missing role":           {transport.StatusError{Status: 401, Code: "USER_UNAUTHORIZED"}, []string{"roles"}},
		"missing role, with 403": {transport.StatusError{Status: 403, Code: "USER_UNAUTHORIZED"}, []string{"roles"}},
		"off the access list":    {transport.StatusError{Status: 403, Code: "IP_ADDRESS_NOT_ON_ACCESS_LIST"}, []string{"access list"}},
		"access list required":   {transport.StatusError{Status: 403, Code: "ORG_REQUIRES_ACCESS_LIST"}, []string{"access list"}},
		"wrong key":              {transport.StatusError{Status: 401, Code: "UNEXPECTED_ERROR"}, []string{"credential"}},
		"another 403":            {transport.StatusError{Status: 403, Code: "X"}, []string{"access list"}},
		"wrong path":             {transport.StatusError{Status: 404, Code: "RESOURCE_NOT_FOUND"}, []string{"base URL"}},
		"wrong secret": {transport.StatusError{Status: 401, Code: "invalid_client", SignIn: true},
			[]string{"credential", "secret"}},
		"service account that is denied": {transport.StatusError{Status: 403, Code: "access_denied", SignIn: true, Detail: "Denied."},
			[]string{"credential", "secret"}},
		"no limit of tokens": {transport.StatusError{Status: 400, Code: "invalid_request", SignIn: true, Detail: "No token limit."},
			[]string{"credential", "secret"}},
		"no limit of tokens, in the API": {transport.StatusError{Status: 403, Code: "access_denied", Detail: "Token limit."},
			[]string{"access list"}},
		"wrong name":        {transport.StatusError{Status: 404, Code: "X"}, []string{"base URL"}},
		"no token endpoint": {transport.StatusError{Status: 404, Code: "invalid_request", SignIn: true}, []string{"base URL", "proxy"}},
		"rate limit, retries used up": {transport.StatusError{Status: 429, Code: "RATE_LIMITED", RetryAfter: time.Second, Attempts: 5,
			Stopped: transport.RetriesUsedUp}, []string{"later", "retries"}},
		"rate limit, without retries": {transport.StatusError{Status: 429, Code: "RATE_LIMITED"}, []string{"later", "retries"}},
		"rate limit, no time left": {transport.StatusError{Status: 429, Code: "RATE_LIMITED", RetryAfter: time.Minute,
			Stopped: transport.NoTimeLeft}, []string{"later", "timeouts", "wait"}},
		"rate limit of an hour": {transport.StatusError{Status: 429, Code: "RATE_LIMITED", RetryAfter: time.Hour,
			Stopped: transport.NoTimeLeft}, []string{"later", "timeouts", "wait"}},
		"rate limit of a day": {transport.StatusError{Status: 429, Code: "RATE_LIMITED", RetryAfter: 24 * time.Hour,
			Stopped: transport.WaitTooLong}, []string{"later", "wait"}},
		"rate limit of a day, without retries": {transport.StatusError{Status: 429, Code: "RATE_LIMITED", RetryAfter: 24 * time.Hour},
			[]string{"later", "wait"}},
		"rate limit of the sign-in": {transport.StatusError{Status: 429, Code: "RATE_LIMITED", SignIn: true,
			Stopped: transport.NoTimeLeft}, []string{"later", "timeouts"}},
		"Atlas fails": {transport.StatusError{Status: 500, Code: "UNEXPECTED_ERROR", Stopped: transport.RetriesUsedUp},
			[]string{"later", "retries", "status"}},
		"Atlas fails, no time left": {transport.StatusError{Status: 503, Code: "UNEXPECTED_ERROR", Stopped: transport.NoTimeLeft},
			[]string{"later", "status", "timeouts"}},
		"wrong key that is told to wait": {transport.StatusError{Status: 401, Code: "UNEXPECTED_ERROR", RetryAfter: time.Hour},
			[]string{"credential"}},
		"request that Atlas does not understand": {transport.StatusError{Status: 400, Code: "X"}, []string{"bug"}},
		"request that took too long":             {transport.StatusError{Status: 408, Code: "X"}, []string{"later", "retries"}},
		"request that Atlas rejects":             {transport.StatusError{Status: 406, Code: "INVALID_VERSION_DATE"}, []string{"bug"}},
		"token limit": {transport.StatusError{Status: 403, Code: "access_denied", SignIn: true,
			Detail: "Access Token limit reached. Please use the existing Access Tokens or create a new Service Account."}, []string{"later"}},
		"page of a web server": {transport.StatusError{Status: 404, Detail: "404 Not Found"}, []string{"base URL", "proxy"}},
		"page that forbids":    {transport.StatusError{Status: 403, Detail: "403 Forbidden"}, []string{"base URL", "proxy"}},
		"client certificate": {transport.StatusError{Status: 400, Detail: "No required SSL certificate was sent", SignIn: true},
			[]string{"base URL", "proxy"}},
		"gateway":              {transport.StatusError{Status: 502, Detail: "Bad Gateway"}, []string{"base URL", "later", "proxy"}},
		"gateway of a sign-in": {transport.StatusError{Status: 504, SignIn: true}, []string{"base URL", "later", "proxy"}},
		"redirect":             {transport.StatusError{Status: 302}, []string{"base URL", "proxy"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			advice := adviseStatus(&test.answer, "the API key of the provider block")
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
