package diagnosis

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/muesli/termenv"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// The pane fills every place exactly, whichever run it is of.
func TestEverySize(t *testing.T) {
	b := newBenchWith(examined(), 80, 24, termenv.ANSI256, false, false)
	for w := 4; w <= 220; w += 1 + w/6 {
		for h := 2; h <= 70; h += 1 + h/5 {
			for id := range 4 {
				b.Selected, b.at.W, b.at.H = id, w, h
				for _, boxed := range []bool{false, true} {
					b.at.Boxed, b.at.Focused, b.at.Number, b.at.Others = boxed, !boxed, id*7/3, "5 clients"
					b.settle()
					checkSize(t, b, fmt.Sprint("run ", id))
				}
			}
		}
	}
}

// wildEstimate is one with numbers that nobody should send.
func wildEstimate(pick func() float64, r *rand.Rand) view.Estimate {
	return view.Estimate{Value: pick(), Low: pick(), High: pick(), Resolved: r.IntN(2) == 0}
}

func wildDiagnosis(r *rand.Rand) *view.Diagnosis {
	values := []float64{0, 1, -1, 0.5, 64, 1e6, 1e300, -1e300, 1e-300, math.MaxFloat64, nan, nan, math.Inf(1), math.Inf(-1)}
	pick := func() float64 { return values[r.IntN(len(values))] }
	e := func() view.Estimate { return wildEstimate(pick, r) }
	v := &view.Diagnosis{Step: r.Int64(), Evals: r.Int64(), Elapsed: pick(), Probes: r.IntN(1e6), Rows: r.IntN(300), UpdateRatio: pick(), Floored: pick()}
	v.Plateau = view.Plateau{Falling: pick(), Slope: pick(), Error: pick(), Loss: pick(), Passes: pick()}
	v.Advice.Text = []string{"", "lr\x1b[31m is\nlarge", strings.Repeat("long advice ", 40)}[r.IntN(3)]
	if r.IntN(2) == 0 {
		v.Noise = &view.Noise{
			GradNorm: e(), Trace: e(), Simple: e(), Dominated: r.IntN(2) == 0, Batch: r.IntN(3) * 64, Times: pick(), Floor: pick(),
		}
		v.Curvature = &view.Curvature{L: e(), LR: pick(), Rule: "ad\x1bam", Law: []string{"", "2/L"}[r.IntN(2)], Limit: pick(), Times: pick()}
	}
	if r.IntN(2) == 0 {
		v.Variance = &view.Variance{SGD: pick(), Own: pick(), Ratio: e()}
		v.Snapshot = &view.SnapshotAge{Age: r.Int(), Every: r.Int(), Passes: pick()}
		v.Clients = &view.Agreement{
			Round: r.Int(), Count: r.Int(), Drift: pick(), Agreement: pick(), Alignment: pick(), Lowest: pick(), Client: r.Int(), Local: pick(), Global: pick(),
		}
	}
	return v
}

// Whatever the numbers are, the pane is filled exactly, and what is unknown is
// no number on it.
func TestWildDiagnosisIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for i := range 300 {
		s := examined()
		s.Axes, s.Runs = s.Axes[:r.IntN(3)], s.Runs[:1+r.IntN(4)]
		for j := range s.Runs {
			q := &s.Runs[j]
			q.State, q.Diagnosis, q.At = view.State(r.IntN(7)), nil, q.At[:r.IntN(3)]
			q.Marks = append(q.Marks, view.Mark{Kind: view.EventDiagnosis, Text: "a\tmark\x1b[2J"}, view.Mark{Kind: view.EventDiagnosis, Places: []float64{nan, nan}})
			if r.IntN(5) > 0 {
				q.Diagnosis = wildDiagnosis(r)
			}
		}
		b := newBenchWith(s, 4+r.IntN(220), 2+r.IntN(70), termenv.ANSI256, i%5 == 0, i%3 == 0)
		for id := range s.Runs {
			b.Selected, b.at.Boxed = id, !b.at.Boxed
			b.settle()
			checkSize(t, b, fmt.Sprint("wild ", i))
		}
	}
}

