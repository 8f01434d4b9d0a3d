package diagnostic

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/atlas"
)

func TestReadsThatEndTellTheirHistory(t *testing.T) {
	t.Parallel()
	unavailable := &atlas.Error{Status: 503}
	reset := resetBy(t)
	took := 5*time.Minute + 100*time.Millisecond
	late := func(e atlas.Error) atlas.Error {
		e.Kind, e.Cause = atlas.Ended, context.DeadlineExceeded
		return e
	}
	interrupted := func(e atlas.Error) atlas.Error {
		e.Kind, e.Cause = atlas.Ended, context.Canceled
		return e
	}
	for name, test := range map[string]struct {
		failure atlas.Error
		want    string
	}{
		"an answer":            {atlas.Error{Status: 503, Code: "X"}, "Atlas answered 503 Service Unavailable: X."},
		"an answer of another": {*unavailable, "Something other than Atlas answered 503 Service Unavailable."},
		"an answer after others": {atlas.Error{Status: 503, Code: "X", Detail: "Busy.", Attempts: 5, Took: 39 * time.Second},
			"Atlas answered 503 Service Unavailable: X: Busy. This was the last of 5 attempts in 39s."},
		"an answer, once": {atlas.Error{Status: 503, Code: "X", Attempts: 1}, "Atlas answered 503 Service Unavailable: X."},
		"no history":      {late(atlas.Error{Phase: atlas.Waiting}), "The read did not end within its time."},
		"no token": {late(atlas.Error{Phase: atlas.SigningIn, SignIn: true}),
			"The read did not end within its time. It sent no request: the provider was still signing in."},
		"no connection": {late(atlas.Error{Phase: atlas.Queued}),
			"The read did not end within its time. It sent no request: other reads were using all connections to Atlas."},
		"no answer": {late(atlas.Error{Attempts: 1, Took: took}), "The read did not end within its time. It made 1 attempt in 5m0s."},
		"no answer after one": {late(atlas.Error{Attempts: 2, Took: took, Before: unavailable}),
			"The read did not end within its time. It made 2 attempts in 5m0s. Before the last one, the answer was 503 Service Unavailable."},
		"a wait after an answer": {late(atlas.Error{Attempts: 2, Took: took, Phase: atlas.Waiting,
			Before: &atlas.Error{Status: 429, Code: "X", Detail: "Wait."}}),
			"The read did not end within its time. It made 2 attempts in 5m0s. The last answer was 429 Too Many Requests: X: Wait."},
		"no connection again": {late(atlas.Error{Attempts: 1, Took: took, Phase: atlas.Queued, Before: unavailable}),
			"The read did not end within its time. It made 1 attempt in 5m0s. The last answer was 503 Service Unavailable."},
		"a wait after none": {late(atlas.Error{Attempts: 2, Took: took, Phase: atlas.Waiting, Before: reset}),
			"The read did not end within its time. It made 2 attempts in 5m0s. The last attempt got no answer: connection reset."},
		"no answer after none": {late(atlas.Error{Attempts: 3, Took: took, Before: reset}),
			"The read did not end within its time. It made 3 attempts in 5m0s. Before the last one, no answer had arrived: connection reset."},
		"a sign-in that ends sooner": {late(atlas.Error{Attempts: 1, Took: took, SignIn: true}),
			"The read did not end within its time. It made 1 attempt in 5m0s. The provider was still signing in when it ended."},
		"interrupted": {interrupted(atlas.Error{Attempts: 1, Took: time.Second, Phase: atlas.Waiting, Before: unavailable}),
			"The read was interrupted. It made 1 attempt in 1s. The last answer was 503 Service Unavailable."},
		"interrupted while it signed in": {interrupted(atlas.Error{Phase: atlas.SigningIn, SignIn: true}),
			"The read was interrupted. It sent no request: the provider was still signing in."},
		"redirect": {atlas.Error{Kind: atlas.Redirected, Detail: "https://elsewhere.invalid"},
			"The server redirected to https://elsewhere.invalid."},
		"no listing": {atlas.Error{Kind: atlas.Unexpected, Detail: "is empty"}, "The answer is empty."},
		"no token in an answer": {atlas.Error{Kind: atlas.Unexpected, SignIn: true, Detail: "has no token"},
			"The answer of the token endpoint has no token."},
		"listing that changes": {atlas.Error{Kind: atlas.Changed, Detail: "Two readings returned different connections."},
			"The listing changed while it was read: Two readings returned different connections."},
		"listing without end": {atlas.Error{Kind: atlas.TooLarge, Detail: "21 pages in a row were empty, and linked to a next one."},
			"21 pages in a row were empty, and linked to a next one."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			outcome, _ := unsent(t, atlas.AccessToken).diagnose(&test.failure)
			if diff := cmp.Diff(test.want, outcome); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRequestsWithoutAnAnswerTellTheirAttempts(t *testing.T) {
	t.Parallel()
	for attempts, want := range map[int]string{
		1: "No answer arrived: connection reset.",
		2: "No answer arrived in 2 attempts within 5m0s: connection reset.",
	} {
		e := resetBy(t)
		e.Attempts, e.Took = attempts, 5*time.Minute
		if outcome, _ := unsent(t, atlas.AccessToken).diagnose(e); outcome != want {
			t.Errorf("%q, want %q", outcome, want)
		}
	}
}
