package tui

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// foreign is a source that knows nothing of this project: the logs of another
// program, of which only names and numbers are known. It counts steps and
// seconds, takes no command, and goes on whether anybody looks or not.
type foreign struct {
	snap  *view.Snapshot
	asked int
}

func (f *foreign) Snapshot() *view.Snapshot { return f.snap }

func (f *foreign) Do(view.Command) error {
	f.asked++
	return errors.New("a log takes no commands")
}

func (f *foreign) Offer(view.Command) view.Offer {
	return view.Offer{Refused: "a log takes no commands"}
}

// foreignMetrics are the names in the logs, in their order.
var foreignMetrics = []string{
	"train/loss", "eval/accuracy", "eval/loss", "lr", "grad_norm", "tokens_per_second", "epoch", "throughput",
	"eval/perplexity", "gpu_memory_allocated_gb", "samples_seen",
}

// line is a line of a log: where it was written, and one value of one metric.
type line struct {
	step, seconds, value float64
}

// newForeign is three runs. One knows no more than its losses, one was begun
// again from an earlier step, and the third ran away.
func newForeign() *foreign {
	s := &view.Snapshot{
		Generation: 7, Elapsed: 83 * time.Minute, Phase: view.PhaseTraining,
		Subject: view.Subject{Name: "runs/gpt2-small"},
		Axes:    []view.Axis{{Key: "step", Title: "step", Format: view.Count, Steps: true}, {Key: "_runtime", Title: "wall time, s"}},
		Events:  []view.Event{{Number: 1, Elapsed: time.Second, Run: "baseline", Text: "logs/baseline/metrics.jsonl"}},
	}
	for _, name := range foreignMetrics {
		s.Metrics = append(s.Metrics, view.Metric{Key: name, Title: name, Scale: view.LinearFirst})
	}
	s.Runs = []view.Run{
		logged(0, "baseline", view.Budget, steps(0, 12_000), foreignMetrics),
		logged(1, "warmup-2k-lr-3e-4", view.Running, append(steps(0, 7000), steps(5000, 10_400)...), foreignMetrics[:9]),
		logged(2, "no-warmup", view.Running, steps(0, 6200), []string{"train/loss", "eval/loss", "lr", "grad_norm"}),
	}
	s.Runs[1].Marks = []view.Mark{{Kind: view.EventRestart, Places: []float64{5000, 2800}, Text: "resumed from checkpoint-5000"}}
	runAway(&s.Runs[2])
	return &foreign{snap: s}
}

func steps(from, to int) []float64 {
	var out []float64
	for s := from; s <= to; s += 50 {
		out = append(out, float64(s))
	}
	return out
}

// logged is a run with some metrics, those of the evaluation at every tenth line.
func logged(id int, name string, state view.State, steps []float64, metrics []string) view.Run {
	r := view.Run{ID: id, Name: name, State: state, Left: -1}
	for _, metric := range metrics {
		every := 1
		if strings.HasPrefix(metric, "eval/") {
			every = 10
		}
		var lines []line
		for k := 0; k < len(steps); k += every {
			lines = append(lines, line{steps[k], 0.4 * 50 * float64(k), foreignValue(metric, steps[k], id, k)})
		}
		r.Series = append(r.Series, seriesOf(metric, lines))
	}
	last := len(steps) - 1
	r.At = []float64{steps[last], 0.4 * 50 * float64(last)}
	return r
}

func seriesOf(metric string, lines []line) view.Series {
	s := view.Series{Metric: metric, Places: make([][]float64, 2)}
	for _, l := range lines {
		s.Places[0], s.Places[1] = append(s.Places[0], l.step), append(s.Places[1], l.seconds)
		s.Values = append(s.Values, l.value)
		s.Last = l.value
	}
	return s
}

