package study

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files anew")

func session() *View {
	waiting := Study{Name: "rates", Title: "Rates of convergence"}
	return &View{About: "mnist · 50000 + 10000 + 10000 examples", Studies: []Study{found(), waiting}}
}

func open(t *testing.T, dir string) *Folder {
	t.Helper()
	f, err := NewFolder(dir, "optwatch lab", Fact{"version", "0.1.0"}, Fact{"seed", "1"})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = string(text)
	}
	return out
}

// A folder has every part of the studies that ended, nothing of the others, no
// half files, and the same bytes the second time.
func TestFolder(t *testing.T) {
	one, two := filepath.Join(t.TempDir(), "deep", "one"), t.TempDir()
	for _, dir := range []string{one, two} {
		f := open(t, dir)
		v := session()
		v.Studies[0].State = Underway
		if err := f.Keep(v); err != nil {
			t.Fatal(err)
		}
		if got := files(t, dir); len(got) != 1 {
			t.Errorf("before anything has ended there are %d files", len(got))
		}
		if err := f.Keep(session()); err != nil {
			t.Fatal(err)
		}
	}
	got := files(t, one)
	for name, text := range files(t, two) {
		if got[name] != text {
			t.Errorf("%s has other bytes the second time", name)
		}
	}
	want := []string{"report.md", "compare.json", "compare-table-final.csv"}
	for _, f := range figures() {
		want = append(want, "compare-"+f.Name+".png", "compare-"+f.Name+".svg", "compare-"+f.Name+".csv")
	}
	if len(got) != len(want) {
		t.Errorf("%d files, want %d", len(got), len(want))
	}
	for _, name := range want {
		if len(got[name]) == 0 {
			t.Errorf("there is no %s", name)
		}
	}
	for name := range got {
		if strings.Contains(got["report.md"], "](") && strings.HasSuffix(name, ".png") && !strings.Contains(got["report.md"], "]("+name+")") {
			t.Errorf("the report does not show %s", name)
		}
	}
	golden(t, "report.md", got["report.md"])
	golden(t, "gap.csv.head", strings.Join(strings.SplitAfter(got["compare-gap.csv"], "\n")[:4], ""))
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s(go test -update writes it anew)", name, got, want)
	}
}

// A study that was kept is not written again, an interrupted one is kept as
// far as it came, and one that never began is not.
func TestKeepsOnce(t *testing.T) {
	dir := t.TempDir()
	f := open(t, dir)
	v := session()
	v.Studies[0].State = Ended
	v.Studies[1].State = Ended
	if err := f.Keep(v); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "rates.json")); err == nil {
		t.Error("a study that never began has a file")
	}
	path := filepath.Join(dir, "compare.json")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := f.Keep(v); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a study was written twice")
	}
}

// A file in the place of a folder is an error before anything is written, and
// so is a folder that cannot be written to later.
func TestNoFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := NewFolder(path, ""); err == nil {
		t.Error("a file was taken for a folder")
	}
	dir := filepath.Join(t.TempDir(), "gone")
	f := open(t, dir)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := f.Keep(session()); err == nil {
		t.Error("writing to a folder that has gone succeeded")
	}
}

// The JSON is read back as it is documented; what is not finite is null.
func TestJSON(t *testing.T) {
	text, err := json.Marshal(found())
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Name, State string
		Error       *string
		Elapsed     float64
		Evals       int64
		Claims      []struct {
			Claim               string
			Predicted, Measured *string
			RefutedBy           *string `json:"refuted_by"`
			Verdict             string
		}
		Tables  []struct{ Head []string }
		Figures []struct {
			Name   string
			X      struct{ Log bool }
			Series []struct{ X, Y, Lo []*float64 }
			Lines  []struct{ At *float64 }
		}
		Recipes []string
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if got.Name != "compare" || got.State != "done" || got.Error != nil || got.Elapsed != 83 || got.Evals != 12345678 || len(got.Recipes) != 1 {
		t.Errorf("got %+v", got)
	}
	if c := got.Claims[1]; c.Verdict != "pending" || c.Measured != nil || *c.Predicted != "crosses at 2 passes" {
		t.Errorf("the second claim is %+v", c)
	}
	if c := got.Claims[1]; c.RefutedBy != nil {
		t.Errorf("nobody knows what would refute %+v", c)
	}
	for i, want := range []string{"holds", "pending", "refuted", "not resolved"} {
		if got.Claims[i].Verdict != want {
			t.Errorf("claim %d is %q, want %q", i, got.Claims[i].Verdict, want)
		}
	}
	if c := got.Claims[3]; c.RefutedBy == nil || *c.RefutedBy != "÷ 1 or less" {
		t.Errorf("what would refute the last claim is not said: %+v", c)
	}
	gap, wild := got.Figures[0], got.Figures[4]
	if !gap.X.Log || gap.Series[1].Y[20] != nil || gap.Series[1].Y[21] != nil || *gap.Series[0].Lo[0] != 0.6*(2/(1+64e-3)+3e-4) || gap.Series[2].Lo != nil {
		t.Errorf("the first figure is %+v", gap)
	}
	if wild.Lines[0].At != nil || len(wild.Series[3].X) != 2 {
		t.Errorf("the wild figure is %+v", wild)
	}
}

// A notebook counts every change, and keeps its views as they were.
func TestNotebook(t *testing.T) {
	now := time.Unix(0, 0)
	book := NewNotebook(func() time.Time { return now }, Study{Name: "a"}, Study{Name: "b"})
	p := book.Pages()[0]
	p.Begin()
	now = now.Add(3 * time.Second)
	p.Claim(Claim{Text: "x"})
	before := book.View()
	p.Claim(Claim{Text: "x", Verdict: Holds})
	p.Draw(Figure{Name: "f"})
	p.End(Done, "")
	now = now.Add(time.Hour)
	after := book.View()
	if before.Studies[0].Claims[0].Verdict != Pending || len(before.Studies[0].Figures) != 0 {
		t.Error("a view has changed")
	}
	book.Pages()[1].End(Ended, "")
	now = now.Add(time.Hour)
	if got := book.View().Elapsed; got != time.Hour+3*time.Second {
		t.Errorf("with all over the notebook is %v old", got)
	}
	if after.Generation <= before.Generation {
		t.Error("a change was not counted")
	}
	if s := after.Studies[0]; s.Elapsed != 3*time.Second || s.Share != 1 || len(s.Claims) != 1 || s.Claims[0].Verdict != Holds || !s.State.Over() {
		t.Errorf("the study is %+v", s)
	}
}
