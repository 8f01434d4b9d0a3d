package simulation

import (
	"slices"
	"testing"
	"time"
)

const (
	listConnections = "atlas_streams_connections"
	getConnection   = "atlas_streams_connection"
	listInstances   = "atlas_streams_instances"
)

// TestNamedHistories runs histories that once broke a promise. Their names say what happens.
func TestNamedHistories(t *testing.T) {
	t.Parallel()
	account := []Block{{SignIn: ServiceAccount, MaxRetries: -1}}
	token := []Block{{SignIn: AccessToken, MaxRetries: -1}}
	key := []Block{{SignIn: APIKey, MaxRetries: -1}}
	reads := func(reads ...Read) []Read {
		for i := range reads {
			reads[i].Instance = mainInstance
		}
		return reads
	}
	list := Read{DataSource: listConnections}
	justCreated := []Thing{{Kind: Connection, Name: "a", Type: "Sample", Born: 50 * time.Millisecond}}
	readNew := Read{DataSource: getConnection, Name: "a", At: 60 * time.Millisecond}
	twoOfOneName := []Thing{
		{Kind: Connection, Name: "a", ID: hash("1"), Type: "Https"}, {Kind: Connection, Name: "a", ID: hash("2"), Type: "Https"},
	}
	for name, h := range map[string]History{
		"a token is refused for a moment while the account is at its token limit": {
			Faults: []Fault{{What: "401 UNEXPECTED_ERROR for a moment", Skip: 1, Times: 1}, {What: "token limit", Skip: 1, Times: 3}},
			Blocks: account,
			Reads:  reads(list, Read{DataSource: listConnections, At: 7 * time.Second}),
		},
		"an error of the token endpoint that passes": {
			Faults: []Fault{{What: "temporarily_unavailable with 400", Times: 1}},
			Blocks: account,
			Reads:  reads(list),
		},
		"a token limit that has passed": {
			Faults: []Fault{{What: "token limit", Times: 1}},
			Blocks: account,
			Reads:  reads(list, Read{DataSource: listConnections, At: 7 * time.Second}),
		},
		"a gateway that sends a listing with a header secret under 403": {
			Things: twoOfOneName[:1],
			Faults: []Fault{{What: "listing under 403", Times: 1}},
			Blocks: account,
			Reads:  reads(list),
		},
		"an empty page that links to the next": {
			Things:  twoOfOneName[:1],
			Listing: Listing{Empty: []int{1}},
			Blocks:  account,
			Reads:   reads(list),
		},
		"a count that is too low behind a full page without a link": {
			Things:  []Thing{{Kind: Connection, Name: "a", Type: "Sample"}, {Kind: Connection, Name: "b", Type: "Sample"}},
			Listing: Listing{Count: CountLow, By: 1, Links: LinksSelf},
			Blocks:  account,
			Reads:   reads(Read{DataSource: listConnections, ItemsPerPage: 1}),
		},
		"a deletion and a creation between two pages": {
			Things: []Thing{
				{Kind: Connection, Name: "a", ID: hash("1"), Type: "Sample", Gone: 250 * time.Millisecond},
				{Kind: Connection, Name: "b", ID: hash("2"), Type: "Sample"},
				{Kind: Connection, Name: "c", ID: hash("3"), Type: "Sample", Born: 250 * time.Millisecond},
			},
			Blocks: account,
			Reads:  reads(Read{DataSource: listConnections, ItemsPerPage: 1}),
		},
		"a listing that reaches its count in a second": {
			Things:  []Thing{{Kind: Connection, Name: "a", Type: "Sample", Born: 50 * time.Millisecond}},
			Listing: Listing{Count: CountAhead},
			Lag:     Lag{List: 4 * time.Second, Ends: 1300 * time.Millisecond},
			Blocks:  account,
			Reads:   reads(Read{DataSource: listConnections, At: 60 * time.Millisecond}),
		},
		"a read of one second": {
			Blocks: account,
			Reads:  reads(Read{DataSource: listConnections, Timeout: time.Second}),
		},
		"two connections of one name": {
			Things: twoOfOneName,
			Blocks: account,
			Reads:  reads(Read{DataSource: listConnections, Sensitive: true}),
		},
		"names in NFC and NFD": {
			Things: []Thing{
				{Kind: Connection, Name: "\u00e9", Type: "Https"}, {Kind: Connection, Name: "e\u0301", Type: "Https"},
			},
			Blocks: account,
			Reads:  reads(Read{DataSource: listConnections, NameRegex: "^\u00e9$", Sensitive: true}),
		},
		"a role that is missing for a moment": {
			Faults: []Fault{{What: "401 USER_UNAUTHORIZED for a moment", Skip: 1, Times: 1}},
			Blocks: account,
			Reads:  reads(list, Read{DataSource: listConnections, At: 7 * time.Second}),
		},
		"two challenges in one header": {
			Signing: Signing{Challenge: "after another, one header"},
			Blocks:  key,
			Reads:   reads(list),
		},
		"a server that does not ask for an API key": {
			Signing: Signing{Challenge: "no digest"},
			Blocks:  key,
			Reads:   reads(list),
		},
		"a connection that is listed and not found by name": {
			Things: []Thing{{Kind: Connection, Name: "a", Type: "Sample", Born: 50 * time.Millisecond}},
			Lag:    Lag{ByName: time.Second},
			Blocks: account,
			Reads:  reads(Read{DataSource: getConnection, Name: "a", At: 60 * time.Millisecond}),
		},
		"a look-up that meets a limit of 20 seconds": {
			Things: justCreated, Lag: Lag{ByName: time.Second}, Blocks: token,
			Faults: []Fault{{What: "429 that asks to wait 20 seconds", On: ListConnections, Times: 1}},
			Reads:  reads(readNew),
		},
		"a look-up that is slow": {
			Things: justCreated, Lag: Lag{ByName: time.Second}, Blocks: token,
			Faults: []Fault{{What: "slow answer", On: ListConnections, Times: 1}},
			Reads:  reads(readNew),
		},
		"an interrupt during a look-up": {
			Things: justCreated, Lag: Lag{ByName: 4 * time.Second},
			Blocks: []Block{{SignIn: AccessToken, MaxRetries: -1, StopAt: 210 * time.Millisecond}},
			Reads:  reads(readNew),
		},
		"a deadline during a look-up": {
			Things: justCreated, Lag: Lag{ByName: 4 * time.Second}, Blocks: token,
			Faults: []Fault{{What: "slow answer", On: ListConnections, Times: 1}},
			Reads:  reads(Read{DataSource: getConnection, Name: "a", At: 60 * time.Millisecond, Timeout: 2 * time.Second}),
		},
		"an account that is rejected for a moment": {
			Signing: Signing{Life: 30 * time.Second}, Blocks: account,
			Faults: []Fault{{What: "401 invalid_client for a moment", Skip: 1, Times: 1}},
			Reads: reads(list, Read{DataSource: listConnections, At: 70 * time.Minute},
				Read{DataSource: listConnections, At: 75 * time.Minute}),
		},
		"an API key that is refused for a moment with a challenge": {
			Faults: []Fault{{What: "401 UNEXPECTED_ERROR with a challenge for a moment", Skip: 1, Times: 3}},
			Blocks: key,
			Reads:  reads(list, Read{DataSource: listConnections, At: 7 * time.Second}),
		},
		"a role that is denied for good after it was there": {
			Faults: []Fault{{What: "401 USER_UNAUTHORIZED for a moment", Skip: 1, Times: 1000}},
			Blocks: token,
			Reads:  reads(list, Read{DataSource: listConnections, At: 7 * time.Second}),
		},
		"an access token that is refused for good after it was accepted": {
			Faults: []Fault{{What: "401 UNEXPECTED_ERROR for a moment", Skip: 1, Times: 1000}},
			Blocks: token,
			Reads:  reads(list, Read{DataSource: listConnections, At: 7 * time.Second}),
		},
		"a short read joins the replacement of a token that hangs": {
			Faults: []Fault{{What: "401 UNEXPECTED_ERROR for a moment", Skip: 1, Times: 1}, {What: "no answer", On: Token, Skip: 1, Times: 1}},
			Blocks: account,
			Reads: reads(list, Read{DataSource: listConnections, At: 40 * time.Second},
				Read{DataSource: listInstances, At: 41 * time.Second, Timeout: 10 * time.Second}),
		},
		"a revoked token, and a token endpoint that asks to wait three times": {
			Signing: Signing{ExpiresIn: "absent", RevokedAt: 6 * time.Second},
			Faults:  []Fault{{What: "503 until a date", On: Token, Skip: 1, Times: 3}},
			Blocks:  account,
			Reads:   reads(list, Read{DataSource: listConnections, At: 7002 * time.Millisecond}),
		},
		"a token endpoint asks to wait a day, issues a token, and the token is revoked": {
			Signing: Signing{RevokedAt: 39 * time.Second},
			Faults:  []Fault{{What: "503 that asks to wait past the limit", On: Token, Times: 1}},
			Blocks:  account,
			Reads: reads(list, Read{DataSource: listConnections, At: 10 * time.Second},
				Read{DataSource: listConnections, At: 70 * time.Second}, Read{DataSource: listConnections, At: 20 * time.Minute}),
		},
		"a token endpoint asks to wait a day, issues a token, and the token is refused twice": {
			Faults: []Fault{{What: "503 that asks to wait past the limit", On: Token, Times: 1},
				{What: "401 UNEXPECTED_ERROR for a moment", On: ListConnections, Skip: 1, Times: 2}},
			Blocks: account,
			Reads: reads(list, Read{DataSource: listConnections, At: 10 * time.Second},
				Read{DataSource: listConnections, At: 70 * time.Second}),
		},
		"a token that is refused as it expires": {
			Signing: Signing{Life: 10 * time.Minute, RevokedAt: 39 * time.Second},
			Faults:  []Fault{{What: "slow answer", On: ListConnections, Skip: 1, Times: 3}},
			Blocks:  account,
			Reads:   reads(list, Read{DataSource: listConnections, At: 9*time.Minute + 39900*time.Millisecond}),
		},
		"a token is replaced while all connections are busy": {
			Faults: []Fault{{What: "401 UNEXPECTED_ERROR for a moment", Skip: 1, Times: 1},
				{What: "slow answer", On: ListConnections, Skip: 1, Times: 1000}},
			Blocks: account,
			Reads:  reads(append([]Read{list}, slices.Repeat([]Read{{DataSource: listConnections, At: 7 * time.Second}}, 20)...)...),
		},
		"a look-up that ends while it signs in": {
			Signing: Signing{Life: 10 * time.Second},
			Faults:  []Fault{{What: "slow answer", Skip: 1, Times: 6}},
			Blocks:  []Block{{SignIn: ServiceAccount}},
			Reads:   reads(list, Read{DataSource: getConnection, Name: "missing", At: 40 * time.Second}),
		},
		"a connection that is listed and not found for a minute": {
			Things: justCreated, Lag: Lag{ByName: time.Minute}, Blocks: token,
			Reads: reads(readNew),
		},
		"a token endpoint that hangs leaves time for a retry with the old token": {
			Faults: []Fault{{What: "401 UNEXPECTED_ERROR for a moment", Skip: 1, Times: 1}, {What: "no answer", On: Token, Skip: 1, Times: 1},
				{What: "503", On: ListConnections, Skip: 1, Times: 1}},
			Blocks: account,
			Reads:  reads(list, Read{DataSource: listConnections, At: 40 * time.Second, Timeout: 30 * time.Second}),
		},
		"a read after a dozen that ran out of time": {
			Faults: []Fault{{What: "slow answer", On: ListConnections, Skip: 1, Times: 12}},
			Blocks: token,
			Reads: reads(append([]Read{list, {DataSource: listConnections, At: 2 * time.Minute}},
				slices.Repeat([]Read{{DataSource: listConnections, At: 7 * time.Second, Timeout: time.Second}}, 12)...)...),
		},
		"a wait until a date of a clock that is an hour ahead": {
			Faults: []Fault{{What: "503 until a date of a clock ahead", Times: 1}},
			Blocks: account,
			Reads:  reads(list),
		},
		"a token whose life is a number with a point": {
			Signing: Signing{ExpiresIn: "float"},
			Blocks:  account,
			Reads:   reads(list),
		},
		"a token that lives ten seconds": {
			Signing: Signing{Life: 10 * time.Second},
			Blocks:  account,
			Reads:   reads(list, Read{DataSource: listInstances, At: time.Second}),
		},
		"a read with more time than the one that signs in": {
			Faults: []Fault{{What: "503 until a date", Times: 1}},
			Blocks: account,
			Reads: reads(Read{DataSource: listConnections, Timeout: 2 * time.Second},
				Read{DataSource: listInstances, At: time.Millisecond, Timeout: 10 * time.Minute}),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, v := range judge(h, Run(t, h)) {
				t.Errorf("promised: %s\nhappened: %s\nhistory:\n%s", v.Promise, v.How, h.Words())
			}
		})
	}
}
