package tui

import (
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/muesli/termenv"

	"optwatch/train"
	"optwatch/train/view"
	"optwatch/tui/draw"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestGoldens(t *testing.T) {
	snap := sample(4, 120)
	snap.Runs[1].State, snap.Runs[1].EvalsPerSecond, snap.Runs[1].Left = view.Paused, 0, -1
	d := &snap.Runs[3]
	d.State, d.Reason = view.Diverged, "loss above 1e4·f(θ₀)"
	d.Curve = d.Curve[:30]
	d.Last = d.Curve[29]
	d.Last.Loss = math.NaN()
	d.Marks = []train.Mark{{Kind: view.EventDiverged, Evals: d.Last.Evals}}
	snap.Runs[0].Marks = []train.Mark{{Kind: view.EventSwitch, Evals: snap.Runs[0].Curve[80].Evals}}
	snap.Events = append(snap.Events, view.Event{Elapsed: 20 * time.Second, Run: d.Name, Kind: view.EventDiverged, Text: "diverged: " + d.Reason})
	for _, size := range [][2]int{{40, 12}, {60, 20}, {80, 24}, {120, 40}, {200, 60}} {
		m := newTestModel(&stub{snap: snap}, size[0], size[1])
		golden(t, fmt.Sprintf("%dx%d.txt", size[0], size[1]), m.View())
	}
	m := newTestModelWith(&stub{snap: snap}, 120, 40, termenv.Ascii, true, true)
	golden(t, "ascii.txt", m.View())
}

// The other ways to draw curves, in colour and without.
func TestPlotGoldens(t *testing.T) {
	snap := sample(6, 120)
	for _, size := range [][2]int{{40, 12}, {80, 24}, {120, 40}, {200, 60}} {
		for _, style := range []draw.Plot{draw.Braille, draw.Blocks} {
			for look, profile := range map[string]termenv.Profile{"colour": colours, "mono": termenv.Ascii} {
				m := newTestModelWith(&stub{snap: snap}, size[0], size[1], profile, false, profile == termenv.Ascii)
				m.Plot = style
				golden(t, fmt.Sprintf("%s-%s-%dx%d.txt", style, look, size[0], size[1]), m.View())
			}
		}
	}
}

func TestFirstPaintGoldens(t *testing.T) {
	loading := &train.Report{Loading: view.Loading{What: "mnist", Done: 43, Total: 100}}
	golden(t, "loading.txt", newTestModel(&stub{snap: loading}, 80, 24).View())
	failed := &train.Report{Phase: view.PhaseFailed, Err: "x.csv: line 3: want 5 fields, found 4"}
	golden(t, "failed.txt", newTestModel(&stub{snap: failed}, 80, 24).View())
}

func TestGroupGoldens(t *testing.T) {
	four := seeded(4, 4, 120)
	diverge(&four.Runs[7], 60)
	four.Runs[4].State = view.Paused
	for _, size := range [][2]int{{40, 12}, {60, 20}, {80, 24}, {120, 40}, {200, 60}} {
		golden(t, fmt.Sprintf("seeds-%dx%d.txt", size[0], size[1]), newTestModel(&stub{snap: four}, size[0], size[1]).View())
	}
	golden(t, "seeds-ascii.txt", newTestModelWith(&stub{snap: four}, 120, 40, termenv.Ascii, true, true).View())
	m := newTestModel(&stub{snap: four}, 120, 40)
	press(m, "enter", "j", "j")
	golden(t, "seeds-open.txt", m.View())
	golden(t, "seeds-quartiles.txt", newTestModel(&stub{snap: seeded(2, 8, 120)}, 120, 40).View())
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
