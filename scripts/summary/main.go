// Command summary prints what a plan of the demo read, according to the data file and the sandbox's log of requests:
//
//	summary examples/demo/connections.json bin/requests.jsonl
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: summary DATA REQUESTS")
	}
	if err := run(os.Args[1], os.Args[2], os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func run(dataFile, requestsFile string, w io.Writer) error {
	file, err := os.Open(dataFile) //nolint:gosec // an argument of a command
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	data, _, err := sandbox.Load(file)
	if err != nil {
		return err
	}
	requests, err := os.Open(requestsFile) //nolint:gosec // an argument of a command
	if err != nil {
		return err
	}
	defer func() { _ = requests.Close() }()
	read, err := summarize(data, requests)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, read.String())
	return err
}

// summary is what a plan read.
type summary struct {
	requests, lists, tokens int
	instances               map[string]int // the number of connections of each
	types                   map[string]bool
}

func (s summary) String() string {
	connections, largest := 0, ""
	for name, n := range s.instances {
		connections += n
		if largest == "" || n > s.instances[largest] {
			largest = name
		}
	}
	return fmt.Sprintf(`
The plan read %d connections of %d types in %d instances. It sent %d requests: %d for lists, and %d to obtain and
revoke an access token. The instance %s has %d connections; a page of mongodbatlas_stream_connections has 100.

Try next:
  make demo CLI=tofu                Plan with OpenTofu.
  examples/demo/connections.json    Change what the sandbox serves, and run make demo again.
  README.md#installation            Plan with your own project.
`, connections, len(s.types), len(s.instances), s.requests, s.lists, s.tokens, largest, s.instances[largest])
}

// summarize counts what the requests, one line of JSON each, read from data.
func summarize(data *sandbox.Data, requests io.Reader) (summary, error) {
	s := summary{instances: map[string]int{}, types: map[string]bool{}}
	lines := bufio.NewScanner(requests)
	for lines.Scan() {
		var r sandbox.Request
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return summary{}, err
		}
		s.requests++
		if r.Status != http.StatusOK {
			continue
		}
		switch r.Endpoint {
		case sandbox.EndpointToken, sandbox.EndpointRevoke:
			s.tokens++
		case sandbox.EndpointInstances:
			s.lists++
		case sandbox.EndpointConnections:
			s.lists++
			if err := s.addInstance(data, r.Path); err != nil {
				return summary{}, err
			}
		}
	}
	return s, lines.Err()
}

// addInstance adds the connections at path: /api/atlas/v2/groups/{groupId}/streams/{tenantName}/connections.
func (s *summary) addInstance(data *sandbox.Data, path string) error {
	segments := strings.Split(path, "/")
	if len(segments) != 9 {
		return errors.New("not a path of a list of connections: " + path)
	}
	name, err := url.PathUnescape(segments[7])
	if err != nil {
		return err
	}
	connections := data.Projects[segments[5]].Instances[name].Results
	s.instances[name] = len(connections)
	for _, raw := range connections {
		var connection struct {
			Type string `json:"type"`
		}
		if err := json.Unmarshal(raw, &connection); err != nil {
			return err
		}
		s.types[connection.Type] = true
	}
	return nil
}
