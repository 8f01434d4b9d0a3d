package simulation

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// histories draws histories. Most are small, and in most of them two things meet; everything else is as usual.
var histories = rapid.Custom(func(t *rapid.T) History {
	topics := drawTopics(t)
	h := History{Blocks: drawBlocks(t, topics), Reads: drawReads(t, topics)}
	h.Things = drawThings(t, topics, kindsOf(h.Reads))
	if topics["listing"] {
		h.Listing = drawListing(t)
	}
	if topics["lag"] {
		h.Lag = drawLag(t)
	}
	if topics["signing in"] {
		h.Signing = drawSigning(t)
	}
	for i := range h.Blocks {
		block := &h.Blocks[i]
		if topics["signing in"] && block.SignIn == AccessToken {
			block.SignIn = ServiceAccount
		}
	}
	if len(h.Things) > 4 && rapid.Bool().Draw(t, "small pages") {
		h.Listing.Cap = 1
	}
	h.Faults = drawFaults(t, topics, h)
	aim(t, &h)
	if topics["look-up"] {
		lookUp(t, &h)
	}
	switch {
	case rarely(t, 40, "crowd"):
		crowd(t, &h)
	case rarely(t, 100, "hundred"):
		hundred(t, &h)
	case rarely(t, 20, "shift"):
		shift(t, &h)
	case rarely(t, 12, "after success"):
		afterSuccess(t, &h)
	case rarely(t, 12, "replacement"):
		replacement(t, &h)
	}
	return visible(h)
})

// topics are what can go wrong. rapid shrinks towards the first.
var topics = []string{
	"way", "sign-in faults", "sign-in faults", "signing in", "listing", "names", "truth", "lag", "caller", "many", "look-up",
}

func drawTopics(t *rapid.T) map[string]bool {
	chosen := map[string]bool{}
	for range rapid.IntRange(1, 3).Draw(t, "topics") {
		chosen[rapid.SampledFrom(topics).Draw(t, "topic")] = true
	}
	return chosen
}

// rarely is true once in n draws.
func rarely(t *rapid.T, n int, label string) bool {
	return rapid.IntRange(0, n-1).Draw(t, label) == n-1
}

func pick[T any](t *rapid.T, label string, values ...T) T {
	return rapid.SampledFrom(values).Draw(t, label)
}

// drawnDataSources are those of dataSources that the provider has, the listing first.
var drawnDataSources = slices.SortedFunc(func(yield func(string) bool) {
	for name := range maps.Keys(dataSources) {
		if _, ok := schema.DataSourceSchemas[name]; ok && !yield(name) {
			return
		}
	}
}, func(a, b string) int { return rank(a) - rank(b) })

func rank(name string) int {
	return slices.Index([]string{"atlas_streams_connections", "atlas_streams_connection", "atlas_streams_instances",
		"atlas_streams_processors", "atlas_streams_private_links"}, name)
}

func kindsOf(reads []Read) []Kind {
	var kinds []Kind
	for _, r := range reads {
		kinds = append(kinds, dataSources[r.DataSource].kind)
	}
	return kinds
}

func drawBlocks(t *rapid.T, topics map[string]bool) []Block {
	n := 1
	if topics["caller"] {
		n = rapid.IntRange(1, 2).Draw(t, "blocks")
	}
	blocks := make([]Block, n)
	for i := range blocks {
		blocks[i] = Block{
			SignIn:     pick(t, "sign-in", ServiceAccount, APIKey, AccessToken),
			MaxRetries: pick(t, "max_retries", -1, -1, -1, -1, -1, 0, 1, 2),
		}
		if topics["sign-in faults"] {
			blocks[i].SignIn = pick(t, "sign-in", ServiceAccount, ServiceAccount, APIKey)
		}
		if !topics["caller"] && !topics["signing in"] {
			continue
		}
		if rarely(t, 6, "wrong") {
			blocks[i].Wrong = true
		} else if rarely(t, 6, "denied") {
			blocks[i].Denied = []Operation{pick(t, "operation", ListConnections, GetConnection, ListInstances, ListProcessors)}
		}
		if topics["caller"] {
			blocks[i].StopAt, blocks[i].CloseAt = drawEnd(t, "interrupt"), drawEnd(t, "close")
		}
	}
	return blocks
}

