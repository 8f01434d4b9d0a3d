package simulation

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// Promise is what holds after every history. Broken returns in which ways an outcome breaks it.
type Promise struct {
	Name   string
	Broken func(h History, o Outcome) []string
}

// promises are all promises. A new one is a line here.
var promises = []Promise{
	{"a listing is whole, or it is an error", isWhole},
	{"a warning is true", warnsTruly},
	{"what passes, passes", passes},
	{"an error is one diagnostic", isOneError},
	{"no wrong blame", blamesRightly},
	{"a read ends in time", endsInTime},
	{"a read that was ended says so", saysThatItWasEnded},
	{"close ends in time and leaves nothing behind", closesInTime},
	{"attempts are bounded", attemptsAreBounded},
	{"a healthy read costs what the pages say", costsWhatThePagesSay},
	{"tokens are asked for one by one and given back", tokensAreGivenBack},
	{"nothing gets out", nothingGetsOut},
	{"no request leaves the origin", staysAtTheOrigin},
}

// dataSource is what the simulation has to know of a data source.
type dataSource struct {
	kind  Kind
	op    Operation
	lists bool
}

// dataSources are the data sources that are drawn, as far as the provider has them. A new one is a line here.
var dataSources = map[string]dataSource{
	"atlas_streams_connection":    {Connection, GetConnection, false},
	"atlas_streams_connections":   {Connection, ListConnections, true},
	"atlas_streams_instances":     {Instance, ListInstances, true},
	"atlas_streams_processors":    {Processor, ListProcessors, true},
	"atlas_streams_private_links": {PrivateLink, ListPrivateLinks, true},
}

// isWhole compares what each read returned with what was there.
func isWhole(h History, o Outcome) (broken []string) {
	for i, r := range o.Reads {
		if r.Failed() || r.State == nil {
			continue
		}
		read := h.Reads[i]
		source := dataSources[read.DataSource]
		if !source.lists {
			if why := isThing(h, read, r); why != "" {
				broken = append(broken, fmt.Sprintf("read %d %s", i, why))
			}
			continue
		}
		got, must, may := map[string]int{}, map[string]int{}, map[string]int{}
		results, _ := r.State["results"].([]any)
		for _, result := range results {
			got[identityOf(result)]++
		}
		for _, c := range h.all(source.kind) {
			if matches, _ := regexp.MatchString(read.NameRegex, norm.NFC.String(c.Name)); !matches {
				continue
			}
			if c.existsThroughout(h.Lag.seen(h.Lag.List, r.Started), h.Lag.seen(h.Lag.List, r.Ended)) && read.PageNum == 0 {
				must[c.inState()]++
			}
			if c.bornBy(r.Ended) && (c.Gone == 0 || c.Gone > h.Lag.seen(h.Lag.List, r.Started)) {
				may[c.inState()]++
			}
		}
		for _, id := range slices.Sorted(maps.Keys(must)) {
			if got[id] < must[id] {
				broken = append(broken, fmt.Sprintf("read %d misses %s, which was there all the time", i, id))
			}
		}
		for _, id := range slices.Sorted(maps.Keys(got)) {
			if got[id] > may[id] {
				broken = append(broken, fmt.Sprintf("read %d returns %s %d times, and there were %d", i, id, got[id], may[id]))
			}
		}
		for _, why := range slices.Concat(
			h.unlike(source.kind, results), h.lacksSecrets(read, r), h.isOtherPage(read, r, got), isUnsorted(results),
		) {
			broken = append(broken, fmt.Sprintf("read %d %s", i, why))
		}
		broken = append(broken, headersAreWhole(h, read, i, r)...)
	}
	return broken
}

// unlike returns which results have a name or a type that nothing of their identity has.
func (h History) unlike(kind Kind, results []any) (broken []string) {
	for _, result := range results {
		name, typ := textOf(result, "name"), textOf(result, "type")
		same := slices.ContainsFunc(h.all(kind), func(c Thing) bool {
			sameName := kind == PrivateLink || name == norm.NFC.String(c.Name)
			return c.inState() == identityOf(result) && sameName && (kind != Connection || typ == c.Type)
		})
		if !same {
			broken = append(broken, fmt.Sprintf("returns %s with another name or type: %+q, %q", identityOf(result), name, typ))
		}
	}
	return broken
}

// secretsOf are the maps with the secrets of what is listed, by kind, and those types of it that they hold.
var secretsOf = map[Kind]struct{ attribute, typ string }{Connection: {"settings_json", "Catalog"}, Processor: {"pipelines_json", ""}}

