package simulation

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// passes checks that a read succeeds if what went wrong went away while attempts and time were left, and that no earlier failure
// makes a later read fail.
func passes(h History, o Outcome) (broken []string) {
	for i, r := range o.Reads {
		switch excuse := o.excuse(h, i); {
		case excuse != "":
		case r.Failed():
			text := r.Panic
			if len(r.Errors) > 0 {
				text = r.Errors[0]
			}
			_, text, _ = strings.Cut(text+"\n\n", "\n\n") // without what was asked
			broken = append(broken, fmt.Sprintf("read %d fails, and nothing that lasts was wrong%s: %s", i, o.met(h, i), oneLine(text)))
		default:
			broken = append(broken, o.missesLate(h, i)...)
		}
	}
	return broken
}

// met returns the names of the faults that hit while the read ran.
func (o Outcome) met(h History, i int) string {
	var met []string
	for f, hits := range o.Hits {
		if slices.ContainsFunc(hits, func(req *Request) bool { return o.concerns(h, i, req) }) {
			met = append(met, h.Faults[f].What)
		}
	}
	if len(met) == 0 {
		return ""
	}
	return " but " + strings.Join(slices.Compact(slices.Sorted(slices.Values(met))), " and ")
}

// catchUp is how long a listing that lacks something is waited for, by its page.
const catchUp = 1500 * time.Millisecond

// missesLate returns what the read lacks if the listing caught up with its count soon after the read began.
func (o Outcome) missesLate(h History, i int) (broken []string) {
	r, read := o.Reads[i], h.Reads[i]
	source := dataSources[read.DataSource]
	l := h.Lag
	late := h.Listing.Count == CountAhead && l.List > 0 && l.Ends > r.Started && l.Ends < r.Started+catchUp
	if !late || !source.lists || read.NameRegex != "" || read.PageNum > 0 || r.State == nil || o.changes(h, i) > 1 || o.met(h, i) != "" {
		return nil
	}
	results, _ := r.State["results"].([]any)
	missing := 0
	for _, c := range h.all(source.kind) {
		if c.existsThroughout(r.Ended-latency, l.Ends+time.Minute) { // the count of the last page included it
			missing++
		}
	}
	if missing > len(results) {
		return []string{fmt.Sprintf("read %d returns less than the count, which the listing reached soon after", i)}
	}
	return nil
}

// excuse returns why a read may fail, or "" if it has to succeed.
func (o Outcome) excuse(h History, i int) string {
	r, read := o.Reads[i], h.Reads[i]
	block := h.Blocks[read.Block]
	source := dataSources[read.DataSource]
	switch {
	case block.Wrong:
		return "the credentials are wrong"
	case slices.Contains(block.Denied, source.op), slices.ContainsFunc(block.Denied, func(op Operation) bool { return o.looksUp(h, i, op) }):
		return "the role is missing"
	case block.SignIn == APIKey && h.Signing.Challenge == "no digest":
		return "the server does not ask for an API key"
	case block.StopAt > 0 && block.StopAt <= r.Ended:
		return "it was interrupted"
	case o.Closes[read.Block].Started <= r.Ended:
		return "the provider was closed"
	case !o.isThere(h, i):
		return "what it asks for is not there"
	case o.changes(h, i) > 1:
		return "the listing kept changing"
	}
	retries, need, excuse := o.troubles(h, i)
	most := block.MaxRetries
	if most < 0 {
		most = 4
	}
	switch {
	case excuse != "":
		return excuse
	case retries > most:
		return "the attempts are used up"
	case need+500*time.Millisecond > read.timeout():
		return "the time is used up"
	}
	return ""
}

// lagOfNames is for how long a read by name waits for something that is listed, by its page.
const lagOfNames = 2 * time.Second

// isThere reports whether what the read asks for could be found all the time, or soon after it began.
func (o Outcome) isThere(h History, i int) bool {
	r, read := o.Reads[i], h.Reads[i]
	there := func(kind Kind, name string) bool {
		return slices.ContainsFunc(h.all(kind), func(c Thing) bool {
			soon := c.bornBy(h.Lag.seen(h.Lag.ByName, r.Started)) ||
				c.bornBy(h.Lag.seen(h.Lag.List, r.Started)) && c.bornBy(h.Lag.seen(h.Lag.ByName, r.Started+lagOfNames))
			return norm.NFC.String(c.Name) == norm.NFC.String(name) && soon && c.bornBy(r.Started) && (c.Gone == 0 || c.Gone > r.Ended+time.Minute)
		})
	}
	source := dataSources[read.DataSource]
	needsInstance := source.kind == Connection || source.kind == Processor
	return (!needsInstance || there(Instance, read.Instance)) && (source.lists || there(Connection, read.Name))
}

