package ask

import (
	"testing"

	"optwatch/train/view"
)

// Places are read as people write them, on the axis now or on that of their unit.
func TestReadPlace(t *testing.T) {
	const evals, epochs, elapsed, rounds, sent, seconds = 0, 1, 2, 3, 4, 5
	axes := []view.Axis{
		evals:   {Key: "evals", Title: "gradient evaluations", Name: "evals", Format: view.Count},
		epochs:  {Key: "epochs", Title: "epochs"},
		elapsed: {Key: "elapsed", Title: "wall time, s", Clock: true},
		rounds:  {Key: "rounds", Title: "rounds", Format: view.Count, Whole: true},
		sent:    {Key: "bytes", Title: "bytes sent", Format: view.Bytes, At: "sent"},
		seconds: {Key: "seconds", Title: "time spent stepping, s", Aside: true},
	}
	all := func(axis int) bool { return !axes[axis].Aside }
	for _, test := range []struct {
		text string
		now  int
		want Place
	}{
		{"1M", evals, Place{evals, 1e6}},
		{"1m", evals, Place{evals, 1e6}},
		{"1e6", evals, Place{evals, 1e6}},
		{"2.5k", evals, Place{evals, 2500}},
		{"1 000 000", evals, Place{evals, 1e6}},
		{"1,000,000", evals, Place{evals, 1e6}},
		{" 1M evaluations ", evals, Place{evals, 1e6}},
		{"3 k evals", epochs, Place{evals, 3000}},
		{"3 gradient ev", epochs, Place{evals, 3}},
		{"12 epochs", evals, Place{epochs, 12}},
		{"12epochs", evals, Place{epochs, 12}},
		{"1e2 epochs", evals, Place{epochs, 100}},
		{"1 epoch", evals, Place{epochs, 1}},
		{"30s", evals, Place{elapsed, 30}},
		{"30 seconds", elapsed, Place{elapsed, 30}},
		{"5m", elapsed, Place{elapsed, 300}},
		{"5 min", epochs, Place{elapsed, 300}},
		{"1.5h", elapsed, Place{elapsed, 5400}},
		{"1:30", evals, Place{elapsed, 90}},
		{"1:02:03", elapsed, Place{elapsed, 3723}},
		{"3 MB", sent, Place{sent, 3e6}},
		{"3M", sent, Place{sent, 3e6}},
		{"3 MB", evals, Place{sent, 3e6}},
		{"7 round", evals, Place{rounds, 7}},
		{"0", evals, Place{evals, 0}},
	} {
		if got, err := ReadPlace(test.text, axes, test.now, all); err != nil || got != test.want {
			t.Errorf("%q on axis %d is %v, %v; want %v", test.text, test.now, got, err, test.want)
		}
	}
	for _, text := range []string{"", "x", "-3", "epochs", "1 furlong", "1e999", "1:x", "1:2:3:4", "1..2", "5 seconds spent", "NaN", "inf", "1:90", "1e12s", "2147483647:00:00", "1e16", "1e308k"} {
		if got, err := ReadPlace(text, axes, evals, all); err == nil {
			t.Errorf("%q is read as %v", text, got)
		}
	}
	if _, err := ReadPlace("7 rounds", axes, evals, func(axis int) bool { return axis == evals }); err == nil {
		t.Error("an axis is gone to on which no run has a place")
	}
	if _, err := ReadPlace("7", nil, 0, all); err == nil {
		t.Error("a place is read without an axis")
	}
}

func FuzzReadPlace(f *testing.F) {
	axes := []view.Axis{{Key: "evals", Title: "gradient evaluations", Format: view.Count}, {Key: "elapsed", Title: "wall time, s", Clock: true}, {Key: "bytes", Title: "bytes sent", Format: view.Bytes}}
	for _, s := range []string{"1M", "30s", "1:30", "3 MB", "1e-3 evals", "é", "1 ", "m", "1k\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for now := range axes {
			p, err := ReadPlace(text, axes, now, func(int) bool { return true })
			if err == nil && (!(p.At >= 0 && p.At < 1<<53) || p.Axis < 0 || p.Axis >= len(axes)) {
				t.Errorf("%q is %v", text, p)
			}
		}
	})
}
