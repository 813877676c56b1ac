package optimizers

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// oracle is a small problem in plain loops: k least-squares fits at once, each
// example with a curvature of its own,
//
//	fᵢ(θ) = aᵢ/2 Σ_c (x̃ᵢ·W_c − yᵢ_c)²
//
// With x̃ᵢ = 1 and k = 1 these are the quadratics aᵢ/2 (θ − yᵢ)².
type oracle struct {
	a    []float64
	x, y [][]float64
	k    int

	pcg     rand.PCG
	replace bool
	order   []int32
	at      int
	rows    []int32
	force   []int32 // what every Draw gives, if set

	evals int
	calls int                 // of Draw, FullGrad and FullResiduals
	fails func(call int) bool // which of them fail
	tape  *tape
	r, r2 []float64

	ahead  []int32  // scratch, to look ahead
	copied rand.PCG // and its stream
}

// tape records what an oracle has drawn.
type tape struct {
	rows  [][]int32
	picks []pick
}

type pick struct{ i, n int }

var _ LinearOracle = (*oracle)(nil)

var errTold = errors.New("told to fail")

func never(int) bool { return false }

// quadratics are the functions aᵢ/2 (θ − bᵢ)².
func quadratics(a, b []float64, seed uint64) *oracle {
	o := &oracle{a: a, k: 1, pcg: *rand.NewPCG(seed, 1), replace: true, fails: never}
	for _, v := range b {
		o.x, o.y = append(o.x, []float64{1}), append(o.y, []float64{v})
	}
	return o.clone()
}

// sameCurvature are n functions a/2 (θ − bᵢ)².
func sameCurvature(n int, a float64, seed uint64) *oracle {
	rng := rand.New(rand.NewPCG(seed, 2))
	b := make([]float64, n)
	for i := range b {
		b[i] = rng.NormFloat64()
	}
	return quadratics(slices.Repeat([]float64{a}, n), b, seed)
}

// leastSquares is n examples of three features and a column of ones, and two
// targets that are linear but for some noise.
func leastSquares(n int, seed uint64) *oracle {
	const features, k = 3, 2
	rng := rand.New(rand.NewPCG(seed, 3))
	o := &oracle{k: k, pcg: *rand.NewPCG(seed, 4), replace: true, fails: never}
	truth := make([]float64, (features+1)*k)
	for i := range truth {
		truth[i] = 1 + rng.Float64()
	}
	for range n {
		x, y := []float64{rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64(), 1}, make([]float64, k)
		for c := range y {
			y[c] = 0.1 * rng.NormFloat64()
			for j, v := range x {
				y[c] += v * truth[j*k+c]
			}
		}
		o.a, o.x, o.y = append(o.a, 1), append(o.x, x), append(o.y, y)
	}
	return o.clone()
}

// clone is an oracle of the same problem that goes on with the same stream.
func (o *oracle) clone() *oracle {
	c := *o
	c.order, c.rows, c.ahead = slices.Clone(o.order), nil, nil
	c.r, c.r2 = make([]float64, o.k), make([]float64, o.k)
	return &c
}

func (o *oracle) Len() int        { return len(o.x) }
func (o *oracle) Dim() int        { return len(o.x[0]) * o.k }
func (o *oracle) Width() int      { return o.k }
func (o *oracle) fail() bool      { o.calls++; return o.fails(o.calls) }
func (o *oracle) rng() *rand.Rand { return rand.New(&o.pcg) }

func (o *oracle) NextBatch(batch int) int {
	switch {
	case o.force != nil:
		return len(o.force)
	case o.replace:
		return batch
	case o.at == len(o.order):
		return min(batch, o.Len())
	}
	return min(batch, len(o.order)-o.at)
}

