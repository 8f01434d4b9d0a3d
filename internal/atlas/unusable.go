package atlas

import "errors"

// ConfigurationError is the error for a provider configuration or an environment that makes every read impossible.
type ConfigurationError struct {
	// Argument is the provider argument that has the error, or empty.
	Argument string
	// Summary is a short phrase that never varies for a kind of error, such as "Missing credentials".
	Summary string
	// Detail is sentences that describe the error and what to do about it.
	Detail string
}

func (e *ConfigurationError) Error() string { return e.Summary + ": " + e.Detail }

// NewUnusableClient returns a client whose every read fails with err, which is usually a ConfigurationError.
func NewUnusableClient(err error) *Client {
	return &Client{err: err}
}

// usable returns an error if c cannot read. The client of a data source that was never configured is nil.
func (c *Client) usable() error {
	if c == nil {
		return errors.New("the read began before the provider was configured")
	}
	return c.err
}