// What is not known, not resolved, or lost in the noise says so.
func TestDiagnosisSays(t *testing.T) {
	unknown := view.UnknownEstimate()
	for _, test := range []struct {
		what   string
		change func(*view.Run, *view.Diagnosis)
		want   []string
	}{
		{"as it is", func(*view.Run, *view.Diagnosis) {}, []string{"your batch 64 is 8 × above", "0.054 of the limit", "0.1 of 2/L = 1.9", "P = 97 %", "◇ batch 64 is 8 × B_simple"}},
		{"a small batch", func(_ *view.Run, v *view.Diagnosis) { v.Noise.Times = 0.125 }, []string{"your batch 64 is 8 × below"}},
		{"the right batch", func(_ *view.Run, v *view.Diagnosis) { v.Noise.Times = 1.1 }, []string{"your batch 64 is near it"}},
		{"full gradients", func(_ *view.Run, v *view.Diagnosis) { v.Noise.Batch, v.Noise.Times = 0, nan }, []string{"95 %: 6.2 – 10"}},
		{"near an optimum", func(_ *view.Run, v *view.Diagnosis) {
			v.Noise.Dominated, v.Noise.Times, v.Noise.Simple.Value = true, 0, math.Inf(1)
		}, []string{"noise-dominated", "lost in the noise", "above 6.2"}},
		{"too few looks", func(_ *view.Run, v *view.Diagnosis) {
			v.Noise.Simple, v.Curvature.L, v.Advice, v.Plateau.Falling = unknown, unknown, view.Advice{}, nan
		}, []string{"B_simple        not resolved yet", "limit 2/L not resolved yet", "too few points yet", "no advice: not resolved yet"}},
		{"a healthy run", func(_ *view.Run, v *view.Diagnosis) { v.Advice = view.Advice{} }, []string{"nothing to advise"}},
		{"a long step", func(_ *view.Run, v *view.Diagnosis) { v.Curvature.Times = 1.3 }, []string{"1.3 × the limit", "▇▇▇▇▇▇▇▇▇▇"}},
		{"no known limit", func(_ *view.Run, v *view.Diagnosis) { v.Curvature.Rule, v.Curvature.Law = "adam", "" }, []string{"no limit is known for adam"}},
		{"a paused run", func(r *view.Run, v *view.Diagnosis) { r.State, v.Elapsed = view.Paused, 29 }, []string{"paused; 12 s old"}},
		{"an old look", func(_ *view.Run, v *view.Diagnosis) { v.Elapsed = 20 }, []string{"21 s old"}},
		{"an ended run", func(r *view.Run, v *view.Diagnosis) { r.State, v.Evals = view.Budget, 1.5e6 }, []string{"ended; as of 1.5M of 2M evals"}},
		{"looked at last at its end", func(r *view.Run, v *view.Diagnosis) { r.State, v.Evals = view.Budget, 1.99e6 }, []string{"ended; as of its end"}},
		{"a diverged run", func(r *view.Run, _ *view.Diagnosis) { r.State = view.Diverged }, []string{"of where it began"}},
		{"no look", func(r *view.Run, _ *view.Diagnosis) { r.Diagnosis = nil }, []string{"not looked at yet"}},
		{"no look at all", func(r *view.Run, _ *view.Diagnosis) { r.Diagnosis, r.State = nil, view.Budget }, []string{"it ended before it was looked at"}},
		{"switched", func(r *view.Run, _ *view.Diagnosis) { r.Method = "adam" }, []string{"diagnosis of sgd→adam"}},
	} {
		s := examined()
		test.change(&s.Runs[0], s.Runs[0].Diagnosis)
		b := newBench(s, 72, 14)
		for _, want := range test.want {
			if !strings.Contains(b.view(), want) {
				t.Errorf("%s: the pane does not show %q:\n%s", test.what, want, b.view())
			}
		}
	}
}

