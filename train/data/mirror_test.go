package data

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

// mirror serves a set whose every file the handler may spoil.
type mirror struct {
	*httptest.Server
	files    map[string][]byte
	requests atomic.Int32
	ranges   atomic.Int32 // requests that ask for a rest
}

// spoil answers in place of a mirror, or returns false.
type spoil func(m *mirror, w http.ResponseWriter, r *http.Request) bool

func serve(t *testing.T, spoil spoil) *mirror {
	t.Helper()
	m := &mirror{files: map[string][]byte{}}
	for i, content := range smallSet() {
		m.files["/"+idxNames[i]+".gz"] = zip(t, content)
	}
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.requests.Add(1)
		if r.Header.Get("Range") != "" {
			m.ranges.Add(1)
		}
		if spoil == nil || !spoil(m, w, r) {
			m.whole(w, r, `"1"`)
		}
	}))
	t.Cleanup(m.Close)
	return m
}

func (m *mirror) whole(w http.ResponseWriter, r *http.Request, etag string) {
	w.Header().Set("ETag", etag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(m.files[r.URL.Path]))
}

// half sends half of a file and breaks the connection.
func (m *mirror) half(w http.ResponseWriter, r *http.Request, etag string) {
	file := m.files[r.URL.Path]
	w.Header().Set("ETag", etag)
	w.Header().Set("Content-Length", fmt.Sprint(len(file)))
	w.Write(file[:len(file)/2])
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

// once spoils the first request for each file.
func once(s spoil) spoil {
	seen := map[string]bool{}
	return func(m *mirror, w http.ResponseWriter, r *http.Request) bool {
		if seen[r.URL.Path] {
			return false
		}
		seen[r.URL.Path] = true
		return s(m, w, r)
	}
}

// stuck sends half of a file and then nothing, until the client has gone.
func stuck(m *mirror, w http.ResponseWriter, r *http.Request) bool {
	file := m.files[r.URL.Path]
	w.Header().Set("ETag", `"1"`)
	w.Header().Set("Content-Length", fmt.Sprint(len(file)))
	w.Write(file[:len(file)/2])
	w.(http.Flusher).Flush()
	<-r.Context().Done()
	return true
}
