package diagnostic

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

func TestReadsThatEndTellTheirHistory(t *testing.T) {
	t.Parallel()
	late, stop := context.WithDeadline(context.Background(), time.Unix(0, 0))
	defer stop()
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	unavailable := &transport.StatusError{Status: 503}
	took := 5*time.Minute + 100*time.Millisecond
	for name, test := range map[string]struct {
		ctx  context.Context //nolint:containedctx // one of a case
		err  error
		want string
	}{
		"an answer at the end": {late, &transport.StatusError{Status: 503, Code: "X"}, "Atlas answered 503 Service Unavailable: X."},
		"an answer of another": {late, unavailable, "Something other than Atlas answered 503 Service Unavailable."},
		"an answer after others": {t.Context(),
			&transport.StatusError{Status: 503, Code: "X", Detail: "Busy.", Attempts: 5, Took: 39 * time.Second},
			"Atlas answered 503 Service Unavailable: X: Busy. This was the last of 5 attempts in 39s."},
		"an answer, once": {t.Context(), &transport.StatusError{Status: 503, Code: "X", Attempts: 1},
			"Atlas answered 503 Service Unavailable: X."},
		"no answer, once": {t.Context(), &transport.NetworkError{Attempts: 1, Took: took}, "No answer arrived: ."},
		"no answer, twice": {t.Context(), &transport.NetworkError{Attempts: 2, Took: took},
			"No answer arrived in 2 attempts within 5m0s: ."},
		"no history": {late, &transport.ContentError{Reason: "is empty"}, "The read did not end within its time."},
		"no attempt": {late, &transport.NetworkError{},
			"The read did not end within its time. It sent no request: the provider was still signing in."},
		"no connection": {late, &transport.NetworkError{Queued: true},
			"The read did not end within its time. It sent no request: other reads were using all connections to Atlas."},
		"no answer": {late, &transport.NetworkError{Attempts: 1, Took: took},
			"The read did not end within its time. It made 1 attempt in 5m0s."},
		"no answer after one": {late, &transport.NetworkError{Attempts: 2, Took: took, Before: unavailable},
			"The read did not end within its time. It made 2 attempts in 5m0s. Before the last one, the answer was 503 Service Unavailable."},
		"a wait after an answer": {late, &transport.NetworkError{Attempts: 2, Took: took, Waiting: true,
			Before: &transport.StatusError{Status: 429, Code: "X", Detail: "Wait."}},
			"The read did not end within its time. It made 2 attempts in 5m0s. The last answer was 429 Too Many Requests: X: Wait."},
		"no connection again": {late, &transport.NetworkError{Attempts: 1, Took: took, Queued: true, Waiting: true, Before: unavailable},
			"The read did not end within its time. It made 1 attempt in 5m0s. The last answer was 503 Service Unavailable."},
		"a wait after none": {late, &transport.NetworkError{Attempts: 2, Took: took, Waiting: true, Before: errors.New("EOF")},
			"The read did not end within its time. It made 2 attempts in 5m0s. The last attempt got no answer: EOF."},
		"no answer after none": {late, &transport.NetworkError{Attempts: 3, Took: took, Before: errors.New("connection reset")},
			"The read did not end within its time. It made 3 attempts in 5m0s. Before the last one, no answer had arrived: connection reset."},
		"a sign-in that ends sooner": {t.Context(),
			&transport.NetworkError{Attempts: 1, Took: took, Ended: context.DeadlineExceeded, SignIn: true},
			"The read did not end within its time. It made 1 attempt in 5m0s. The provider was still signing in when it ended."},
		"interrupted": {cancelled, &transport.NetworkError{Attempts: 1, Took: time.Second, Waiting: true, Before: unavailable},
			"The read was interrupted. It made 1 attempt in 1s. The last answer was 503 Service Unavailable."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			outcome, _ := diagnose(test.ctx, test.err, "")
			if diff := cmp.Diff(test.want, outcome); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
		})
	}
}
