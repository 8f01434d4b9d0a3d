package sandbox

import (
	"io"
	"time"
)

// Option changes a sandbox.
type Option func(*Sandbox)

// WithCredentials replaces DefaultCredentials. Requests with an empty credential are rejected.
func WithCredentials(c Credentials) Option {
	return func(s *Sandbox) { s.accounts[0].Credentials = c }
}

// WithTokenLifetime sets the lifetime of the tokens that the token endpoint issues. The default is an hour.
func WithTokenLifetime(d time.Duration) Option {
	return func(s *Sandbox) { s.tokenLifetime = d }
}

// WithNonceLifetime sets the lifetime of the nonces in digest challenges. The default is five minutes.
func WithNonceLifetime(d time.Duration) Option {
	return func(s *Sandbox) { s.nonceLifetime = d }
}

// WithTokenAnswers sets the script of the token endpoint.
func WithTokenAnswers(answers ...Answer) Option {
	return func(s *Sandbox) { s.token.answers = answers }
}

// WithRevokeAnswers sets the script of the endpoint that revokes a token.
func WithRevokeAnswers(answers ...Answer) Option {
	return func(s *Sandbox) { s.revoke.answers = answers }
}

// WithGateway sets the script of a proxy or a load balancer in front of the resources. Each request gets its next answer,
// authenticated or not, except those for the token and revoke endpoints.
func WithGateway(answers ...Answer) Option {
	return func(s *Sandbox) { s.gateway.answers = answers }
}

// WithRequestLog writes each request to w as one line of JSON, without secrets.
func WithRequestLog(w io.Writer) Option {
	return func(s *Sandbox) { s.log = w }
}
