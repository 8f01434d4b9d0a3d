package simulation

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
)

// attemptsAreBounded checks how often the same request was sent, and that no attempt came sooner than Atlas had asked.
func attemptsAreBounded(h History, o Outcome) (broken []string) {
	for i, r := range o.Reads {
		read := h.Reads[i]
		block := h.Blocks[read.Block]
		most := block.MaxRetries
		if most < 0 {
			most = 4
		}
		if why := o.dialsTooOften(h, i, most); why != "" {
			broken = append(broken, fmt.Sprintf("read %d %s", i, why))
		}
		if o.beside(h, i) > 1 { // its requests cannot be told from those of the others
			if why := o.failsTooOften(h, i, most); why != "" {
				broken = append(broken, fmt.Sprintf("read %d and those beside it %s", i, why))
			}
			continue
		}
		var runs [2]run
		for _, req := range o.Requests {
			if req.Block != read.Block || req.At < r.Started || req.At > r.Ended || req.Op == Revoke {
				continue
			}
			current := &runs[0]
			if req.Op == Token {
				current = &runs[1]
			} else {
				runs[1] = run{} // the next token is for another request
			}
			if early := current.add(req, block.SignIn, o.nextAfter(current.last, req)); early != "" {
				broken = append(broken, fmt.Sprintf("read %d %s", i, early))
			}
			if current.attempts > most+1 {
				broken = append(broken, fmt.Sprintf("read %d sends a request more than %d times", i, most+1))
				break
			}
			if current.roles > min(most, maxRoleRetries) {
				broken = append(broken, fmt.Sprintf("read %d sends a request again more than %d times after a role was denied", i, maxRoleRetries))
				break
			}
		}
		if why := o.findsTooOften(h, i); why != "" {
			broken = append(broken, fmt.Sprintf("read %d %s", i, why))
		}
		if why := o.asksInVain(h, i); why != "" {
			broken = append(broken, fmt.Sprintf("read %d %s", i, why))
		}
	}
	return broken
}

// beside counts the reads of the same block that ran at the same time as read i, with itself.
func (o Outcome) beside(h History, i int) (n int) {
	for j, other := range o.Reads {
		if h.Reads[j].Block == h.Reads[i].Block && other.Started <= o.Reads[i].Ended && other.Ended >= o.Reads[i].Started {
			n++
		}
	}
	return n
}

// failsTooOften returns how the reads that ran at the same time as read i sent a request more often than their attempts explain, or
// "". A request that succeeds begins anew. Those for a token can come twice: before each attempt of the API, and for a sign-in.
func (o Outcome) failsTooOften(h History, i, most int) string {
	limit := o.beside(h, i) * (most + 1)
	if o.missesName(h, i) {
		limit *= 2 // a look-up that fails is made once more
	}
	failed := map[string]int{}
	for _, req := range o.Requests {
		if !o.concerns(h, i, req) || req.Op == Revoke {
			continue
		}
		switch {
		case req.Status == 200 || req.misses():
			failed[req.URL] = 0
		case req.Status == 307 || req.canBeSignedAgain(h.Blocks[req.Block].SignIn) || o.isResent(req):
		default:
			failed[req.URL]++
		}
		if n := failed[req.URL]; n > limit && (req.Op != Token || n > 2*limit) {
			return fmt.Sprintf("send a request more than %d times", limit)
		}
	}
	return ""
}

// isResent reports whether net/http sent a request again because a reused connection broke.
func (o Outcome) isResent(req *Request) bool {
	return slices.ContainsFunc(o.Requests, func(before *Request) bool {
		return before.Block == req.Block && before.URL == req.URL && before.canBeResent() && before.End == req.At
	})
}

// canBeResent reports whether net/http sends the request again at once: a GET without an answer, on a connection that it reused.
func (req *Request) canBeResent() bool {
	return req.Reused && req.Status == 0 && req.Op != Token && req.Op != Revoke
}

