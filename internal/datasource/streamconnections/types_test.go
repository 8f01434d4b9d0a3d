package streamconnections_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
)

func TestTypesThatCannotMatchWarn(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		types []string
		want  []string // part of the detail of each warning
	}{
		"similar to one": {[]string{"KafkaTopics"},
			[]string{`- "KafkaTopics"`}},
		"like none": {[]string{"Pigeon"},
			[]string{"- \"Pigeon\"\n\nTypes are case-sensitive. The known types are \"AWSKinesisDataStreams\", "}},
		"two": {[]string{"Topic", "Samplers", "Kafka"},
			[]string{"- \"Samplers\" (did you mean \"Sample\"?)\n  - \"Topic\""}},
		"known":                         {[]string{"Kafka"}, nil},
		"known, but not in the listing": {[]string{"S3"}, nil},
		"unknown, but in the listing":   {[]string{"Quantum"}, []string{"has no object for connections of the type"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, url := acctest.Serve(t, acctest.Data(
				json.RawMessage(`{"name": "a", "type": "Kafka"}`), json.RawMessage(`{"name": "b", "type": "Quantum"}`)))
			server := acctest.NewServer(t, provider.New("test"))
			server.ConfigureFor(t, url)
			_, diagnostics := server.Read(t, map[string]tftypes.Value{"types": set(test.types...)})
			if len(diagnostics) != len(test.want) {
				t.Fatalf("%d diagnostics, want %d: %s", len(diagnostics), len(test.want), acctest.Texts(diagnostics))
			}
			for i, want := range test.want {
				if diagnostics[i].Severity != tfprotov6.DiagnosticSeverityWarning || !strings.Contains(diagnostics[i].Detail, want) {
					t.Errorf("does not warn of %s: %s", want, acctest.Texts(diagnostics))
				}
			}
		})
	}
}