// foreignValue is a metric at a step, with some noise.
func foreignValue(metric string, step float64, run, k int) float64 {
	noise := math.Sin(float64(7*k+3*run)) * math.Cos(float64(k*k%17))
	loss := 2.9 + 8*math.Exp(-step/(900+300*float64(run)))
	switch metric {
	case "train/loss":
		return loss + 0.12*noise
	case "eval/loss":
		return loss + 0.08
	case "eval/accuracy":
		return 0.42 * (1 - math.Exp(-step/3000)) * (1 + 0.02*noise)
	case "eval/perplexity":
		return math.Exp(loss + 0.08)
	case "lr":
		return 3e-4 * min(1, (step+1)/2000) * (1 - step/20_000)
	case "grad_norm":
		return (0.4 + 4*math.Exp(-step/500)) * (1 + 0.3*noise)
	case "tokens_per_second":
		return 98_000 + 900*noise
	case "epoch":
		return step / 4300
	case "throughput":
		return 1.91e5 + 1500*noise
	case "gpu_memory_allocated_gb":
		return 31.4
	}
	return 512 * step // samples_seen
}

// runAway lets a run's numbers leave all bounds: first a spike, then no number
// any more.
func runAway(r *view.Run) {
	for _, metric := range []string{"train/loss", "eval/loss", "grad_norm"} {
		s := r.Of(metric)
		n := len(s.Values)
		s.Values[n-6], s.Values[n-5], s.Values[n-4] = 40, 1e9, 1e300
		for i := n - 3; i < n; i++ {
			s.Values[i] = math.NaN()
		}
		s.Last = math.NaN()
	}
}

var foreignSizes = [][2]int{{40, 12}, {60, 20}, {80, 24}, {120, 40}, {200, 60}}

func TestForeignGoldens(t *testing.T) {
	for _, size := range foreignSizes {
		golden(t, fmt.Sprintf("foreign-%dx%d.txt", size[0], size[1]), newTestModel(newForeign(), size[0], size[1]).View())
	}
	narrow := newTestModel(newForeign(), 60, 20)
	press(narrow, "3")
	golden(t, "foreign-runs-60x20.txt", narrow.View())
	help := newTestModel(newForeign(), 120, 40)
	press(help, "?")
	golden(t, "foreign-help.txt", help.View())
}

// Whatever is pressed, the screen is filled exactly and nothing is asked of the log.
func TestForeignTakesEveryKey(t *testing.T) {
	var keys []string
	for _, b := range keyTable() {
		if b.In != pane.Everywhere {
			keys = append(keys, b.Keys...)
		}
	}
	for _, size := range foreignSizes {
		src := newForeign()
		m := newTestModelWith(src, size[0], size[1], termenv.ANSI256, false, false)
		for focus := range m.program.Panes() {
			for _, k := range keys {
				if k == "q" {
					continue
				}
				m.Focus = focus
				press(m, k)
				checkSize(t, m, size[0], size[1], fmt.Sprintf("pane %d, %q", focus, k))
				if m.Over != nil {
					press(m, "esc")
				}
			}
		}
		if src.asked > 0 {
			t.Errorf("%v: %d commands were sent", size, src.asked)
		}
	}
}

// At every place on every axis, on both scales and at every smoothing, each
// metric is drawn.
func TestForeignMetricsAreDrawn(t *testing.T) {
	m := newTestModelWith(newForeign(), 120, 40, termenv.ANSI256, false, false)
	for range foreignMetrics {
		for _, k := range strings.Fields("y y t L L t s s s h l h h = - 0 esc") {
			press(m, k)
			checkSize(t, m, 120, 40, title(m)+" after "+k)
		}
		press(m, "m")
	}
}

// Its names are printed in ASCII as well, and without colours.
func TestForeignInASCII(t *testing.T) {
	m := newTestModelWith(newForeign(), 120, 40, termenv.Ascii, true, true)
	for _, keys := range [][]string{nil, {"m"}, {"h"}, {"esc", "3"}, {"?"}} {
		press(m, keys...)
		checkASCII(t, m, keys)
		checkText(t, m, true, fmt.Sprint(keys))
	}
}

