package streamconnections

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
)

func TestMisspelledTypes(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		// Known types.
		"Kafka": "", "S3": "", "Sample": "", "AWSKinesisDataStreams": "",
		// The same letters and digits.
		"kafka": "Kafka", "KAFKA": "Kafka", "s3": "S3", "S-3": "S3", "HTTPS": "Https", "aws_lambda": "AWSLambda",
		"gcp pub/sub": "GCPPubSub", " Kafka\n": "Kafka", "schema_registry": "SchemaRegistry",
		// One letter is wrong, missing, or too many.
		"Kafko": "Kafka", "Http": "Https", "Samples": "Sample", "clusters": "Cluster", "AWSKinesisDataStream": "AWSKinesisDataStreams",
		"Httpſ": "Https",
		// Other types.
		"S4": "", "S": "", "S33": "", "Kafak": "", "KafkaTopics": "", "Quantum": "", "": "", "Https2x": "", "Iceberg": "",
		strings.Repeat("Kafka", 100_000): "",
	} {
		if got := misspelled(value); got != want {
			t.Errorf("%.30q: %q, want %q", value, got, want)
		}
	}
}

func TestMisspelledTypesSayWhatToDo(t *testing.T) {
	t.Parallel()
	detail := spelling.Check(path.Root("types"), "kafka")
	for _, want := range []string{`Did you mean "Kafka"?`, "case-sensitive", `leave types out`, `c.type == "kafka"`} {
		if !strings.Contains(detail, want) {
			t.Errorf("does not say %s: %s", want, detail)
		}
	}
}
