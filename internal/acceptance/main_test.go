// Package acceptance tests the built provider: a real CLI runs it against a sandbox or, for TestAcc, against a project in Atlas.
package acceptance

import (
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }
