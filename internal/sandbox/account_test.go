package sandbox_test

import (
	"reflect"
	"regexp"
	"testing"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/sandbox"
)

func TestRandomCredentialsLookLikeTheDefaultOnes(t *testing.T) {
	t.Parallel()
	forms := map[string]string{ //nolint:gosec // They are patterns.
		"ClientID":     `^mdb_sa_id_[0-9a-f]{24}$`,
		"ClientSecret": `^mdb_sa_sk_Sandbox0[0-9a-zA-Z]{31}$`,
		"AccessToken":  `^sandbox\.[0-9a-z.]+\.not\.for\.Atlas[.0-9]*$`,
		"PublicKey":    `^sb[a-z]{6}$`,
		"PrivateKey":   `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`,
	}
	first, second := reflect.ValueOf(sandbox.RandomCredentials()), reflect.ValueOf(sandbox.RandomCredentials())
	byDefault := reflect.ValueOf(sandbox.DefaultCredentials())
	for i := range first.NumField() {
		name := first.Type().Field(i).Name
		form := regexp.MustCompile(forms[name])
		for _, value := range []reflect.Value{first, second, byDefault} {
			if got := value.Field(i).String(); forms[name] == "" || !form.MatchString(got) {
				t.Errorf("%s is %q", name, got)
			}
		}
		if first.Field(i).String() == second.Field(i).String() {
			t.Errorf("%s is not random", name)
		}
	}
}
