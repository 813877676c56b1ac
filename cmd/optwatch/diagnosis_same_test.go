package main

import (
	"encoding/json"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
	"optwatch/tui/diagnosis"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
	runstable "optwatch/tui/runs"
)

// looking is a source that shows a run with a diagnosis and takes no command.
type looking struct{ snap *view.Snapshot }

func (s looking) Snapshot() *view.Snapshot    { return s.snap }
func (looking) Do(view.Command) error         { return nil }
func (looking) Offer(view.Command) view.Offer { return view.Offer{} }

// onScreen is what the pane of the diagnosis shows after each of its labels.
func onScreen(v *view.Diagnosis) map[string]string {
	snap := &view.Snapshot{Phase: view.PhaseTraining, Runs: []view.Run{{Name: "a", State: view.Running, Diagnosis: v}}}
	screen := pane.NewScreen(draw.ThemeOf(lipgloss.NewRenderer(io.Discard), false, true), looking{snap}, 1)
	d := diagnosis.New(runstable.New(screen), 6)
	screen.Keys = pane.NewTable(d.Keys())
	at := pane.Place{Rect: pane.Rect{W: 140, H: 30}, Boxed: true}
	d.Refresh()
	d.Follow()
	d.Fold()
	d.Settle(at, true)
	out := map[string]string{}
	for _, line := range d.Draw(at) {
		line = strings.Trim(ansi.Strip(line), "│ ")
		for _, label := range []string{"gradient norm", "noise, tr Σ", "B_simple", "noise floor", "curvature, L", "lr", "variance"} {
			if rest, ok := strings.CutPrefix(line, label+" "); ok {
				out[label] = strings.TrimSpace(rest)
			}
		}
	}
	return out
}

// Whatever is resolved of the estimates and whatever is not, the screen gives a
// number where JSON does, and says that there is none where JSON has null or an
// estimate that is not resolved.
func TestJSONAndScreenResolveTheSame(t *testing.T) {
	nan := math.NaN()
	for bits := range 1 << 7 {
		is := func(i int) bool { return bits>>i&1 == 1 }
		estimate := func(v float64, resolved bool) view.Estimate {
			return view.Estimate{Value: v, Low: v / 2, High: v * 2, Resolved: resolved}
		}
		n := &view.Noise{GradNorm: estimate(0.3, is(0)), Trace: estimate(8, is(1)), Simple: estimate(80, is(2)), Batch: 64, Times: 0.8, Floor: 0.01}
		if is(3) {
			n.Dominated, n.Times = true, 0
			n.GradNorm.Value, n.GradNorm.Low, n.GradNorm.Resolved = 0, 0, true
			n.Simple.Value, n.Simple.High, n.Simple.Resolved = math.Inf(1), math.Inf(1), true
		}
		c := &view.Curvature{L: estimate(4, is(4)), LR: 0.1, Rule: "sgd", Law: "2/L", Limit: 0.5, Times: 0.2, Share: 1}
		if is(5) {
			c.Limit, c.Times = 0.05, 2
		}
		v := &view.Diagnosis{
			Probes: 5, Evals: 1000, UpdateRatio: 1e-3, Floored: nan, Plateau: view.UnknownPlateau(), Noise: n, Curvature: c,
			Variance: &view.Variance{SGD: 0.1, Own: 0.02, Ratio: estimate(0.2, is(6))},
		}
		text, err := json.Marshal(newResultDiagnosis(v))
		if err != nil {
			t.Fatal(err)
		}
		type estimated struct {
			Value    *float64
			Resolved bool
		}
		var in struct {
			Noise struct {
				GradNorm estimated `json:"grad_norm"`
				Trace    estimated
				Simple   estimated `json:"b_simple"`
				Times    *float64  `json:"batch_over_b_simple"`
				Floor    *float64
			}
			Curvature struct {
				L     estimated
				Limit *float64
				Times *float64 `json:"lr_over_limit"`
			}
			Variance struct {
				SGD, Own *float64
				Ratio    estimated
			}
		}
		if err := json.Unmarshal(text, &in); err != nil {
			t.Fatal(err)
		}
		shown := onScreen(v)
		number := func(label string) bool {
			return shown[label] != "" && strings.ContainsAny(shown[label][:1], "0123456789")
		}
		for _, q := range []struct {
			what           string
			screen, inJSON bool
		}{
			{"gradient norm", number("gradient norm"), in.Noise.GradNorm.Resolved},
			{"tr Σ", number("noise, tr Σ"), in.Noise.Trace.Resolved},
			{"B_simple", number("B_simple"), in.Noise.Simple.Resolved},
			{"batch beside it", strings.Contains(shown["B_simple"], "your batch"), in.Noise.Times != nil},
			{"floor", number("noise floor"), in.Noise.Floor != nil},
			{"L", number("curvature, L"), in.Curvature.L.Resolved},
			{"limit", strings.Contains(shown["lr"], "2/L = "), in.Curvature.Limit != nil},
			{"lr beside it", strings.Contains(shown["lr"], "the limit"), in.Curvature.Times != nil},
			{"variance", number("variance"), in.Variance.Ratio.Resolved},
			{"of both", strings.Contains(shown["variance"], " beside "), in.Variance.Own != nil && in.Variance.SGD != nil},
		} {
			if q.screen != q.inJSON {
				t.Errorf("%07b, %s: on the screen %v, in JSON %v: %q, %s", bits, q.what, q.screen, q.inJSON, shown, text)
			}
		}
		for name, e := range map[string]estimated{"grad_norm": in.Noise.GradNorm, "b_simple": in.Noise.Simple} {
			if n.Dominated && e.Value != nil {
				t.Errorf("%07b: %s is lost in the noise, and yet %g", bits, name, *e.Value)
			}
		}
	}
}
