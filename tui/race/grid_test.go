package race

import (
	"strings"
	"testing"

	"optwatch/tui/pane"
)

// Three or four charts share two rows, one the whole place.
func TestGrids(t *testing.T) {
	for _, test := range []struct {
		name string
		s    scene
		want string
	}{
		{"four", scene{runs: 4, focus: paneRuns, grid: fourCharts, more: []int{8, 9}}, " 1 HHHHHHHHHHHH\n13 111111222222\n13 333333444444\n 7 RRRRRRRRRRRR\n 5 LLLLLLLLLLLL\n 1 FFFFFFFFFFFF\n"},
		{"three", scene{runs: 4, focus: paneRuns, grid: threeCharts, more: []int{8}}, " 1 HHHHHHHHHHHH\n13 111111222222\n13 333333333333\n 7 RRRRRRRRRRRR\n 5 LLLLLLLLLLLL\n 1 FFFFFFFFFFFF\n"},
		{"one", scene{runs: 4, focus: paneRuns, grid: oneChart, recent: []int{rightChart}}, " 1 HHHHHHHHHHHH\n26 222222222222\n 7 RRRRRRRRRRRR\n 5 LLLLLLLLLLLL\n 1 FFFFFFFFFFFF\n"},
	} {
		if got := drawing(120, 40, test.s); got != test.want {
			t.Errorf("%s:\n%s", test.name, got)
		}
	}
}

// # goes through the grids for which there are metrics enough, and each chart has a
// metric of its own.
func TestChartsHaveMetricsOfTheirOwn(t *testing.T) {
	q := newRace(sample(40, centralised(3)...)) // of accuracy, loss and f − f*
	for _, want := range []int{2, 3, 1, 1, 2} {
		seen, metrics := 0, map[string]bool{}
		for _, p := range q.Arrange(120, 40).Panes {
			if c, ok := q.panes[p.Pane].(*curves); ok {
				seen++
				metrics[c.metric().Key] = true
			}
		}
		if seen != want || len(metrics) != want {
			t.Errorf("grid %d: %d charts of %d metrics, want %d", q.grid, seen, len(metrics), want)
		}
		press(t, q, "#")
		follow(q)
		follow(q)
	}
}

// One chart a run has the names of all that there is room for on it, the selected
// among them, and every line its width.
func TestOneChartARun(t *testing.T) {
	q := newRace(sample(40, centralised(4)...))
	q.grid = oneEach
	follow(q)
	at := pane.Place{Boxed: true, Rect: pane.Rect{W: 120, H: 25}}
	text := strings.Join(q.charts[0].Draw(at), "\n")
	for _, name := range []string{"sgd", "adam", "svrg", "momentum"} {
		if strings.Count(text, name) != 1 {
			t.Errorf("%s is named %d times:\n%s", name, strings.Count(text, name), text)
		}
	}
	if n := strings.Count(text, "└"); n != 4 {
		t.Errorf("%d charts:\n%s", n, text)
	}
	at.H = 10 // for one row of them
	if text = strings.Join(q.charts[0].Draw(at), "\n"); strings.Count(text, "└") < 4 && !strings.Contains(text, "of 4 runs") {
		t.Errorf("what is left out is not said:\n%s", text)
	}
	at.W = 60
	if text = strings.Join(q.charts[0].Draw(at), "\n"); !strings.Contains(text, "sgd") {
		t.Errorf("the selected run is left out:\n%s", text)
	}
}