func (o *oracle) Draw(batch int) ([]int32, error) {
	if o.fail() {
		return nil, errTold
	}
	size := o.NextBatch(batch)
	if cap(o.rows) < size {
		o.rows = make([]int32, size)
	}
	rows := o.rows[:size]
	switch rng := o.rng(); {
	case o.force != nil:
		copy(rows, o.force)
	case o.replace:
		for i := range rows {
			rows[i] = rng.Int32N(int32(o.Len()))
		}
	default:
		o.shuffle(rng)
		copy(rows, o.order[o.at:])
		o.at += size
	}
	if o.tape != nil {
		o.tape.rows = append(o.tape.rows, slices.Clone(rows))
	}
	return rows, nil
}

func (o *oracle) shuffle(rng *rand.Rand) {
	if o.at < len(o.order) {
		return
	}
	if o.order == nil {
		o.order = make([]int32, o.Len())
		for i := range o.order {
			o.order[i] = int32(i)
		}
	}
	rng.Shuffle(len(o.order), func(i, j int) { o.order[i], o.order[j] = o.order[j], o.order[i] })
	o.at = 0
}

func (o *oracle) Intn(n int) int {
	i := o.rng().IntN(n)
	if o.tape != nil {
		o.tape.picks = append(o.tape.picks, pick{i, n})
	}
	return i
}

// residual writes ∇φᵢ to r and returns fᵢ(θ).
func (o *oracle) residual(r, theta []float64, i int32) float64 {
	o.product(r, theta, i)
	return o.productResidual(r, i)
}

func (o *oracle) product(z, theta []float64, i int32) {
	clear(z)
	for c := range z {
		for j, v := range o.x[i] {
			z[c] += v * theta[j*len(z)+c]
		}
	}
}

func (o *oracle) productResidual(z []float64, i int32) float64 {
	loss := 0.0
	for c := range z {
		off := z[c] - o.y[i][c]
		z[c] = o.a[i] * off
		loss += z[c] * off / 2
	}
	return loss
}

// addOuter adds scale·x̃ᵢ ⊗ r to g.
func (o *oracle) addOuter(g, r []float64, i int32, scale float64) {
	for j, v := range o.x[i] {
		for c := range r {
			g[j*o.k+c] += scale * v * r[c]
		}
	}
}

func (o *oracle) Grad(g, theta []float64, rows []int32) float64 {
	o.evals += len(rows)
	clear(g)
	return o.addGrad(g, theta, rows)
}

func (o *oracle) addGrad(g, theta []float64, rows []int32) float64 {
	loss, scale := 0.0, 1/float64(len(rows))
	for _, i := range rows {
		loss += o.residual(o.r, theta, i)
		o.addOuter(g, o.r, i, scale)
	}
	return loss * scale
}

func (o *oracle) GradDiff(g, base, theta1, theta2 []float64, rows []int32) float64 {
	o.evals += 2 * len(rows)
	copy(g, base)
	loss, scale := 0.0, 1/float64(len(rows))
	for _, i := range rows {
		loss += o.residual(o.r, theta1, i)
		o.residual(o.r2, theta2, i)
		for c := range o.r {
			o.r[c] -= o.r2[c]
		}
		o.addOuter(g, o.r, i, scale)
	}
	return loss * scale
}

// FullGrad leaves rubbish in g where it fails, as half a pass would.
func (o *oracle) FullGrad(g, theta []float64) (float64, error) {
	clear(g)
	if o.fail() {
		g[0] = math.NaN()
		return 0, errTold
	}
	o.evals += o.Len()
	loss := 0.0
	for i := range o.x {
		loss += o.residual(o.r, theta, int32(i))
		o.addOuter(g, o.r, int32(i), 1/float64(o.Len()))
	}
	return loss / float64(o.Len()), nil
}

func (o *oracle) Residuals(r, theta []float64, rows []int32) float64 {
	o.evals += len(rows)
	loss := 0.0
	for p, i := range rows {
		loss += o.residual(r[p*o.k:(p+1)*o.k], theta, i)
	}
	return loss / float64(len(rows))
}

