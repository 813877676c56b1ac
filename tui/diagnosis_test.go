package tui

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/muesli/termenv"

	"optwatch/train"
	"optwatch/train/view"
	"optwatch/tui/runs"
)

func sure(v, by float64) view.Estimate {
	return view.Estimate{Value: v, Low: v / by, High: v * by, Resolved: true}
}

// looked is a view of a run as SGD's with a batch far too large.
func looked(r *train.RunReport) *view.Diagnosis {
	return &view.Diagnosis{
		Step: r.Step, Evals: r.Evals, Elapsed: 40, Probes: 87, Rows: 256, UpdateRatio: 1.3e-3, Floored: nan,
		Noise: &view.Noise{
			GradNorm: sure(1.03, 1.1), Trace: sure(8.5, 1.2), Simple: sure(8, 1.3), Batch: 64, Times: 8, Floor: 6.8e-3,
		},
		Curvature: &view.Curvature{L: sure(1.08, 1.2), LR: 0.1, Rule: "sgd", Law: "2/L", Limit: 1.85, Times: 0.054},
		Plateau:   view.Plateau{Falling: 0.97, Slope: -7.9e-6, Error: 3e-6, Loss: 0.34, Passes: 205, Points: 41},
		Active:    []view.Condition{view.BatchTooLarge},
		Advice:    view.Advice{Condition: view.BatchTooLarge, Text: "batch 64 is 8 × B_simple = 8 here: a smaller batch may get as far with fewer evaluations"},
	}
}

// examined is the sample's four runs, all of them looked at: the first as
// above, one by Adam, one by SVRG and a federation.
func examined() *train.Report {
	s := federated(3, 120, 10)
	for i := range s.Runs {
		s.Runs[i].Diagnosis = looked(&s.Runs[i])
	}
	adam, svrg := s.Runs[1].Diagnosis, s.Runs[2].Diagnosis
	adam.Advice, adam.Floored, adam.Noise.Floor = view.Advice{}, 0.125, nan
	adam.Curvature.Rule, adam.Curvature.Law, adam.Curvature.Limit, adam.Curvature.Times = "adam", "", nan, nan
	svrg.Advice, svrg.Noise.Floor, svrg.Plateau.Falling = view.Advice{}, nan, 0.999
	svrg.Variance = &view.Variance{SGD: 9.1, Own: 0.13, Ratio: sure(0.0143, 1.4)}
	svrg.Snapshot = &view.SnapshotAge{Age: 213, Every: 25_000, Passes: 0.43}
	for i := range s.Runs {
		r := &s.Runs[i]
		if r.Federated == nil {
			continue
		}
		r.Diagnosis = &view.Diagnosis{
			Evals: r.Evals, Elapsed: 40, Probes: 12, UpdateRatio: 0.02, Floored: nan, Plateau: r.Diagnosis.Plateau,
			Clients: &view.Agreement{Round: 12, Count: 10, Drift: 0.81, Agreement: -0.11, Alignment: 0.3, Lowest: -0.22, Client: 9, Local: 0.147, Global: 0.354},
			Advice:  view.Advice{Condition: view.ClientsDisagree, Text: "clients go different ways (mean cosine -0.11): fewer local epochs, or FedProx, may help"},
		}
	}
	s.Runs[0].Marks = []train.Mark{{Kind: view.EventDiagnosis, Evals: s.Runs[0].Curve[70].Evals, Elapsed: 21, Text: "the batch is no longer far above B_simple"}}
	s.Events = append(s.Events, view.Event{Elapsed: 21 * time.Second, Run: "sgd", Kind: view.EventDiagnosis, Text: s.Runs[0].Diagnosis.Advice.Text})
	return s
}

func TestDiagnosisGoldens(t *testing.T) {
	for _, test := range []struct {
		name, keys string
		w, h       int
	}{
		{"120x40", "7", 120, 40},
		{"80x24", "7", 80, 24},
		{"60x20", "7", 60, 20},
		{"40x12", "7", 40, 12},
		{"100x45", "7", 100, 45},
		{"200x60", "7 j j", 200, 60},
		{"adam", "7 j", 120, 40},
		{"fed", "7 j j j", 120, 40},
		{"zoomed", "7 z", 120, 40},
	} {
		m := newTestModel(newFederated(examined()), test.w, test.h)
		press(m, strings.Fields(test.keys)...)
		golden(t, "diagnosis-"+test.name+".txt", m.View())
	}
	m := newTestModelWith(newFederated(examined()), 120, 40, termenv.Ascii, true, true)
	press(m, "7")
	golden(t, "diagnosis-ascii.txt", m.View())
	alone := examined()
	alone.Runs = alone.Runs[:3] // no federation: it lies beside the log
	golden(t, "diagnosis-beside-log.txt", newTestModel(&stub{snap: alone}, 120, 40).View())
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
		v.Curvature = &view.Curvature{
			L: e(), LR: pick(), Rule: wildTexts[r.IntN(len(wildTexts))], Law: []string{"", "2/L"}[r.IntN(2)], Limit: pick(), Times: pick(),
		}
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

// Whatever the numbers are, the screen is filled exactly, and what is unknown
// is no number on it.
func TestWildDiagnosisIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for i := range 300 {
		s := sample(1+r.IntN(4), 40)
		for j := range s.Runs {
			s.Runs[j].State = view.State(r.IntN(7))
			if r.IntN(5) > 0 {
				s.Runs[j].Diagnosis = wildDiagnosis(r)
			}
		}
		w, h := 1+r.IntN(220), 1+r.IntN(70)
		m := newTestModelWith(&stub{snap: s}, w, h, termenv.ANSI256, i%5 == 0, i%3 == 0)
		for _, key := range []string{"7", "j", "z", "j"} {
			press(m, key)
			checkSize(t, m, w, h, fmt.Sprint("wild ", i))
			if strings.Contains(m.View(), "NaN") || strings.Contains(m.View(), "Inf") {
				t.Fatalf("NaN or Inf on the screen:\n%s", m.View())
			}
		}
	}
}

// There is no pane before any run has been looked at, and 7 says why.
func TestNoDiagnosis(t *testing.T) {
	m := newTestModel(&stub{snap: sample(2, 40)}, 120, 40)
	press(m, "7")
	if m.Focus == paneDiagnosis {
		t.Error("a pane with nothing in it")
	}
	wantSeen(t, m, "no run has been looked at yet")
}

// What the looks find is marked on the curves and in the log.
func TestDiagnosisMarks(t *testing.T) {
	m := newTestModel(newFederated(examined()), 120, 40)
	if got := strings.Count(m.View(), runs.DiagnosisSign); got != 6 { // on each chart and in its legend, under the standings and in the log
		t.Errorf("%d signs of a diagnosis on the screen:\n%s", got, m.View())
	}
	wantSeen(t, m, "◇ diagnosis")
}

// Of a group that is selected as a whole one run stands for all.
func TestDiagnosisOfAGroup(t *testing.T) {
	s := seeded(1, 4, 60)
	for i := range s.Runs {
		s.Runs[i].Diagnosis = looked(&s.Runs[i])
	}
	m := newTestModel(&stub{snap: s}, 120, 40)
	wantSeen(t, m, "diagnosis of sgd, one of 4")
	press(m, "enter", "j", "j")
	wantSeen(t, m, "diagnosis of sgd-2 ─")
}
