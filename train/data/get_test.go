package data

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// smallCatalogue makes "mnist" the small set while a test runs.
func smallCatalogue(t *testing.T, exact bool) {
	t.Helper()
	saved := catalogue["mnist"]
	t.Cleanup(func() { catalogue["mnist"] = saved })
	small := saved
	small.mirrors = nil
	for i, content := range smallSet() {
		packed := zip(t, content)
		small.files[i] = remote{bytes: int64(len(packed)), size: int64(len(content))}
		if exact {
			small.files[i].content = sum(content)
		} else {
			small.files[i].archive = sum(packed)
		}
	}
	catalogue["mnist"] = small
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

func get(dir string, mirrors ...*mirror) ([]Fetched, error) {
	o := GetOptions{stall: time.Minute}
	for _, m := range mirrors {
		o.Mirrors = append(o.Mirrors, m.URL+"/")
	}
	return Get(context.Background(), "mnist", dir, o)
}

// checkSet wants the set whole and nothing besides.
func checkSet(t *testing.T, dir string) {
	t.Helper()
	d := mustOpen(t, Options{Name: "mnist", Dir: dir})
	if d.Train.Len() != 30 || d.Test.Len() != 10 {
		t.Errorf("got %d + %d examples", d.Train.Len(), d.Test.Len())
	}
	checkNames(t, dir, 4)
}

// checkNames wants so many files, none of them a rest.
func checkNames(t *testing.T, dir string, want int) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(dir, "mnist"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.Contains(e.Name(), ".part") {
			t.Errorf("left %s behind", e.Name())
		}
	}
	if len(entries) != want {
		t.Errorf("got %d files, want %d", len(entries), want)
	}
}

func TestGet(t *testing.T) {
	smallCatalogue(t, true)
	dir, m := t.TempDir(), serve(t, nil)
	files, err := get(dir, m)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !f.Fresh || !f.Exact || f.Bytes == 0 {
			t.Errorf("got %+v, want it fetched and verified", f)
		}
	}
	checkSet(t, dir)

	files, err = get(dir, m)
	if err != nil || len(files) != 4 || files[0].Fresh || m.requests.Load() != 4 {
		t.Errorf("again: got %+v, %v after %d requests, want nothing fetched", files, err, m.requests.Load())
	}
	writeFile(t, filepath.Join(dir, "mnist", idxNames[2]+".gz"), []byte("spoilt"))
	files, err = get(dir, m)
	if err != nil || !files[2].Fresh || files[1].Fresh || m.requests.Load() != 5 {
		t.Errorf("spoilt: got %+v, %v after %d requests, want one file fetched", files, err, m.requests.Load())
	}
	checkSet(t, dir)
}

func TestGetVerifiesArchives(t *testing.T) {
	smallCatalogue(t, false)
	dir := t.TempDir()
	files, err := get(dir, serve(t, nil))
	if err != nil || !files[0].Exact {
		t.Fatalf("got %+v, %v, want files verified", files, err)
	}
	// Unpacked, there is no digest to compare with.
	path := filepath.Join(dir, "mnist", idxNames[0])
	writeFile(t, path, smallSet()[0])
	if err := os.Remove(path + ".gz"); err != nil {
		t.Fatal(err)
	}
	files, err = get(dir, serve(t, nil))
	if err != nil || files[0].Fresh || files[0].Exact || !files[1].Exact {
		t.Errorf("got %+v, %v, want the first file checked for its form only", files, err)
	}
}

func TestGetGoesOnAfterABreak(t *testing.T) {
	tests := []struct {
		name   string
		spoil  spoil
		ranges int32
	}{
		{"with ranges", once(func(m *mirror, w http.ResponseWriter, r *http.Request) bool {
			m.half(w, r, `"1"`)
			return true
		}), 4},
		{"without ranges", func() spoil {
			first := once(func(m *mirror, w http.ResponseWriter, r *http.Request) bool { m.half(w, r, ""); return true })
			return func(m *mirror, w http.ResponseWriter, r *http.Request) bool {
				if !first(m, w, r) {
					w.Write(m.files[r.URL.Path])
				}
				return true
			}
		}(), 4},
		{"another version behind the same name", once(func(m *mirror, w http.ResponseWriter, r *http.Request) bool {
			m.half(w, r, `"0"`)
			return true
		}), 4},
		{"a range of another version", func() spoil {
			first := once(func(m *mirror, w http.ResponseWriter, r *http.Request) bool { m.half(w, r, `"0"`); return true })
			return func(m *mirror, w http.ResponseWriter, r *http.Request) bool {
				r.Header.Del("If-Range")
				return first(m, w, r)
			}
		}(), 4},
		{"rest refused", func() spoil {
			first := once(func(m *mirror, w http.ResponseWriter, r *http.Request) bool { m.half(w, r, `"1"`); return true })
			return func(m *mirror, w http.ResponseWriter, r *http.Request) bool {
				if first(m, w, r) {
					return true
				}
				if r.Header.Get("Range") != "" {
					w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
					return true
				}
				return false
			}
		}(), 4},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			smallCatalogue(t, true)
			dir, m := t.TempDir(), serve(t, test.spoil)
			if _, err := get(dir, m); err != nil {
				t.Fatal(err)
			}
			if got := m.ranges.Load(); got != test.ranges {
				t.Errorf("got %d requests for a rest, want %d", got, test.ranges)
			}
			checkSet(t, dir)
		})
	}
}

