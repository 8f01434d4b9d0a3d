// Package sandbox is an Atlas Administration API in memory, as far as a reader of streams connections needs it.
//
// It serves a [Data] document: the stream instances of a project and the connections of each, as listings and one by
// one, behind the three ways to sign in (service account, access token, API key), with the paging, versions, limits and
// errors of the real API. It answers wrongly on request: an [Answer] replaces or alters one answer, and a script of them
// makes any fault repeatable.
//
// What is not here: writing (the data never changes), rate limiting by itself, TLS, and any other part of the API,
// which answers 404. Nothing that ships in the provider imports this package.
package sandbox
