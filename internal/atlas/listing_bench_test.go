package atlas

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/datasource/streamconnections/fixtures"
)

// cannedPage answers every request with the same page.
type cannedPage []byte

func (p cannedPage) RoundTrip(req *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK,
		Header:     http.Header{"Content-Type": {"application/vnd.atlas.2023-02-01+json"}},
		Body:       &memoryBody{ReadCloser: io.NopCloser(bytes.NewReader(p)), body: p},
		Request:    req,
	}, nil
}

// BenchmarkDecode decodes a page: "once" by itself, and "read" in a read without a network.
func BenchmarkDecode(b *testing.B) {
	for _, n := range []int{12, MaxItemsPerPage} {
		encoded := cannedPage(mixedPage(b, n))
		client := connectBy(b, nil)
		client.base.RegisterProtocol("http", encoded)
		b.Run(fmt.Sprintf("once/%d", n), func(b *testing.B) {
			p := &pager{size: MaxItemsPerPage, most: MaxListing, mostBytes: maxListingBytes, noun: "connection",
				clean: client.Clean, succeed: func() {}}
			p.fetch = func(int) ([]byte, error) {
				resp, err := encoded.RoundTrip(nil)
				body, failure := client.judge(operation{}, resp, err)
				_ = resp.Body.Close()
				if failure != nil {
					return nil, failure
				}
				return body, nil
			}
			report := fixtures.PerConnection(b, n)
			for b.Loop() {
				if listing, err := p.page(1); err != nil || len(listing.Results) != n {
					b.Fatal(listing, err)
				}
			}
			report()
		})
		b.Run(fmt.Sprintf("read/%d", n), func(b *testing.B) {
			r := request()
			r.PageNum = 1
			report := fixtures.PerConnection(b, n)
			for b.Loop() {
				if listing, err := client.ListStreamConnections(b.Context(), r); err != nil || len(listing.Results) != n {
					b.Fatal(listing, err)
				}
			}
			report()
		})
	}
}

// mixedPage returns a page of n connections of all types in turn, each with every documented field.
func mixedPage(b *testing.B, n int) []byte {
	b.Helper()
	page, err := json.Marshal(map[string]any{"results": fixtures.Mixed(b, n), "totalCount": n})
	if err != nil {
		b.Fatal(err)
	}
	return page
}
