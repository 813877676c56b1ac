package data

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// smallFile is the slack in the bound on a file's size: servers differ in how
// they pack it.
const smallFile = 64 << 10

// GetOptions change how Get fetches; the zero value is right outside tests.
type GetOptions struct {
	Client   *http.Client
	Mirrors  []string // in place of the data set's own
	Progress Progress // of each file in turn, in bytes
	stall    time.Duration
}

// Fetched is a file that is in place after Get.
type Fetched struct {
	Path  string
	Bytes int64
	Fresh bool // fetched now; else it was there and sound
	Exact bool // verified by a SHA-256; else its form only
}

// Get fetches the files of a data set into its folder of the data directory,
// unless they are there and sound. Files appear under their names only whole
// and verified. What a broken or cancelled download leaves ends in .part, and
// the next Get goes on from there. Of two at once in a folder the second waits for
// the first, and finds what that has fetched.
func Get(ctx context.Context, name, dir string, o GetOptions) ([]Fetched, error) {
	set, ok := catalogue[name]
	if !ok {
		return nil, fmt.Errorf("data set %q: cannot be fetched, expected mnist or fashion-mnist", name)
	}
	if o.Mirrors == nil {
		o.Mirrors = set.mirrors
	}
	if o.Client == nil {
		o.Client = http.DefaultClient
	}
	if o.stall == 0 {
		o.stall = 30 * time.Second
	}
	dir = filepath.Join(dir, name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	release, err := alone(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer release()
	var all []Fetched
	for i, r := range set.files {
		f, err := o.file(ctx, filepath.Join(dir, idxNames[i]), r)
		if err != nil {
			return all, err
		}
		all = append(all, f)
	}
	return all, nil
}

// file makes sure that one file is in place, gzipped or not.
func (o GetOptions) file(ctx context.Context, path string, r remote) (Fetched, error) {
	name := filepath.Base(path) + ".gz"
	if present, err := findFile(path); err == nil {
		exact, err := r.verify(ctx, present, name)
		if err == nil {
			return fetched(present, false, exact)
		}
		if ctx.Err() != nil {
			return Fetched{}, err
		}
	}
	var failures []string
	for _, mirror := range o.Mirrors {
		d := download{
			part: part{path + ".gz"}, url: strings.TrimSuffix(mirror, "/") + "/" + name,
			client: o.Client, limit: 2*r.bytes + smallFile, stall: o.stall, progress: o.Progress,
		}
		exact, err := d.fetch(ctx, r)
		if err == nil {
			return fetched(d.path, true, exact)
		}
		if ctx.Err() != nil {
			return Fetched{}, ctx.Err()
		}
		var request *url.Error // says the URL again
		if errors.As(err, &request) {
			err = request.Err
		}
		failures = append(failures, fmt.Sprintf("%s: %v", d.url, err))
	}
	if len(failures) == 0 {
		return Fetched{}, errors.New("no mirrors to fetch " + name + " from")
	}
	return Fetched{}, fmt.Errorf("%s: %s; without a network, put %s into %s by hand", name, strings.Join(failures, "; "), byHand(), filepath.Dir(path))
}

// byHand are the names of the four files, which may be gzipped or not.
func byHand() string {
	return strings.Join(idxNames[:3], ".gz, ") + ".gz and " + idxNames[3] + ".gz"
}

func fetched(path string, fresh, exact bool) (Fetched, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Fetched{}, err
	}
	return Fetched{Path: path, Bytes: info.Size(), Fresh: fresh, Exact: exact}, nil
}
