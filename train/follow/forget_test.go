package follow

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"optwatch/train/follow/logs"
	"optwatch/train/view"
)

// A run whose log is deleted says so, goes on if the log comes back, and is forgotten
// with all that was kept of it if that does not.
func TestDeletedLogsAreForgotten(t *testing.T) {
	b := newBench(t)
	b.write("a.plain", "1 1 loss 5 acc 1")
	b.write("b.plain", "1 1 loss 6")
	b.write("c.plain", "1 1 loss 7", "done")
	b.look()
	for _, name := range []string{"a.plain", "b.plain", "c.plain"} {
		if err := os.Remove(filepath.Join(b.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	s := b.look()
	for name, want := range map[string]string{"a.plain": "silent: its log is deleted", "b.plain": "silent: its log is deleted", "c.plain": "finished: finished; its log is deleted"} {
		if r := b.run(s, name); r.State.String()+": "+r.Reason != want || r.Last("loss") < 5 {
			t.Errorf("%s is %v, %q; want %s", name, r.State, r.Reason, want)
		}
	}
	b.now = b.now.Add(time.Minute)
	b.write("b.plain", "1 1 loss 6", "2 2 loss 5")
	if r := b.run(b.look(), "b.plain"); r.State != view.Running || r.Last("loss") != 5 {
		t.Errorf("back again it is %v, %q, at %v", r.State, r.Reason, r.Last("loss"))
	}
	b.now = b.now.Add(forgetAfter)
	s = b.look()
	if len(s.Runs) != 1 || s.Runs[0].Name != "b.plain" || b.curves != 1 || len(b.open) != 1 || len(b.known) != 1 || s.Metric("acc") != nil || s.Metric("accuracy") != nil {
		t.Errorf("%d runs stay, with %d curves of %d logs, and the metrics %+v", len(s.Runs), b.curves, len(b.open), s.Metrics)
	}
	if !slices.ContainsFunc(s.Events, func(e view.Event) bool { return e.Run == "a.plain" && strings.Contains(e.Text, "is forgotten") }) {
		t.Errorf("it is not told: %+v", s.Events)
	}
	b.write("a.plain", "1 1 loss 4")
	if r := b.run(b.look(), "a.plain"); r.Last("loss") != 4 {
		t.Errorf("after it was forgotten it comes back with %v", r.Last("loss"))
	}
}

// A folder is no log any more when what was one in it is deleted.
func TestEmptiedFolderIsForgotten(t *testing.T) {
	data := os.Getenv("OPTWATCH_DATA")
	if data == "" {
		t.Skip("OPTWATCH_DATA is not set: no samples of foreign logs")
	}
	b := newBench(t, func(o *Options) { o.Formats = logs.Formats })
	if err := os.CopyFS(filepath.Join(b.dir, "tb"), os.DirFS(filepath.Join(data, "foreign", "tb"))); err != nil {
		t.Fatal(err)
	}
	if len(b.look().Runs) == 0 {
		t.Fatal("it is not found")
	}
	files, err := filepath.Glob(filepath.Join(b.dir, "tb", "*tfevents*"))
	if more, _ := filepath.Glob(filepath.Join(b.dir, "tb", "*", "*tfevents*")); err == nil {
		files = append(files, more...)
	}
	for _, name := range files {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	if r := b.look().Runs[0]; !strings.Contains(r.Reason, logDeleted) {
		t.Errorf("it is %v, %q", r.State, r.Reason)
	}
	b.now = b.now.Add(forgetAfter)
	if n := len(b.look().Runs); n != 0 {
		t.Errorf("%d runs stay", n)
	}
}
