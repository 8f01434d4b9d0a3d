// Package transport speaks HTTP to the MongoDB Atlas Administration API: it signs in, stays within one origin, retries
// what may pass, uses the environment's proxy, and keeps secrets out of errors and logs. What the API offers and what
// its answers mean is the business of package atlas.
//
// It knows nothing of Terraform except its logger.
package transport
