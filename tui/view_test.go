package tui

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"optwatch/train"
)

var update = flag.Bool("update", false, "write the golden files anew")

// checkSize fails unless the screen is exactly w×h.
func checkSize(t *testing.T, m *model, w, h int, what string) {
	t.Helper()
	rows := strings.Split(m.View(), "\n")
	if len(rows) != h {
		t.Fatalf("%s at %d×%d: %d rows", what, w, h, len(rows))
	}
	for y, s := range rows {
		if n := ansi.StringWidth(s); n != w {
			t.Fatalf("%s at %d×%d: row %d has %d columns: %q", what, w, h, y, n, s)
		}
	}
}

func TestEverySizeIsExact(t *testing.T) {
	src := &stub{snap: sample(5, 40)}
	m := newTestModelWith(src, 80, 24, termenv.ANSI256, false, false)
	for w := 1; w <= 220; w += 1 + w/9 {
		for h := 1; h <= 70; h += 1 + h/6 {
			m.Update(tea.WindowSizeMsg{Width: w, Height: h})
			for p := range panes {
				m.focus = p
				m.settle()
				checkSize(t, m, w, h, fmt.Sprint("pane ", p))
			}
		}
	}
}

func TestOverlaysAreExact(t *testing.T) {
	for _, keys := range [][]string{{"o"}, {"o", "tab", "j", "j", "j"}, {"a", "s", "x"}, {"?"}, {"q"}, {"x"}, {"/", "s"}, {"z"}, {"h", "h"}} {
		m := newTestModelWith(&stub{snap: sample(5, 40)}, 120, 40, termenv.ANSI256, false, false)
		press(m, keys...)
		for _, size := range [][2]int{{1, 1}, {39, 12}, {40, 12}, {41, 13}, {60, 20}, {80, 24}, {100, 45}, {120, 40}, {220, 70}} {
			m.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
			checkSize(t, m, size[0], size[1], fmt.Sprint(keys))
		}
	}
}

// wild fills a snapshot with numbers and texts that nobody should send.
func wild(r *rand.Rand) *train.Snapshot {
	values := []float64{0, 1, -1, 0.5, 1e300, -1e300, 1e-300, math.MaxFloat64, math.NaN(), math.Inf(1), math.Inf(-1), 12.5, 0.92}
	pick := func() float64 { return values[r.IntN(len(values))] }
	texts := []string{"", "sgd", "a\x1b[31mred\nline\ttab", "日本語のとても長い名前です", strings.Repeat("long ", 60), "é̂combining"}
	text := func() string { return texts[r.IntN(len(texts))] }
	s := sample(1+r.IntN(12), 0)
	s.Phase, s.Elapsed, s.Err = train.Phase(r.IntN(4)), time.Duration(r.Int64()), text()
	s.Loading = train.Loading{What: text(), Done: r.Int64N(1000) - 10, Total: r.Int64N(3) * 100}
	s.Data.Name, s.Problem.Title, s.Problem.L2 = text(), text(), pick()
	s.Optimum = train.Optimum{State: train.OptimumState(r.IntN(4)), Value: pick(), Bound: pick(), ValAccuracy: pick(), TestAccuracy: pick(), Evaluations: 3}
	if r.IntN(3) == 0 {
		s.Data.Classes = nil
	}
	s.Data.Val, s.Data.Train = r.IntN(2)*100, r.IntN(3)
	s.Events = append(s.Events, train.Event{Run: text(), Text: text(), Elapsed: time.Duration(r.Int64())})
	for i := range s.Runs {
		v := &s.Runs[i]
		v.Name, v.Recipe, v.State, v.Pending, v.Activity = text(), text(), train.State(r.IntN(8)), text(), text()
		v.LR, v.EvalsPerSecond, v.Batch, v.Step, v.Left = pick(), pick(), r.IntN(1e6), r.Int64(), time.Duration(r.Int64())
		for range r.IntN(30) {
			v.Last = train.Point{
				Step: r.Int64N(1e6), Evals: r.Int64N(1e9), Elapsed: pick(), Loss: pick(), GradNorm: pick(), ValAccuracy: pick(), TestAccuracy: pick(),
			}
			v.Curve = append(v.Curve, v.Last)
			v.Trace = append(v.Trace, train.TracePoint{Evals: r.Int64N(1e9), Elapsed: pick(), Mean: pick()})
			v.Marks = append(v.Marks, train.Mark{Kind: train.EventKind(r.IntN(10)), Evals: r.Int64N(1e9), Elapsed: pick(), Text: text()})
		}
	}
	return s
}

func TestWildDataIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 400 {
		w, h := 1+r.IntN(220), 1+r.IntN(70)
		src := &stub{snap: wild(r)}
		m := newTestModelWith(src, w, h, termenv.ANSI256, i%5 == 0, i%3 == 0)
		keys := strings.Split("m m m m t t t y L s v S z h h l l = = - < > 0 j k P o a / ? n c [ ] { }", " ")
		for range 6 {
			press(m, keys[r.IntN(len(keys))], []string{"1", "2", "3", "4"}[r.IntN(4)])
			checkSize(t, m, w, h, fmt.Sprint("wild ", i))
		}
	}
}

