package logs

import (
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// optwatchSample is what optwatch.py writes of a run that was started twice, with
// lines between that cannot be read.
const optwatchSample = `{"event": "start", "time": 1.5, "run": {"optwatch": 1, "start": "a", "pid": 17, "host": "box", "began": 1.25, "total_steps": 100, "config": {"lr": 0.1, "net": {"width": 3, "act": "relu"}, "none": null}, "writer": "optwatch.py 1"}}
{"event": "state", "time": 1.5, "state": "running", "text": ""}
{"event": "log", "time": 2, "step": 0, "epoch": 0.5, "tokens": 64, "values": {"train/loss": 1.25, "acc": "NaN", "most": "Infinity", "least": "-Infinity"}}
{"event": "log", "time": 3, "step": 1, "values": {"train/loss": 0.1}}
{"event": "log", "time": 3

{"event": "start", "time": 9, "run": {"optwatch": 1, "start": "b", "pid": 18, "host": "box", "began": 9, "total_steps": null}}
{"event": "log", "time": 10, "step": 1, "values": {"train/loss": 0.5}}
{"event": "answer", "time": 10, "id": "x", "ok": true}
{"event": "state", "time": 11, "state": "failed", "text": "ValueError: no"}
{"event": "log", "time": 12, "st`

func TestOptwatch(t *testing.T) {
	f := checkPieces(t, newOptwatch, []byte(optwatchSample))
	type at struct{ step, time, loss float64 }
	var got []at
	for _, r := range f.Rows {
		loss := math.Inf(-1)
		if len(r.Values) > 0 {
			loss = r.Values[0].Number
		}
		if r.Restart {
			loss = math.Inf(1)
		}
		got = append(got, at{r.Step, r.Time, loss})
	}
	want := []at{{0, 2, 1.25}, {1, 3, 0.1}, {1, 10, math.Inf(1)}, {1, 10, 0.5}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	first := f.Rows[0]
	if first.Epoch != 0.5 || first.Tokens != 64 || !math.IsNaN(first.Elapsed) {
		t.Errorf("its place is %+v", first)
	}
	if v := first.Values; len(v) != 4 || v[1].Tag != "acc" || !math.IsNaN(v[1].Number) || !math.IsInf(v[2].Number, 1) || !math.IsInf(v[3].Number, -1) {
		t.Errorf("its values are %+v", v)
	}
	wantConfig := []Parameter{{"lr", "0.1"}, {"net.width", "3"}, {"net.act", "relu"}, {"none", "null"}}
	if !slices.Equal(f.Config, wantConfig) {
		t.Errorf("config %v, want %v", f.Config, wantConfig)
	}
	if f.About != (About{Began: 9, PID: 18, Host: "box"}) {
		t.Errorf("about %+v", f.About)
	}
	if f.End != (End{State: Failed, Code: 1, Text: "ValueError: no"}) {
		t.Errorf("end %+v", f.End)
	}
	if f.Bad != 1 || !strings.HasPrefix(f.Why, "line 5: ") {
		t.Errorf("%d bad: %s", f.Bad, f.Why)
	}
}

func TestOptwatchLongLine(t *testing.T) {
	data := `{"event":"note","text":"` + strings.Repeat("x", 3<<20) + "\"}\n" + `{"event":"log","step":4,"values":{"a":1}}` + "\n"
	for _, n := range []int{len(data), 1 << 19, 997} {
		r := newOptwatch()
		f := pieces(r, []byte(data), n)
		if f.Bad != 1 || len(f.Rows) != 1 || f.Rows[0].Step != 4 {
			t.Errorf("in pieces of %d: %d rows, %d bad", n, len(f.Rows), f.Bad)
		}
		if kept := cap(r.(*optwatchReader).lines.part); kept > 2*mostOptwatchLine {
			t.Errorf("it keeps %d bytes", kept)
		}
	}
}

func TestOptwatchIsFound(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"events.jsonl": "", "run.json": `{"optwatch": 1}`, "control.jsonl": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	head := `{"optwatch": 1}`
	d := Folder{Path: dir, Entries: entries, Head: func(string) []byte { return []byte(head) }}
	if got := findOptwatch(&d); !slices.Equal(got, []string{"events.jsonl"}) {
		t.Errorf("found %v", got)
	}
	head = `{"name": "another"}`
	if got := findOptwatch(&d); got != nil {
		t.Errorf("found %v in another's folder", got)
	}
	d.Entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return e.Name() == "run.json" })
	if got := findOptwatch(&d); got != nil {
		t.Errorf("found %v without run.json", got)
	}
}

func FuzzOptwatch(f *testing.F) {
	f.Add([]byte(optwatchSample))
	f.Add([]byte(`{"event":"start","run":{"config":{"a":{"b":{"c":[1]}}},"total_steps":"NaN"}}` + "\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		checkPieces(t, newOptwatch, data)
	})
}
