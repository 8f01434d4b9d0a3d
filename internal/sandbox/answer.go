package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// Answer is one scripted answer, which replaces or alters the normal one. The zero value is the normal answer, so that a
// script can fail only the second page. Only authenticated requests use up the answers of an instance or a project: the
// challenge of an API key does not.
type Answer struct {
	// Times is the number of consecutive requests that get this answer. Zero means one, and a negative number means all
	// further requests.
	Times int `json:"times,omitzero"`

	// Delay is how long the sandbox waits before it answers.
	Delay Duration `json:"delay,omitzero"`
	// Break fails the connection instead of completing the answer.
	Break Break `json:"break,omitzero"`
	// Revoke revokes the request's token, or makes its digest nonce stale, before the request is authenticated. The request
	// gets 401, and the client can sign in again.
	Revoke bool `json:"revoke,omitzero"`

	// Status replaces the status code. A code of 400 or more also replaces the body, with an error of the API. A code of 300
	// to 399 removes it.
	Status int `json:"status,omitzero"`
	// ErrorCode is the error's code. If it is empty, it is one that Atlas returns with the status.
	ErrorCode string `json:"errorCode,omitzero"`
	// Detail is the error's detail. If it is empty, it is the one that Atlas returns with the code.
	Detail string `json:"detail,omitzero"`
	// Parameters are the error's parameters, a JSON array or null. If they are nil, they are those that Atlas returns with
	// the code.
	Parameters json.RawMessage `json:"parameters,omitzero"`
	// Headers are set on the answer. An empty value removes a header.
	Headers map[string]string `json:"headers,omitzero"`
	// Body replaces the body.
	Body *string `json:"body,omitzero"`
	// Redirect redirects the request to this URL, with status 302 unless Status is set.
	Redirect string `json:"redirect,omitzero"`

	// Results are what exists for this request, such as connections: what is listed, counted, and found by name. If they
	// are empty but not nil, there is nothing.
	Results []json.RawMessage `json:"results,omitzero"`
	// TotalCount replaces the total count of a list.
	TotalCount *int `json:"totalCount,omitzero"`
	// OmitTotalCount leaves out the total count of a list.
	OmitTotalCount bool `json:"omitTotalCount,omitzero"`
	// Page is the number of the page of a list that is returned, instead of the requested one.
	Page int `json:"page,omitzero"`
}

// Break is how a connection fails.
type Break string

// The ways in which a connection fails. In the middle of the body means after the status, the headers, and half of the
// announced body.
const (
	Stall       Break = "stall"         // Never answers, until the client leaves.
	StallInBody Break = "stall-in-body" // Stops in the middle of the body, until the client leaves.
	Close       Break = "close"         // Closes the connection without an answer.
	CloseInBody Break = "close-in-body" // Closes the connection in the middle of the body.
	Reset       Break = "reset"         // Resets the connection without an answer.
	ResetInBody Break = "reset-in-body" // Resets the connection in the middle of the body.
)

func (b Break) inBody() bool { return b == StallInBody || b == CloseInBody || b == ResetInBody }

// Duration is a time.Duration that is a string in JSON, such as "1.5s".
type Duration time.Duration

// MarshalText writes the duration as time.Duration prints it.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText accepts what time.ParseDuration accepts.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("%q is not a duration such as \"1.5s\"", text)
	}
	*d = Duration(v)
	return nil
}

// replaces reports whether the answer replaces the normal one completely.
func (a *Answer) replaces() bool {
	return a.Body != nil || a.Redirect != "" || a.Status >= http.StatusMultipleChoices || a.Status == http.StatusNoContent
}

// script returns the answers of one endpoint in order. The sandbox's mutex guards it.
type script struct {
	answers []Answer
	given   int  // how many times answers[0] was given
	loop    bool // whether to start again at the end
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
