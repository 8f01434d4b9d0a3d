// Package streamprocessors implements the data source atlas_streams_processors, which lists the stream processors of an instance
// and the connections that each of them uses, and the function pipeline_connections, which finds the same connections in a
// pipeline that is not deployed yet.
package streamprocessors
