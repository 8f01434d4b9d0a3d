package acceptance

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// recorder keeps the credentials of the requests to a handler, which must not be in a log.
type recorder struct {
	http.Handler

	mu      sync.Mutex
	secrets []string
}

var digestResponse = regexp.MustCompile(`response="([^"]+)"`)

func (r *recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	authorization := req.Header.Get("Authorization")
	if scheme, credentials, ok := strings.Cut(authorization, " "); ok {
		if response := digestResponse.FindStringSubmatch(credentials); scheme == "Digest" && response != nil {
			credentials = response[1]
		}
		r.mu.Lock()
		r.secrets = append(r.secrets, credentials)
		r.mu.Unlock()
	}
	r.Handler.ServeHTTP(w, req)
}

func TestTraceHasNoSecret(t *testing.T) {
	t.Parallel()
	const header = "header-of-an-https-connection"
	connection := `{"name": "https", "type": "Https", "url": "https://example.com", "headers": {"Authorization": "Bearer ` + header + `"}}`
	unknown := `{"name": "new", "type": "Quantum", "headers": {"Authorization": "Bearer ` + header + `"}}`
	for ending, answer := range map[string]sandbox.Answer{
		"success":       {},
		"401":           {Times: -1, Status: http.StatusUnauthorized},
		"403":           {Times: -1, Status: http.StatusForbidden},
		"404":           {Times: -1, Status: http.StatusNotFound},
		"429":           {Times: -1, Status: http.StatusTooManyRequests},
		"500":           {Times: -1, Status: http.StatusInternalServerError},
		"redirect":      {Times: -1, Redirect: "http://127.0.0.1:1/elsewhere"},
		"no JSON":       {Times: -1, Headers: map[string]string{"Content-Type": "text/html"}},
		"cut":           {Times: -1, Break: sandbox.CloseInBody},
		"reset":         {Times: -1, Break: sandbox.Reset},
		"revoked token": {Revoke: true},
	} {
		t.Run(ending, func(t *testing.T) {
			t.Parallel()
			for name := range acctest.SignIns("") {
				data := acctest.Answering(acctest.Data([]byte(connection), []byte(unknown)), answer)
				r := &recorder{Handler: sandbox.New(data)}
				server := httptest.NewServer(r)
				c := acctest.NewCLI(t, "provider \"atlas\" {\n  max_retries = 0\n}\n",
					strings.ReplaceAll(acctest.Blocks(), acctest.ConnectionName, "https"))

				output, _ := c.Command(t, append(acctest.SignIns(server.URL)[name], "TF_LOG=TRACE"), "plan").CombinedOutput()
				server.Close() // no request is in progress any more
				for _, logged := range []string{"/streams[^/]", "/orders/connections[^/]", "/orders/connections/https[^/]"} {
					if !regexp.MustCompile(logged).Match(output) || len(r.secrets) == 0 {
						t.Fatalf("%s: %s was not asked for, or not logged\n%s", name, logged, output)
					}
				}
				d := sandbox.DefaultCredentials()
				for _, secret := range append(r.secrets, header, d.ClientSecret, d.AccessToken, d.PrivateKey) {
					if i := bytes.Index(output, []byte(secret)); i >= 0 {
						t.Errorf("%s: the output has %q: …%s…", name, secret, output[max(0, i-200):i])
					}
				}
			}
		})
	}
}

// net/http logs what a server sends after its answer.
func TestTraceHasNothingThatServersSendUnasked(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		connection, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = connection.Close() }()
		const body = `{"results": [], "totalCount": 0}`
		_, _ = fmt.Fprintf(connection, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"+
			"HTTP/1.1 200 You sent %s\r\n\r\n", len(body), body, r.Header.Get("Authorization"))
		_, _ = connection.Read(make([]byte, 1)) // until the client has read everything
	}))
	t.Cleanup(server.Close)
	c := acctest.NewCLI(t, acctest.DataBlock())
	output := c.Run(t, append(acctest.SignIns(server.URL)["access token"], "TF_LOG=TRACE"), "plan")
	if strings.Contains(output, "You sent") || strings.Contains(output, sandbox.DefaultCredentials().AccessToken) {
		t.Error("the log has what the server sent")
	}
}