// dialsTooOften returns how read i, or one beside it, asks for a connection that is refused more often than its attempts explain,
// or "". With an old token, each attempt of the API comes with one for another token.
func (o Outcome) dialsTooOften(h History, i, most int) string {
	limit := o.beside(h, i) * (most + 1) * 2
	if o.missesName(h, i) {
		limit *= 2 // a look-up, and the request after it, have attempts of their own
	}
	refused, at := 0, o.Reads[i].Started
	for _, dial := range o.dials(h.Reads[i].Block) {
		if !dial.during(o.Reads[i]) {
			continue
		}
		answered := slices.ContainsFunc(o.Requests, func(req *Request) bool {
			return req.Block == dial.Block && at <= req.At && req.At <= dial.At
		})
		if refused++; answered {
			refused = 1
		}
		if at = dial.At; refused > limit {
			return fmt.Sprintf("asks for a connection more than %d times", limit)
		}
	}
	return ""
}

// dials returns the connections of a block that were refused or hung, sorted by time.
func (o Outcome) dials(block int) []*Request {
	dials := slices.DeleteFunc(slices.Concat(o.Hits...), func(hit *Request) bool { return hit.Op != "" || hit.Block != block })
	slices.SortStableFunc(dials, func(a, b *Request) int { return cmp.Compare(a.At, b.At) })
	return dials
}

// maxRoleRetries is how often a request is sent again after a role was denied, and minWait how long a read waits at least before
// it sends a request again, by the pages.
const (
	maxRoleRetries = 3
	minWait        = 500 * time.Millisecond
)

// run is a row of attempts at the same request.
type run struct {
	last     *Request
	attempts int  // without those that a new token, a new nonce, or net/http explains
	roles    int  // how many of them came after an answer that denied a role
	again    bool // whether the last request belongs to the same attempt as the one before it
}

// nextAfter returns when the block of req first sent a request, or tried to connect, after the answer to before. That is not later
// than req.
func (o Outcome) nextAfter(before, req *Request) time.Duration {
	at := req.At
	if before == nil {
		return at
	}
	for _, next := range slices.Concat(o.Requests, o.dials(req.Block)) {
		if next.Block == req.Block && next.Op != Revoke && next.At >= before.End {
			at = min(at, next.At)
		}
	}
	return at
}

// add counts a request. next is what nextAfter returned for it. It returns how the request came too early, or "".
func (r *run) add(req *Request, signIn SignIn, next time.Duration) (early string) {
	before := r.last
	r.last = req
	if before == nil || before.URL != req.URL || before.Status == 200 || before.misses() { // findsTooOften counts those
		*r = run{last: req, attempts: 1}
		return ""
	}
	wait := req.At - before.End
	if before.Asked > 0 && wait < before.Asked-time.Second {
		early = fmt.Sprintf("sends a request again before the %s that Atlas asked to wait", before.Asked)
	}
	resent := before.canBeResent() && wait == 0
	left := before.Status == 0 && faults[before.Fault].takes > 0 // by a look-up whose time was up
	apart := before.Status == 307 || resent || left
	explained := !apart && before.canBeSignedAgain(signIn)
	// If a token was slow, or a connection was refused, the request can belong to the same attempt or to the next one.
	unclear := explained && wait >= minWait && next < before.End+minWait
	if r.again = explained && wait < minWait && !r.again; r.again || unclear || apart {
		return early
	}
	if r.attempts++; before.Code == "USER_UNAUTHORIZED" {
		r.roles++
	}
	if wait < minWait {
		early = fmt.Sprintf("sends a request again after less than %s", minWait)
	}
	return early
}

// canBeSignedAgain reports whether the answer explains that the same attempt sends the request once more: with another token, or
// with the nonce of the answer.
func (req *Request) canBeSignedAgain(signIn SignIn) bool {
	byNonce := signIn == APIKey && req.Challenges
	byToken := signIn == ServiceAccount && req.Op != Token && req.Code != "USER_UNAUTHORIZED"
	return req.Status == 401 && (byNonce || byToken)
}

