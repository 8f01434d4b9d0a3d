package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// Answer is one scripted answer, in place of the normal one or altering it. Its zero value is the normal answer, which
// lets a script fail the second page. Only requests that are signed in take from the script of an instance or a project,
// so that the challenge of an API key uses nothing up.
type Answer struct {
	// Times is how many requests in a row get this answer. Zero is one, and a negative number is all that follow.
	Times int `json:"times,omitzero"`

	// Delay is how long the sandbox waits before it answers.
	Delay Duration `json:"delay,omitzero"`
	// Break fails the connection instead of completing the answer.
	Break Break `json:"break,omitzero"`
	// Revoke ends what the request signed in with, before it is looked at: its token is revoked, or its nonce becomes
	// stale. The request gets 401, and signing in anew helps.
	Revoke bool `json:"revoke,omitzero"`

	// Status replaces the status code. From 300 on it also replaces the body: with an error in the API's shape, or with
	// none for a redirect.
	Status int `json:"status,omitzero"`
	// ErrorCode is the error's code. Left empty, it is one that Atlas gives for the status.
	ErrorCode string `json:"errorCode,omitzero"`
	// Detail is the error's detail. Left empty, it is what Atlas says for the code.
	Detail string `json:"detail,omitzero"`
	// Parameters are the error's parameters, a JSON list or null. Left nil, they are what Atlas gives with the code.
	Parameters json.RawMessage `json:"parameters,omitzero"`
	// Headers are set on the answer. An empty value removes a header that would be there otherwise.
	Headers map[string]string `json:"headers,omitzero"`
	// Body replaces the body, whatever it holds.
	Body *string `json:"body,omitzero"`
	// Redirect answers with a redirect to this location (302, unless Status is set).
	Redirect string `json:"redirect,omitzero"`

	// Results is the listing for this request alone: paging and counting go by it. An empty one lists nothing.
	Results []json.RawMessage `json:"results,omitzero"`
	// TotalCount replaces the reported number of connections.
	TotalCount *int `json:"totalCount,omitzero"`
	// OmitTotalCount leaves the reported number out.
	OmitTotalCount bool `json:"omitTotalCount,omitzero"`
	// Page is the number of the page that is returned, whatever page was asked for.
	Page int `json:"page,omitzero"`
}

// Break is how a connection fails.
type Break string

// The ways in which a connection fails. In the middle of the body means that the status, the headers and half of the
// announced body have gone out.
const (
	Stall       Break = "stall"         // Never answers, until the client leaves.
	StallInBody Break = "stall-in-body" // Stops in the middle of the body, until the client leaves.
	Close       Break = "close"         // Closes the connection without an answer.
	CloseInBody Break = "close-in-body" // Closes the connection in the middle of the body.
	Reset       Break = "reset"         // Resets the connection without an answer.
	ResetInBody Break = "reset-in-body" // Resets the connection in the middle of the body.
)

// UnmarshalText accepts the ways that exist.
func (b *Break) UnmarshalText(text []byte) error {
	switch v := Break(text); v {
	case Stall, StallInBody, Close, CloseInBody, Reset, ResetInBody:
		*b = v
		return nil
	default:
		return fmt.Errorf("%q is not one of %q", v, []Break{Stall, StallInBody, Close, CloseInBody, Reset, ResetInBody})
	}
}

func (b Break) inBody() bool { return b == StallInBody || b == CloseInBody || b == ResetInBody }

// Duration is a time.Duration that is written in JSON as a string such as "1.5s".
type Duration time.Duration

// MarshalText writes the duration as time.Duration prints it.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText reads what time.ParseDuration reads, but nothing negative.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("%q is not a duration such as \"1.5s\"", text)
	}
	if v < 0 {
		return fmt.Errorf("%q is a negative duration", text)
	}
	*d = Duration(v)
	return nil
}

// replaces tells whether the answer leaves nothing of the normal one.
func (a *Answer) replaces() bool {
	return a.Body != nil || a.Redirect != "" || a.Status >= http.StatusMultipleChoices || a.Status == http.StatusNoContent
}

// script hands out the answers of one endpoint in order. The sandbox's mutex guards it.
type script struct {
	answers []Answer
	given   int  // of answers[0]
	loop    bool // start anew at the end
}

func (s *script) next() Answer {
	if len(s.answers) == 0 {
		return Answer{}
	}
	a := s.answers[0]
	if s.given++; a.Times >= 0 && s.given >= a.Times {
		s.answers, s.given = s.answers[1:], 0
		if s.loop {
			s.answers = append(s.answers, a)
		}
	}
	return a
}
