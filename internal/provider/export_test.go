package provider

// NewWithEnvironment returns a provider that reads environment instead of the variables of the process.
func NewWithEnvironment(version string, environment map[string]string) *Provider {
	p := New(version)
	p.getenv = func(name string) string { return environment[name] }
	return p
}