// missesName reports whether Atlas did not find a name for the block of read i while it ran.
func (o Outcome) missesName(h History, i int) bool {
	return slices.ContainsFunc(o.Requests, func(req *Request) bool {
		return o.concerns(h, i, req) && req.misses()
	})
}

// misses reports whether the answer is that a name was not found.
func (req *Request) misses() bool { return strings.HasSuffix(req.Code, "_NOT_FOUND_FOR_NAME") }

// maxFinds is how often something that Atlas lists is requested by its name, lagOfNames apart, by the pages.
const maxFinds = 4

// findsTooOften returns how a read requests a name too often or too soon after a 404, or "".
func (o Outcome) findsTooOften(h History, i int) string {
	finds, last := map[string]int{}, map[string]time.Duration{}
	for _, req := range o.Requests {
		if !o.concerns(h, i, req) || !req.misses() {
			continue
		}
		what := req.Code + " " + req.URL
		if finds[what]++; finds[what] > maxFinds {
			return fmt.Sprintf("requests a name more than %d times", maxFinds)
		}
		if finds[what] > 1 && req.At < last[what]+lagOfNames {
			return fmt.Sprintf("requests a name again after less than %s", lagOfNames)
		}
		last[what] = req.End
	}
	return ""
}

// asksInVain returns how a read asks again although Atlas has refused for good, or "".
func (o Outcome) asksInVain(h History, i int) string {
	r, read := o.Reads[i], h.Reads[i]
	block := h.Blocks[read.Block]
	op := dataSources[read.DataSource].op
	signed, tokens := 0, 0
	for _, req := range o.Requests {
		if req.Block == read.Block && r.Started <= req.At && req.At <= r.Ended && req.Fault == "" && req.Status != 200 {
			if req.Op == op && req.Signed {
				signed++
			}
			if req.Op == Token {
				tokens++
			}
		}
	}
	switch {
	case slices.Contains(block.Denied, op) && !block.Wrong && signed > 1:
		return fmt.Sprintf("asks %d times for what the account has no role for", signed)
	case block.Wrong && tokens > 1:
		return fmt.Sprintf("asks for a token %d times with wrong credentials", tokens)
	}
	return ""
}

// costsWhatThePagesSay compares the requests of each block with the documented number, if nothing is wrong.
func costsWhatThePagesSay(h History, o Outcome) (broken []string) {
	l := h.Listing
	if h.moves() || len(h.Faults) > 0 || l.Cap > 0 || len(l.Empty) > 0 || l.Count != CountRight || l.Turn > 0 || h.Lag != (Lag{}) ||
		h.Signing.Life > 0 || h.Signing.ExpiresIn == "absent" || h.Signing.RevokedAt > 0 || h.Signing.NonceUses > 0 ||
		h.Signing.Challenge != "" {
		return nil
	}
	for b, block := range h.Blocks {
		if block.Wrong || len(block.Denied) > 0 || block.StopAt > 0 || block.CloseAt > 0 {
			continue
		}
		want, reads, fine := 0, 0, true
		for i, read := range h.Reads {
			if read.Block == b {
				reads++
				want += documentedRequests(h, read)
				fine = fine && o.isThere(h, i) && read.timeout() >= time.Minute && read.At < time.Minute // one token is enough
			}
		}
		if !fine || reads == 0 {
			continue
		}
		spare := 0
		switch block.SignIn {
		case ServiceAccount:
			want += o.tokensNeeded(h, b)
		case APIKey:
			want++            // the challenge
			spare = reads - 1 // parallel reads may each ask for one
		case AccessToken:
		}
		got := 0
		for _, req := range o.Requests {
			if req.Block == b {
				got++
			}
		}
		if got < want || got > want+spare {
			broken = append(broken, fmt.Sprintf("block %d sends %d requests instead of %d", b, got, want))
		}
	}
	return broken
}

