package sandbox

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Fault is the name of a way in which requests fail: for the resources of an instance, or for the lists of a project.
type Fault string

// The faults. Faults returns a description of each.
const (
	RateLimited    Fault = "rate-limited"
	TokenBucket    Fault = "token-bucket"
	Unavailable    Fault = "unavailable"
	GatewayTimeout Fault = "gateway-timeout"
	Flaky          Fault = "flaky"
	Slow           Fault = "slow"
	VerySlow       Fault = "very-slow"
	Hanging        Fault = "hanging"
	ExpiredToken   Fault = "expired-token"
	SignInRefused  Fault = "sign-in-refused"
	Forbidden      Fault = "forbidden"
	NotOnList      Fault = "not-on-access-list"
	NotOnOrgList   Fault = "not-on-organization-access-list"
	Moving         Fault = "moving"
	AlwaysMoving   Fault = "always-moving"
	Miscounted     Fault = "miscounted"
	IgnoresPaging  Fault = "ignores-paging"
	UnknownType    Fault = "unknown-type"
	LoginPage      Fault = "login-page"
	NginxPage      Fault = "nginx-page"
	EmptyAnswer    Fault = "empty-answer"
	Redirected     Fault = "redirected"
)

// forever is the Times of an answer for all further requests.
const forever = -1

var faults = []struct {
	name        Fault
	description string
	script      func(target) script
}{
	{RateLimited, "The first two requests get 429, with a Retry-After of one second.", always(Answer{
		Times: 2, Status: http.StatusTooManyRequests,
		Headers: map[string]string{"Retry-After": "1", "RateLimit-Limit": strconv.Itoa(rateLimit), "RateLimit-Remaining": "0"},
	})},
	{TokenBucket, "The first request gets 429 without a Retry-After. Only the error's parameters contain the wait time, 55 seconds.", always(
		Answer{Status: http.StatusTooManyRequests},
	)},
	{Unavailable, "Every request gets 503.", always(Answer{Times: forever, Status: http.StatusServiceUnavailable})},
	{GatewayTimeout, "Every request gets a gateway's 504, with a body that is not JSON.", always(Answer{
		Times: forever, Status: http.StatusGatewayTimeout, Body: new("upstream request timeout"),
		Headers: map[string]string{"Content-Type": "text/plain"},
	})},
	{Flaky, "The first request gets 503, the second no response, and the third an incomplete response.", always(
		Answer{Status: http.StatusServiceUnavailable}, Answer{Break: Close}, Answer{Break: CloseInBody},
	)},
	{Slow, "Every request is answered after five seconds.", always(
		Answer{Times: forever, Delay: Duration(5 * time.Second)},
	)},
	{VerySlow, "Every request is answered after 55 seconds, just before a timeout of one minute.", always(
		Answer{Times: forever, Delay: Duration(55 * time.Second)},
	)},
	{Hanging, "No request is ever answered.", always(Answer{Times: forever, Break: Stall})},
	{ExpiredToken, "The first request gets 401, because its token or its digest nonce has expired.", always(Answer{Revoke: true})},
	{SignInRefused, "The first request gets 401, although its token or API key is valid.", always(
		Answer{Status: http.StatusUnauthorized},
	)},
	{Forbidden, "Every request gets 401 USER_UNAUTHORIZED, as if the required role were missing.", always(
		Answer{Times: forever, Status: http.StatusUnauthorized, ErrorCode: "USER_UNAUTHORIZED"},
	)},
	{NotOnList, "Every request gets 403, as if from an IP address that is not on the API key's access list.", always(Answer{
		Times: forever, Status: http.StatusForbidden, ErrorCode: "IP_ADDRESS_NOT_ON_ACCESS_LIST",
	})},
	{NotOnOrgList, "Every request gets 403, as if from an IP address that is not on the access list that the organization requires.", always(
		Answer{Times: forever, Status: http.StatusForbidden, ErrorCode: "ORG_REQUIRES_ACCESS_LIST"},
	)},
	{Moving, "The first list is missing a connection, as if it were being added, and the first request for a connection gets 404.", moving},
	{AlwaysMoving, "Every list has a connection that the next one does not have, and a total count that is one too high.", alwaysMoving},
	{Miscounted, "Every list has a total count that is one too high.", miscounted},
	{IgnoresPaging, "Every list returns its first page, regardless of the requested page.", always(Answer{Times: forever, Page: 1})},
	{UnknownType, "The list has one more connection, of a type that does not exist yet.", withUnknownType},
	{LoginPage, "Every request gets a web page with status 200, as if from a proxy that asks users to sign in.", always(Answer{
		Times: forever, Body: new("<!DOCTYPE html>\n<title>Sign in</title>\n<p>Sign in to use the network.</p>\n"),
		Headers: map[string]string{"Content-Type": "text/html; charset=utf-8"},
	})},
	{NginxPage, "Every request gets nginx's 404 page, as if from a server that is not Atlas.", always(Answer{
		Times: forever, Status: http.StatusNotFound, Headers: map[string]string{"Content-Type": "text/html", "Server": "nginx"},
		Body: new("<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n" +
			"<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"),
	})},
	{EmptyAnswer, "Every request gets 200 without a body.", always(Answer{Times: forever, Body: new("")})},
	{Redirected, "Every request is redirected to another host.", always(
		Answer{Times: forever, Redirect: "https://elsewhere.invalid/"},
	)},
}

