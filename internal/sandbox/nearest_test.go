package sandbox

import "testing"

func TestNearest(t *testing.T) {
	t.Parallel()
	types := []string{"AWSKinesisDataStreams", "AWSLambda", "AzureBlobStorage", "Cluster", "GCPPubSub", "Https", "Kafka", "S3", "Sample"}
	for unknown, want := range map[string]string{
		"kafka": "Kafka", "Kafak": "Kafka", "HTTP": "Https", "lambda": "AWSLambda", "AzureBlob": "AzureBlobStorage",
		"AWSKinesis": "AWSKinesisDataStreams", "PubSub": "GCPPubSub", "SQS": "", "CarrierPigeon": "", "": "",
	} {
		if got := nearest(unknown, types); got != want {
			t.Errorf("%q is taken for %q, want %q", unknown, got, want)
		}
	}
}
