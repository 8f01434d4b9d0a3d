package atlas

import "fmt"

// MovedError is a listing that did not stay the same while it was read.
type MovedError struct {
	// Reason says what was seen in the last pass.
	Reason string
}

func (e *MovedError) Error() string { return "the listing changed while it was read: " + e.Reason }

// EndlessError is a listing that goes on beyond MaxListing connections.
type EndlessError struct {
	// Pages is how many pages were read.
	Pages int
}

func (e *EndlessError) Error() string {
	return fmt.Sprintf("the listing did not end within %d pages", e.Pages)
}