// tokensNeeded returns how many requests the tokens of a block need: one for each, which lives for an hour, and one to revoke the
// last one if it lives until the end.
func (o Outcome) tokensNeeded(h History, b int) (n int) {
	var starts []time.Duration
	for i, read := range h.Reads {
		if read.Block == b {
			starts = append(starts, o.Reads[i].Started)
		}
	}
	slices.Sort(starts)
	until := time.Duration(-1)
	for _, start := range starts {
		if start > until {
			n++
			until = start + 59*time.Minute
		}
	}
	if o.Closes[b].Started < until {
		n++
	}
	return n
}

// documentedRequests returns how many requests a read sends if nothing is wrong.
func documentedRequests(h History, read Read) int {
	source := dataSources[read.DataSource]
	if !source.lists || read.PageNum > 0 {
		return 1
	}
	n, size := len(h.all(source.kind)), pageSize(h, read)
	full := (n + size - 1) / size // pages with results
	pages := max(1, full)
	if last := n - (full-1)*size; n > 0 && (last == size || last == 100) {
		pages++ // a full page asks for the next
	}
	if full > 1 {
		pages *= 2 // until two passes agree
	}
	return pages
}

// tokensAreGivenBack checks that tokens are asked for one by one and revoked in the end.
func tokensAreGivenBack(h History, o Outcome) (broken []string) {
	for b := range h.Blocks {
		var last *Request
		for _, req := range o.Requests {
			if req.Block != b || req.Op != Token {
				continue
			}
			if last != nil && req.At < last.End {
				broken = append(broken, fmt.Sprintf("block %d asks for two tokens at a time", b))
			}
			if req.At > o.Closes[b].Started {
				broken = append(broken, fmt.Sprintf("block %d asks for a token after it was closed", b))
			}
			last = req
		}
	}
	for _, k := range o.Tokens {
		closed := o.Closes[k.Block]
		if o.revocationFailed(k.Block) {
			continue
		}
		if k.Received == 0 || k.Received > closed.Ended || k.Revoked || !k.validAt(closed.Ended+time.Second, h.Signing) {
			continue
		}
		left := (k.Expires - closed.Ended).Round(time.Second)
		broken = append(broken, fmt.Sprintf("block %d leaves a token behind that is valid for %s", k.Block, left))
	}
	return broken
}

// revocationFailed reports whether a fault hit a request of a block to revoke a token, or whatever kept one from being sent: a
// connection that was refused, or an answer that was slow.
func (o Outcome) revocationFailed(block int) bool {
	slow := func(req *Request) bool { return faults[req.Fault].takes > 0 || faults[req.Fault].stalls > 0 }
	return slices.ContainsFunc(slices.Concat(o.Hits...), func(req *Request) bool {
		return req.Block == block && (req.Op == Revoke || req.Op == "" || slow(req) && req.End >= o.Closes[block].Started)
	})
}

// nothingGetsOut looks for secrets in diagnostics, logs, and states.
func nothingGetsOut(h History, o Outcome) (broken []string) {
	secrets := map[string]string{}
	for b := range h.Blocks {
		c := credentialsOf(b)
		secrets["the client secret"], secrets["the private key"], secrets["the access token"] = c.clientSecret, c.privateKey, c.accessToken
		secrets["the client secret in Base64"] = base64.StdEncoding.EncodeToString([]byte(c.clientID + ":" + url.QueryEscape(c.clientSecret)))
		for place, text := range o.shown() {
			for _, name := range slices.Sorted(maps.Keys(secrets)) {
				if contains(text, secrets[name]) {
					broken = append(broken, place+" shows "+name)
				}
			}
		}
	}
	hidden := o.issued()
	for _, c := range h.Things {
		if c.secret() != "" {
			hidden[c.secret()] = "the secret of the " + string(c.Kind) + " " + fmt.Sprintf("%+q", c.Name)
		}
	}
	for place, text := range o.shown() {
		for _, secret := range slices.Sorted(maps.Keys(hidden)) {
			if contains(text, secret) {
				broken = append(broken, place+" shows "+hidden[secret])
			}
		}
	}
	broken = slices.Compact(slices.Sorted(slices.Values(broken)))
	return append(broken, secretsInStates(h, o)...)
}

