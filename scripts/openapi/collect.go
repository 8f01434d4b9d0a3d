package main

import (
	"fmt"
	"strings"
)

// collect adds to components everything that a part of the description refers to, directly or indirectly.
func collect(api object, part any, components object) error {
	switch part := part.(type) {
	case object:
		if ref, ok := part["$ref"].(string); ok {
			return collectRef(api, ref, components)
		}
		for _, value := range part {
			if err := collect(api, value, components); err != nil {
				return err
			}
		}
	case []any:
		for _, item := range part {
			if err := collect(api, item, components); err != nil {
				return err
			}
		}
	}
	return nil
}

func collectRef(api object, ref string, components object) error {
	kind, name, ok := strings.Cut(strings.TrimPrefix(ref, "#/components/"), "/")
	if !ok {
		return fmt.Errorf("%s does not lead to a component", ref)
	}
	kept, _ := components[kind].(object)
	if kept[name] != nil {
		return nil
	}
	component, err := lookup(api, ref)
	if err != nil {
		return err
	}
	short, err := flattened(api, component)
	if err != nil {
		return fmt.Errorf("%s: %w", ref, err)
	}
	if kept == nil {
		kept = object{}
		components[kind] = kept
	}
	kept[name] = short
	return collect(api, short, components)
}

// lookup returns the component that a reference refers to.
func lookup(api object, ref string) (object, error) {
	part := api
	for name := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
		next, ok := part[name].(object)
		if !ok {
			return nil, fmt.Errorf("%s leads nowhere", ref)
		}
		part = next
	}
	return part, nil
}
