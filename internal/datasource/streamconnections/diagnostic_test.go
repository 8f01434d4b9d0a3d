package streamconnections_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestFailuresToSignInSayWhatToCheck(t *testing.T) {
	t.Parallel()
	const credentials, base, later = "Check client_id and client_secret", "Check base_url", "Plan again"
	for status, want := range map[int]string{
		http.StatusFound:               base,
		http.StatusBadRequest:          later, // which does not reject the secret
		http.StatusUnauthorized:        credentials,
		http.StatusForbidden:           later, // too many access tokens
		http.StatusNotFound:            base,
		http.StatusRequestTimeout:      later,
		http.StatusTooManyRequests:     later,
		http.StatusInternalServerError: later,
		http.StatusServiceUnavailable:  later,
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			answers := sandbox.WithTokenAnswers(sandbox.Answer{Status: status, Times: -1, Headers: map[string]string{"Retry-After": "86400"}})
			_, url := acctest.Serve(t, acctest.Data(), answers)
			server := acctest.NewServer(t, provider.New("test"))
			server.ConfigureFor(t, url)
			_, diagnostics := server.Read(t, nil)
			if len(diagnostics) != 1 || !strings.Contains(diagnostics[0].Detail, fmt.Sprintf("Atlas answered %d", status)) {
				t.Fatal(acctest.Texts(diagnostics))
			}
			for _, cure := range []string{credentials, base, later} {
				if got := strings.Contains(diagnostics[0].Detail, cure); got != (cure == want) {
					t.Errorf("%q is said: %t\n%s", cure, got, diagnostics[0].Detail)
				}
			}
		})
	}
}

func TestListsOfNamesAreBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 300)
	for name, test := range map[string]struct {
		names []string
		want  string
	}{
		"few":            {[]string{"b", "a"}, `"a", "b"`},
		"many":           {strings.Split("zyxwvutsrqponmlkjihgfedcba", ""), `"t", and 6 more`},
		"long":           {[]string{"1" + long, "2" + long, "3" + long, "4" + long, "5" + long}, `", "3` + long + `", and 2 more`},
		"one too long":   {[]string{strings.Repeat("x", 5000)}, "xxx…"},
		"all too long":   {[]string{strings.Repeat("x", 5000), strings.Repeat("y", 5000)}, "xxx…, and 1 more"},
		"much to escape": {[]string{strings.Repeat(`"`, 5000)}, `\"…`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			instances := map[string]sandbox.Instance{}
			var connections []json.RawMessage
			for i, name := range test.names {
				instances[name] = sandbox.Instance{}
				connections = append(connections, json.RawMessage(fmt.Sprintf(`{"name": "%02d", "type": %q}`, i, name)))
			}
			data := acctest.Data(connections...)
			data.Projects["ffffffffffffffffffffffff"] = sandbox.Project{Instances: instances}
			_, url := acctest.Serve(t, data)
			server := acctest.NewServer(t, provider.New("test"))
			server.ConfigureFor(t, url)

			_, ofInstances := server.Read(t, map[string]tftypes.Value{"project_id": acctest.String("ffffffffffffffffffffffff")})
			_, ofTypes := server.Read(t, nil)
			for _, diagnostics := range [][]*tfprotov6.Diagnostic{ofInstances, ofTypes} {
				if len(diagnostics) != 1 {
					t.Fatal(acctest.Texts(diagnostics))
				}
				if detail := diagnostics[0].Detail; !strings.Contains(detail, test.want+".") || len(detail) > 1600 {
					t.Errorf("does not say %s: %s", test.want, detail)
				}
			}
		})
	}
}
