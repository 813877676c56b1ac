package tui

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"optwatch/train"
	"optwatch/train/view"
)

func TestEverySizeIsExact(t *testing.T) {
	src := &stub{snap: sample(5, 40)}
	m := newTestModelWith(src, 80, 24, termenv.ANSI256, false, false)
	for w := 1; w <= 220; w += 1 + w/9 {
		for h := 1; h <= 70; h += 1 + h/6 {
			m.Update(tea.WindowSizeMsg{Width: w, Height: h})
			for p := range m.program.Panes() {
				m.Focus = p
				m.fit()
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

// wildNumbers and wildTexts are what nobody should send.
var (
	wildNumbers = []float64{0, 1, -1, 0.5, 1e300, -1e300, 1e-300, math.MaxFloat64, math.NaN(), math.Inf(1), math.Inf(-1), 12.5, 0.92}
	wildTexts   = []string{
		"", "sgd", "a\x1b[31mred\nline\ttab", "日本語のとても長い名前です", strings.Repeat("long ", 60), "é̂combining",
		"\x1b]0;title\x07", "\x9b2J\u0085", "a\u200bb\u202ec", "👩‍👩‍👧‍👦 family", "\xff\xfe not UTF-8",
	}
)

func wildNumber(r *rand.Rand) float64 { return wildNumbers[r.IntN(len(wildNumbers))] }

// wild fills a report with numbers and texts that nobody should send.
func wild(r *rand.Rand) *train.Report {
	pick := func() float64 { return wildNumber(r) }
	text := func() string { return wildTexts[r.IntN(len(wildTexts))] }
	s := sample(1+r.IntN(12), 0)
	s.Phase, s.Elapsed, s.Err = view.Phase(r.IntN(4)), time.Duration(r.Int64()), text()
	s.Loading = view.Loading{What: text(), Done: r.Int64N(1000) - 10, Total: r.Int64N(3) * 100}
	s.Data.Name, s.Problem.Title, s.Problem.L2 = text(), text(), pick()
	s.Optimum = train.Optimum{State: train.OptimumState(r.IntN(4)), Value: pick(), Bound: pick(), ValAccuracy: pick(), TestAccuracy: pick(), Evaluations: 3}
	if r.IntN(3) == 0 {
		s.Data.Classes = nil
	}
	s.Data.Val, s.Data.Train = r.IntN(2)*100, r.IntN(3)
	s.Events = append(s.Events, view.Event{Run: text(), Text: text(), Elapsed: time.Duration(r.Int64())})
	for i := range s.Runs {
		v := &s.Runs[i]
		v.Name, v.Recipe, v.Method, v.Activity = text(), text(), text(), text()
		v.State, v.Pending = view.State(r.IntN(7)), view.Pending(r.IntN(5))
		v.LR, v.EvalsPerSecond, v.Batch, v.Step, v.Left = pick(), pick(), r.IntN(1e6), r.Int64(), time.Duration(r.Int64())
		for range r.IntN(30) {
			v.Last = train.Point{
				Step: r.Int64N(1e6), Evals: r.Int64N(1e9), Elapsed: pick(), Loss: pick(), GradNorm: pick(), ValAccuracy: pick(), TestAccuracy: pick(),
			}
			v.Curve = append(v.Curve, v.Last)
			v.Trace = append(v.Trace, train.TracePoint{Evals: r.Int64N(1e9), Elapsed: pick(), Mean: pick(), Min: pick(), Max: pick()})
			v.Marks = append(v.Marks, train.Mark{Kind: view.EventKind(r.IntN(12)), Evals: r.Int64N(1e9), Elapsed: pick(), Text: text()})
		}
	}
	return s
}

// wildKeys are pressed at random on what is wild.
var wildKeys = strings.Split("m m m m t t t y b b D f f # # L s v S z h h l l = = - < > 0 j k P o a / ? n c [ ] { } enter tab pgup esc", " ")

func TestWildDataIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 400 {
		w, h := 1+r.IntN(220), 1+r.IntN(70)
		src := &stub{snap: wild(r)}
		m := newTestModelWith(src, w, h, termenv.ANSI256, i%5 == 0, i%3 == 0)
		for range 6 {
			press(m, wildKeys[r.IntN(len(wildKeys))], []string{"1", "2", "3", "4"}[r.IntN(4)])
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

// sizeMsg is a change of the size of the terminal.
func sizeMsg(w, h int) tea.WindowSizeMsg { return tea.WindowSizeMsg{Width: w, Height: h} }

// chartRow is the first row with a label.
func chartRow(m *shell, label string) string {
	for s := range strings.SplitSeq(m.View(), "\n") {
		if strings.Contains(s, label+" ") {
			return s
		}
	}
	return ""
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
}

// checkASCII fails if there is anything but ASCII on the screen, or a sign of
// a character that has no substitute.
func checkASCII(t *testing.T, m *shell, keys []string) {
	t.Helper()
	screen := m.View()
	if i := strings.IndexFunc(screen, func(r rune) bool { return r > 126 || r < ' ' && r != '\n' }); i >= 0 {
		t.Fatalf("after %v: %q", keys, screen[i:i+4])
	}
	body, _, _ := strings.Cut(screen, "? help")
	if m.Over == nil && strings.Contains(body, "?") {
		t.Errorf("after %v a character has no substitute:\n%s", keys, screen)
	}
}
