package train

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
	"optwatch/train/data"
	"optwatch/train/objective"
)

// stored are the rows, in that order, of n examples of 12 features in so many
// classes, 0 for numeric targets; nil for all. They are kept as bytes, as other
// numbers that are not 0, or as all numbers; where they are mixed all rows but the
// first would fit into bytes, and where they are widened all would.
func stored(how string, n, classes int, rows []int32) *data.Dataset {
	const features = 12
	rng := rand.New(rand.NewPCG(7, 9))
	all := data.Split{}
	numbers := make([]float64, n*features)
	for i := range n {
		if classes > 0 {
			all.Labels = append(all.Labels, rng.Int32N(int32(classes)))
		} else {
			all.Targets = append(all.Targets, rng.NormFloat64())
		}
		for j := range features {
			switch v := rng.IntN(256); {
			case v%3 == 0:
			case how == "bytes" || how == "widened" || how == "mixed" && i > 0:
				numbers[i*features+j] = float64(v) / 255
			default:
				numbers[i*features+j] = rng.NormFloat64()
			}
		}
	}
	if rows == nil {
		rows = matrix.AllRows(n)
	}
	var part data.Split
	divisor := 255.0
	if how == "widened" {
		divisor = 1
	}
	dense, b := make([]float64, 0, len(rows)*features), matrix.NewBuilder(divisor, len(rows), len(rows)*features)
	for _, row := range rows {
		if all.Labels != nil {
			part.Labels = append(part.Labels, all.Labels[row])
		} else {
			part.Targets = append(part.Targets, all.Targets[row])
		}
		own := numbers[int(row)*features : (int(row)+1)*features]
		dense = append(dense, own...)
		for j, v := range own {
			b.Add(j, v)
		}
		b.EndRow(features)
	}
	if part.X = b.CSR(features); how == "dense" {
		part.X = matrix.NewDense(len(rows), features, dense)
	}
	ds := &data.Dataset{Name: how, Features: features, Train: part, Digest: how}
	for c := range classes {
		ds.Classes = append(ds.Classes, fmt.Sprint(c))
	}
	return ds
}

// seen is all that an oracle gives in an epoch of batches, of Poisson samples and
// of a full gradient, each at another θ. names are those of its rows.
func seen(t *testing.T, o optimizers.ClientOracle, names []int32) (numbers []float64, rows []int32) {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 1))
	g, theta := make([]float64, o.Dim()), make([]float64, o.Dim())
	move := func() {
		for i := range theta {
			theta[i] = 0.05 * rng.NormFloat64()
		}
	}
	note := func(batch []int32, other ...float64) {
		for _, row := range batch {
			rows = append(rows, names[row])
		}
		numbers = append(append(numbers, g...), other...)
	}
	for range 8 { // more than an epoch
		move()
		batch, err := o.Draw(o.NextBatch(64))
		if err != nil {
			t.Fatal(err)
		}
		loss := o.Grad(g, theta, batch)
		note(batch, loss)
		if batch, err = o.DrawEach(0.2); err != nil {
			t.Fatal(err)
		}
		sum, clipped := o.ClippedGrad(g, theta, batch, 0.3)
		note(batch, sum, float64(clipped))
		loss, err = o.FullGrad(g, theta)
		if err != nil {
			t.Fatal(err)
		}
		note(nil, loss)
	}
	return numbers, rows
}

