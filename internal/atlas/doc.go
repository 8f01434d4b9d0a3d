// Package atlas is the MongoDB Atlas Administration API as the provider needs it: its operations, their pages, and
// connections and instances as they arrive. The Atlas SDK makes the calls; what it drops or hides is added here. How
// they travel is the business of package transport.
//
// It knows nothing of Terraform except its logger. Schemas, state and diagnostics live in the data sources.
package atlas