// Two metrics stand side by side, and m goes through all of them on either chart,
// but for the one that the other shows.
func TestForeignMetrics(t *testing.T) {
	for chart := range 2 {
		m := newTestModel(newForeign(), 120, 40)
		wantSeen(t, m, "╭─ train/loss ─", "╭─ eval/accuracy ─")
		press(m, fmt.Sprint(chart+1))
		others := slices.Delete(slices.Clone(foreignMetrics), 1-chart, 2-chart)
		for i := range len(others) + 1 {
			want := others[i%len(others)]
			if got := m.program.Panes()[chart].Name(); got != want {
				t.Errorf("chart %d shows %s, want %s", chart, got, want)
			}
			wantSeen(t, m, "╭─ "+want+" ─")
			press(m, "m")
		}
	}
}

// One value that nobody believes, and a run that ran away, leave the others'
// curves as they are to be read. That they left the scale is said.
func TestForeignOutliersFlattenNothing(t *testing.T) {
	for _, keys := range [][]string{nil, {"y"}} {
		m := newTestModel(newForeign(), 120, 40)
		press(m, keys...)
		rows := map[int]bool{}
		for y, s := range strings.Split(m.View(), "\n")[2:26] {
			if strings.ContainsAny(s[:strings.Index(s, "││")], "─╮╰╯╭") {
				rows[y] = true
			}
		}
		if len(rows) < 12 {
			t.Errorf("after %v the curves take %d rows of 24:\n%s", keys, len(rows), m.View())
		}
		wantSeen(t, m, "▴", "off scale")
	}
}

// The x-axis is what the source calls it, and there are no others.
func TestForeignAxes(t *testing.T) {
	m := newTestModel(newForeign(), 120, 40)
	for _, want := range []string{"step", "wall time, s", "step"} {
		wantSeen(t, m, " "+want+" ─╯")
		press(m, "t")
	}
	if strings.Contains(m.View(), "evaluations") {
		t.Errorf("evaluations of what?\n%s", m.View())
	}
	press(m, "t", "h")
	wantSeen(t, m, "values near 12 000 step")
	for range 9 {
		press(m, "h")
	}
	// Between two evaluations of the model, a run is where its losses were logged last.
	x := 12_000 - 9*12_000.0/47 // 48 columns
	wantSeen(t, m, "values near "+draw.Grouped(int64(math.Round(x)))+" step", draw.Grouped(int64(x/50)*50))
}

// heads are the words at the head of the standings.
func heads(m *shell) []string {
	_, rest, _ := strings.Cut(m.View(), "─ runs ")
	rows := strings.Split(rest, "\n")
	return strings.Fields(strings.Trim(rows[1], "│"))
}

// The standings have the columns that there is something for, as many as fit.
func TestForeignStandings(t *testing.T) {
	for w, want := range map[int]string{
		80:  "run state step train/loss eval/accuracy",
		120: "run state step train/loss eval/accuracy eval/loss lr grad_norm tokens_per_se…",
		200: "run state step train/loss eval/accuracy eval/loss lr grad_norm tokens_per_se… epoch throughput eval/perplexi… gpu_memory_all… samples_seen wall time, s",
	} {
		if got := strings.Join(heads(newTestModel(newForeign(), w, 40)), " "); got != want {
			t.Errorf("%d columns: %s, want %s", w, got, want)
		}
	}
	m := newTestModel(newForeign(), 120, 40)
	for _, want := range []string{"baseline", "✓ done", "12 000", "2.846", "0.4086"} {
		if !strings.Contains(standings(m), want) {
			t.Errorf("the standings lack %s:\n%s", want, standings(m))
		}
	}
	press(m, "S")
	wantSeen(t, m, "by eval/accuracy")
	press(m, "S")
	wantSeen(t, m, "by train/loss")
	if got := brief(m, 60); !strings.Contains(got, "2.846") || !strings.Contains(got, "0.4086") {
		t.Errorf("the selected run in a line: %q", got)
	}
}

// Runs of which nobody has said that they belong together are no group.
func TestForeignRunsAreNoGroup(t *testing.T) {
	src := newForeign()
	for i := range src.snap.Runs {
		src.snap.Runs[i].Name, src.snap.Runs[i].Seed = "run", 1
	}
	r := raceOf(newTestModel(src, 120, 40))
	if len(r.Groups) != 3 || len(r.Entries()) != 3 || r.CanOpen() {
		t.Errorf("%d groups of 3 runs", len(r.Groups))
	}
}

