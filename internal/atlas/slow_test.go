package atlas

import (
	"errors"
	"testing"
	"time"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest/virtual"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

// Most of the reads wait longer than attemptTimeout for a connection.
func TestReadsOfASlowServerWaitForTheirTurn(t *testing.T) {
	t.Parallel()
	virtual.Each(t, everySignIn(), func(t *testing.T, c Credentials) {
		s := sandbox.New(virtual.Data(3), sandbox.WithGateway(sandbox.Answer{Delay: 10 * second, Times: -1}))
		start := time.Now()
		if err := errors.Join(readAll(t.Context(), connect(t, s, signedInBy(c), withRetries(0)), 100)...); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took < 100*time.Second || took > 220*time.Second {
			t.Errorf("took %s for 100 requests of 10 s by %d connections", took, maxSockets)
		}
	})
}
