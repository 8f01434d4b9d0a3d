// Package transport sends HTTP requests to the MongoDB Atlas Administration API. It signs in, sends requests only to one origin,
// retries transient failures, uses the proxy of the environment, and keeps secrets out of errors and logs. Package atlas contains
// the operations of the API.
//
// This package does not depend on Terraform except for its logger.
package transport