// lacksSecrets returns which results have no entry in the map that include_sensitive fills, or that of something else.
func (h History) lacksSecrets(read Read, r ReadOutcome) (broken []string) {
	kind := dataSources[read.DataSource].kind
	in, ok := secretsOf[kind]
	if !ok || !read.Sensitive {
		return nil
	}
	entries, _ := r.State[in.attribute].(map[string]any)
	results, _ := r.State["results"].([]any)
	named := map[string][]any{} // keys are in NFC, as Terraform shows them
	for _, result := range results {
		name := textOf(result, "name")
		named[name] = append(named[name], result)
	}
	for _, c := range h.all(kind) {
		name := norm.NFC.String(c.Name)
		if same := named[name]; c.Type != in.typ || len(same) != 1 || identityOf(same[0]) != c.inState() || !h.isAlone(c) {
			continue // another of the same name may be in the map
		}
		if text, _ := entries[name].(string); !strings.Contains(text, c.secret()) {
			broken = append(broken, fmt.Sprintf("misses %+q in %s", name, in.attribute))
		}
	}
	return broken
}

// isAlone reports whether nothing else of the same kind ever has the name of c.
func (h History) isAlone(c Thing) bool {
	return !slices.ContainsFunc(h.all(c.Kind), func(other Thing) bool {
		return other != c && norm.NFC.String(other.Name) == norm.NFC.String(c.Name)
	})
}

// isOtherPage returns how a page of a listing that never changes differs from what was asked for.
func (h History) isOtherPage(read Read, r ReadOutcome, got map[string]int) []string {
	kind := dataSources[read.DataSource].kind
	if read.PageNum == 0 || h.moves() || read.NameRegex != "" || h.Listing.Turn > 0 || len(h.Listing.Empty) > 0 {
		return nil
	}
	all, size, want := h.listed(kind, r.Started), pageSize(h, read), map[string]int{}
	for i := (read.PageNum - 1) * size; i < min(read.PageNum*size, len(all)); i++ {
		want[all[i].inState()]++
	}
	if !maps.Equal(got, want) {
		return []string{fmt.Sprintf("returns another page than %d: %v, and not %v", read.PageNum, got, want)}
	}
	return nil
}

