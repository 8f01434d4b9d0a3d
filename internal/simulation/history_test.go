package simulation

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// History is everything that happens in one run, as plain data: what exists, how Atlas lists it, what fails, and who asks. Times
// count from the beginning of the run.
type History struct {
	Things  []Thing
	Listing Listing
	Lag     Lag
	Signing Signing
	Faults  []Fault
	Blocks  []Block
	Reads   []Read
}

// Kind is what a Thing is.
type Kind string

// The kinds of things that the provider lists.
const (
	Connection  Kind = "connection"
	Instance    Kind = "instance"
	Processor   Kind = "processor"
	PrivateLink Kind = "private link"
)

// Thing is something that exists in the project, from Born until Gone.
type Thing struct {
	Kind Kind
	Name string
	ID   string // "" if Atlas returns none
	Type string // of a connection
	// Born is zero for what existed long before the run, and Gone is zero for what outlives it.
	Born, Gone time.Duration
}

// existsAt reports whether the thing exists at a moment.
func (c Thing) existsAt(at time.Duration) bool { return c.bornBy(at) && (c.Gone == 0 || at < c.Gone) }

// bornBy reports whether the thing was created by a moment.
func (c Thing) bornBy(at time.Duration) bool { return c.Born == 0 || c.Born <= at }

// existsThroughout reports whether the thing exists from one moment until another.
func (c Thing) existsThroughout(from, to time.Duration) bool {
	return c.bornBy(from) && (c.Gone == 0 || to < c.Gone)
}

// identity is the ID of the thing, or its name without one.
func (c Thing) identity() string {
	if c.ID != "" {
		return "ID " + c.ID
	}
	return "name " + norm.NFC.String(c.Name)
}

// secret is what only include_sensitive shows: a header or a setting. It is empty if the thing has none.
func (c Thing) secret() string {
	if c.Kind == Connection && (c.Type == "Https" || c.Type == "Catalog") || c.Kind == Processor {
		return "thing-secret-" + hash(c.Name+c.ID)
	}
	return ""
}

// moves reports whether anything is created or deleted during the run.
func (h History) moves() bool {
	return slices.ContainsFunc(h.Things, func(c Thing) bool { return c.Born > 0 || c.Gone > 0 })
}

// Listing is how Atlas answers a list request.
type Listing struct {
	// Cap is the most results that a page holds, whatever the client asks for. Zero is 500.
	Cap int
	// Empty are the numbers of pages that are empty and link to a next one.
	Empty []int
	// Count says what totalCount is, and By how much it is off.
	Count Count
	By    int
	Links Links
	// Turn is how often the order is reversed. Zero is never.
	Turn time.Duration
}

// Count is what totalCount tells.
type Count string

// What totalCount can tell.
const (
	CountRight   Count = ""
	CountAbsent  Count = "absent"
	CountHigh    Count = "too high"
	CountLow     Count = "too low"
	CountPerPage Count = "higher on each page"
	CountAhead   Count = "ahead of the results" // while the results lag
	CountBehind  Count = "late"                 // as of By seconds ago
)

// linksNext reports whether a page links to the next one.
func (l Listing) linksNext() bool { return l.Links != LinksNone && l.Links != LinksSelf }

// Links is which links a page has.
type Links string

// The links that a page can have.
const (
	LinksBoth Links = "" // self, and next where there is a next page
	LinksNone Links = "none"
	LinksSelf Links = "self only"
	LinksNext Links = "next only"
	LinksAway Links = "of another host"
)

// Lag is how far reads are behind writes.
type Lag struct {
	List, ByName time.Duration
	// Ends is when both have caught up. Zero is never.
	Ends time.Duration
}

// Signing is how Atlas signs clients in.
type Signing struct {
	// Life is how long a token is valid. Zero is an hour.
	Life time.Duration
	// ExpiresIn is how a token's answer writes that: as a number if empty, "float", "text", or "absent".
	ExpiresIn string
	// RevokedAt is when somebody revokes all tokens. Zero is never.
	RevokedAt time.Duration
	// Refusal is how Atlas refuses a token that is no longer valid: with a code if empty, or "invalid_token".
	Refusal string
	// NonceUses is after how many uses a nonce is stale. Zero is never.
	NonceUses int
	// Challenge is how Atlas asks for a digest: a key of challenges.
	Challenge string
}

// Fault is something that goes wrong, for some requests.
type Fault struct {
	// What is a key of faults.
	What string
	// On is which requests it can hit: an Operation, or "" for all that What suits.
	On Operation
	// Skip is how many of them pass first, and Times how many it hits then.
	Skip, Times int
	// From is when it begins, and Until when it ends, whatever Times is. Zero is never.
	From, Until time.Duration
}

// Operation is what a request asks for.
type Operation string

// The operations of Atlas that the provider calls.
const (
	Token            Operation = "token"
	Revoke           Operation = "revoke"
	ListConnections  Operation = "list connections"
	GetConnection    Operation = "get connection"
	ListInstances    Operation = "list instances"
	ListProcessors   Operation = "list processors"
	ListPrivateLinks Operation = "list private links"
)

