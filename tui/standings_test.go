package tui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train"
	"optwatch/tui/draw"
)

// A run that was switched says what it runs.
func TestLabel(t *testing.T) {
	for _, test := range []struct{ name, recipe, want string }{
		{"sgd", "sgd:lr=0.1", "sgd"},
		{"sgd-2", "sgd:lr=0.1", "sgd-2"},
		{"sgd", "adam:lr=0.001,batch=64", "sgd→adam"},
		{"sgd-12", "adam+svrg", "sgd-12→adam+svrg"},
		{"sgd", "", "sgd"},
		{"iid", "fedavg:name=iid,clients=10", "iid"},
		{"iid", "fedadam:clients=10", "iid→fedadam"},
	} {
		if got := label(&train.RunView{Name: test.name, Recipe: test.recipe}); got != test.want {
			t.Errorf("%s with %s: got %s, want %s", test.name, test.recipe, got, test.want)
		}
	}
	s := sample(2, 40)
	s.Runs[0].Recipe = "adam+svrg:lr=0.001"
	for _, w := range []int{80, 120} {
		wantSeen(t, newTestModel(&stub{snap: s}, w, 40), "sgd→adam+svrg ")
	}
	wantSeen(t, newTestModelWith(&stub{snap: s}, 120, 40, colours, true, true), "sgd>adam+svrg")
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
	for _, k := range strings.Fields("▸ ── ▶ momentum momentum→sgd round 12 of 50, client 3 % 5.2e-1 lr 0.1 " + draw.Percent(r.Last.ValAccuracy)) {
		words[k] = true
	}
	for w := 40; w < 120; w++ {
		for _, k := range strings.Fields(ansi.Strip(m.drawBrief(w))) {
			if !words[k] {
				t.Errorf("at %d columns: %q is not what it was: %q", w, k, m.drawBrief(w))
			}
		}
	}
	if got := m.drawBrief(40); !strings.Contains(got, draw.Percent(r.Last.ValAccuracy)) {
		t.Errorf("the metric gives way to words: %q", got)
	}
}

// The clock in the header is whole however many kinds of states there are.
func TestHeaderIsNeverCut(t *testing.T) {
	s := sample(2, 2)
	s.Runs[0].State = train.Diverged
	if got := newTestModel(&stub{snap: s}, 40, 12).drawHeader(40); !strings.HasSuffix(got, "▶ 1  ✗ 1  0:41 ") {
		t.Errorf("header %q", got)
	}
	s = sample(30, 2)
	for i := range s.Runs {
		s.Runs[i].State = []train.State{train.Running, train.Paused, train.Budget, train.Stopped, train.Diverged}[i%5]
	}
	s.Elapsed = 3723e9
	for i := range 5 {
		for range 100 { // three digits of each
			s.Runs = append(s.Runs, s.Runs[i])
		}
	}
	m := newTestModel(&stub{snap: s}, 40, 12)
	if got := m.drawHeader(40); !strings.HasSuffix(got, " 1:02:03 ") || ansi.StringWidth(got) != 40 || !strings.Contains(got, "▶ 106 ") {
		t.Errorf("header %q", got)
	}
}
