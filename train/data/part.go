package data

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
)

// part is a download on its way: the bytes so far in a file that ends in
// .part, and beside it, in .part.from, whose bytes these are.
type part struct {
	path string // of the finished file
}

// origin tells one version of a file from another, so that halves of two are
// never put together.
type origin struct {
	URL     string
	Version string // ETag, else time of last change
	Total   int64
}

func originOf(url string, resp *http.Response, total int64) origin {
	version := resp.Header.Get("ETag")
	if version == "" {
		version = resp.Header.Get("Last-Modified")
	}
	return origin{URL: url, Version: version, Total: total}
}

func (p part) file() string   { return p.path + ".part" }
func (p part) origin() string { return p.path + ".part.from" }

// held is what there is of the file at url: how many bytes, and of which version.
func (p part) held(url string) (int64, origin) {
	var o origin
	text, err := os.ReadFile(p.origin())
	if err != nil || json.Unmarshal(text, &o) != nil || o.URL != url {
		return 0, origin{}
	}
	info, err := os.Stat(p.file())
	if err != nil || info.Size() > o.Total {
		return 0, origin{}
	}
	return info.Size(), o
}

// begin opens the file for its first byte.
func (p part) begin(o origin) (*os.File, error) {
	text, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	if err := p.discard(); err != nil {
		return nil, err
	}
	if err := os.WriteFile(p.origin(), text, 0o644); err != nil {
		return nil, err
	}
	return os.OpenFile(p.file(), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o644)
}

// resume opens the file behind its last byte.
func (p part) resume() (*os.File, error) {
	return os.OpenFile(p.file(), os.O_APPEND|os.O_WRONLY, 0o644)
}

// finish puts the whole file under its name in one step.
func (p part) finish() error {
	if err := os.Rename(p.file(), p.path); err != nil {
		return fmt.Errorf("put the download in place: %w", err)
	}
	return p.discard()
}

func (p part) discard() error {
	for _, path := range []string{p.file(), p.origin()} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
