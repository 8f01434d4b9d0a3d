package sandbox

import (
	"io"
	"time"
)

// Option alters a sandbox.
type Option func(*Sandbox)

// WithCredentials replaces DefaultCredentials as what signs in and may read. What is left empty is not accepted.
func WithCredentials(c Credentials) Option {
	return func(s *Sandbox) { s.accounts[0].Credentials = c }
}

// WithTokenLifetime sets how long a token is good for that the token endpoint issues. It is an hour otherwise.
func WithTokenLifetime(d time.Duration) Option {
	return func(s *Sandbox) { s.tokenLifetime = d }
}

// WithNonceLifetime sets how long a nonce of the digest challenge is good for. It is five minutes otherwise.
func WithNonceLifetime(d time.Duration) Option {
	return func(s *Sandbox) { s.nonceLifetime = d }
}

// WithTokenAnswers is the script of the token endpoint.
func WithTokenAnswers(answers ...Answer) Option {
	return func(s *Sandbox) { s.token.answers = answers }
}

// WithRevokeAnswers is the script of the endpoint that revokes a token.
func WithRevokeAnswers(answers ...Answer) Option {
	return func(s *Sandbox) { s.revoke.answers = answers }
}

// WithGateway is the script of what stands before the resources, such as a proxy or a load balancer: each request but
// those to the token and revoke endpoints takes the next answer, signed in or not.
func WithGateway(answers ...Answer) Option {
	return func(s *Sandbox) { s.gateway.answers = answers }
}

// WithRequestLog writes each request as one line of JSON, without any secret.
func WithRequestLog(w io.Writer) Option {
	return func(s *Sandbox) { s.log = w }
}
