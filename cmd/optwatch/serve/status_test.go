package serve

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
)

func TestStatusInText(t *testing.T) {
	source, record := drivable(), view.Record{Name: "k7q2m"}
	a := NewAudience(House{Source: source, Record: func() view.Record { return record }})
	a.Join("ada", Operator)
	out, status := answer(a.Join("bob", Viewer), "status")
	want := strings.TrimPrefix(`
mnist 54 000 + 6 000 · softmax regression · λ = 1e-3
training · 0:41 · recorded as k7q2m
here: ada, bob (you, read-only)

run     state     lr  batch      evals  val acc  f − f*  dropout  left
sgd     running  0.1     32  1 234 567  91.94 %  4.1e-3        —  1:00
svrg    failed   0.1     32  1 234 567  91.94 %  4.1e-3        —     —
all     running  0.1     32  1 234 567  91.94 %  4.1e-3        —  1:00
fedavg  paused   0.1     32  1 234 567  91.94 %  4.1e-3      0.5  1:00

svrg: panic: index out of range
`, "\n")
	if out != want || status != done {
		t.Errorf("status %d, says\n%s\nwant\n%s", status, out, want)
	}
}

func TestStatusSaysWhatIsWrong(t *testing.T) {
	source, record := drivable(), view.Record{Name: "k7q2m", Trouble: "no space left on device"}
	a := NewAudience(House{Source: source, Record: func() view.Record { return record }})
	ada := a.Join("ada", Operator)
	out, _ := answer(ada, "status")
	for _, want := range []string{"may be lost: no space left on device\n", "svrg: panic: index out of range\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("says\n%s\nwant something with %q", out, want)
		}
	}
	source.change(func(s *view.Snapshot) {
		s.Phase, s.Runs = view.PhaseFailed, nil
		s.Failure = view.Failure{Title: "there is no data", Reason: "open mnist: no such file", Advice: "Check --data."}
	})
	if out, _ = answer(ada, "status"); !strings.Contains(out, "there is no data\n") || !strings.Contains(out, "open mnist: no such file\nCheck --data.\n") {
		t.Errorf("says\n%s", out)
	}
}

// TestStatusOfAnything: no name or number makes it wide, unreadable or no JSON.
func TestStatusOfAnything(t *testing.T) {
	wild := "\x1b[2J\u202e" + strings.Repeat("w\u4e16", 100) + "\n"
	source := drivable()
	source.change(func(s *view.Snapshot) {
		s.Subject = view.Subject{Name: wild, Title: wild, Constant: wild, Synthetic: true}
		s.Columns, s.Elapsed = nil, math.MinInt64
		s.Axes = append(s.Axes, view.Axis{Key: wild, Title: wild})
		s.Metrics = append(s.Metrics, view.Metric{Key: wild, Name: wild, Format: view.Bytes})
		s.Headline = append(s.Headline, wild, "of nothing")
		s.Runs = append([]view.Run(nil), s.Runs...)
		for range 40 {
			s.Runs = append(s.Runs, view.Run{
				Name: wild, Method: wild, Recipe: wild, Reason: wild, Activity: wild, State: view.State(len(s.Runs) % 7), Rate: math.Inf(1), Left: -1,
				At: []float64{math.Inf(-1), 1e300, nan}, Settings: []view.Setting{{Key: wild, Name: wild, Value: nan}, {Key: "k", Format: view.Count, Value: 1e300}},
				Series: []view.Series{{Metric: wild, Last: math.Inf(1)}, {Metric: "accuracy", Last: -1e300}},
			})
		}
	})
	a := NewAudience(House{Source: source, Record: func() view.Record { return view.Record{Name: wild, Trouble: wild} }})
	ada := a.Join("ada", Operator)
	for range 50 {
		a.Join(wild, Viewer)
	}
	for _, words := range [][]string{{"status"}, {"status", "--json"}} {
		out, status := answer(ada, words...)
		if status != done {
			t.Errorf("%v: status %d: %s", words, status, out)
		}
		checkPrinted(t, out)
		if len(words) == 2 {
			if !json.Valid([]byte(out)) || strings.Count(out, "\n") != 1 {
				t.Errorf("it is no JSON in one line: %q", out)
			}
			continue
		}
		for line := range strings.Lines(out) {
			if n := ansi.StringWidth(line); n > statusWidth {
				t.Errorf("%d columns: %q", n, line)
			}
		}
	}
	for _, phase := range []view.Phase{view.PhaseLoading, view.PhaseEnded, view.PhaseFailed} {
		source.change(func(s *view.Snapshot) { *s = view.Snapshot{Phase: phase} })
		out, _ := answer(ada, "status")
		checkPrinted(t, out)
	}
}

// TestStatusDropsWholeColumns: what there is no room for is left out, and what
// runs are judged by never is.
func TestStatusDropsWholeColumns(t *testing.T) {
	source := drivable()
	source.change(func(s *view.Snapshot) {
		r := s.Runs[0]
		r.Name, r.Activity = strings.Repeat("n", 60), strings.Repeat("a", 60)
		for i := range 9 {
			r.Settings = append(r.Settings, view.Setting{Key: fmt.Sprint(i), Name: fmt.Sprint("setting", i), Value: 0.125})
		}
		s.Runs = []view.Run{r}
	})
	out, _ := answer(seat(source), "status")
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	head, row := strings.Fields(lines[len(lines)-2]), lines[len(lines)-1]
	if got, want := strings.Join(head, " "), "run state lr evals val acc f − f*"; got != want {
		t.Errorf("the columns are %q, want %q", got, want)
	}
	want := strings.Repeat("n", 19) + "…  " + strings.Repeat("a", 19) + "…  0.1  1 234 567  91.94 %  4.1e-3"
	if row != want {
		t.Errorf("the row is %q, want %q", row, want)
	}
}

func TestStatusInJSON(t *testing.T) {
	source := drivable()
	out, _ := answer(seat(source), "status", "--json")
	var got struct {
		Schema  int
		Phase   string
		Seconds float64
		People  []struct {
			Name         string
			Self, Drives bool
		}
		Runs []struct {
			Name, State           string
			At, Settings, Metrics map[string]*float64
			Left                  *float64
		}
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if got.Schema != 1 || got.Phase != "training" || got.Seconds != 41 || len(got.Runs) != 4 || len(got.People) != 1 || !got.People[0].Drives {
		t.Errorf("got %+v", got)
	}
	r := got.Runs[0]
	if r.Name != "sgd" || r.State != "running" || *r.Settings["lr"] != 0.1 || *r.Metrics["accuracy"] != 0.9194 || *r.At["evals"] != 1234567 {
		t.Errorf("got the run %+v", r)
	}
	if v, there := r.At["rounds"]; v != nil || !there || *r.Left != time.Minute.Seconds() {
		t.Errorf("rounds %v, left %v", v, *r.Left)
	}
}

func TestStatusOfARecording(t *testing.T) {
	source := drivable()
	source.change(func(s *view.Snapshot) { s.Playback = &view.Playback{Length: 5 * time.Minute} })
	if out, _ := answer(seat(source), "status"); !strings.Contains(out, "a recording at 0:41 of 5:00\n") {
		t.Errorf("says\n%s", out)
	}
}
