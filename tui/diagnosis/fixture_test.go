package diagnosis

import (
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
	"optwatch/tui/runs"
)

var nan = math.NaN()

// stub is a source that shows what it is told to and takes no command.
type stub struct{ snap *view.Snapshot }

func (s stub) Snapshot() *view.Snapshot    { return s.snap }
func (stub) Do(view.Command) error         { return nil }
func (stub) Offer(view.Command) view.Offer { return view.Offer{} }

func sure(v, by float64) view.Estimate {
	return view.Estimate{Value: v, Low: v / by, High: v * by, Resolved: true}
}

// looked is what is known of a run of SGD with a batch far too large.
func looked(evals int64) *view.Diagnosis {
	return &view.Diagnosis{
		Step: evals / 64, Evals: evals, Elapsed: 40, Probes: 87, Rows: 256, UpdateRatio: 1.3e-3, Floored: nan,
		Noise: &view.Noise{
			GradNorm: sure(1.03, 1.1), Trace: sure(8.5, 1.2), Simple: sure(8, 1.3), Batch: 64, Times: 8, Floor: 6.8e-3,
		},
		Curvature: &view.Curvature{L: sure(1.08, 1.2), LR: 0.1, Rule: "sgd", Law: "2/L", Limit: 1.85, Times: 0.054},
		Plateau:   view.Plateau{Falling: 0.97, Slope: -7.9e-6, Error: 3e-6, Loss: 0.34, Passes: 205, Points: 41},
		Active:    []view.Condition{view.BatchTooLarge},
		Advice:    view.Advice{Condition: view.BatchTooLarge, Text: "batch 64 is 8 × B_simple = 8 here: a smaller batch may get as far with fewer evaluations"},
	}
}

// examined is four runs, all of them looked at: the first as above, one by
// Adam, one by SVRG and a federation.
func examined() *view.Snapshot {
	s := &view.Snapshot{
		Elapsed: 41 * time.Second, Phase: view.PhaseTraining, Pace: "evals",
		Axes: []view.Axis{{Key: "evals"}, {Key: "elapsed", Clock: true}},
	}
	for i, name := range []string{"sgd", "adam", "svrg", "fedavg"} {
		s.Runs = append(s.Runs, view.Run{ID: i, Name: name, At: []float64{2e6, 41}, Diagnosis: looked(2e6)})
	}
	adam, svrg, fedavg := s.Runs[1].Diagnosis, s.Runs[2].Diagnosis, &s.Runs[3]
	adam.Advice, adam.Floored, adam.Noise.Floor = view.Advice{}, 0.125, nan
	adam.Curvature.Rule, adam.Curvature.Law, adam.Curvature.Limit, adam.Curvature.Times = "adam", "", nan, nan
	svrg.Advice, svrg.Noise.Floor, svrg.Plateau.Falling = view.Advice{}, nan, 0.999
	svrg.Variance = &view.Variance{SGD: 9.1, Own: 0.13, Ratio: sure(0.0143, 1.4)}
	svrg.Snapshot = &view.SnapshotAge{Age: 213, Every: 25_000, Passes: 0.43}
	fedavg.Federation = &view.Federation{}
	fedavg.Diagnosis = &view.Diagnosis{
		Evals: 2e6, Elapsed: 40, Probes: 12, UpdateRatio: 0.02, Floored: nan, Plateau: fedavg.Diagnosis.Plateau,
		Clients: &view.Agreement{Round: 12, Count: 10, Drift: 0.81, Agreement: -0.11, Alignment: 0.3, Lowest: -0.22, Client: 9, Local: 0.147, Global: 0.354},
		Advice:  view.Advice{Condition: view.ClientsDisagree, Text: "clients go different ways (mean cosine -0.11): fewer local epochs, or FedProx, may help"},
	}
	s.Runs[0].Marks = []view.Mark{{Kind: view.EventDiagnosis, Places: []float64{1e6, 21}, Text: "the batch is no longer far above B_simple"}}
	return s
}

// bench is the pane in a place.
type bench struct {
	*Diagnosis
	at pane.Place
}

// position is that of the diagnosis among the panes of a race.
const position = 6

func newBench(s *view.Snapshot, w, h int) *bench {
	return newBenchWith(s, w, h, termenv.Ascii, false, false)
}

func newBenchWith(s *view.Snapshot, w, h int, p termenv.Profile, ascii, mono bool) *bench {
	renderer := lipgloss.NewRenderer(io.Discard)
	renderer.SetColorProfile(p)
	screen := pane.NewScreen(draw.ThemeOf(renderer, ascii, mono), stub{s}, 1)
	b := &bench{New(runs.New(screen), position), pane.Place{Rect: pane.Rect{W: w, H: h}, Boxed: true}}
	screen.Keys = pane.NewTable(b.Diagnosis.Keys())
	b.settle()
	return b
}

// settle makes what was chosen fit, as the shell does after every message.
func (b *bench) settle() {
	b.Runs.Refresh()
	b.Diagnosis.Follow()
	b.Runs.Fold()
	b.Settle(b.at, true)
}

func (b *bench) view() string { return ansi.Strip(strings.Join(b.Draw(b.at), "\n")) }

func wantSeen(t *testing.T, b *bench, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(b.view(), text) {
			t.Errorf("%q is not shown:\n%s", text, b.view())
		}
	}
}

// checkSize checks that the pane fills its place exactly, with nothing in it
// that moves the cursor.
func checkSize(t *testing.T, b *bench, what string) {
	t.Helper()
	lines := b.Draw(b.at)
	if len(lines) != b.at.H {
		t.Fatalf("%s: %d lines in %d×%d", what, len(lines), b.at.W, b.at.H)
	}
	for i, s := range lines {
		if w := ansi.StringWidth(s); w != b.at.W {
			t.Fatalf("%s: line %d of %d×%d is %d wide: %q", what, i, b.at.W, b.at.H, w, s)
		}
		if s = ansi.Strip(s); strings.ContainsAny(s, "\x1b\t\r\n") || strings.Contains(s, "NaN") || strings.Contains(s, "Inf") {
			t.Fatalf("%s: what nobody can read: %q", what, s)
		}
	}
}