// headersAreWhole checks that https_headers has one entry for each name, which does not depend on chance.
func headersAreWhole(h History, read Read, i int, r ReadOutcome) (broken []string) {
	headers, ok := r.State["https_headers"].(map[string]any)
	if !ok {
		if read.Sensitive && read.DataSource == "atlas_streams_connections" {
			return []string{fmt.Sprintf("read %d asks for https_headers and gets none", i)}
		}
		return nil
	}
	names := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		if names[norm.NFC.String(name)] {
			broken = append(broken, fmt.Sprintf("read %d returns https_headers with two keys that are one to Terraform: %+q",
				i, norm.NFC.String(name)))
		}
		names[norm.NFC.String(name)] = true
	}
	results, _ := r.State["results"].([]any)
	for _, result := range results {
		if name := textOf(result, "name"); textOf(result, "type") == "Https" && !names[name] {
			broken = append(broken, fmt.Sprintf("read %d misses the headers of %+q", i, name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		first := firstOf(results, name)
		values, _ := headers[name].(map[string]any)
		for _, c := range h.all(Connection) {
			if c.inState() == first && values["Authorization"] != c.secret() && h.isOnly(c) {
				broken = append(broken, fmt.Sprintf("read %d returns for %+q the headers of another connection than the first of that name", i, name))
			}
		}
	}
	return broken
}

// firstOf returns the identity of the first HTTPS connection in results that has a name, or "".
func firstOf(results []any, name string) string {
	for _, result := range results {
		if textOf(result, "name") == norm.NFC.String(name) && textOf(result, "type") == "Https" {
			return identityOf(result)
		}
	}
	return ""
}

// isUnsorted returns a complaint if results are not sorted by name, then by ID.
func isUnsorted(results []any) []string {
	order := func(a, b any) int {
		return cmp.Or(cmp.Compare(textOf(a, "name"), textOf(b, "name")), cmp.Compare(textOf(a, "id"), textOf(b, "id")))
	}
	if slices.IsSortedFunc(results, order) {
		return nil
	}
	return []string{"returns results that are not sorted by name and ID"}
}

// isOnly reports whether no other connection has the identity of c in the state.
func (h History) isOnly(c Thing) bool {
	same := 0
	for _, other := range h.all(Connection) {
		if other.inState() == c.inState() {
			same++
		}
	}
	return same == 1
}

// isThing returns how a single connection differs from what was there, or "".
func isThing(h History, read Read, r ReadOutcome) string {
	for _, c := range h.all(Connection) {
		same := norm.NFC.String(c.Name) == norm.NFC.String(read.Name) && identityOf(any(r.State)) == c.inState()
		if same && r.State["type"] == c.Type && c.bornBy(r.Ended) && (c.Gone == 0 || c.Gone > h.Lag.seen(h.Lag.ByName, r.Started)) {
			return ""
		}
	}
	return fmt.Sprintf("returns a connection that was not there: %v", r.State["name"])
}

// identityOf returns the identity of a result in the state.
func identityOf(result any) string {
	if id := textOf(result, "id"); id != "" {
		return "ID " + id
	}
	return "name " + textOf(result, "name")
}

// textOf returns an attribute of a result in the state, in NFC, or "".
func textOf(result any, attribute string) string {
	fields, _ := result.(map[string]any)
	text, _ := fields[attribute].(string)
	return norm.NFC.String(text)
}

// inState is the identity of the thing in the state.
func (c Thing) inState() string {
	if c.Kind == Instance {
		return "ID " + hash(c.Name+c.ID)
	}
	return c.identity()
}

var warnsOfFewer = regexp.MustCompile(`^Fewer results than reported\nAtlas estimates (\d+) .*, but listed the same (\d+) twice in a row`)

// warnsTruly checks the warning that a listing may be short. There is only one other, about types that the provider does not know.
func warnsTruly(h History, o Outcome) (broken []string) {
	for i, r := range o.Reads {
		read := h.Reads[i]
		source := dataSources[read.DataSource]
		results, _ := r.State["results"].([]any)
		for _, warning := range r.Warnings {
			numbers := warnsOfFewer.FindStringSubmatch(warning)
			if numbers == nil {
				if !strings.HasPrefix(warning, "Unknown streams connection type\n") {
					broken = append(broken, fmt.Sprintf("read %d has a warning that nobody knows: %s", i, lastLine(warning)))
				}
				continue
			}
			estimated, _ := strconv.Atoi(numbers[1])
			listed, _ := strconv.Atoi(numbers[2])
			reported := slices.ContainsFunc(o.Requests, func(req *Request) bool {
				return req.Op == source.op && req.during(r) && req.Count != nil && *req.Count == estimated
			})
			wrong := listed < len(results) || listed > len(h.all(source.kind)) || read.NameRegex == "" && listed != len(results)
			if !reported || wrong || estimated <= listed {
				broken = append(broken, fmt.Sprintf("read %d warns of what no page said: %s", i, lastLine(warning)))
			}
		}
	}
	return broken
}

// isOneError checks the form of a failure.
func isOneError(_ History, o Outcome) (broken []string) {
	for i, diagnostics := range o.Configured {
		if len(diagnostics) > 0 {
			broken = append(broken, fmt.Sprintf("block %d is not configured: %s", i, lastLine(diagnostics[0])))
		}
	}
	for i, r := range o.Reads {
		switch {
		case r.Panic != "":
			broken = append(broken, fmt.Sprintf("read %d panics: %s", i, r.Panic))
		case len(r.Errors) > 1:
			broken = append(broken, fmt.Sprintf("read %d has %d errors", i, len(r.Errors)))
		case !r.Failed() && r.State == nil:
			broken = append(broken, fmt.Sprintf("read %d succeeds and has no state", i))
		}
	}
	return broken
}

// blame is a claim of a diagnostic, and when it is false.
type blame struct {
	says    string
	pattern *regexp.Regexp
	wrong   func(h History, o Outcome, i int) bool
}

var blames = []blame{
	{
		"that valid credentials are rejected",
		regexp.MustCompile(`Atlas rejected|Check client_id|Check its value|Check whether it has expired|` +
			`(?i:credentials? (is|are) (not valid|wrong|invalid))`),
		func(h History, o Outcome, i int) bool {
			read := h.Reads[i]
			block := h.Blocks[read.Block]
			if block.SignIn == ServiceAccount && o.rejectedAtFirst(h, i) {
				return false // the endpoint says so
			}
			return !block.Wrong && (block.SignIn == ServiceAccount || !o.refusedBefore(h, i, func(req *Request) bool {
				return slices.Contains(api, req.Op)
			}))
		},
	},
	{
		"that a name is to be checked which exists",
		regexp.MustCompile(`Check (name|instance_name|workspace_name|project_id)\b`),
		func(h History, o Outcome, i int) bool {
			read, r := h.Reads[i], o.Reads[i]
			there := func(kind Kind, name string) bool { // all the time, or as the diagnostic itself says
				return strings.Contains(lastLine(r.Errors[0]), ": the") && strings.Contains(lastLine(r.Errors[0]), strconv.Quote(name)) ||
					slices.ContainsFunc(h.all(kind), func(c Thing) bool {
						return norm.NFC.String(c.Name) == norm.NFC.String(name) &&
							c.existsThroughout(h.Lag.seen(h.Lag.List, r.Started), r.Ended)
					})
			}
			return !o.looksUpInVain(h, i) && there(Instance, read.Instance) && (read.Name == "" || there(Connection, read.Name))
		},
	},
	{
		"that a role is missing which is there",
		regexp.MustCompile(`(?i)\bgrant\b.*\broles?\b|role is missing|Check its roles`),
		func(h History, o Outcome, i int) bool {
			read := h.Reads[i]
			op := dataSources[read.DataSource].op
			return !slices.Contains(h.Blocks[read.Block].Denied, op) &&
				!o.refusedBefore(h, i, func(req *Request) bool { return req.Op == op })
		},
	},
	{
		"that the provider has a bug", regexp.MustCompile(`(?i)bug in the provider|Report (it|this)`),
		func(_ History, o Outcome, i int) bool {
			const lastResort = "If both are as you expect, upgrade the provider, or report this answer"
			return !strings.Contains(o.Reads[i].Errors[0], lastResort)
		},
	},
	{
		"that an answer of Atlas is not Atlas's",
		regexp.MustCompile(`(?i)do(es)? not come from|Something (other than|between)`),
		func(h History, o Outcome, i int) bool {
			return !o.hit(h, i, func(f trouble) bool { return !f.byAtlas })
		},
	},
}

// looksUpInVain reports whether a look-up of a read failed for good or met a listing that kept changing, so that the provider cannot
// know what exists. After one that failed for a moment, it does not blame the name.
func (o Outcome) looksUpInVain(h History, i int) bool {
	return o.changes(h, i) > 1 || slices.ContainsFunc(o.Requests, func(req *Request) bool {
		return o.concerns(h, i, req) && (req.Op == ListConnections || req.Op == ListInstances) &&
			!req.accepts() && req.Status != 0 && !slices.Contains([]int{408, 429, 500, 502, 503, 504}, req.Status)
	})
}

// refusedBefore reports whether a read met a 401 before Atlas had answered one of the requests that count to its block.
func (o Outcome) refusedBefore(h History, i int, counts func(*Request) bool) bool {
	const never = time.Duration(math.MaxInt64)
	r, block := o.Reads[i], h.Reads[i].Block
	refused, accepted := never, never
	for _, req := range o.Requests {
		if req.Block != block || req.At > r.Ended || !counts(req) {
			continue
		}
		switch {
		case req.accepts():
			accepted = min(accepted, req.End)
		case req.Status == 401 && req.Fault != "":
			refused = min(refused, req.End)
		}
	}
	return refused != never && refused <= accepted // at the same moment, nobody can tell
}

// accepts reports whether the answer shows that Atlas accepts the credentials. A web page with 200 is not its answer.
func (req *Request) accepts() bool { return req.Status == 200 && req.Fault != "web page with 200" }

// during reports whether a request was on its way while a read ran, which may wait for a request of another.
func (req *Request) during(r ReadOutcome) bool {
	return req.At <= r.Ended && r.Started <= max(req.At, req.End)
}

// concerns reports whether a request of the block of read i was on its way while the read ran.
func (o Outcome) concerns(h History, i int, req *Request) bool {
	return req.Block == h.Reads[i].Block && req.during(o.Reads[i])
}

// hit reports whether a fault of a kind hit the block of a read while it ran.
func (o Outcome) hit(h History, i int, is func(trouble) bool) bool {
	for f, hits := range o.Hits {
		for _, req := range hits {
			if is(faults[h.Faults[f].What]) && o.concerns(h, i, req) {
				return true
			}
		}
	}
	return false
}

// blamesRightly compares what each diagnostic says with the truth.
func blamesRightly(h History, o Outcome) (broken []string) {
	for i, r := range o.Reads {
		for _, text := range r.Errors {
			for _, b := range blames {
				if b.pattern.MatchString(text) && b.wrong(h, o, i) {
					broken = append(broken, fmt.Sprintf("read %d says %s: %s", i, b.says, lastLine(text)))
				}
			}
		}
	}
	return broken
}

const defaultTimeout = 5 * time.Minute

func (r Read) timeout() time.Duration {
	if r.Timeout > 0 {
		return r.Timeout
	}
	return defaultTimeout
}

// moment is what counts as at once.
const moment = 100 * time.Millisecond

// endsInTime checks the deadline of each read, and that an interrupt ends it.
func endsInTime(h History, o Outcome) (broken []string) {
	for i, r := range o.Reads {
		read := h.Reads[i]
		if took := r.Ended - r.Started; took > read.timeout()+moment {
			broken = append(broken, fmt.Sprintf("read %d ends after its %s", i, read.timeout()))
		}
		stop := h.Blocks[read.Block].StopAt
		if stop > 0 && r.Ended > max(stop, r.Started)+moment {
			broken = append(broken, fmt.Sprintf("read %d goes on after the interrupt", i))
		}
		if stop > 0 && r.Started > stop && !r.Failed() {
			broken = append(broken, fmt.Sprintf("read %d begins after the interrupt and succeeds", i))
		}
		closed := o.Closes[read.Block]
		switch {
		case r.Started < closed.Started && r.Ended > closed.Ended+moment:
			broken = append(broken, fmt.Sprintf("read %d goes on after the provider was closed", i))
		case r.Started > closed.Ended && !r.Failed():
			broken = append(broken, fmt.Sprintf("read %d begins after the provider was closed and succeeds", i))
		}
	}
	return broken
}

var saysEnded = regexp.MustCompile(`The read was interrupted|did not end within its time`)

// saysThatItWasEnded checks that a read that ends at the moment of an interrupt or at its deadline gives this as the reason, unless
// what it asks for may not be there.
func saysThatItWasEnded(h History, o Outcome) (broken []string) {
	for i, r := range o.Reads {
		read := h.Reads[i]
		atStop := r.Started < r.Ended && r.Ended == h.Blocks[read.Block].StopAt
		atDeadline := r.Ended == r.Started+read.timeout() && !o.hit(h, i, func(f trouble) bool { return f.stalls > 0 })
		// At the same moment, nobody can tell.
		answered := slices.ContainsFunc(o.Requests, func(req *Request) bool {
			return req.Block == read.Block && req.Status != 0 && req.End == r.Ended
		})
		if !r.Failed() || r.Panic != "" || answered || !atStop && !atDeadline || !h.isThereFor(read, r) {
			continue
		}
		if !saysEnded.MatchString(r.Errors[0]) {
			broken = append(broken, fmt.Sprintf("read %d is ended and says something else: %s", i, lastLine(r.Errors[0])))
		}
	}
	return broken
}

// isThereFor reports whether what a read asks for existed while it ran, whatever Atlas answers.
func (h History) isThereFor(read Read, r ReadOutcome) bool {
	there := func(kind Kind, name string) bool {
		return slices.ContainsFunc(h.all(kind), func(c Thing) bool {
			return norm.NFC.String(c.Name) == norm.NFC.String(name) && c.existsThroughout(r.Started, r.Ended)
		})
	}
	return there(Instance, read.Instance) && (read.Name == "" || there(Connection, read.Name))
}

// closesInTime checks how the provider ends.
func closesInTime(h History, o Outcome) (broken []string) {
	outlived := false // by a read, which may keep its connection
	for i, c := range o.Closes {
		if c.Ended-c.Started > 2*time.Second {
			broken = append(broken, fmt.Sprintf("the close of block %d takes more than 2 seconds", i))
		}
		for j, r := range o.Reads {
			outlived = outlived || h.Reads[j].Block == i && r.Ended >= c.Started
		}
	}
	for _, req := range o.Requests {
		if closed := o.Closes[req.Block].Ended; req.At > closed {
			broken = append(broken, fmt.Sprintf("block %d sends %s after its close", req.Block, req.Op))
		}
	}
	if o.Open > 0 && !outlived {
		broken = append(broken, fmt.Sprintf("%d connections are left open", o.Open))
	}
	if len(o.Left) > 0 {
		broken = append(broken, fmt.Sprintf("%d goroutines are left: %s", len(o.Left), functionsOf(o.Left[0])))
	}
	return broken
}

// functionsOf returns the innermost functions of this module in a stack.
func functionsOf(stack string) string {
	var functions []string
	for line := range strings.Lines(stack) {
		if _, function, ok := strings.Cut(line, "terraform-provider-atlas/internal/"); ok && len(functions) < 3 {
			function, _, _ = strings.Cut(function, "(0x")
			functions = append(functions, strings.TrimSpace(function))
		}
	}
	return strings.Join(functions, " < ")
}

func lastLine(text string) string { return text[strings.LastIndex(text, "\n")+1:] }