// Faults returns the faults in the order of the documentation, and what each does.
func Faults() (names []Fault, descriptions map[Fault]string) {
	descriptions = map[Fault]string{}
	for _, f := range faults {
		names = append(names, f.name)
		descriptions[f.name] = f.description
	}
	return names, descriptions
}

// UnmarshalText fails if there is no such fault.
func (f *Fault) UnmarshalText(text []byte) error {
	var names []string
	for _, known := range faults {
		if string(known.name) == string(text) {
			*f = known.name
			return nil
		}
		names = append(names, string(known.name))
	}
	instead := cmp.Or(didYouMean(string(text), names), ": it must be one of "+strings.Join(names, ", "))
	return fmt.Errorf("%q is not a fault%s", text, instead)
}

// scriptOf returns the script of a resource that has either answers or a fault in the data.
func scriptOf(answers []Answer, f Fault, t target) script {
	if f == "" {
		return script{answers: answers}
	}
	for _, known := range faults {
		if known.name == f {
			return known.script(t)
		}
	}
	panic(fmt.Sprintf("sandbox: there is no fault %q", string(f)))
}

// target is the resource that follows a script.
type target struct {
	endpoint string
	all      []json.RawMessage                 // what it lists
	more     func(name string) json.RawMessage // returns another one of the same kind
}

func always(answers ...Answer) func(target) script {
	return func(target) script { return script{answers: slices.Clone(answers)} }
}

// moving hides the first result once. A connection is then not found by its name once, because reads in Atlas can lag behind
// writes.
func moving(t target) script {
	a := Answer{TotalCount: new(1)}
	if t.endpoint == EndpointConnection {
		a = Answer{Results: []json.RawMessage{}}
	} else if len(t.all) > 0 {
		a = Answer{Results: t.all[1:], TotalCount: new(len(t.all))}
	}
	return script{answers: []Answer{a}}
}

// alwaysMoving returns so many answers that a client never gets one twice, however many requests it sends for a list. A
// connection that is read by its name does not change.
func alwaysMoving(t target) script {
	if t.endpoint == EndpointConnection {
		return script{}
	}
	answers := make([]Answer, 1000)
	for i := range answers {
		passing := t.more(fmt.Sprintf("passing-%03d", i))
		answers[i] = Answer{Results: append(slices.Clone(t.all), passing), TotalCount: new(len(t.all) + 2)}
	}
	return script{answers: answers, loop: true}
}

func miscounted(t target) script {
	return script{answers: []Answer{{Times: forever, TotalCount: new(len(t.all) + 1)}}}
}

// withUnknownType changes only connections. Nothing else has a type.
func withUnknownType(t target) script {
	if t.endpoint != EndpointConnections && t.endpoint != EndpointConnection {
		return script{}
	}
	return script{answers: []Answer{{Times: forever, Results: append(slices.Clone(t.all), json.RawMessage(
		`{"name":"not-yet-known","type":"CarrierPigeon","region":"VIRGINIA_USA","state":"READY","loft":{"pigeons":12}}`,
	))}}}
}
