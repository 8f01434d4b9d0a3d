// Package sandbox serves the part of the Atlas Administration API that reads stream processing instances and connections, from
// memory.
//
// It serves a [Data] document, with all three ways to sign in (service account, access token, API key), and with the pages,
// versions, limits, and errors of the real API. Faults are repeatable: an [Answer] replaces or changes one answer, and a list
// of them is a script.
//
// The sandbox never changes its data, does not limit the rate of requests, and does not serve TLS. Every other part of the API
// answers 404. The provider does not import this package.
package sandbox