func drawReads(t *rapid.T, topics map[string]bool) []Read {
	most := 1
	if topics["caller"] || topics["signing in"] || topics["sign-in faults"] || topics["way"] {
		most = 3
	}
	reads := make([]Read, rapid.IntRange(1, most).Draw(t, "reads"))
	for i := range reads {
		reads[i] = Read{
			DataSource: pick(t, "data source", drawnDataSources...), Instance: mainInstance,
			At:        time.Duration(i) * time.Millisecond,
			Sensitive: rapid.Bool().Draw(t, "sensitive"),
		}
		if i > 0 || topics["caller"] {
			reads[i].At += pick(t, "at", 0, 0, 7*time.Second, 7*time.Second, 40*time.Second, 70*time.Minute)
		}
		if topics["listing"] || topics["truth"] || topics["lag"] {
			reads[i].ItemsPerPage = pick(t, "items_per_page", 0, 1, 2, 3, 100)
			if rarely(t, 8, "one page") {
				reads[i].PageNum = rapid.IntRange(1, 3).Draw(t, "page_num")
			}
		}
		if topics["caller"] {
			reads[i].Timeout = pick(t, "timeout", 0, time.Second, 2*time.Second, 30*time.Second, 10*time.Minute)
		}
		if topics["names"] && rarely(t, 3, "filtered") {
			reads[i].NameRegex = pick(t, "name_regex", "^a$", "^\u00e9$", ".")
		}
		reads[i].drop()
	}
	return reads
}

// drop removes the arguments that the data source of the read does not have.
func (r *Read) drop() {
	if !hasArgument(r.DataSource, "name_regex") {
		r.NameRegex = ""
	}
	if !hasArgument(r.DataSource, "items_per_page") {
		r.ItemsPerPage, r.PageNum = 0, 0
	}
}

// allNames are sets of names that meet. The second one has a name in NFC and NFD.
var allNames = [][]string{{"a", "b", "c", "d"}, {"\u00e9", "e\u0301", "a"}, {"with space", "50%", "a*b", "Ü.-_", "a/b", "a?b"}}

func drawThings(t *rapid.T, topics map[string]bool, kinds []Kind) []Thing {
	hasID := pick(t, "with IDs", []bool{false}, []bool{true}, []bool{false, true}) // no result, all of them, or some
	n := rapid.IntRange(0, 4).Draw(t, "things")
	if topics["many"] && rarely(t, 8, "many") {
		n = rapid.IntRange(80, 110).Draw(t, "many things")
	}
	var things []Thing
	used := map[string]bool{}
	names := allNames[0]
	if topics["names"] {
		names = pick(t, "names", allNames...)
	}
	for i := range n {
		c := Thing{Kind: pick(t, "kind", kinds...)}
		switch {
		case n > 4:
			c.Name = manyName(i)
		case topics["names"]:
			c.Name = pick(t, "name", names...)
		default:
			c.Name = names[i]
		}
		if pick(t, "with ID", hasID...) || c.Kind == Processor || c.Kind == PrivateLink {
			c.ID = hash(string(c.Kind) + string(rune('0'+i)))
		}
		key := string(c.Kind) + c.Name
		if used[key] && (c.ID == "" || c.Kind != Connection) || c.Kind == Instance && c.Name == mainInstance {
			continue
		}
		used[key] = true
		if c.Kind == Connection {
			c.Type = pick(t, "type", "Sample", "Https", "Kafka", "Cluster", "Catalog")
		}
		if topics["truth"] || topics["lag"] {
			c.Born = drawMoment(t, "created")
			if gone := drawMoment(t, "deleted"); gone > c.Born {
				c.Gone = gone
			}
		}
		things = append(things, c)
	}
	return things
}

// manyName returns the name of the ith of many things. Names are not in the order of Atlas.
func manyName(i int) string { return "many-" + hash(fmt.Sprint("many", i))[:6] }

// drawEnd draws a moment at which reads end, soon after some of them may have begun, or zero.
func drawEnd(t *rapid.T, label string) time.Duration {
	moment := drawMoment(t, label)
	if moment > 0 {
		moment += pick(t, label+" of", 0, 0, 7*time.Second, 40*time.Second)
	}
	return moment
}

// drawMoment draws a moment between two requests, or zero.
func drawMoment(t *rapid.T, label string) time.Duration {
	if rapid.Bool().Draw(t, label) {
		return 0
	}
	return 50*time.Millisecond + 100*time.Millisecond*time.Duration(rapid.IntRange(0, 30).Draw(t, label+" at"))
}

