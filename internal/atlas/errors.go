package atlas

import "fmt"

// MovedError is the error for a listing that kept changing while it was read.
type MovedError struct {
	// Reason is the change that the last pass found.
	Reason string
}

func (e *MovedError) Error() string { return "the listing changed while it was read: " + e.Reason }

// EndlessError is the error for a listing with more than MaxListing resources, or with too many small pages.
type EndlessError struct {
	// Pages is the number of pages that were read.
	Pages int
}

func (e *EndlessError) Error() string {
	return fmt.Sprintf("the listing did not end within %d pages", e.Pages)
}

// OtherConnectionError is the error for an answer that contains another connection than the requested one.
type OtherConnectionError struct {
	// Name is the name of the connection in the answer, without secrets and in one line.
	Name string
}

func (e *OtherConnectionError) Error() string {
	return fmt.Sprintf("the answer is the connection %q", e.Name)
}
