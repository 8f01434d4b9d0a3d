// Command download gets the release of a CLI from its publisher:
//
//	download terraform|tofu VERSION FOLDER
//
// It puts the binary into the folder only if the publisher's key, which is part of this program, has signed its checksum. It fails
// within seconds if the network does not allow the download.
package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/hc-install/product"
	"github.com/hashicorp/hc-install/releases"
	"github.com/opentofu/tofudl"
	"github.com/opentofu/tofudl/branding"
)

const (
	// reachLimit is the time in which every host of a release has to answer.
	reachLimit = 5 * time.Second
	// downloadLimit is about the time in which the CLI could be compiled instead.
	downloadLimit = 3 * time.Minute
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 4 || publishers[os.Args[1]] == nil {
		log.Fatal("usage: download terraform|tofu VERSION FOLDER")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := download(ctx, http.DefaultClient, publishers[os.Args[1]], os.Args[2], os.Args[3]); err != nil {
		log.Fatal(err) //nolint:gocritic // the process ends, and with it the handler of interrupts
	}
}

// publisher publishes the releases of a CLI.
type publisher interface {
	// urls are what has to answer before a download begins, one for each host.
	urls() []string
	// get downloads a version, verifies it, and writes it into an empty folder. It returns the path of the binary.
	get(ctx context.Context, client *http.Client, version, folder string) (string, error)
}

var publishers = map[string]publisher{"terraform": hashicorp{}, "tofu": opentofu{}}

// download puts a version into folder, if p can be reached and the version is what p has signed.
func download(ctx context.Context, client *http.Client, p publisher, version, folder string) error {
	for _, url := range p.urls() {
		if err := reach(ctx, client, url); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, downloadLimit)
	defer cancel()
	// In the same file system, so that the binary appears whole or not at all.
	work, err := os.MkdirTemp(folder, "download")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }() //nolint:gosec // the caller names the folder
	binary, err := p.get(ctx, client, version, work)
	if err != nil {
		return err
	}
	if err := os.Chmod(binary, 0o755); err != nil { //nolint:gosec // a command that everybody may run
		return err
	}
	return os.Rename(binary, filepath.Join(folder, filepath.Base(binary))) //nolint:gosec // the caller names the folder
}

// reach returns an error if url does not answer in time, or answers with an error.
func reach(ctx context.Context, client *http.Client, url string) error {
	ctx, cancel := context.WithTimeout(ctx, reachLimit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	_ = response.Body.Close()
	if response.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s answers %s", url, response.Status)
	}
	return nil
}

// hashicorp publishes Terraform. Tests set its fields.
type hashicorp struct{ baseURL, key string }

func (h hashicorp) urls() []string {
	if h.baseURL != "" {
		return []string{h.baseURL + "/terraform/index.json"}
	}
	return []string{"https://releases.hashicorp.com/terraform/index.json"}
}

func (h hashicorp) get(ctx context.Context, client *http.Client, exact, folder string) (string, error) {
	parsed, err := version.NewVersion(exact)
	if err != nil {
		return "", err
	}
	release := &releases.ExactVersion{
		Product: product.Terraform, Version: parsed, InstallDir: folder, Timeout: downloadLimit,
		HTTPClient: client, ApiBaseURL: h.baseURL, ArmoredPublicKey: h.key, // empty stands for HashiCorp's
	}
	binary, err := release.Install(ctx)
	if errors.Is(err, fs.ErrNotExist) {
		// hc-install 0.10.0 loses the error of a wrong checksum. It unpacks nothing, and then misses the binary.
		err = fmt.Errorf("the archive has another checksum than HashiCorp signed, or no binary: %w", err)
	}
	return binary, err
}

// opentofu publishes OpenTofu. Tests set its field.
type opentofu struct{ config tofudl.Config }

func (o opentofu) urls() []string {
	if o.config.APIURL != "" {
		return []string{o.config.APIURL}
	}
	return []string{branding.DefaultDownloadAPIURL, "https://github.com/opentofu/opentofu/releases"}
}

func (o opentofu) get(ctx context.Context, client *http.Client, exact, folder string) (string, error) {
	downloader, err := tofudl.New(func(config *tofudl.Config) error {
		*config = o.config
		config.HTTPClient = client
		return nil
	})
	if err != nil {
		return "", err
	}
	content, err := downloader.Download(ctx, tofudl.DownloadOptVersion(tofudl.Version(exact)))
	if err != nil {
		return "", err
	}
	binary := filepath.Join(folder, branding.PlatformBinaryName)
	return binary, os.WriteFile(binary, content, 0o600) //nolint:gosec // the caller names the folder
}
