package tui

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
	"optwatch/tui/draw"
)

// A run that was switched says what it runs.
func TestLabel(t *testing.T) {
	s := sample(2, 40)
	s.Runs[0].Recipe, s.Runs[0].Method = "adam+svrg:lr=0.001", "adam+svrg"
	for _, w := range []int{80, 120} {
		wantSeen(t, newTestModel(&stub{snap: s}, w, 40), "sgd→adam+svrg ")
	}
	wantSeen(t, newTestModelWith(&stub{snap: s}, 120, 40, colours, true, true), "sgd>adam+svrg")
}

// How long a run still takes has a column only where a run may have an end.
func TestLeftWhereThereIsAnEnd(t *testing.T) {
	for _, limited := range []bool{false, true} {
		s := sample(2, 40)
		for i := range s.Runs {
			s.Runs[i].Left = -1 // as also before the first evaluations
		}
		s.Runs[1].Limited = limited
		if got := strings.Contains(ansi.Strip(newTestModel(&stub{snap: s}, 120, 40).View()), " left "); got != limited {
			t.Errorf("with a budget %v, a column of the time left %v", limited, got)
		}
	}
}

// The distance of a run that minimises another objective is marked, in colour and in ASCII.
func TestElsewhereIsMarked(t *testing.T) {
	s := sample(2, 40)
	if strings.Contains(newTestModel(&stub{snap: s}, 120, 40).View(), "≠") {
		t.Error("runs that minimise f are marked")
	}
	s.Runs[1].Elsewhere = "it decays the weights by itself"
	wantSeen(t, newTestModel(&stub{snap: s}, 120, 40), "≠ 7.2e-2")
	wantSeen(t, newTestModelWith(&stub{snap: s}, 120, 40, colours, true, true), "! 7.2e-2")
}

// Losses that differ in their fourth digit differ on the screen.
func TestLossesDiffer(t *testing.T) {
	a, b := sample(2, 40), "0.006512"
	a.Data.Classes = nil
	a.Runs[0].Last.Loss, a.Runs[1].Last.Loss = 0.006512, 0.006548
	wantSeen(t, newTestModel(&stub{snap: a}, 80, 24), b, "0.006548")
}

// The selected run's line shows its words and numbers whole or not at all.
func TestBriefIsNeverCut(t *testing.T) {
	s := sample(2, 40)
	r := &s.Runs[0]
	r.Name, r.Activity = "momentum", "round 12 of 50, client 3"
	r.Last.Loss = s.Optimum.Value + 0.52
	words := map[string]bool{}
	m := newTestModel(&stub{snap: s}, 120, 40)
	for _, k := range strings.Fields("▸ ── ▶ momentum momentum→sgd round 12 of 50, client 3 % 5.2e-1 lr 0.1 1/2 " + draw.Percent(r.Last.ValAccuracy)) {
		words[k] = true
	}
	for w := 40; w < 120; w++ {
		for _, k := range strings.Fields(ansi.Strip(brief(m, w))) {
			if !words[k] {
				t.Errorf("at %d columns: %q is not what it was: %q", w, k, brief(m, w))
			}
		}
	}
	if got := brief(m, 40); !strings.Contains(got, draw.Percent(r.Last.ValAccuracy)) {
		t.Errorf("the metric gives way to words: %q", got)
	}
}

// brief is the line of the selected run where only a chart is shown beside it.
func brief(m *shell, w int) string {
	m.Update(tea.WindowSizeMsg{Width: w, Height: 20})
	press(m, "1")
	rows := strings.Split(m.View(), "\n")
	return rows[len(rows)-2]
}

// The clock in the header is whole however many kinds of states there are.
func TestHeaderIsNeverCut(t *testing.T) {
	s := sample(2, 2)
	s.Runs[0].State = view.Diverged
	if got := newTestModel(&stub{snap: s}, 40, 12).program.Header(40); !strings.HasSuffix(got, "▶ 1  ✗ 1  0:41 ") {
		t.Errorf("header %q", got)
	}
	s = sample(30, 2)
	for i := range s.Runs {
		s.Runs[i].State = []view.State{view.Running, view.Paused, view.Budget, view.Stopped, view.Diverged}[i%5]
	}
	s.Elapsed = 3723e9
	for i := range 5 {
		for range 100 { // three digits of each
			s.Runs = append(s.Runs, s.Runs[i])
		}
	}
	m := newTestModel(&stub{snap: s}, 40, 12)
	if got := m.program.Header(40); !strings.HasSuffix(got, " 1:02:03 ") || ansi.StringWidth(got) != 40 || !strings.Contains(got, "▶ 106 ") {
		t.Errorf("header %q", got)
	}
}
