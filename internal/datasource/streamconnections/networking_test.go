package streamconnections_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
)

func TestNetworkAccessOfEveryType(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		connection string
		want       map[string]string
	}{
		"networking": {`{"name": "a", "type": "Kafka", "networking": {"access":
			{"type": "TRANSIT_GATEWAY", "name": "n", "connectionId": "c", "tgwRouteId": "r"}}}`,
			map[string]string{"type": "TRANSIT_GATEWAY", "name": "n", "connection_id": "c", "tgw_route_id": "r"}},
		"public or private": {`{"name": "a", "type": "AzureBlobStorage", "publicPrivateNetworking": {"access":
			{"type": "PRIVATE_LINK", "connectionId": "c"}}}`, map[string]string{"type": "PRIVATE_LINK", "connection_id": "c"}},
		"the other name": {`{"name": "a", "type": "AzureBlobStorage", "networking": {"access": {"type": "PUBLIC"}}}`,
			map[string]string{"type": "PUBLIC"}},
		"both": {`{"name": "a", "type": "S3", "networking": {"access": {"type": "VPC", "connectionId": null}},
			"publicPrivateNetworking": {"access": {"type": "PUBLIC", "connectionId": "c", "name": "n"}}}`,
			map[string]string{"type": "VPC", "connection_id": "c", "name": "n"}},
		"no access": {`{"name": "a", "type": "Kafka", "networking": {}, "publicPrivateNetworking": {"access": null}}`,
			map[string]string{}},
		"no setting": {`{"name": "a", "type": "Https"}`, map[string]string{}},
		"a type not known": {`{"name": "a", "type": "Quantum", "networking": {"access": {"type": "PUBLIC"}}}`,
			map[string]string{"type": "PUBLIC"}},
		"null":              {`{"name": "a", "type": "Kafka", "networking": null}`, map[string]string{}},
		"names that differ": {`{"name": "a", "type": "Kafka", "Networking": {"access": {"type": "PUBLIC"}}}`, map[string]string{}},
		"number for a string": {`{"name": "a", "type": "Kafka", "networking": {"access": {"type": 1e3}}}`,
			map[string]string{"type": "1e3"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, attributes, _ := readConnection(t, "a", nil, json.RawMessage(test.connection))
			if attributes["network_access"].IsNull() {
				t.Fatal("network_access is null")
			}
			if diff := cmp.Diff(test.want, acctest.Leaves(t, attributes["network_access"])); diff != "" {
				t.Errorf("network_access (-want +got):\n%s", diff)
			}
		})
	}
}