// Block is a provider block, which Terraform runs as a process of its own.
type Block struct {
	SignIn     SignIn
	MaxRetries int // below zero for the default
	Wrong      bool
	// Denied are operations for which the account has no role.
	Denied []Operation
	// StopAt is when the user interrupts, and CloseAt when Terraform stops the provider. Zero is after all reads.
	StopAt, CloseAt time.Duration
}

// SignIn is a way to sign in.
type SignIn string

// The ways to sign in.
const (
	ServiceAccount SignIn = "service account"
	APIKey         SignIn = "API key"
	AccessToken    SignIn = "access token"
)

// Read is a read of a data source.
type Read struct {
	Block      int
	DataSource string
	At         time.Duration
	// Instance and Name are what it asks for, where the data source has such arguments.
	Instance, Name string
	NameRegex      string
	ItemsPerPage   int           // zero for the default
	PageNum        int           // zero for all
	Timeout        time.Duration // zero for the default
	Sensitive      bool
}

// Words returns the history in plain words, one fact a line. What is usual is left out.
func (h History) Words() string {
	var b strings.Builder
	line := func(format string, a ...any) { fmt.Fprintf(&b, "  - "+format+"\n", a...) }
	if len(h.Things) <= 6 {
		for _, c := range h.Things {
			line("%s", c.words())
		}
	} else {
		line("%d things, from %s to %s", len(h.Things), h.Things[0].words(), h.Things[len(h.Things)-1].words())
	}
	if l := h.Listing; l.Cap > 0 || len(l.Empty) > 0 || l.Count != "" || l.Links != "" || l.Turn > 0 {
		line("listings:%s", phrases(
			l.Cap > 0, " at most %d a page,", l.Cap, len(l.Empty) > 0, " empty pages %v,", l.Empty, l.Count != "", " count %s", l.Count,
			l.By != 0, " by %d,", l.By, l.Links != "", " links %s,", l.Links, l.Turn > 0, " reversed every %s", l.Turn))
	}
	if h.Lag != (Lag{}) {
		line("listings lag %s, reads by name %s, until %s", h.Lag.List, h.Lag.ByName, h.Lag.Ends)
	}
	if s := h.Signing; s != (Signing{}) {
		line("signing in:%s", phrases(
			s.Life > 0, " tokens live %s,", s.Life, s.ExpiresIn != "", " expires_in is %s,", s.ExpiresIn, s.RevokedAt > 0,
			" tokens are revoked at %s,", s.RevokedAt, s.Refusal != "", " old ones are refused with %s,", s.Refusal,
			s.NonceUses > 0, " nonces are stale after %d uses,", s.NonceUses, s.Challenge != "", " challenge: %s", s.Challenge))
	}
	for _, f := range h.Faults {
		line("%s%s", f.What, phrases(f.On != "", " on %s", f.On, f.Skip > 0, " after %d requests", f.Skip,
			f.From > 0, " from %s", f.From, true, " %d times", f.Times, f.Until > 0, " until %s", f.Until))
	}
	for i, block := range h.Blocks {
		line("block %d: %s%s", i, block.SignIn, phrases(block.Wrong, " (%s)", "wrong", block.MaxRetries >= 0, ", max_retries %d",
			block.MaxRetries, len(block.Denied) > 0, ", no role for %v", block.Denied, block.StopAt > 0, ", interrupt at %s", block.StopAt,
			block.CloseAt > 0, ", close at %s", block.CloseAt))
	}
	for i, r := range h.Reads {
		line("read %d at %s: %s%s", i, r.At, r.DataSource, phrases(r.Block > 0, ", block %d", r.Block, r.Instance != mainInstance,
			", instance %q", r.Instance, r.Name != "", ", name %+q", r.Name, r.NameRegex != "", ", name_regex %+q", r.NameRegex,
			r.ItemsPerPage > 0, ", %d a page", r.ItemsPerPage, r.PageNum > 0, ", page %d only", r.PageNum, r.Timeout > 0, ", timeout %s",
			r.Timeout, r.Sensitive, ", include_sensitive %v", true))
	}
	return b.String()
}

func (c Thing) words() string {
	return string(c.Kind) + fmt.Sprintf(" %+q", c.Name) + phrases(c.Type != "", " (%s)", c.Type, c.ID != "", ", ID %s", c.ID,
		c.Born > 0, ", created at %s", c.Born, c.Gone > 0, ", deleted at %s", c.Gone)
}

// phrases joins those of its triples (condition, format, value) whose condition holds.
func phrases(triples ...any) string {
	var b strings.Builder
	for i := 0; i+2 < len(triples); i += 3 {
		if triples[i] == true {
			format, _ := triples[i+1].(string)
			fmt.Fprintf(&b, format, triples[i+2])
		}
	}
	return b.String()
}

// GoString returns the words of h, which rapid prints for a history that fails.
func (h History) GoString() string { return "\n" + h.Words() }