// contains reports whether text contains secret as it is, or as a URL or JSON spells it.
func contains(text, secret string) bool {
	return slices.ContainsFunc([]string{secret, url.QueryEscape(secret), strings.ReplaceAll(secret, "/", `\/`)}, func(spelled string) bool {
		return strings.Contains(text, spelled)
	})
}

// issued returns what it is by each secret that exists only in this run: the tokens and the signatures.
func (o Outcome) issued() map[string]string {
	secrets := map[string]string{}
	for _, k := range o.Tokens {
		secrets[k.Value] = "a token"
	}
	for _, req := range o.Requests {
		if scheme, value, _ := strings.Cut(req.Authorization, " "); scheme == "Digest" {
			secrets[digestParameters(value)["response"]] = "a signature"
		}
	}
	delete(secrets, "")
	return secrets
}

// shown returns all texts that a user can see, by place, except the states.
func (o Outcome) shown() map[string]string {
	places := map[string]string{"the log": o.Logs}
	for i, r := range o.Reads {
		places[fmt.Sprintf("a diagnostic of read %d", i)] = strings.Join(slices.Concat(r.Errors, r.Warnings), "\n") + r.Panic
	}
	for b, diagnostics := range o.Configured {
		places[fmt.Sprintf("a diagnostic of block %d", b)] = strings.Join(diagnostics, "\n")
	}
	return places
}

// sensitive are the attributes that hold secrets if they are asked for.
var sensitive = []string{"https_headers", "settings_json", "pipelines_json"}

func secretsInStates(h History, o Outcome) (broken []string) {
	issued := o.issued()
	for i, r := range o.Reads {
		for _, name := range slices.Sorted(maps.Keys(r.State)) {
			text := fmt.Sprint(r.State[name])
			allowed := h.Reads[i].Sensitive && slices.Contains(sensitive, name)
			for _, c := range h.Things {
				if secret := c.secret(); secret != "" && contains(text, secret) && !allowed {
					broken = append(broken, fmt.Sprintf("the attribute %s of read %d shows the secret of %+q", name, i, c.Name))
				}
			}
			for secret, what := range issued {
				if contains(text, secret) {
					broken = append(broken, fmt.Sprintf("the attribute %s of read %d shows %s", name, i, what))
				}
			}
			for b := range h.Blocks {
				own := credentialsOf(b)
				for _, secret := range []string{own.clientSecret, own.privateKey, own.accessToken} {
					if contains(text, secret) {
						broken = append(broken, fmt.Sprintf("the attribute %s of read %d shows a credential", name, i))
					}
				}
			}
		}
	}
	return broken
}

// staysAtTheOrigin checks where connections go, and that no private key is sent.
func staysAtTheOrigin(_ History, o Outcome) (broken []string) {
	for _, dialed := range slices.Compact(slices.Sorted(slices.Values(o.Dialed))) {
		if dialed != address {
			broken = append(broken, "a connection goes to "+dialed)
		}
	}
	for _, req := range o.Requests {
		c := credentialsOf(req.Block)
		for _, secret := range []string{c.privateKey, c.clientSecret, c.accessToken} {
			if strings.Contains(req.URL, secret) {
				broken = append(broken, "a URL contains a credential")
			}
		}
		if strings.Contains(req.Authorization, c.privateKey) {
			broken = append(broken, "a request contains the private key")
		}
	}
	return broken
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