func TestGetFallsOver(t *testing.T) {
	text := func(code int, body string) spoil {
		return func(_ *mirror, w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(code)
			fmt.Fprint(w, body)
			return true
		}
	}
	instead := func(file []byte) spoil {
		return func(_ *mirror, w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Length", fmt.Sprint(len(file)))
			w.Write(file)
			return true
		}
	}
	other := smallSet()[0]
	other[imagesHeader]++
	tests := []struct {
		name  string
		spoil spoil
		want  []string
	}{
		{"not found", text(404, "gone"), []string{"404 Not Found"}},
		{"server error", text(503, ""), []string{"503"}},
		{"a page", text(200, "<html>log in</html>"), []string{"magic number", "0x3c68746d"}},
		{"wrong content", instead(zip(t, other)), []string{"SHA-256", sum(other), sum(smallSet()[0])}},
		{"too much content", instead(zip(t, append(smallSet()[0], 0))), []string{"more data"}},
		{"too large", instead(make([]byte, 1<<20)), []string{"1048576 bytes", "at most"}},
		{"without an end", func(_ *mirror, w http.ResponseWriter, _ *http.Request) bool {
			for range 64 {
				w.Write(make([]byte, 64<<10))
				w.(http.Flusher).Flush()
			}
			return true
		}, []string{"more than", "the end of the file"}},
		{"redirects in a ring", func(_ *mirror, w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, r.URL.Path, http.StatusFound)
			return true
		}, []string{"10 redirects"}},
		{"always broken at the start", func(m *mirror, _ http.ResponseWriter, _ *http.Request) bool {
			panic(http.ErrAbortHandler)
		}, []string{"EOF"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			smallCatalogue(t, true)
			dir, broken := t.TempDir(), serve(t, test.spoil)
			_, err := get(dir, broken)
			checkError(t, err, append(test.want, idxNames[0], broken.URL)...)
			if _, err := os.Stat(filepath.Join(dir, "mnist", idxNames[0]+".gz")); err == nil {
				t.Errorf("a spoilt file has its final name")
			}
			if _, err := get(dir, broken, serve(t, nil)); err != nil {
				t.Fatal(err)
			}
			checkSet(t, dir)
		})
	}
}

func TestGetCancelledKeepsThePart(t *testing.T) {
	smallCatalogue(t, true)
	first := true
	m := serve(t, func(m *mirror, w http.ResponseWriter, r *http.Request) bool {
		if !first {
			return false
		}
		first = false
		return stuck(m, w, r)
	})
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	_, err := Get(ctx, "mnist", dir, GetOptions{Mirrors: []string{m.URL}, Progress: func(string, int64, int64) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want a cancelled context", err)
	}
	part, err := os.Stat(filepath.Join(dir, "mnist", idxNames[0]+".gz.part"))
	if err != nil || part.Size() == 0 {
		t.Fatalf("got no part to go on from: %v", err)
	}
	if _, err := get(dir, m); err != nil {
		t.Fatal(err)
	}
	if got := m.ranges.Load(); got != 1 {
		t.Errorf("got %d requests for a rest, want 1", got)
	}
	checkSet(t, dir)
}

func TestGetLeavesAStuckMirror(t *testing.T) {
	smallCatalogue(t, true)
	dir, m := t.TempDir(), serve(t, stuck)
	o := GetOptions{Mirrors: []string{m.URL, serve(t, nil).URL}, stall: 100 * time.Millisecond}
	if _, err := Get(context.Background(), "mnist", dir, o); err != nil {
		t.Fatal(err)
	}
	checkSet(t, dir)
}

func TestGetUnknown(t *testing.T) {
	_, err := Get(context.Background(), "digits", t.TempDir(), GetOptions{})
	checkError(t, err, `"digits"`, "expected mnist or fashion-mnist")
}

// Two that fetch into one folder at once do not write into the same file: the second
// waits, and finds what the first has fetched.
func TestTwoGetAtOnce(t *testing.T) {
	smallCatalogue(t, true)
	dir := t.TempDir()
	begun, wait := make(chan struct{}), make(chan struct{})
	first := sync.OnceFunc(func() { close(begun); <-wait })
	m := serve(t, func(*mirror, http.ResponseWriter, *http.Request) bool { first(); return false })
	type result struct {
		all []Fetched
		err error
	}
	results := make(chan result, 2)
	fetch := func() {
		all, err := get(dir, m)
		results <- result{all, err}
	}
	go fetch()
	<-begun // the first is in the middle of a file
	go fetch()
	time.Sleep(100 * time.Millisecond)
	close(wait)
	fresh := 0
	for range 2 {
		r := <-results
		if r.err != nil || len(r.all) != 4 {
			t.Fatalf("got %v, %v", r.all, r.err)
		}
		for _, f := range r.all {
			if f.Fresh {
				fresh++
			}
		}
	}
	if fresh != 4 {
		t.Errorf("%d files were fetched, want each once", fresh)
	}
	checkSet(t, dir)
}
