package data

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// download brings one file from one mirror.
type download struct {
	part
	url      string
	client   *http.Client
	limit    int64         // bytes that the file may have at most
	stall    time.Duration // for which nothing may arrive
	progress Progress      // may be nil
}

// attempts bounds how often one mirror is asked for one file. Every one but
// the first takes up a transfer that broke off, or begins anew because the
// file has changed.
const attempts = 8

// errStale is the answer to a request for the rest of a file that has changed.
var errStale = errors.New("found another version of the file, expected the one that was begun")

// fetch brings the file, verifies it and puts it in place.
func (d *download) fetch(ctx context.Context, r remote) (exact bool, err error) {
	for range attempts {
		before, _ := d.held(d.url)
		err = d.transfer(ctx)
		after, _ := d.held(d.url)
		switch {
		case err == nil:
			exact, err = r.verify(ctx, d.file(), filepath.Base(d.path))
			if err == nil {
				return exact, d.finish()
			}
			if ctx.Err() == nil {
				err = cmp.Or(d.discard(), err)
			}
			if before == 0 || ctx.Err() != nil {
				return false, err
			}
		case errors.Is(err, errStale):
			if err := d.discard(); err != nil {
				return false, err
			}
		case after <= before || ctx.Err() != nil:
			return false, err
		}
	}
	return false, err
}

// transfer makes one request, for all of the file or for what is missing.
func (d *download) transfer(ctx context.Context) error {
	held, old := d.held(d.url)
	if held > 0 && held == old.Total {
		return nil
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watchdog := time.AfterFunc(d.stall, func() {
		cancel(fmt.Errorf("found no more data for %v, expected a file", d.stall))
	})
	defer watchdog.Stop()
	resp, err := d.request(ctx, held, old)
	if err != nil {
		return causeOf(ctx, err)
	}
	defer resp.Body.Close()
	file, held, err := d.open(resp, held, old)
	if err != nil {
		return err
	}
	sink := &sink{download: d, file: file, done: held, total: held + resp.ContentLength, watchdog: watchdog}
	_, err = io.Copy(sink, resp.Body)
	return cmp.Or(causeOf(ctx, err), file.Sync(), file.Close())
}

// request asks for the file from byte held on, provided it is the old one still.
func (d *download) request(ctx context.Context, held int64, old origin) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.url, nil)
	if err != nil {
		return nil, err
	}
	// Else a server might wrap the file once more, and the client unwrap it.
	req.Header.Set("Accept-Encoding", "identity")
	if held > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", held))
		if old.Version != "" && !strings.HasPrefix(old.Version, "W/") {
			req.Header.Set("If-Range", old.Version)
		}
	}
	return d.client.Do(req)
}

// open decides from the head of the answer where its body goes: behind what
// is held, or into a new file.
func (d *download) open(resp *http.Response, held int64, old origin) (*os.File, int64, error) {
	switch resp.StatusCode {
	case http.StatusPartialContent:
		start, total, ok := contentRange(resp.Header.Get("Content-Range"))
		if !ok || start != held || originOf(d.url, resp, total) != old {
			return nil, 0, errStale
		}
		file, err := d.resume()
		return file, held, err
	case http.StatusRequestedRangeNotSatisfiable:
		return nil, 0, errStale
	case http.StatusOK:
		if resp.ContentLength > d.limit {
			return nil, 0, fmt.Errorf("found a file of %d bytes, expected at most %d", resp.ContentLength, d.limit)
		}
		file, err := d.begin(originOf(d.url, resp, resp.ContentLength))
		return file, 0, err
	}
	return nil, 0, fmt.Errorf("found the status %s, expected the file", resp.Status)
}

// contentRange reads "bytes start-end/total".
func contentRange(header string) (start, total int64, ok bool) {
	span, size, ok := strings.Cut(strings.TrimPrefix(header, "bytes "), "/")
	first, _, dash := strings.Cut(span, "-")
	start, err1 := strconv.ParseInt(first, 10, 64)
	total, err2 := strconv.ParseInt(size, 10, 64)
	return start, total, ok && dash && err1 == nil && err2 == nil
}

// causeOf is why a context ended, if it did, else the error.
func causeOf(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// sink is where the body of an answer goes: the file, within the limit. Every
// piece puts off the watchdog and moves the progress.
type sink struct {
	*download
	file        *os.File
	done, total int64
	watchdog    *time.Timer
	reported    time.Time
}

func (s *sink) Write(p []byte) (int, error) {
	if s.done+int64(len(p)) > s.limit {
		return 0, fmt.Errorf("found more than %d bytes, expected the end of the file", s.limit)
	}
	s.watchdog.Reset(s.stall)
	n, err := s.file.Write(p)
	s.done += int64(n)
	if now := time.Now(); s.progress != nil && (now.Sub(s.reported) >= reportEvery || s.done == s.total) {
		s.reported = now
		s.progress(filepath.Base(s.path), s.done, max(0, s.total))
	}
	return n, err
}
