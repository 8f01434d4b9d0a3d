package atlas

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"
)

// cannedPage answers every request with the same page.
type cannedPage []byte

func (p cannedPage) RoundTrip(req *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK,
		Header:     http.Header{"Content-Type": {"application/vnd.atlas.2023-02-01+json"}},
		Body:       &memoryBody{Reader: bytes.NewReader(p)},
		Request:    req,
	}, nil
}

// BenchmarkDecode decodes a page: once, as the provider needs it, and as a read of one page without a network, in which
// the SDK decodes it as well.
func BenchmarkDecode(b *testing.B) {
	for _, n := range []int{12, MaxItemsPerPage} {
		encoded := cannedPage(mixedPage(b, n))
		b.Run(fmt.Sprintf("once/%d", n), func(b *testing.B) {
			client := &Client{scrub: &scrubber{}}
			for b.Loop() {
				resp, _ := encoded.RoundTrip(nil)
				p, err := client.readPage(resp, nil)
				if err != nil || len(p.connections) != n {
					b.Fatal(p, err)
				}
				_ = resp.Body.Close()
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(n), "µs/connection")
		})
		b.Run(fmt.Sprintf("read/%d", n), func(b *testing.B) {
			base := newBaseTransport()
			base.RegisterProtocol("http", encoded)
			client, err := newClient(Config{BaseURL: &url.URL{Scheme: "http", Host: "127.0.0.1"}, Credentials: AccessToken("token")}, base)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				listing, err := client.ListStreamConnections(b.Context(), ListRequest{
					ProjectID: "32b6e34b3d91647abb20e7b8", InstanceName: "orders", ItemsPerPage: MaxItemsPerPage, PageNum: 1,
				})
				if err != nil || len(listing.Connections) != n {
					b.Fatal(listing, err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(n), "µs/connection")
		})
	}
}

// mixedPage is a page of n connections of all types in turn, each with every documented field.
func mixedPage(b *testing.B, n int) []byte {
	b.Helper()
	files, err := filepath.Glob("../datasource/streamconnections/testdata/connections/*.json")
	if err != nil || len(files) == 0 {
		b.Fatalf("no fixtures: %v", err)
	}
	results := make([]json.RawMessage, n)
	for i := range results {
		fixture, err := os.ReadFile(files[i%len(files)])
		if err != nil {
			b.Fatal(err)
		}
		var connection map[string]any
		if err := json.Unmarshal(fixture, &connection); err != nil {
			b.Fatal(err)
		}
		connection["name"] = fmt.Sprintf("connection-%05d", i)
		if results[i], err = json.Marshal(connection); err != nil {
			b.Fatal(err)
		}
	}
	page, err := json.Marshal(map[string]any{"results": results, "totalCount": n})
	if err != nil {
		b.Fatal(err)
	}
	return page
}
