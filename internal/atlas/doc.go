// Package atlas speaks HTTP to the MongoDB Atlas Administration API: signing in, retrying, paging, and turning
// answers into connections or errors. The Atlas SDK makes the calls; what it drops or hides is added here.
//
// It knows nothing of Terraform but its logger. Schemas, state and diagnostics live in the data sources.
package atlas
