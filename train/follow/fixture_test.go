package follow

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"optwatch/train/follow/alert"
	"optwatch/train/follow/logs"
	"optwatch/train/view"
)

// plain is a format for tests: a file "*.plain" whose lines are "step time tag
// value …" with the tag "epoch" for a place, or a word that says how the run stands.
var plain = logs.Format{
	Name: "plain", Title: "lines of a test",
	Find: func(d *logs.Folder) []string {
		var out []string
		for _, e := range d.Entries {
			if strings.HasSuffix(e.Name(), ".plain") {
				out = append(out, e.Name())
			}
		}
		return out
	},
	Open: func(path string) logs.Follower {
		return logs.NewTail(path, func() logs.Reader { return &plainReader{} })
	},
}

type plainReader struct{ rest string }

func (r *plainReader) Read(p []byte, f *logs.Found) {
	r.rest += string(p)
	for {
		line, rest, whole := strings.Cut(r.rest, "\n")
		if !whole {
			return
		}
		r.rest = rest
		words := strings.Fields(line)
		switch {
		case len(words) == 0:
		case words[0] == "done":
			f.End = logs.End{State: logs.Finished}
		case words[0] == "total":
			fmt.Sscan(words[1], &f.About.Total)
		case words[0] == "set":
			f.Config = append(f.Config, logs.Parameter{Key: words[1], Text: words[2]})
		case words[0] == "restart":
			row := logs.NewRow()
			fmt.Sscan(words[1], &row.Step)
			row.Restart = true
			f.Add(row)
		case words[0] == "bad":
			f.Skip("a line is bad")
		case words[0] == "note":
			f.About.Note = words[1]
		case words[0] == "panic":
			panic("a reader's mistake")
		default:
			row := logs.NewRow()
			fmt.Sscan(words[0], &row.Step)
			fmt.Sscan(words[1], &row.Time)
			for i := 2; i+1 < len(words); i += 2 {
				v := math.NaN()
				fmt.Sscan(words[i+1], &v)
				if words[i] == "epoch" {
					row.Epoch = v
					continue
				}
				f.Put(words[i], v, false)
			}
			f.Add(row)
		}
	}
}

// bench is a watch over a folder of a test, with a clock that stands still.
type bench struct {
	*Watch
	t      *testing.T
	dir    string
	now    time.Time
	alerts []alert.Event
}

func newBench(t *testing.T, change ...func(*Options)) *bench {
	b := &bench{t: t, dir: t.TempDir(), now: time.Unix(1_790_000_000, 0)}
	o := Options{Paths: []string{b.dir}, Formats: []logs.Format{plain}, Now: func() time.Time { return b.now }, Alert: func(a alert.Event) { b.alerts = append(b.alerts, a) }}
	for _, c := range change {
		c(&o)
	}
	w, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	b.Watch = w
	return b
}

// write appends lines to a log.
func (b *bench) write(name string, lines ...string) {
	b.t.Helper()
	path := filepath.Join(b.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		b.t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		b.t.Fatal(err)
	}
	defer f.Close()
	for _, l := range lines {
		fmt.Fprintln(f, l)
	}
	if err := os.Chtimes(path, b.now, b.now); err != nil {
		b.t.Fatal(err)
	}
}

// rewrite writes a log anew.
func (b *bench) rewrite(name string, lines ...string) {
	b.t.Helper()
	if err := os.Remove(filepath.Join(b.dir, name)); err != nil {
		b.t.Fatal(err)
	}
	b.write(name, lines...)
}

func (b *bench) look() *view.Snapshot {
	b.Look(context.Background())
	return b.Snapshot()
}

// run is the run of a name.
func (b *bench) run(s *view.Snapshot, name string) *view.Run {
	b.t.Helper()
	for i := range s.Runs {
		if s.Runs[i].Name == name {
			return &s.Runs[i]
		}
	}
	b.t.Fatalf("there is no run %q", name)
	return nil
}