// looksUp reports whether a listing was requested for the block of a read while the read ran.
func (o Outcome) looksUp(h History, i int, op Operation) bool {
	return (op == ListConnections || op == ListInstances) && slices.ContainsFunc(o.Requests, func(req *Request) bool {
		return req.Op == op && o.concerns(h, i, req)
	})
}

// changes counts the moments at which the listing, its count or its order changed while the read ran.
func (o Outcome) changes(h History, i int) int {
	r := o.Reads[i]
	source := dataSources[h.Reads[i].DataSource]
	if !source.lists && !o.looksUp(h, i, ListConnections) {
		return 0
	}
	moments := map[time.Duration]bool{}
	during := func(at time.Duration) {
		if r.Started < at && at <= r.Ended {
			moments[at] = true
		}
	}
	for _, c := range h.all(source.kind) {
		for _, at := range []time.Duration{c.Born, c.Gone} {
			if at > 0 {
				during(at)
				during(at + h.Lag.List)
				if h.Listing.Count == CountBehind {
					during(at + time.Duration(h.Listing.By)*time.Second)
				}
			}
		}
	}
	during(h.Lag.Ends)
	if turn := h.Listing.Turn; turn > 0 {
		for at := r.Started.Truncate(turn) + turn; at <= r.Ended && len(moments) < 2; at += turn {
			during(at)
		}
	}
	return len(moments)
}

// troubles returns how many retries the read needs at most and how long that takes, or why it may fail.
func (o Outcome) troubles(h History, i int) (retries int, need time.Duration, excuse string) {
	r, read := o.Reads[i], h.Reads[i]
	need = healthy(h, read, len(o.Reads) > 1)
	if s := h.Signing; h.Blocks[read.Block].SignIn == ServiceAccount && (s.RevokedAt > 0 || s.Life > 0) {
		retries++ // a token that is no longer valid
		need += usualWait(retries)
		if s.Life > 0 && s.Life < time.Minute && s.ExpiresIn == "absent" && len(h.Faults) > 0 {
			return 0, 0, "tokens expire unseen"
		}
	}
	if o.rejectedAtFirst(h, i) {
		return 0, 0, "the account was rejected before it had a token"
	}
	if o.isToldToWait(h, i) {
		return 0, 0, "the token endpoint asked to wait for a day"
	}
	since := o.since(h, i)
	roles := 0 // how often a role can seem to be missing
	for f, fault := range h.Faults {
		left := fault.Times
		var during []*Request
		for _, req := range o.Hits[f] {
			if req.during(r) {
				during = append(during, req)
			} else if req.At < since {
				left--
			}
		}
		if left <= 0 || fault.Until > 0 && r.Started >= fault.Until {
			continue
		}
		t := faults[fault.What]
		if t.passes == IfAllowed {
			roles += left
		}
		if why := o.mayEnd(h, i, t, max(left, roles), during); why != "" {
			return 0, 0, fault.What + " " + why
		}
		for n := range left {
			if n < len(during) && during[n].Op == Token && o.hasOldToken(h, i, during[n]) { // which the read goes on with
				need += min(t.takes+t.stalls, replaceTimeout, read.timeout()/2) + 2*latency
				continue
			}
			need += t.takes + t.stalls + t.asks + 2*latency
			if t.passes != Unnoticed {
				retries++
				if need += usualWait(retries); t.limited {
					need += limitedWait(retries)
				}
			}
		}
	}
	return retries, need, ""
}

// replaceTimeout is how long another token is waited for while the old one may be good, by the pages. It is at most half of the time
// that is left.
const replaceTimeout = 15 * time.Second

// hasOldToken reports whether a read has a token that is good until its end while another one is asked for with req.
func (o Outcome) hasOldToken(h History, i int, req *Request) bool {
	return slices.ContainsFunc(o.Tokens, func(k *IssuedToken) bool {
		return k.Block == req.Block && k.Received > 0 && k.Received <= req.At && k.validAt(o.Reads[i].Ended, h.Signing)
	})
}

// rejectedAtFirst reports whether the account of a read was rejected before it had its first token. The provider may believe that
// for good.
func (o Outcome) rejectedAtFirst(h History, i int) bool {
	block := h.Reads[i].Block
	return slices.ContainsFunc(o.Requests, func(req *Request) bool {
		rejected := req.Block == block && req.At <= o.Reads[i].Ended && faults[req.Fault].passes == NextTime
		return rejected && !o.hadToken(block, req.At)
	})
}