func drawListing(t *rapid.T) Listing {
	l := Listing{
		Cap:   pick(t, "cap", 0, 0, 1, 2, 3, 100),
		Count: pick(t, "count", CountRight, CountRight, CountAbsent, CountHigh, CountLow, CountPerPage, CountBehind),
		Links: pick(t, "links", LinksBoth, LinksBoth, LinksNone, LinksSelf, LinksNext, LinksAway),
	}
	if rarely(t, 4, "empty pages") {
		l.Empty = pick(t, "empty", []int{1}, []int{2}, []int{1, 2}, []int{3})
	}
	if l.Count != CountRight && l.Count != CountAbsent {
		l.By = rapid.IntRange(1, 3).Draw(t, "by")
	}
	if rarely(t, 6, "turns") {
		l.Turn = pick(t, "turn", 10*time.Second, 250*time.Millisecond, 350*time.Millisecond, time.Second)
	}
	return l
}

func drawLag(t *rapid.T) Lag {
	lag := pick(t, "lag", time.Second, 2*time.Second, 4*time.Second)
	l := Lag{Ends: pick(t, "caught up", 0, time.Second, 1300*time.Millisecond, 3*time.Second)}
	if rapid.Bool().Draw(t, "listings lag") {
		l.List = lag
	}
	if rapid.Bool().Draw(t, "names lag") {
		l.ByName = lag
	}
	return l
}

func drawSigning(t *rapid.T) Signing {
	return Signing{
		Life:      pick(t, "life", 0, 0, 10*time.Second, 30*time.Second, 10*time.Minute),
		ExpiresIn: pick(t, "expires_in", "", "", "float", "text", "absent"),
		RevokedAt: pick(t, "revoked", 0, 0, 6*time.Second, 39*time.Second),
		Refusal:   pick(t, "refusal", "", "invalid_token"),
		NonceUses: pick(t, "nonce uses", 0, 0, 1, 2),
		Challenge: pick(t, "challenge", slices.Sorted(maps.Keys(challenges))...),
	}
}

// drawFaults draws faults that the reads of h can meet. A second one is of another group, mostly.
func drawFaults(t *rapid.T, topics map[string]bool, h History) []Fault {
	groups := groupsOf(topics, h)
	if len(groups) == 0 {
		return nil
	}
	drawn := make([]Fault, pick(t, "faults", 0, 1, 2, 2, 2, 3))
	group := rapid.IntRange(0, len(groups)-1).Draw(t, "group")
	from := pick(t, "from", 0, 0, 5*time.Second) // faults that begin at the same time meet more often
	for i := range drawn {
		drawn[i] = Fault{
			What: pick(t, "fault", groups[(group+i)%len(groups)]...), Times: pick(t, "times", 1, 1, 1, 2, 3, 6, 1000),
			From: from, Skip: pick(t, "skip", 0, 0, 0, 0, 1, 2),
		}
		if f := faults[drawn[i].What]; f.on == nil && !f.dial {
			drawn[i].On = pick(t, "on", "", "", Token, Revoke)
		}
		if rarely(t, 10, "window") {
			drawn[i].Times, drawn[i].Until = 1000, pick(t, "until", 30*time.Second, time.Second)
		}
	}
	return drawn
}

// groupsOf returns the names of the faults that the reads of h can meet: those of the way there, those that refuse credentials, and
// those of the token endpoint.
func groupsOf(topics map[string]bool, h History) (groups [][]string) {
	var way, refusals, tokens []string
	for _, name := range slices.Sorted(maps.Keys(faults)) {
		f := faults[name]
		meets := f.on == nil || f.dial || slices.ContainsFunc(h.Reads, func(r Read) bool { return f.suits(dataSources[r.DataSource].op) })
		switch {
		case slices.Contains(f.on, Token):
			tokens = append(tokens, name)
		case f.keys && !slices.ContainsFunc(h.Blocks, func(b Block) bool { return b.SignIn == APIKey }):
		case meets && f.passes >= IfAccepted:
			refusals = append(refusals, name)
		case meets:
			way = append(way, name)
		}
	}
	if topics["way"] {
		groups = append(groups, way)
	}
	if topics["sign-in faults"] {
		groups = append(groups, refusals, tokens)
	}
	return slices.DeleteFunc(groups, func(names []string) bool { return len(names) == 0 })
}

