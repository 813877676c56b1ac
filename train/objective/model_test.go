package objective

import (
	"math"
	"math/rand/v2"
	"testing"

	"optwatch/optimizers/matrix"
)

// examples are 40 rows of 6 features with a few zeros, for any number of classes.
func examples(classes int) Examples {
	rng := rand.New(rand.NewPCG(7, uint64(classes)))
	const n, features = 40, 6
	x := make([]float64, n*features)
	for i := range x {
		if rng.Float64() < 0.7 {
			x[i] = rng.NormFloat64()
		}
	}
	e := Examples{X: matrix.NewDense(n, features, x), Classes: classes}
	for range n {
		if classes == 0 {
			e.Targets = append(e.Targets, 3*rng.NormFloat64())
		} else {
			e.Labels = append(e.Labels, rng.Int32N(int32(classes)))
		}
	}
	return e
}

// exam calls test with every model on every kind of examples that it fits.
func exam(t *testing.T, test func(t *testing.T, o Objective)) {
	for _, m := range Models() {
		fitted := 0
		for _, classes := range []int{0, 2, 3, 10} {
			o, err := m.New(examples(classes), Settings{})
			if err != nil {
				continue
			}
			fitted++
			t.Run(m.Name, func(t *testing.T) { test(t, o) })
		}
		if fitted == 0 {
			t.Errorf("model %s fits no examples", m.Name)
		}
	}
}

func randomVector(d int, seed uint64) []float64 {
	rng := rand.New(rand.NewPCG(seed, 1))
	v := make([]float64, d)
	for i := range v {
		v[i] = 0.3 * rng.NormFloat64()
	}
	return v
}

// TestGradientFiniteDifferences compares directional derivatives, loss and
// regulariser together, with central differences.
func TestGradientFiniteDifferences(t *testing.T) {
	exam(t, func(t *testing.T, o Objective) {
		rows := []int32{3, 17, 3, 39, 0, 25}
		l2 := L2{Lambda: 0.1, Spans: o.Weights()}
		theta := o.Start(1) // of a size where the loss is about 1, and so rounding small beside h
		matrix.Axpy(theta, 0.1, randomVector(o.Dim(), 1))
		scale := 1 / float64(len(rows))
		f := func(theta []float64) float64 {
			sum, _ := o.Loss(theta, rows)
			return sum*scale + l2.Value(theta)
		}
		g := make([]float64, o.Dim())
		loss := o.AddGrad(g, theta, rows, scale)*scale + l2.Value(theta)
		l2.AddGrad(g, theta)
		if want := f(theta); math.Abs(loss-want) > 1e-12*math.Abs(want) {
			t.Errorf("AddGrad's loss = %v, Loss = %v", loss, want)
		}
		for trial := range uint64(20) {
			v := randomVector(o.Dim(), 100+trial)
			matrix.Scal(v, 1/matrix.Nrm2(v))
			const h = 1e-6
			up, down := append([]float64(nil), theta...), append([]float64(nil), theta...)
			matrix.Axpy(up, h, v)
			matrix.Axpy(down, -h, v)
			got, want := matrix.Dot(g, v), (f(up)-f(down))/(2*h)
			if math.Abs(got-want) > 1e-7*(1+math.Abs(want)) {
				t.Errorf("direction %d: gradient %.10g, central difference %.10g", trial, got, want)
			}
		}
	})
}

// TestGradDiff compares the one-pass difference with two gradients.
func TestGradDiff(t *testing.T) {
	exam(t, func(t *testing.T, o Objective) {
		rows := matrix.AllRows(o.Len())
		a, b := randomVector(o.Dim(), 1), randomVector(o.Dim(), 2)
		got, want := make([]float64, o.Dim()), make([]float64, o.Dim())
		loss := o.AddGradDiff(got, a, b, rows, 0.5)
		if sum := o.AddGrad(want, a, rows, 0.5); math.Abs(sum-loss) > 1e-12*math.Abs(sum) {
			t.Errorf("loss %v, want %v", loss, sum)
		}
		o.AddGrad(want, b, rows, -0.5)
		for i := range got {
			if math.Abs(got[i]-want[i]) > 1e-12 {
				t.Fatalf("coordinate %d: got %v, want %v", i, got[i], want[i])
			}
		}
	})
}