// A client that computes by itself gives the bits of one in the run's process:
// with rows of the data set that both have, and with a data set of these rows alone.
func TestShareGivesTheBitsOfAClient(t *testing.T) {
	const n, seed, stream = 700, 42, 1234567
	for _, model := range []struct {
		name    string
		classes int
	}{{"softmax", 10}, {"net", 10}, {"logistic", 2}, {"svm", 2}, {"least-squares", 0}, {"least-squares", 3}} {
		for _, kept := range []struct {
			how, ownHow string
			dense       bool // with features enough for float32, all of them stored as bytes
			neighbours  bool // rows that are whole blocks of all rows, which a pass over all may sum by columns
			settings    ModelSettings
		}{
			{how: "bytes", ownHow: "bytes"},
			{how: "bytes", ownHow: "bytes", neighbours: true},
			{how: "numbers", ownHow: "numbers"},
			{how: "mixed", ownHow: "mixed"},
			{how: "bytes", ownHow: "widened"},
			{how: "widened", ownHow: "bytes"},
			{how: "dense", ownHow: "dense"},
			{how: "bytes", ownHow: "bytes", settings: ModelSettings{Precision: objective.Float32}},
			{how: "bytes", ownHow: "bytes", dense: true, settings: ModelSettings{Precision: objective.Float32}},
		} {
			how, ownHow := kept.how, kept.ownHow
			name := fmt.Sprintf("%s of %d classes, %s and %s, %+v", model.name, model.classes, how, ownHow, kept.settings)
			var rows []int32
			for row := range int32(n) {
				if kept.neighbours && row >= 128 && row < 512 || !kept.neighbours && (row%3 == 1 || row > 400) {
					rows = append(rows, row)
				}
			}
			ds := stored(how, n, model.classes, nil)
			if kept.dense {
				var err error
				if ds.Train, err = ds.Train.StoredAs("dense-bytes/255", 90); err != nil {
					t.Fatal(err)
				}
				ds.Features = 90
			}
			p, err := newProblem(ds, model.name, kept.settings, 1e-3)
			if err != nil {
				t.Fatal(err)
			}
			in := newOracle(p.train, newSampler(n, seed, 0), newGate(NewSlots(1), time.Now))
			in.gate.enter()
			wantNumbers, wantRows := seen(t, in.Sub(rows, stream), matrix.AllRows(n))
			same, err := NewShare(ds, model.name, kept.settings)
			if err != nil {
				t.Fatal(err)
			}
			part := stored(ownHow, n, model.classes, rows)
			if part.Train, err = part.Train.StoredAs(ds.Train.Storage(), ds.Features); err != nil {
				t.Fatal(err)
			}
			own, err := NewShare(part, model.name, kept.settings)
			if err != nil {
				t.Fatal(err)
			}
			if own.Len() != len(rows) || own.Dim() != same.Dim() || same.Len() != n {
				t.Errorf("%s: %d examples of %d parameters, %d of %d", name, own.Len(), own.Dim(), same.Len(), same.Dim())
			}
			for _, c := range []struct {
				what  string
				o     optimizers.ClientOracle
				names []int32
			}{{"rows", same.Oracle(rows, seed, stream, nil), matrix.AllRows(n)}, {"a data set of its own", own.Oracle(nil, seed, stream, nil), rows}} {
				numbers, drawn := seen(t, c.o, c.names)
				if !slices.Equal(drawn, wantRows) {
					t.Errorf("%s: %s: other rows are drawn", name, c.what)
				}
				for i := range numbers {
					if numbers[i] != wantNumbers[i] {
						t.Errorf("%s: %s: number %d of %d is %v, want %v", name, c.what, i, len(numbers), numbers[i], wantNumbers[i])
						break
					}
				}
			}
			other, _ := seen(t, same.Oracle(rows, seed, stream+1, nil), matrix.AllRows(n))
			if slices.Equal(other, wantNumbers) {
				t.Errorf("%s: another stream gives the same", name)
			}
		}
	}
}

// A share asks whether it is to stop before each draw and within a full gradient.
func TestShareStops(t *testing.T) {
	s, err := NewShare(blobs(5000), "softmax", objective.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	told, left := errors.New("told"), 3
	o := s.Oracle(nil, 1, 1, func() error {
		if left--; left < 0 {
			return told
		}
		return nil
	})
	for range 3 {
		if _, err := o.Draw(10); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := o.Draw(10); err != told {
		t.Errorf("a draw: got %v, want %v", err, told)
	}
	left = 1
	if _, err := o.FullGrad(make([]float64, o.Dim()), make([]float64, o.Dim())); err != told {
		t.Errorf("a full gradient: got %v, want %v", err, told)
	}
	if _, err := o.DrawEach(0.5); err != told {
		t.Errorf("a sample: got %v, want %v", err, told)
	}
}

// What a share cannot be made of is said in words.
func TestShareOfUnfitData(t *testing.T) {
	for _, c := range []struct {
		ds          *data.Dataset
		model, want string
	}{
		{blobs(50), "tree", `unknown model "tree": want one of softmax, logistic, svm, least-squares, net`},
		{blobs(50), "logistic", "data blobs: model logistic needs two classes; the data has 3: try --model softmax"},
		{&data.Dataset{Name: "none"}, "softmax", "data none: there are no training examples"},
	} {
		if _, err := NewShare(c.ds, c.model, objective.Settings{}); err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
}