// A gauge that warns is shown where there is no room for both it and a remark; one that
// does not gives way.
func TestGaugeThatWarnsStays(t *testing.T) {
	for _, c := range []struct {
		times     float64
		w         int
		bar, text bool
	}{{1.3, 60, true, false}, {1.3, 80, true, true}, {1.3, 34, false, false}, {0.5, 60, false, true}, {0.5, 80, true, true}} {
		s := examined()
		s.Runs[0].Diagnosis.Curvature.Times = c.times
		view := newBench(s, c.w, 14).view()
		if bar, text := strings.Contains(view, "▇▇▇▇▇"), strings.Contains(view, "0.1 of 2/L"); bar != c.bar || text != c.text {
			t.Errorf("%g of the limit at %d columns: a gauge %t, a remark %t, want %t and %t:\n%s", c.times, c.w, bar, text, c.bar, c.text, view)
		}
	}
}

// Advice that is longer than the rows there are says so, also where there is one row.
func TestAdviceIsCutWithAnEllipsis(t *testing.T) {
	for h := 3; h <= 5; h++ { // of which two are the frame's
		s := examined()
		s.Runs[0].Diagnosis.Advice.Text = strings.Repeat("long advice ", 40)
		b := newBench(s, 60, h)
		lines := strings.Split(strings.TrimSpace(b.view()), "\n")
		if last := lines[len(lines)-2]; !strings.Contains(last, "…") {
			t.Errorf("%d rows: the last is %q", h-2, last)
		}
	}
}

// Where a run is expected to stall is not said before the noise is resolved, nor
// where the step is too long for any rest.
func TestNoiseFloorWhereThereIsOne(t *testing.T) {
	for _, c := range []struct {
		spoil func(*view.Diagnosis)
		want  string
	}{
		{func(*view.Diagnosis) {}, "0.0068"},
		{func(v *view.Diagnosis) { v.Noise.Trace.Resolved = false }, "not resolved yet"},
		{func(v *view.Diagnosis) { v.Curvature.LR, v.Curvature.Times = 2.2, 1.2 }, "—"},
	} {
		s := examined()
		c.spoil(s.Runs[0].Diagnosis)
		_, line, _ := strings.Cut(newBench(s, 72, 14).view(), "noise floor")
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, c.want) {
			t.Errorf("the noise floor is %.40q, want %q", line, c.want)
		}
	}
}

// Large numbers are written as the standings and advice write them.
func TestLargeNumbersAreWrittenOneWay(t *testing.T) {
	s := examined()
	c := s.Runs[0].Diagnosis.Curvature
	c.LR, c.Limit, c.Times = 1e6, 0.617, 1.62e6
	s.Runs[0].Diagnosis.Noise.Simple = sure(123456, 1.1)
	b := newBench(s, 100, 14)
	wantSeen(t, b, "1.6e6 × the limit", "1e6 of 2/L = 0.62", "B_simple        123456 ")
	if text := b.view(); strings.Contains(text, "1M") || strings.Contains(text, "1.6M") || strings.Contains(text, "123k") {
		t.Errorf("a number is written in another way:\n%s", text)
	}
}

// The methods' own numbers stand with those that all have.
func TestReadingsOfMethods(t *testing.T) {
	b := newBench(examined(), 100, 40)
	for id, want := range [][]string{
		{"gradient norm", "B_simple", "noise floor", "lr", "loss falls"},
		{"at the ε floor  12.50 %", "nothing to advise"},
		{"variance", "0.014 × SGD's", "0.13 beside 9.1 of a mini-batch", "213 of 25 000", "steps, 0.43 passes old", "P > 99 %"},
		{"drift", "-0.11", "mean cosine of 10 updates; least c9, -0.22", "0.1470", "the model has 0.3540 on all", "◇ clients go different ways"},
	} {
		b.Selected = id
		b.settle()
		wantSeen(t, b, want...)
	}
}

