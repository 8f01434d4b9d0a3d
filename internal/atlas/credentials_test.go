package atlas

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
)

// spelledSecret is spelled differently in a URL.
const spelledSecret = "mdb_sa_sk_+/secret with=signs" //nolint:gosec // made up

func TestCredentialsAreSentAsTheirSchemesWantThem(t *testing.T) {
	t.Parallel()
	virtual.Each(t, map[string]Credentials{
		"Bearer " + spelledSecret: AccessToken(spelledSecret),
		"Basic " + base64.StdEncoding.EncodeToString([]byte("id%3A1:"+url.QueryEscape(spelledSecret))): ServiceAccount{"id:1", spelledSecret},
	}, func(t *testing.T, c Credentials) {
		var got []string
		client := connect(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			got = append(got, r.Header.Get("Authorization"))
			w.WriteHeader(http.StatusForbidden)
		}), signedInBy(c))
		if _, err := read(t.Context(), client); err == nil {
			t.Error("got no error")
		}
		if _, want, _ := strings.Cut(t.Name(), "/"); len(got) != 1 || strings.ReplaceAll(got[0], " ", "_") != want {
			t.Errorf("got %q", got)
		}
	})
}
