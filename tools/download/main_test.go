package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ProtonMail/gopenpgp/v2/crypto"
	"github.com/opentofu/tofudl"
)

const (
	release = "1.2.3"
	content = "the binary of a CLI"
)

func TestOnlyWhatThePublisherHasSignedIsInstalled(t *testing.T) {
	t.Parallel()
	key, other := newKey(t), newKey(t)
	for name, test := range map[string]struct {
		signer   *crypto.Key
		tampered bool
		want     string // part of the error
	}{
		"signed":                 {key, false, ""},
		"signed by another key":  {other, false, "ignature"},
		"changed after signing":  {key, true, "checksum"},
		"checksums are unsigned": {nil, false, "404"},
	} {
		for cli, serve := range map[string]func(*testing.T, *crypto.Key, *crypto.Key, bool) publisher{
			"terraform": serveTerraform, "tofu": serveOpenTofu,
		} {
			t.Run(name+"/"+cli, func(t *testing.T) {
				t.Parallel()
				folder := t.TempDir()
				err := download(t.Context(), http.DefaultClient, serve(t, key, test.signer, test.tampered), release, folder)
				if test.want == "" {
					got, readErr := os.ReadFile(filepath.Join(folder, executable(cli))) //nolint:gosec // in the folder of this test
					if err != nil || readErr != nil || string(got) != content {
						t.Errorf("%v, %v, installed %q, want %q", err, readErr, got, content)
					}
				} else if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("%v, want an error with %q", err, test.want)
				}
				left, err := os.ReadDir(folder)
				if err != nil || len(left) > 1 || test.want != "" && len(left) > 0 {
					t.Errorf("%v, the folder has %v", err, left)
				}
			})
		}
	}
}

func TestNetworkThatDropsPacketsIsKnownWithinSeconds(t *testing.T) {
	t.Parallel()
	for cli, p := range publishers {
		t.Run(cli, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				silent := &http.Client{Transport: silence{}}
				start := time.Now()
				err := download(t.Context(), silent, p, release, folder)
				if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took > 10*time.Second {
					t.Errorf("%v after %s, want the end of a wait within 10 seconds", err, took)
				}
			})
		})
	}
}

// silence is a network that drops every packet.
type silence struct{}

func (silence) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// A proxy or filter answers for the publisher.
func TestRefusalOfAProxyIsKnownAtOnce(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(server.Close)
	for cli, p := range map[string]publisher{
		"terraform": hashicorp{baseURL: server.URL}, "tofu": opentofu{tofudl.Config{APIURL: server.URL}},
	} {
		err := download(t.Context(), http.DefaultClient, p, release, t.TempDir())
		if err == nil || !strings.Contains(err.Error(), "403 Forbidden") {
			t.Errorf("%s: %v, want an error with the status", cli, err)
		}
	}
}

func newKey(t *testing.T) *crypto.Key {
	t.Helper()
	key, err := crypto.GenerateKey("Test", "test@example.com", "rsa", 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func publicKey(t *testing.T, key *crypto.Key) string {
	t.Helper()
	armored, err := key.GetArmoredPublicKey()
	if err != nil {
		t.Fatal(err)
	}
	return armored
}

// serveFiles serves files by path, and everything else as 404.
func serveFiles(t *testing.T, files map[string][]byte) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		file, ok := files[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if contentType, ok := map[string]string{".json": "application/json", ".zip": "application/zip"}[path.Ext(r.URL.Path)]; ok {
			w.Header().Set("Content-Type", contentType)
		}
		_, _ = w.Write(file)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// sign returns the detached signature of a file.
func sign(t *testing.T, key *crypto.Key, file []byte) []byte {
	t.Helper()
	ring, err := crypto.NewKeyRing(key)
	if err != nil {
		t.Fatal(err)
	}
	signature, err := ring.SignDetached(crypto.NewPlainMessage(file))
	if err != nil {
		t.Fatal(err)
	}
	return signature.GetBinary()
}

// serveTerraform serves a release as releases.hashicorp.com does.
func serveTerraform(t *testing.T, key, signer *crypto.Key, tampered bool) publisher {
	t.Helper()
	archive := fmt.Sprintf("terraform_%s_%s_%s.zip", release, runtime.GOOS, runtime.GOARCH)
	zipped := zipped(t, executable("terraform"))
	sums := fmt.Appendf(nil, "%x  %s\n", sha256.Sum256(zipped), archive)
	if tampered {
		zipped = append(zipped, 0)
	}
	const folder = "/terraform/" + release + "/"
	const sumsName = "terraform_" + release + "_SHA256SUMS"
	files := map[string][]byte{
		"/terraform/index.json": []byte("{}"),
		folder + "index.json": fmt.Appendf(nil, `{"name": "terraform", "version": %q, "shasums": %q, "shasums_signature": %q, "builds": [
			{"name": "terraform", "version": %[1]q, "os": %[4]q, "arch": %[5]q, "filename": %[6]q, "url": %[7]q}]}`,
			release, sumsName, sumsName+".sig", runtime.GOOS, runtime.GOARCH, archive, "https://releases.hashicorp.com"+folder+archive),
		folder + sumsName: sums,
		folder + archive:  zipped,
	}
	if signer != nil {
		files[folder+sumsName+".sig"] = sign(t, signer, sums)
	}
	return hashicorp{serveFiles(t, files), publicKey(t, key)}
}

// serveOpenTofu serves a release as get.opentofu.org and GitHub do.
func serveOpenTofu(t *testing.T, key, signer *crypto.Key, tampered bool) publisher {
	t.Helper()
	prefix := "tofu_" + release + "_"
	archive := prefix + runtime.GOOS + "_" + runtime.GOARCH + ".tar.gz"
	packed := tarred(t, executable("tofu"))
	sums := fmt.Appendf(nil, "%x  %s\n", sha256.Sum256(packed), archive)
	if tampered {
		packed = append(packed, 0)
	}
	files := map[string][]byte{
		"/api.json": fmt.Appendf(nil, `{"versions": [{"id": %q, "files": [%q, %q, %q]}]}`,
			release, archive, prefix+"SHA256SUMS", prefix+"SHA256SUMS.gpgsig"),
		"/" + prefix + "SHA256SUMS": sums,
		"/" + archive:               packed,
	}
	if signer != nil {
		files["/"+prefix+"SHA256SUMS.gpgsig"] = sign(t, signer, sums)
	}
	url := serveFiles(t, files)
	return opentofu{tofudl.Config{
		APIURL: url + "/api.json", DownloadMirrorURLTemplate: url + "/{{ .Artifact }}", GPGKey: publicKey(t, key),
	}}
}

func zipped(t *testing.T, name string) []byte {
	t.Helper()
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	file, err := w.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = file.Write([]byte(content))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return archive.Bytes()
}

func tarred(t *testing.T, name string) []byte {
	t.Helper()
	var archive bytes.Buffer
	compressed := gzip.NewWriter(&archive)
	w := tar.NewWriter(compressed)
	if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(content))}); err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write([]byte(content))
	if err := errors.Join(w.Close(), compressed.Close()); err != nil {
		t.Fatal(err)
	}
	return archive.Bytes()
}

func executable(name string) string {
	if runtime.GOOS == "windows" {
		return name + ".exe"
	}
	return name
}
