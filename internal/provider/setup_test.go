package provider_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/acctest"
	"github.com/seed-5109b9b7/terraform-provider-atlas/internal/provider"
)

// readAs reads with the credentials of one way to sign in.
func readAs(t *testing.T, signIn string) []*tfprotov6.Diagnostic {
	t.Helper()
	server := acctest.NewServer(t, provider.NewWithEnvironment("test", nil))
	if diagnostics := server.Configure(t, acctest.Strings(acctest.SignInArguments("https://atlas.invalid")[signIn])); len(diagnostics) > 0 {
		t.Fatalf("before the first read: %s", acctest.Texts(diagnostics))
	}
	_, diagnostics := server.Read(t, nil)
	return diagnostics
}

// TestProxiesThatCannotBeUsedAreErrors is not parallel, because the proxy is that of the process.
func TestProxiesThatCannotBeUsedAreErrors(t *testing.T) {
	const encode = "Percent-encode special characters in the user and the password, such as %40 for @, %23 for #, %25 for %, and %2F for /"
	for name, test := range map[string]struct{ proxy, want string }{
		"#":        {"http://user:hunter2#x@proxy.invalid:3128", encode},
		"# later":  {"http://user:12#hunter2@proxy.invalid:3128", encode},
		"?":        {"http://user:12?hunter2@proxy.invalid:3128", encode},
		"%":        {"http://user:hunter2%x@proxy.invalid:3128", encode},
		"/":        {"http://user:hunter2/x@proxy.invalid:3128", encode},
		"/ later":  {"http://user:12/hunter2@proxy.invalid:3128", encode},
		"no proxy": {"http://[", "Set it to a URL such as http://proxy.example.com:3128, or unset it."},
		"no port":  {"http://proxy.invalid:99999", "Set it to a URL such as http://proxy.example.com:3128, or unset it."},
	} {
		t.Run(name, func(t *testing.T) {
			for _, variable := range []string{"https_proxy", "NO_PROXY", "no_proxy"} {
				t.Setenv(variable, "")
			}
			t.Setenv("HTTPS_PROXY", test.proxy)
			diagnostics := readAs(t, "access token")
			if len(diagnostics) != 1 || diagnostics[0].Summary != "Unable to set up the client" {
				t.Fatal(acctest.Texts(diagnostics))
			}
			want := "The provider cannot use the proxy: the environment variable HTTPS_PROXY is not the URL of a proxy.\n\n" + test.want
			if detail := diagnostics[0].Detail; !strings.HasPrefix(detail, want) || strings.Contains(detail, "hunter2") {
				t.Errorf("detail %q, want %q", detail, want)
			}
		})
	}
}

// TestAPIKeysAreAnErrorInFIPSMode runs itself in a process in that mode, which Go sets at its start.
func TestAPIKeysAreAnErrorInFIPSMode(t *testing.T) {
	t.Parallel()
	const setting, inner = "fips140=only", "^TestAPIKeysAreAnErrorInFIPSMode$"
	if os.Getenv("GODEBUG") != setting {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run="+inner, "-test.v") //nolint:gosec // this test
		cmd.Env = append(os.Environ(), "GODEBUG="+setting)
		if output, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(output), "--- PASS") {
			t.Errorf("%v\n%s", err, output)
		}
		return
	}
	diagnostics := readAs(t, "API key")
	if len(diagnostics) != 1 || diagnostics[0].Summary != "Unable to set up the client" ||
		!strings.Contains(diagnostics[0].Detail, "an API key signs requests with MD5") ||
		!strings.Contains(diagnostics[0].Detail, "(GODEBUG=fips140=only): use a service account.") {
		t.Error(acctest.Texts(diagnostics))
	}
}

// A module must not lead the credentials of the environment to a host of its choice.
func TestCredentialsOfTheEnvironmentAreNotSentToAHostOfTheBlock(t *testing.T) {
	t.Parallel()
	server := acctest.NewServer(t, provider.NewWithEnvironment("test", map[string]string{"MONGODB_ATLAS_ACCESS_TOKEN": "t"}))
	arguments := acctest.Strings(map[string]string{"base_url": "https://elsewhere.invalid"})
	if diagnostics := server.Configure(t, arguments); len(diagnostics) > 0 {
		t.Fatalf("before the first read: %s", acctest.Texts(diagnostics))
	}
	_, diagnostics := server.Read(t, nil)
	if len(diagnostics) != 1 || diagnostics[0].Summary != "Missing credentials" || diagnostics[0].Detail !=
		"The provider block sets base_url to the host elsewhere.invalid, which is not one of MongoDB's (mongodb.com, mongodbgov.com), but "+
			"sets no credentials.\n\nThe provider does not send the credentials of the environment to a host that a configuration chooses. "+
			"Set the credentials in the provider block as well, or set base_url with the environment variable MONGODB_ATLAS_BASE_URL instead." {
		t.Error(acctest.Texts(diagnostics))
	}
}