// aim lets reads ask for what exists, mostly.
func aim(t *rapid.T, h *History) {
	var connections, instances []string
	for _, c := range h.Things {
		switch c.Kind {
		case Connection:
			connections = append(connections, norm.NFC.String(c.Name)) // Terraform hands on NFC
		case Instance:
			instances = append(instances, norm.NFC.String(c.Name))
		case Processor, PrivateLink:
		}
	}
	for i := range h.Reads {
		read := &h.Reads[i]
		read.Block = rapid.IntRange(0, len(h.Blocks)-1).Draw(t, "block")
		if len(instances) > 0 && rarely(t, 4, "other instance") {
			read.Instance = pick(t, "instance", instances...)
		}
		if !dataSources[read.DataSource].lists {
			read.Name = pick(t, "read name", append(connections, "missing")...)
		}
		if rarely(t, 20, "missing instance") {
			read.Instance = "missing"
		}
	}
}

// lookUp lets the first read ask for a connection that was just created, so that Atlas lists it and does not find it yet, and lets
// something go wrong with the look-up.
func lookUp(t *rapid.T, h *History) {
	created := Thing{Kind: Connection, Name: "new", Type: "Sample", Born: 50 * time.Millisecond}
	h.Things = append(h.Things, created)
	h.Lag.ByName = pick(t, "names lag behind", time.Second, 4*time.Second, time.Minute)
	read := &h.Reads[0]
	*read = Read{
		Block: read.Block, DataSource: getConnection, Instance: mainInstance, Name: created.Name, At: 60 * time.Millisecond,
		Timeout: pick(t, "timeout of the look-up", 0, 0, 2*time.Second),
	}
	h.Blocks[read.Block].StopAt = pick(t, "interrupt of the look-up", 0, 0, 0, 210*time.Millisecond)
	if rapid.Bool().Draw(t, "fault of the look-up") {
		survived := faultsOn(ListConnections, func(f trouble) bool { return f.passes == Always || f.passes == Unnoticed })
		h.Faults = append(h.Faults, Fault{What: pick(t, "fault", survived...), On: ListConnections, Times: pick(t, "times", 1, 2)})
	}
}

// crowd lets more reads of one listing begin at once than connections exist, while answers are slow or a token is refused.
func crowd(t *rapid.T, h *History) {
	first := h.Reads[0]
	h.Blocks[first.Block].StopAt, h.Blocks[first.Block].CloseAt = 0, 0
	at := first.At + 7*time.Second
	timeout := pick(t, "timeout of the crowd", 0, 0, time.Second)
	for range rapid.IntRange(12, 25).Draw(t, "crowd size") {
		h.Reads = append(h.Reads, Read{Block: first.Block, DataSource: listConnections, Instance: mainInstance, At: at, Timeout: timeout})
	}
	h.Reads = append(h.Reads, Read{Block: first.Block, DataSource: listConnections, Instance: mainInstance, At: at + 10*time.Minute})
	if rapid.Bool().Draw(t, "a token is refused") {
		h.Faults = append(h.Faults, Fault{What: "401 UNEXPECTED_ERROR for a moment", From: at, Times: 1})
	}
	h.Faults = append(h.Faults, Fault{What: "slow answer", On: ListConnections, From: at, Times: pick(t, "slow answers", 1000, 20)})
}

// hundred lets a listing have about as many results as a page of a server that caps pages at 100, with little that tells of the next.
func hundred(t *rapid.T, h *History) {
	h.Things, h.Lag = nil, Lag{}
	for i := range rapid.IntRange(99, 101).Draw(t, "results") * pick(t, "pages", 1, 2) {
		h.Things = append(h.Things, Thing{Kind: Connection, Name: manyName(i), Type: "Sample"})
	}
	h.Listing = Listing{Cap: 100, Count: pick(t, "count", CountLow, CountAbsent, CountRight), Links: pick(t, "links", LinksNone, LinksSelf)}
	if h.Listing.Count == CountLow {
		h.Listing.By = rapid.IntRange(1, 3).Draw(t, "by")
	}
	h.Reads = []Read{{Block: h.Reads[0].Block, DataSource: listConnections, Instance: mainInstance}}
}

