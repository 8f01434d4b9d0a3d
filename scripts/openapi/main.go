// Command openapi reduces MongoDB's description of the Atlas Administration API (OpenAPI 3, as JSON, on standard input) to some
// operations and everything that they refer to, without prose. make openapi runs it on the published description.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
)

// wanted are the operations that the sandbox serves. The arguments of the command replace them.
var wanted = []string{
	"listStreamConnections", "getStreamConnection", "listStreamWorkspaces", "getStreamWorkspace", "getStreamProcessors",
	"listPrivateLinkConnections",
}

func main() {
	log.SetFlags(0)
	if len(os.Args) > 1 {
		wanted = os.Args[1:]
	}
	description, err := io.ReadAll(os.Stdin)
	if err != nil {
		log.Fatal(err)
	}
	short, err := cut(description, wanted)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := os.Stdout.Write(short); err != nil {
		log.Fatal(err)
	}
}

type object = map[string]any

// cut returns the description of the operations with these IDs.
func cut(description []byte, ids []string) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(description))
	decoder.UseNumber() // numbers keep their digits
	var api object
	if err := decoder.Decode(&api); err != nil {
		return nil, err
	}
	paths, err := operations(api, ids)
	if err != nil {
		return nil, err
	}
	components := object{}
	for _, methods := range paths {
		if err := collect(api, methods, components); err != nil {
			return nil, err
		}
	}
	published, _ := api["info"].(object)
	info := object{"title": "MongoDB's Atlas Administration API v2, cut down to the names and the structure of what the sandbox serves"}
	for _, attribution := range []string{"version", "license"} {
		if value := published[attribution]; value != nil {
			info[attribution] = value
		}
	}
	var short bytes.Buffer
	encoder := json.NewEncoder(&short)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	err = encoder.Encode(object{
		"openapi":    api["openapi"],
		"info":       info,
		"paths":      paths,
		"components": components,
	})
	return short.Bytes(), err
}

// operations returns the paths that have the operations, without other operations. If MongoDB publishes two IDs of an operation,
// its ID is the one that the SDK and the Atlas CLI use.
func operations(api object, ids []string) (map[string]object, error) {
	missing := map[string]bool{}
	for _, id := range ids {
		missing[id] = true
	}
	kept := map[string]object{}
	paths, _ := api["paths"].(object)
	for path, item := range paths {
		methods, _ := item.(object)
		for method, value := range methods {
			operation, _ := value.(object)
			id, _ := operation["operationId"].(string)
			if override, ok := operation["x-xgen-operation-id-override"].(string); ok {
				id = override
			}
			if !missing[id] {
				continue
			}
			delete(missing, id)
			short, _ := stripped(operation).(object)
			short["operationId"] = id
			if kept[path] == nil {
				kept[path] = object{}
			}
			kept[path][method] = short
		}
	}
	for _, id := range ids {
		if missing[id] {
			return nil, fmt.Errorf("the description has no operation %s", id)
		}
	}
	return kept, nil
}
