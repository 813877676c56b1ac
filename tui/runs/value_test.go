package runs

import (
	"math"
	"testing"

	"optwatch/train/view"
)

func TestValueIsWrittenAsItsMetricAsks(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, test := range []struct {
		metric view.Metric
		v      float64
		want   string
	}{
		{view.Metric{Format: view.Plain}, 0.125, "0.125"},
		{view.Metric{Format: view.Plain}, 1e-5, "1e-5"},
		{view.Metric{Format: view.Plain}, inf, "—"},
		{view.Metric{Format: view.Count}, 9412, "9 412"},
		{view.Metric{Format: view.Count}, 602e6, "602M"},
		{view.Metric{Format: view.Count}, 1e300, "1e+288T"},
		{view.Metric{Format: view.Count}, nan, "—"},
		{view.Metric{Format: view.Bytes}, 7.536e6, "7.5 MB"},
		{view.Metric{Format: view.Bytes}, nan, "—"},
		{view.Metric{Format: view.Share}, 0.9194, "91.94 %"},
		{view.Metric{Format: view.Share}, nan, "—"},
		{view.Metric{Format: view.Digits}, 0.3421, "0.3421"},
		{view.Metric{Format: view.Digits}, nan, "—"},
		{view.Metric{Format: view.Scientific}, 4.1e-3, "4.1e-3"},
		{view.Metric{Format: view.Scientific, Floor: 3e-13}, 4e-13, "4.0e-13"},
		{view.Metric{Format: view.Scientific, Floor: 3e-13}, 3e-13, "≤ 6.0e-13"},
		{view.Metric{Format: view.Scientific, Floor: 3e-13}, -1, "≤ 3.0e-13"},
		{view.Metric{Format: view.Scientific, Floor: 3e-13}, nan, "—"},
		{view.Metric{Format: view.Scientific}, -1e-13, "-1.0e-13"},
	} {
		if got := Value(&test.metric, test.v); got != test.want {
			t.Errorf("format %d, %g: got %q, want %q", test.metric.Format, test.v, got, test.want)
		}
	}
}

// On a chart a share is in percent, what is not above the floor is at it, and
// the best value seen is no distance from itself.
func TestShown(t *testing.T) {
	for format, want := range map[view.Format]float64{view.Share: 25, view.Plain: 0.25, view.Digits: 0.25} {
		if got := Shown(&view.Metric{Format: format}, 0.25); got != want {
			t.Errorf("format %d: got %g, want %g", format, got, want)
		}
	}
	floor := &view.Metric{Format: view.Scientific, Floor: 1e-13}
	for v, want := range map[float64]float64{0: 1e-13, -1: 1e-13, 1e-13: 1e-13, 0.5: 0.5} {
		if got := Shown(floor, v); got != want {
			t.Errorf("%g above the optimum: got %g, want %g", v, got, want)
		}
	}
	best := &view.Metric{Format: view.Scientific, Provisional: true}
	if got := Shown(best, 0); !math.IsNaN(got) {
		t.Errorf("the best loss seen is %g from itself", got)
	}
	if got := Value(best, 0); got != "best" {
		t.Errorf("the best loss seen is said to be %s from itself, want best", got)
	}
	if got := Value(best, math.NaN()); got != "—" {
		t.Errorf("an unknown loss is said to be %s from the best", got)
	}
	if got := Shown(best, 0.5); got != 0.5 {
		t.Errorf("0.5 above the best loss seen: got %g", got)
	}
}