// Where there is much room, what was found before stands above the advice, at
// its time, but for what is advised now.
func TestFoundBefore(t *testing.T) {
	s := examined()
	r := &s.Runs[0]
	r.Marks = append(r.Marks,
		view.Mark{Kind: view.EventDiagnosis, Places: []float64{2e6, 40}, Text: r.Diagnosis.Advice.Text},
		view.Mark{Kind: view.EventSetting, Places: []float64{2e6, 40}, Text: "lr 0.1"},
		view.Mark{Kind: view.EventDiagnosis, Text: "found at a time that is not known"})
	b := newBench(s, 100, 40)
	wantSeen(t, b, "│   0:21  the batch is no longer far above B_simple", "│      —  found at a time that is not known")
	if got := strings.Count(b.view(), "8 × B_simple"); got != 1 {
		t.Errorf("the advice is said %d times:\n%s", got, b.view())
	}
	if strings.Contains(b.view(), "lr 0.1 ") {
		t.Errorf("a setting among what was found:\n%s", b.view())
	}
	b.at.H = 14
	if strings.Contains(b.view(), "0:21") {
		t.Errorf("found before where there is no room:\n%s", b.view())
	}
}

// There is no pane before any run has been looked at, and its key says why.
func TestNoDiagnosis(t *testing.T) {
	s := examined()
	b := newBench(s, 80, 14)
	key := b.Screen.Keys.Lookup(pane.Main, "7")
	if !b.There() || b.Rows() == 0 || !key.Valid() || key.Label() != "diagnosis" {
		t.Errorf("there %v, %d rows, key %v %q", b.There(), b.Rows(), key.Valid(), key.Label())
	}
	if key.Do("7"); b.Focus != position || key.Label() != "" {
		t.Errorf("7 focuses pane %d, and then is called %q", b.Focus, key.Label())
	}
	for i := range s.Runs {
		s.Runs[i].Diagnosis = nil
	}
	if b.There() || b.Rows() != 0 || key.Valid() {
		t.Error("a pane with nothing in it")
	}
	if got := key.Why(); got != "no run has been looked at yet" {
		t.Errorf("7 says %q", got)
	}
	b.Filter = "nothing like it"
	b.settle()
	wantSeen(t, b, `no run matches "nothing like it"`)
}

// Of a group that is selected as a whole the run with the most pressing advice stands
// for all.
func TestDiagnosisOfAGroup(t *testing.T) {
	s := examined()
	for i := range s.Runs {
		s.Runs[i].Name, s.Runs[i].Group = []string{"sgd", "sgd-2", "sgd-3", "sgd-4"}[i], "seeds"
	}
	b := newBench(s, 72, 14)
	wantSeen(t, b, "diagnosis of sgd-4, one of 4", "clients go different ways") // the most pressing advice
	b.ToggleOpen()
	b.Runs.Move(1)
	b.Runs.Move(1)
	b.settle()
	wantSeen(t, b, "diagnosis of sgd-2 ─")
}

func TestWithoutColour(t *testing.T) {
	for id := range 4 {
		b := newBenchWith(examined(), 100, 40, termenv.ANSI256, true, true)
		b.Selected = id
		b.settle()
		s := draw.ToASCII(b.view())
		if i := strings.IndexFunc(s, func(r rune) bool { return r > 126 || r < ' ' && r != '\n' }); i >= 0 {
			t.Errorf("run %d: %q is not ASCII", id, s[i:i+4])
		}
		if strings.Contains(s, "?") {
			t.Errorf("run %d: a character without a substitute:\n%s", id, s)
		}
		if joined := strings.Join(b.Draw(b.at), "\n"); strings.Contains(joined, "[38;") || strings.Contains(joined, "[3") {
			t.Errorf("run %d: a colour", id)
		}
	}
}