// Few points, and points all alike, are drawn and scaled like any others.
func TestSparseCurves(t *testing.T) {
	for _, points := range []int{0, 1, 2} {
		m := newTestModel(&stub{snap: sample(2, points)}, 120, 40)
		checkSize(t, m, 120, 40, fmt.Sprint(points, " points"))
	}
	flat := sample(1, 30)
	for i := range flat.Runs[0].Curve {
		flat.Runs[0].Curve[i].ValAccuracy = 0.9
	}
	flat.Optimum = train.Optimum{ValAccuracy: math.NaN()}
	m := newTestModel(&stub{snap: flat}, 120, 40)
	if got := strings.Count(chartRow(m, "90.0"), "─"); got < 30 {
		t.Errorf("a flat curve is drawn over %d columns of its row:\n%s", got, m.View())
	}
}

// chartRow is the first row with a label.
func chartRow(m *model, label string) string {
	for s := range strings.SplitSeq(m.View(), "\n") {
		if strings.Contains(s, label+" ") {
			return s
		}
	}
	return ""
}

func TestGoldens(t *testing.T) {
	snap := sample(4, 120)
	snap.Runs[1].State, snap.Runs[1].EvalsPerSecond, snap.Runs[1].Left = train.Paused, 0, -1
	d := &snap.Runs[3]
	d.State, d.Reason = train.Diverged, "loss above 1e4·f(θ₀)"
	d.Curve = d.Curve[:30]
	d.Last = d.Curve[29]
	d.Last.Loss = math.NaN()
	d.Marks = []train.Mark{{Kind: train.EventDiverged, Evals: d.Last.Evals}}
	snap.Runs[0].Marks = []train.Mark{{Kind: train.EventSwitch, Evals: snap.Runs[0].Curve[80].Evals}}
	snap.Events = append(snap.Events, train.Event{Elapsed: 20 * time.Second, Run: d.Name, Kind: train.EventDiverged, Text: "diverged: " + d.Reason})
	for _, size := range [][2]int{{40, 12}, {60, 20}, {80, 24}, {120, 40}, {200, 60}} {
		m := newTestModel(&stub{snap: snap}, size[0], size[1])
		golden(t, fmt.Sprintf("%dx%d.txt", size[0], size[1]), m.View())
	}
	m := newTestModelWith(&stub{snap: snap}, 120, 40, termenv.Ascii, true, true)
	golden(t, "ascii.txt", m.View())
}

func TestFirstPaintGoldens(t *testing.T) {
	loading := &train.Snapshot{Loading: train.Loading{What: "mnist", Done: 43, Total: 100}}
	golden(t, "loading.txt", newTestModel(&stub{snap: loading}, 80, 24).View())
	failed := &train.Snapshot{Phase: train.PhaseFailed, Err: "x.csv: line 3: want 5 fields, found 4"}
	golden(t, "failed.txt", newTestModel(&stub{snap: failed}, 80, 24).View())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got+"\n" != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s(go test -update writes it anew)", name, got, want)
	}
}

func TestNoColour(t *testing.T) {
	colour := newTestModelWith(&stub{snap: sample(4, 60)}, 120, 40, termenv.ANSI256, false, false).View()
	if !strings.Contains(colour, "\x1b[38;5;33m") {
		t.Fatal("the first run is not in its colour")
	}
	for _, ascii := range []bool{false, true} {
		m := newTestModelWith(&stub{snap: sample(4, 60)}, 120, 40, termenv.ANSI256, ascii, true)
		for _, keys := range [][]string{nil, {"o"}, {"esc", "s"}, {"h"}, {"?"}} {
			press(m, keys...)
			for _, code := range sgrCodes(m.View()) {
				if code != "0" && code != "1" && code != "7" {
					t.Fatalf("after %v: SGR %q is a colour", keys, code)
				}
			}
		}
	}
}

// sgrCodes are the parameters of all SGR sequences of a text.
func sgrCodes(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, "\x1b[") {
		if code, _, ok := strings.Cut(part, "m"); ok && strings.Trim(code, "0123456789;") == "" {
			out = append(out, strings.Split(code, ";")...)
		}
	}
	return out
}

func TestASCIIIsASCII(t *testing.T) {
	m := newTestModelWith(&stub{snap: sample(5, 60)}, 120, 40, termenv.Ascii, true, true)
	for _, keys := range [][]string{nil, {"o"}, {"esc", "?"}, {"esc", "q"}} {
		press(m, keys...)
		checkASCII(t, m, keys)
	}
	seeds := newTestModelWith(&stub{snap: seeded(4, 4, 60)}, 120, 40, termenv.Ascii, true, true)
	for _, keys := range [][]string{nil, {"enter", "j"}, {"h"}} {
		press(seeds, keys...)
		checkASCII(t, seeds, keys)
	}
	looks := newTestModelWith(&stub{snap: examined()}, 120, 40, termenv.Ascii, true, true)
	for _, keys := range [][]string{{"7"}, {"z"}, {"j"}, {"j"}, {"j"}} {
		press(looks, keys...)
		checkASCII(t, looks, keys)
	}
}

// checkASCII fails if there is anything but ASCII on the screen, or a sign of
// a character that has no substitute.
func checkASCII(t *testing.T, m *model, keys []string) {
	t.Helper()
	screen := m.View()
	if i := strings.IndexFunc(screen, func(r rune) bool { return r > 126 || r < ' ' && r != '\n' }); i >= 0 {
		t.Fatalf("after %v: %q", keys, screen[i:i+4])
	}
	body, _, _ := strings.Cut(screen, "? help")
	if m.over == nil && strings.Contains(body, "?") {
		t.Errorf("after %v a character has no substitute:\n%s", keys, screen)
	}
}
