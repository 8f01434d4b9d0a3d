package atlas

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestCleanText(t *testing.T) {
	t.Parallel()
	cases := map[string][2]string{
		"plain":              {"Invalid role.", "Invalid role."},
		"empty":              {"", ""},
		"other scripts":      {"Größe 表 🙂", "Größe 表 🙂"},
		"lines":              {"one\r\n\ttwo  three\n", "one two three"},
		"terminal sequences": {"\x1b[31mred\x1b]0;title\x07\u009b1m", "[31mred ]0;title 1m"},
		"zero and delete":    {"a\x00b\x7fc", "a b c"},
		"text direction":     {"user\u202etxt.exe\u2066x\u200f", "user txt.exe x"},
		"separators":         {"a\u2028b\u2029c\u00a0d\u200be\ufefff", "a b c d e f"},
		"no UTF-8":           {"a\xffb\xc3", "ab"},
		"private use":        {"a\ue000b", "a b"},
		"1024 bytes":         {strings.Repeat("x", 1024), strings.Repeat("x", 1024)},
		"1025 bytes":         {strings.Repeat("x", 1025), strings.Repeat("x", 1021) + "…"},
		"16 MiB":             {strings.Repeat("x", maxBody), strings.Repeat("x", 1021) + "…"},
		"cut in a character": {strings.Repeat("x", 1020) + "ééé", strings.Repeat("x", 1020) + "…"},
		"noise, then words":  {strings.Repeat("\x00", 4096) + "words", "words"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, got := range []string{CleanText(c[0]), new(scrubber).clean(c[0])} {
				if diff := cmp.Diff(c[1], got); diff != "" || len(got) > maxServerText || !utf8.ValidString(got) {
					t.Errorf("text (-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestSecretsAreHidden(t *testing.T) {
	t.Parallel()
	const secret = "a-secret-of-some-length"
	cases := map[string][2]string{
		"alone":                 {secret, "(hidden)"},
		"within":                {"Bearer " + secret + ", twice " + secret + ".", "Bearer (hidden), twice (hidden)."},
		"across the cut":        {strings.Repeat("x", 1010) + secret, strings.Repeat("x", 1010) + "(hidden)"},
		"beyond the cut":        {strings.Repeat("x", 1030) + secret, strings.Repeat("x", 1021) + "…"},
		"in what is not UTF-8":  {secret[:5] + "\xff" + secret[5:], "(hidden)"},
		"spelled in a form":     {"a=a+secret%2Fthat+is+spelled", "a=(hidden)"},
		"spelled in a path":     {"/a%20secret%2Fthat%20is%20spelled/", "/(hidden)/"},
		"in lower case":         {"a+secret%2fthat+is+spelled, a%20secret%2fthat%20is%20spelled", "(hidden), (hidden)"},
		"spelled by JavaScript": {"?a=a%20secret(it's!*)%26more, a%20secret(it's!*)%2fmore", "?a=(hidden), (hidden)"},
		"of quotes":             {`quo"ted <& secret\`, "(hidden)"},
		"in JSON":               {`{"x":"quo\"ted \u003c\u0026 secret\\"}`, `{"x":"(hidden)"}`},
		"in JSON, with a path":  {`{"x":"quo\"ted/secret"}`, `{"x":"(hidden)"}`},
		"with a backslash":      {`{"x":"a secret\/that is spelled"}`, `{"x":"(hidden)"}`},
		"at the end read":       {atTheCut(secret), "x (hidden)"},
		"over the end read":     {atTheCut(secret) + "yz", "…"},
		"one byte cut off":      {"z" + atTheCut(secret), "…"},
		"cut in two":            {strings.Repeat("z", 12) + atTheCut(secret), "…"},
		"one byte left":         {strings.Repeat("z", 22) + atTheCut(secret), "…"},
		"spelling cut in two":   {"z" + atTheCut("a%20secret%2f") + "that%20is%20spelled", "…"},
		"short ones are not":    {"GET /7-bytes", "GET /7-bytes"},
		"of eight bytes":        {"GET /8--bytes", "GET /(hidden)"},
	}
	s := &scrubber{}
	s.hide(secret, "a secret/that is spelled", `quo"ted <& secret\`, `quo"ted/secret`, "7-bytes", "8--bytes", "")
	s.hide("a secret(it's!*)&more", "a secret(it's!*)/more")
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c[1], s.clean(c[0])); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}

// atTheCut returns text in which the scrubber stops reading within secret. Its printable part is short.
func atTheCut(secret string) string {
	return "x" + strings.Repeat("\x00", maxReadText-1-len(secret)) + secret
}

func TestSecretsOfEarlierTokensStayHidden(t *testing.T) {
	t.Parallel()
	s := &scrubber{}
	for i := range 1000 {
		s.hide(fmt.Sprintf("of-request-%05d", i))
		s.hide("of-every-request")
	}
	for _, secret := range []string{"of-every-request", "of-request-00000", "of-request-00999"} {
		if got := s.clean(secret); got != "(hidden)" {
			t.Errorf("shows %s", got)
		}
	}
	if len(s.secrets) != 1001 {
		t.Errorf("remembers %d spellings of 1,001 secrets, which all have one", len(s.secrets))
	}
}

func TestSecretsThatBeginWithAnotherAreHidden(t *testing.T) {
	t.Parallel()
	var s scrubber
	s.hide("abcdefgh", "abcdefghijklmnop")
	if got := s.clean("x abcdefghijklmnop y"); got != "x (hidden) y" {
		t.Errorf("got %q", got)
	}
}

func TestServiceAccountsAreHiddenWithoutTheirPadding(t *testing.T) {
	t.Parallel()
	client := connectBy(t, nil, signedInBy(Credential{Kind: ServiceAccount, ID: "an-id", Secret: "a-secret-of-an-account"}))
	pair := base64.StdEncoding.EncodeToString([]byte("an-id:a-secret-of-an-account"))
	for _, text := range []string{pair, strings.TrimRight(pair, "="), strings.ReplaceAll(pair, "=", `\u003d`)} {
		if got := client.Clean("Basic " + text); strings.Contains(got, strings.TrimRight(pair, "=")) {
			t.Errorf("got %q", got)
		}
	}
}