// No key is shown or listed that the source does not take, and none that is
// pressed all the same says anything.
func TestForeignKeys(t *testing.T) {
	m := newTestModel(newForeign(), 220, 60)
	driving := map[string][]string{
		"space": {"pause", "resume"}, "o": {"switch"}, "[ ]": {"lr"}, "{ }": {"batch"}, "a": {"add"}, "c": {"branch"}, "r": {"restart"}, "x": {"stop"}, "n": {"one step"},
		"P": {"pause all"},
	}
	foot := footerWords(m)
	press(m, "?")
	help := ansi.Strip(m.View())
	press(m, "esc")
	for show, words := range driving {
		for _, word := range words {
			if strings.Contains(foot, show+" "+word) {
				t.Errorf("the footer shows %s %s: %s", show, word, foot)
			}
		}
		if listed(help, show) {
			t.Errorf("the help lists %s:\n%s", show, help)
		}
	}
	if strings.Contains(foot, "enter") {
		t.Errorf("the footer offers to open what is no group: %s", foot)
	}
	for _, show := range []string{"m", "t", "z", "y", "h l ← →", "s", "S", "/", "?", "q", "W", "enter"} {
		if !listed(help, show) {
			t.Errorf("the help lacks %s:\n%s", show, help)
		}
	}
	for _, show := range []string{"5", "6", "7"} {
		if listed(help, show) {
			t.Errorf("the help lists %s, for which a log has nothing:\n%s", show, help)
		}
	}
	for _, word := range []string{"diagnosis", "switch", "diverged", "seeds"} {
		if strings.Contains(help, word) {
			t.Errorf("the help speaks of %s:\n%s", word, help)
		}
	}
	for _, word := range []string{"○ restart", "off scale"} {
		if !strings.Contains(help, word) {
			t.Errorf("the help lacks %s:\n%s", word, help)
		}
	}
	for _, k := range strings.Fields("o [ ] { } a c r x n P enter") {
		if press(m, k, " "); m.Over != nil || m.Flash.Text != "" {
			t.Errorf("%s opens %v and says %q", k, m.Over, m.Flash.Text)
		}
	}
}

// listed says whether a line of the help begins with a key.
func listed(help, show string) bool {
	for s := range strings.SplitSeq(help, "\n") {
		if _, rest, ok := strings.Cut(s, "│ "+show+"   "); ok && rest != "" {
			return true
		}
	}
	return false
}

// Nothing is lost by leaving, so that nobody is asked.
func TestForeignIsLeftAtOnce(t *testing.T) {
	for _, size := range [][2]int{{120, 40}, {20, 5}} {
		if m := newTestModel(newForeign(), size[0], size[1]); !quits(press(m, "q")) {
			t.Errorf("q asks at %v", size)
		}
	}
}

// What a log has been given since shows at the next look, on the charts of
// other metrics too.
func TestForeignGoesOn(t *testing.T) {
	src := newForeign()
	m := newTestModel(src, 120, 40)
	before := strings.Split(m.View(), "\n")
	next := *src.snap
	next.Runs = append([]view.Run(nil), next.Runs...)
	r := &next.Runs[1]
	r.Series = append([]view.Series(nil), r.Series...)
	k := r.Of("train/loss")
	k.Values = append(k.Values, 2.5)
	k.Places = [][]float64{append(k.Places[0], 30_000), append(k.Places[1], 9000)}
	k.Last, r.At = 2.5, []float64{30_000, 9000}
	src.snap = &next
	m.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	tick(m, time.Unix(1, 0))
	after := strings.Split(m.View(), "\n")
	if ticks := strings.Count(after[26], "30k"); ticks != 2 || before[26] == after[26] {
		t.Errorf("%d of the two axes go to 30k:\n%s", ticks, m.View())
	}
	wantSeen(t, m, "30 000")
}