// isToldToWait reports whether the token endpoint asked to wait for a day before the end of a read, and issued no token since.
func (o Outcome) isToldToWait(h History, i int) bool {
	block := h.Reads[i].Block
	return slices.ContainsFunc(o.Requests, func(req *Request) bool {
		told := req.Block == block && req.Op == Token && faults[req.Fault].asksForADay && req.End <= o.Reads[i].Ended
		return told && o.hadToken(block, req.At) && !slices.ContainsFunc(o.Tokens, func(k *IssuedToken) bool {
			return k.Block == block && req.End <= k.Issued && k.Issued <= o.Reads[i].Ended
		})
	})
}

// hadToken reports whether a block had received a token by a moment.
func (o Outcome) hadToken(block int, at time.Duration) bool {
	return slices.ContainsFunc(o.Tokens, func(k *IssuedToken) bool { return k.Block == block && k.Received > 0 && k.Received <= at })
}

// since returns when the first of the reads began that ran at the same time, whose attempts to sign in a read shares.
func (o Outcome) since(h History, i int) time.Duration {
	since := o.Reads[i].Started
	for range o.Reads {
		for j, other := range o.Reads {
			if h.Reads[j].Block == h.Reads[i].Block && other.Started < since && other.Ended >= since {
				since = other.Started
			}
		}
	}
	return since
}

// mayEnd returns why a fault may end the read, or "". during are the requests that it hit while the read ran, and left is how
// often it hits at most.
func (o Outcome) mayEnd(h History, i int, t trouble, left int, during []*Request) string {
	if len(during) == 0 {
		return ""
	}
	r, read := o.Reads[i], h.Reads[i]
	block := h.Blocks[read.Block]
	answered := func(op Operation, before time.Duration) bool {
		return slices.ContainsFunc(o.Requests, func(req *Request) bool {
			return req.Block == read.Block && req.accepts() && req.End <= before &&
				(req.Op == op || op == "" && slices.Contains(api, req.Op))
		})
	}
	for _, req := range during {
		switch t.passes {
		case Always:
		case Unnoticed:
			if left > 3 {
				return "may be too much"
			}
		case Never, NextTime:
			return "is final"
		case IfAccepted:
			if block.SignIn != ServiceAccount && !answered("", req.At) {
				return "may mean that the credentials are wrong"
			}
		case IfAllowed:
			if !answered(req.Op, req.At) || left > maxRoleRetries {
				return "may mean that the role is missing"
			}
		case IfSignedIn:
			valid := slices.ContainsFunc(o.Tokens, func(k *IssuedToken) bool {
				return k.Block == read.Block && k.Received > 0 && k.Received <= req.At && k.validAt(req.At, h.Signing) &&
					k.validAt(r.Ended, h.Signing) && k.Expires > r.Ended+time.Minute
			})
			if req.Op != Token || !valid {
				return "is final without a token"
			}
		}
	}
	return ""
}

// healthy returns how long the read takes if nothing fails.
func healthy(h History, read Read, parallel bool) time.Duration {
	n := 3 // the read, a token, and a challenge
	source := dataSources[read.DataSource]
	if source.lists {
		size := pageSize(h, read)
		pages := (len(h.all(source.kind))+size-1)/size + len(h.Listing.Empty)
		if pages > 1 || h.Listing.Count != CountRight || h.Lag != (Lag{}) || h.Listing.Turn > 0 || len(h.all(source.kind)) >= size {
			n += 4*(pages+1) + 30
		}
	}
	need := time.Duration(n) * latency
	if !source.lists && h.Lag.ByName > 0 {
		pages := (len(h.all(source.kind))+pageSize(h, read)-1)/pageSize(h, read) + len(h.Listing.Empty)
		need += 3*lagOfNames + time.Duration(4*(4*(pages+1)+30))*latency // four requests, with a look-up after each
	}
	if h.Signing.NonceUses > 0 {
		need *= 2
	}
	if parallel && n > 3 {
		need += 5 * time.Second
	}
	return need
}

func pageSize(h History, read Read) int {
	size := read.ItemsPerPage
	if size == 0 {
		size = 500
	}
	if h.Listing.Cap > 0 {
		size = min(size, h.Listing.Cap)
	}
	return size
}

// usualWait returns the longest wait before a retry, by its number from 1.
func usualWait(retry int) time.Duration {
	return min(3*time.Second<<(retry-1), 30*time.Second)
}

// limitedWait returns the longest wait after a 429 that does not say how long.
func limitedWait(retry int) time.Duration {
	return min(15*time.Second<<(retry-1), time.Minute)
}
