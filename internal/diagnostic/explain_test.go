package diagnostic

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/transport"
)

func TestReadsThatEndSayWhatAtlasSaid(t *testing.T) {
	t.Parallel()
	late, stop := context.WithDeadline(context.Background(), time.Unix(0, 0))
	defer stop()
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	unavailable := &transport.StatusError{Status: 503}
	for name, test := range map[string]struct {
		ctx  context.Context //nolint:containedctx // one of a case
		err  error
		want string
	}{
		"an answer at the end": {late, unavailable, "Atlas answered 503 Service Unavailable."},
		"no answer":            {late, &transport.NetworkError{}, "The read did not end within its time."},
		"no answer after one": {late, &transport.NetworkError{Before: unavailable},
			"The read did not end within its time. Before that, Atlas answered 503 Service Unavailable."},
		"no answer after none": {late, &transport.NetworkError{Before: errors.New("connection reset")},
			"The read did not end within its time. Before that, no answer arrived: connection reset."},
		"interrupted": {cancelled, &transport.NetworkError{Before: unavailable},
			"The read was interrupted. Before that, Atlas answered 503 Service Unavailable."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said, _ := explain(test.ctx, test.err, "")
			if diff := cmp.Diff(test.want, said); diff != "" {
				t.Errorf("said (-want +got):\n%s", diff)
			}
		})
	}
}