// FullResiduals leaves rubbish in r and g where it fails.
func (o *oracle) FullResiduals(r, g, theta []float64) (float64, error) {
	clear(g)
	if o.fail() {
		r[0], g[0] = math.NaN(), math.NaN()
		return 0, errTold
	}
	o.evals += o.Len()
	loss := 0.0
	for i := range o.x {
		part := r[i*o.k : (i+1)*o.k]
		loss += o.residual(part, theta, int32(i))
		o.addOuter(g, part, int32(i), 1/float64(o.Len()))
	}
	return loss / float64(o.Len()), nil
}

func (o *oracle) AddOuter(g, r []float64, rows []int32, scale float64) {
	for p, i := range rows {
		o.addOuter(g, r[p*o.k:(p+1)*o.k], i, scale)
	}
}

// value is f(θ) and gradient is ∇f(θ), of the rows given or of all; neither is metered.
func (o *oracle) value(theta []float64) float64 {
	loss := 0.0
	for i := range o.x {
		loss += o.residual(o.r, theta, int32(i))
	}
	return loss / float64(o.Len())
}

func (o *oracle) gradient(theta []float64, rows ...int32) []float64 {
	if rows == nil {
		for i := range o.x {
			rows = append(rows, int32(i))
		}
	}
	g := make([]float64, len(theta))
	o.addGrad(g, theta, rows)
	return g
}

// optimum of quadratics in one parameter.
func (o *oracle) optimum() float64 {
	top, bottom := 0.0, 0.0
	for i, a := range o.a {
		top += a * o.y[i][0]
		bottom += a
	}
	return top / bottom
}

// run steps a method as package train does: gradient, rule, schedule.
type run struct {
	o     *oracle
	e     Estimator
	rule  Rule
	s     Schedule
	lr    float64
	t     int
	theta []float64
	g     []float64
}

func newRun(o *oracle, e Estimator, rule Rule, lr float64) *run {
	return &run{o: o, e: e, rule: rule, s: Constant{}, lr: lr, theta: make([]float64, o.Dim()), g: make([]float64, o.Dim())}
}

// step is one step. After an error it takes back what the estimator had counted.
func (r *run) step() (loss float64, err error) {
	evals := r.o.evals
	if loss, err = r.e.Estimate(r.g, r.theta, r.o); err != nil {
		r.o.evals = evals
		return 0, err
	}
	r.t++
	r.rule.Apply(r.theta, r.g, r.lr*r.s.At(r.t))
	return loss, nil
}

// mustStep is step with an oracle that never fails.
func (r *run) mustStep(t *testing.T) float64 {
	t.Helper()
	loss, err := r.step()
	if err != nil {
		t.Fatalf("step %d: %v", r.t+1, err)
	}
	return loss
}

// near wants numbers that are equal but for a relative error; the size of
// want counts as at least 1.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*max(1, math.Abs(want))) {
		t.Errorf("%s: got %.15g, want %.15g", what, got, want)
	}
}

func allNear(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: got %d numbers, want %d", what, len(got), len(want))
	}
	for i := range want {
		near(t, what, got[i], want[i], tolerance)
	}
}

// sameBits wants equality to the bit; NaN equals NaN.
func sameBits(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: got %d numbers, want %d", what, len(got), len(want))
	}
	for i := range want {
		if math.Float64bits(got[i]) != math.Float64bits(want[i]) {
			t.Fatalf("%s: number %d: got %v, want %v", what, i, got[i], want[i])
		}
	}
}

// iterates are θ after each of the steps of a rule in one dimension, from x,
// on the gradients that gradient gives at t = 1, 2, …
func iterates(rule Rule, x, lr float64, steps int, gradient func(t int, x float64) float64) []float64 {
	theta, out := []float64{x}, make([]float64, steps)
	for t := range out {
		rule.Apply(theta, []float64{gradient(t+1, theta[0])}, lr)
		out[t] = theta[0]
	}
	return out
}

// always is the gradient of a constant slope, twice that of x², once that of x²/2.
func always(g float64) func(int, float64) float64 {
	return func(int, float64) float64 { return g }
}

func twice(_ int, x float64) float64 { return 2 * x }
func once(_ int, x float64) float64  { return x }
