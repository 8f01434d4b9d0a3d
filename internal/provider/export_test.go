package provider

// NewWithEnvironment returns a provider that uses environment instead of the environment of the process.
func NewWithEnvironment(version string, environment map[string]string) *Provider {
	p := New(version)
	p.getenv = func(name string) string { return environment[name] }
	return p
}