// shift lets a listing with one result a page change between two requests, so that the results behind move to another page.
func shift(t *rapid.T, h *History) {
	h.Things, h.Faults, h.Lag = nil, nil, Lag{}
	for i := range rapid.IntRange(2, 4).Draw(t, "results") {
		h.Things = append(h.Things, Thing{Kind: Connection, Name: manyName(i), Type: "Sample"})
	}
	changed := &h.Things[rapid.IntRange(0, len(h.Things)-1).Draw(t, "changed")]
	at := 50*time.Millisecond + 100*time.Millisecond*time.Duration(rapid.IntRange(1, 12).Draw(t, "changed at"))
	if rapid.Bool().Draw(t, "is created") {
		changed.Born = at
	} else {
		changed.Gone = at
	}
	h.Listing = Listing{Cap: 1, Count: pick(t, "count", CountRight, CountAbsent), Links: LinksBoth}
	h.Blocks = []Block{{SignIn: AccessToken, MaxRetries: -1}}
	h.Signing = Signing{}
	h.Reads = []Read{{DataSource: listConnections, Instance: mainInstance}}
}

// afterSuccess lets the same read meet a refusal that an account survives only because Atlas has accepted it before.
func afterSuccess(t *rapid.T, h *History) {
	read := h.Reads[0]
	read.Block, read.At, read.Instance = 0, 0, mainInstance
	h.Blocks = []Block{{SignIn: pick(t, "sign-in of all", ServiceAccount, APIKey, AccessToken), MaxRetries: -1}}
	h.Reads = nil
	for _, at := range []time.Duration{0, 7 * time.Second, 40 * time.Second} {
		read.At = at
		h.Reads = append(h.Reads, read)
	}
	refusals := faultsOn(dataSources[read.DataSource].op, func(f trouble) bool {
		return (f.passes == IfAccepted || f.passes == IfAllowed) && (!f.keys || h.Blocks[0].SignIn == APIKey)
	})
	h.Faults = []Fault{{What: pick(t, "refusal", refusals...), From: 5 * time.Second, Times: pick(t, "times", 1, 2, 3, 4)}}
}

// replacement lets reads need another token, since the first one is revoked, or refused for a moment, while something goes wrong with
// the requests for one.
func replacement(t *rapid.T, h *History) {
	h.Blocks = []Block{{SignIn: ServiceAccount, MaxRetries: -1}}
	h.Signing = Signing{RevokedAt: pick(t, "revoked", 0, 39*time.Second), ExpiresIn: pick(t, "expires_in", "", "absent")}
	h.Reads = nil
	for _, at := range []time.Duration{0, 40 * time.Second, 70 * time.Second, 20 * time.Minute} {
		h.Reads = append(h.Reads, Read{DataSource: listConnections, Instance: mainInstance, At: at})
	}
	needsOldToken := rapid.Bool().Draw(t, "needs the old token") // only faults that a read survives with it
	h.Faults = []Fault{{
		What: pick(t, "fault", faultsOn(Token, func(f trouble) bool { return f.passes == IfSignedIn || !needsOldToken })...), On: Token,
		Skip: pick(t, "skip", 1, 0), Times: pick(t, "times", 1, 2, 3),
	}}
	if h.Signing.RevokedAt == 0 {
		h.Faults = append(h.Faults, Fault{What: "401 UNEXPECTED_ERROR for a moment", On: ListConnections, From: 5 * time.Second,
			Times: pick(t, "refusals", 1, 2)})
	}
}

// faultsOn returns the names of those faults that can hit the requests of an operation.
func faultsOn(op Operation, of func(f trouble) bool) (names []string) {
	for _, name := range slices.Sorted(maps.Keys(faults)) {
		if f := faults[name]; f.suits(op) && !f.dial && of(f) {
			names = append(names, name)
		}
	}
	return names
}

// visible changes what no client could see: pages that are short, with nothing that tells of another.
func visible(h History) History {
	l := &h.Listing
	if h.Lag.List > 0 && l.Count == CountRight {
		l.Count = CountAhead
	}
	if len(l.Empty) > 0 && !l.linksNext() {
		l.Links = LinksBoth
	}
	counts := l.Count == CountRight || l.Count == CountHigh || l.Count == CountPerPage
	for i := range h.Reads {
		size := h.Reads[i].ItemsPerPage
		if size == 0 {
			size = 500
		}
		if l.Cap > 0 && l.Cap < size && l.Cap != 100 && !l.linksNext() && !counts {
			l.Links = LinksBoth
		}
	}
	// A full page, an empty one, and a count that is not above what arrived: nothing tells of a deletion in between. A count that is
	// late is as low as one that is too low if something was created since.
	if (l.Count == CountLow || l.Count == CountBehind) && !l.linksNext() {
		for i := range h.Things {
			h.Things[i].Gone = 0
		}
	}
	return h
}
