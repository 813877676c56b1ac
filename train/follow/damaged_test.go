package follow

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"optwatch/train/follow/logs"
)

// Logs whose beginning is damaged are read all the same: by bytes that are lost, as
// file systems leave them after a crash, or by a line that nobody can mean to read.
func TestReadsLogsThatBeginDamaged(t *testing.T) {
	long := strings.Repeat("x", 10<<20) + "\n"
	lost := "an\x00end and another begin\x00ning\n"
	for _, c := range []struct{ name, text string }{
		{"a.csv", "step,loss\n1,0.5\n2,0.25\n"},
		{"metrics.csv", "epoch,step,train_loss\n0,1,0.5\n0,2,0.25\n"},
		{"results.csv", "epoch,train/box_loss\n1,0.5\n2,0.25\n"},
		{"a.jsonl", "{\"step\":1,\"loss\":0.5}\n{\"step\":2,\"loss\":0.25}\n"},
		{"result.json", "{\"training_iteration\":1,\"loss\":0.5}\n{\"training_iteration\":2,\"loss\":0.25}\n"},
		{"a.log", "iter 1: loss 0.5, time 3ms\niter 2: loss 0.25, time 3ms\n"},
		{"b.log", "epoch,loss\n1,0.5\n2,0.25\n"},
	} {
		first := strings.Index(c.text, "\n") + 1
		for _, d := range []struct {
			what, text string
			bad        int
		}{
			{"zeros before it", strings.Repeat("\x00", 100) + c.text, 0},
			{"many zeros before it", strings.Repeat("\x00", 100<<10) + c.text, 0},
			{"a damaged line before it", lost + c.text, 1},
			{"a damaged line behind the first", c.text[:first] + lost + c.text[first:], 1},
			{"a long line before it", long + c.text, 1},
			{"zeros and a long line before it", "\x00\x00" + long + c.text, 1},
			{"a long line behind the first", c.text[:first] + long + c.text[first:], 1},
		} {
			if len(d.text) > len(long) && strings.HasPrefix(c.name, "r") {
				continue // as in other lines of JSON and tables
			}
			b := newBench(t, func(o *Options) { o.Formats = logs.Formats })
			path := filepath.Join(b.dir, c.name)
			if err := os.WriteFile(path, []byte(d.text), 0o600); err != nil {
				t.Fatal(err)
			}
			b.look()
			got := b.Report().Runs
			if len(got) != 1 || got[0].Skipped != d.bad || len(got[0].Metrics) == 0 {
				t.Errorf("%s, %s: %d runs, %+v, want one, of which %d records are skipped", c.name, d.what, len(got), got, d.bad)
				continue
			}
			for tag, m := range got[0].Metrics {
				if strings.HasSuffix(tag, "loss") && (m.Count != 2 || m.Last.Value != 0.25) {
					t.Errorf("%s, %s: %s has %d values, the last %v; want 2, 0.25", c.name, d.what, tag, m.Count, m.Last.Value)
				}
			}
			said := ""
			if err := Explain([]string{path}, func(_, why string) { said += why + "\n" }); err != nil {
				t.Error(err)
			}
			if says := strings.Contains(said, "; a record is skipped: line "); says != (d.bad > 0) || strings.Count(said, "\n") != 1 {
				t.Errorf("%s, %s: it is explained so: %s", c.name, d.what, said)
			}
		}
	}
}
