package main

import (
	"encoding/json"
	"fmt"
	"strings"
)

// openAPI is the part of the description of the API that the schema depends on.
type openAPI struct {
	Components struct {
		Schemas map[string]*apiSchema `json:"schemas"`
	} `json:"components"`
}

type apiSchema struct {
	Ref                  string                `json:"$ref"`
	Type                 string                `json:"type"`
	Pattern              string                `json:"pattern"`
	MaxItems             int                   `json:"maxItems"`
	UniqueItems          bool                  `json:"uniqueItems"`
	WriteOnly            bool                  `json:"writeOnly"`
	Properties           map[string]*apiSchema `json:"properties"`
	Items                *apiSchema            `json:"items"`
	AdditionalProperties *apiSchema            `json:"additionalProperties"`
	Discriminator        struct {
		Mapping map[string]struct {
			Properties []string `json:"properties"`
		} `json:"mapping"`
	} `json:"x-xgen-discriminator"`
}

// UnmarshalJSON also accepts true and false, the schemas that accept everything and nothing.
func (s *apiSchema) UnmarshalJSON(text []byte) error {
	if string(text) == "true" || string(text) == "false" {
		return nil
	}
	type plain apiSchema
	return json.Unmarshal(text, (*plain)(s))
}

// resolve returns the schema that s refers to, or s itself.
func (a *openAPI) resolve(s *apiSchema) (*apiSchema, error) {
	if s.Ref == "" {
		return s, nil
	}
	found := a.Components.Schemas[strings.TrimPrefix(s.Ref, "#/components/schemas/")]
	if found == nil {
		return nil, fmt.Errorf("%s leads nowhere", s.Ref)
	}
	return a.resolve(found)
}
