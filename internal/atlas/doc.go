// Package atlas reads connections and instances from the MongoDB Atlas Administration API. It combines the pages of a listing
// and checks every answer. The Atlas SDK makes each call, but this package decodes the answer, because the SDK drops fields
// and hides errors. Package transport sends the requests.
//
// This package does not depend on Terraform except for its logger. Schemas, state, and diagnostics are in the data sources.
package atlas
