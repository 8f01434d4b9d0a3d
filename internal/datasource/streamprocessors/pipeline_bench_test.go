package streamprocessors

import (
	"encoding/json"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/streamconnections/fixtures"
)

// typicalPipeline is a pipeline of a typical length that names connections in four places.
const typicalPipeline = `[
	{"$source": {"connectionName": "orders", "topic": "orders", "schemaRegistry": {"connectionName": "registry"}, "timeField": "$at"}},
	{"$match": {"$and": [{"status": {"$in": ["NEW", "PAID"]}}, {"total": {"$gt": 0}}]}},
	{"$validate": {"validator": {"$jsonSchema": {"required": ["_id", "total"], "properties": {"total": {"bsonType": "double"}}}}}},
	{"$lookup": {"from": {"connectionName": "customers", "db": "shop", "coll": "customers"}, "localField": "customer", "as": "customer"}},
	{"$tumblingWindow": {"interval": {"size": 1, "unit": "minute"}, "pipeline": [
		{"$group": {"_id": "$customer", "total": {"$sum": "$total"}, "count": {"$sum": 1}}}, {"$sort": {"total": -1}}, {"$limit": 10}]}},
	{"$merge": {"into": {"connectionName": "reports", "db": "shop", "coll": "totals"}, "on": "_id", "whenMatched": "replace"}}
]`

// BenchmarkPipeline measures how long it takes to find the connections of a pipeline that is already decoded, as in the data source,
// and of one that is text, as in the function. BenchmarkConnection measures what it takes to decode a connection.
func BenchmarkPipeline(b *testing.B) {
	pipeline := decoded(b, typicalPipeline)
	b.Run("decoded", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			connectionsOf(pipeline, "failures")
		}
	})
	b.Run("text", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			connectionsOf(decoded(b, typicalPipeline), "")
		}
	})
}

// BenchmarkConnection measures decoding a connection of the average type, before its values are built.
func BenchmarkConnection(b *testing.B) {
	var connections []*atlas.Resource
	for _, raw := range fixtures.All(b) {
		var connection atlas.Resource
		if err := json.Unmarshal(raw, &connection); err != nil {
			b.Fatal(err)
		}
		connection.Raw = raw
		connections = append(connections, &connection)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := connections[i%len(connections)].Fields(); err != nil {
			b.Fatal(err)
		}
		i++
	}
}