// TestCurvature compares each loss's curvature with differences of its residual.
func TestCurvature(t *testing.T) {
	for _, c := range []struct {
		name string
		loss Loss
		z    []float64
		y    float64
	}{
		{"softmax", Softmax{}, []float64{0.3, -1.2, 2, 0}, 1},
		{"logistic", Logistic{}, []float64{0.7}, -1},
		{"hinge inside", SquaredHinge{}, []float64{0.2}, 1},
		{"hinge outside", SquaredHinge{}, []float64{2}, 1},
		{"squares", Squares{}, []float64{2}, 1},
		{"one-hot", OneHot{}, []float64{0.3, -1.2, 2}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := len(c.z)
			h := make([]float64, k*k)
			c.loss.AddCurvature(h, append([]float64(nil), c.z...), c.y)
			const step = 1e-6
			for b := range k {
				up, down := append([]float64(nil), c.z...), append([]float64(nil), c.z...)
				up[b] += step
				down[b] -= step
				c.loss.Residual(up, c.y)
				c.loss.Residual(down, c.y)
				for a := range k {
					want := (up[a] - down[a]) / (2 * step)
					if got := h[a*k+b]; math.Abs(got-want) > 1e-8 {
						t.Errorf("h[%d][%d] = %v, want %v", a, b, got, want)
					}
				}
			}
		})
	}
}

// TestExtremeOutputs checks that large outputs give the right limits.
func TestExtremeOutputs(t *testing.T) {
	for _, c := range []struct {
		name string
		loss Loss
		z    []float64
		y    float64
		want float64
	}{
		{"softmax right", Softmax{}, []float64{1000, -1000}, 0, 0},
		{"softmax wrong", Softmax{}, []float64{1000, -1000}, 1, 2000},
		{"logistic right", Logistic{}, []float64{1000}, 1, 0},
		{"logistic wrong", Logistic{}, []float64{1000}, -1, 1000},
	} {
		value, _ := c.loss.Value(append([]float64(nil), c.z...), c.y)
		if got := c.loss.Residual(c.z, c.y); got != c.want || value != c.want {
			t.Errorf("%s: Residual gives %v and Value %v, want %v", c.name, got, value, c.want)
		}
	}
	if got := (Softmax{}).Residual([]float64{math.NaN(), 0}, 1); !math.IsNaN(got) {
		t.Errorf("softmax of NaN = %v, want NaN", got)
	}
}

func TestAccuracyCounts(t *testing.T) {
	x := matrix.NewDense(2, 1, []float64{1, -1})
	for _, c := range []struct {
		loss Loss
		y    []float64
		want int
	}{{Logistic{}, []float64{1, -1}, 2}, {SquaredHinge{}, []float64{1, 1}, 1}, {Squares{}, []float64{-1, 1}, 0}} {
		if _, got := NewLinear(x, c.y, 1, c.loss).Loss([]float64{1, 0}, []int32{0, 1}); got != c.want {
			t.Errorf("%T with y = %v: %d right, want %d", c.loss, c.y, got, c.want)
		}
	}
}

func TestModelsRefuse(t *testing.T) {
	for _, c := range []struct {
		model   string
		classes int
		want    string
	}{
		{"logistic", 10, "model logistic needs two classes; the data has 10: try --model softmax"},
		{"svm", 3, "model svm needs two classes; the data has 3: try --model softmax"},
		{"softmax", 0, "model softmax needs class labels; the data has numeric targets: try --model least-squares"},
		{"net", 0, "model net needs class labels; the data has numeric targets: try --model least-squares"},
	} {
		m, err := FindModel(c.model)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.New(examples(c.classes), Settings{}); err == nil || err.Error() != c.want {
			t.Errorf("%s on %d classes: got %v, want %s", c.model, c.classes, err, c.want)
		}
	}
}

// TestNetStart checks the shapes and the bounds of the net's start: 784-200-200-10
// has 199,210 parameters (McMahan et al. 2017, section 3).
func TestNetStart(t *testing.T) {
	n := NewNet(matrix.NewDense(0, 784, nil), nil, []int{200, 200}, 10)
	if n.Dim() != 199210 {
		t.Errorf("the net has %d parameters, want 199210", n.Dim())
	}
	theta := n.Start(1)
	for i, l := range n.Layers() {
		bound := 1 / math.Sqrt(float64(n.Widths()[i]))
		sum, largest := 0.0, 0.0
		for _, v := range theta[l.Lo:l.Hi] {
			sum += v * v
			largest = max(largest, math.Abs(v))
		}
		mean := sum / float64(l.Hi-l.Lo)
		if largest > bound || math.Abs(mean/(bound*bound/3)-1) > 0.1 {
			t.Errorf("layer %d: largest %v, mean square %v; want at most %v and about %v", i, largest, mean, bound, bound*bound/3)
		}
	}
	if other := n.Start(2); other[0] == theta[0] {
		t.Error("two seeds give the same start")
	}
}
