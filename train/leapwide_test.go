package train

import (
	"slices"
	"testing"

	"optwatch/optimizers/matrix"
	"optwatch/train/data"
)

// A leap writes θ where it ends: with many features it takes the more rows, and comes to
// the same bits as many short ones.
func TestLeapsAreLongWhereThereAreManyFeatures(t *testing.T) {
	const rows, features, stored, took = 3000, 80_000, 5, 4000
	x := matrix.NewWideBuilder(rows, rows*stored)
	ds := &data.Dataset{Name: "wide", Features: features, Classes: []string{"a", "b"}}
	for i := range rows {
		for j := range stored {
			x.Add(j*features/stored+i*7919%(features/stored), 0.5+float64((i+j)%5))
		}
		x.EndRow(features)
		ds.Train.Labels = append(ds.Train.Labels, int32(i%2))
	}
	ds.Train.X = x.CSR(features)
	for _, recipe := range []string{"sgd:batch=1,lr=0.01", "svrg:batch=1,m=2n,lr=0.01", "saga:lr=0.01"} {
		train := func(width int64) (r *run, most int64) {
			r = still(t, ds, "logistic", recipe)
			r.probe = nil
			if width > 0 {
				r.tr.width = width
			}
			for r.steps < took {
				before := r.steps
				stepOnce(t, r)
				most = max(most, r.steps-before)
			}
			return r, most
		}
		long, most := train(0)
		if most <= leapRows {
			t.Errorf("%s: at most %d steps at once, and %d parameters take %d evaluations to be worth writing", recipe, most, len(long.theta), len(long.theta)/formed)
		}
		short, few := train(7)
		if few > 7 {
			t.Errorf("%s: %d steps at once, and 7 evaluations fill a bucket", recipe, few)
		}
		for long.steps != short.steps {
			r := short
			if long.steps < short.steps {
				r = long
			}
			r.gate.attention.Store(true) // one step
			stepOnce(t, r)
		}
		if !slices.Equal(short.theta, long.theta) {
			t.Errorf("%s: short leaps come to other bits", recipe)
		}
	}
}
