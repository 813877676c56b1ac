package runs

import (
	"io"
	"strings"
	"testing"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// still is a source that shows one snapshot.
type still struct{ snap view.Snapshot }

func (s *still) Snapshot() *view.Snapshot { return &s.snap }

func (s *still) Do(view.Command) error { return nil }

func (s *still) Offer(view.Command) view.Offer { return view.Offer{} }

func runsOf(snap view.Snapshot) *Runs {
	return New(pane.NewScreen(draw.NewTheme(io.Discard, false, true), &still{snap}, 0))
}

// Charts begin with what the source says, and with the first of its metrics
// where it says nothing or too little.
func TestHeadline(t *testing.T) {
	all := []view.Metric{{Key: "a"}, {Key: "aside", Aside: true}, {Key: "b"}, {Key: "beneath", Behind: "a"}, {Key: "c"}}
	for said, want := range map[string]string{
		"": "a b", "c": "c a", "a": "a b", "c b": "c b", "c b a": "c b a", "none aside beneath": "a b", "b none": "b a",
	} {
		var got []string
		for _, m := range runsOf(view.Snapshot{Metrics: all, Headline: strings.Fields(said)}).Headline() {
			got = append(got, m.Key)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: charts of %v, want %s", said, got, want)
		}
	}
	if got := runsOf(view.Snapshot{Metrics: all[1:2]}).Headline(); len(got) > 0 {
		t.Errorf("%d metrics of nothing that can be drawn", len(got))
	}
}

// Runs are sorted by the metrics that charts begin with, the better end first
// where that is known, the lower where it is not.
func TestOrders(t *testing.T) {
	snap := view.Snapshot{Phase: view.PhaseTraining, Metrics: []view.Metric{{Key: "acc", Better: 1}, {Key: "lr", Title: "lr"}, {Key: "x"}}}
	for i, v := range [][]float64{{0.5, 3}, {0.9, 1}, {0.7, 2}} {
		snap.Runs = append(snap.Runs, view.Run{ID: i, Name: string(rune('c' - i)), Series: []view.Series{{Metric: "acc", Last: v[0]}, {Metric: "lr", Last: v[1]}}})
	}
	s := runsOf(snap)
	for _, want := range []string{": cba", "by lr: bac", "by acc: bac", "by name: abc", ": cba"} {
		s.Refresh()
		got := s.Order() + ": "
		for _, r := range s.Listed {
			got += r.Name
		}
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		s.NextOrder()
	}
}
