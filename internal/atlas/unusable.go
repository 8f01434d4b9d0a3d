package atlas

// ConfigurationError is a configuration of the provider, or an environment, that nothing can be read with.
type ConfigurationError struct {
	// Argument is the provider argument at fault, or empty.
	Argument string
	// Summary is a short phrase, the same for every error of the kind, such as "Missing credentials".
	Summary string
	// Detail describes the error and what to do about it, in sentences.
	Detail string
}

func (e *ConfigurationError) Error() string { return e.Summary + ": " + e.Detail }

// NewUnusableClient returns a client whose every read fails with err, which is usually a ConfigurationError.
func NewUnusableClient(err error) *Client {
	return &Client{err: err}
}

// usable returns why c cannot read, if it cannot. A data source that was never configured has a nil client.
func (c *Client) usable() error {
	if c == nil {
		return &ConfigurationError{
			Summary: "Unconfigured provider",
			Detail:  "The read began before the provider was configured. This is a bug in what runs the provider: please report it.",
		}
	}
	return c.err
}
