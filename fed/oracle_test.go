package fed

import (
	"errors"
	"math"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"optwatch/fed/partition"
	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
)

// problem is n functions fᵢ of d parameters: add adds ∇fᵢ(θ) to g and returns
// fᵢ(θ). batch, if there is one, takes the place of the mean of them.
type problem struct {
	n, d  int
	add   func(g, theta []float64, row int32) float64
	batch func(g, theta []float64, rows []int32) float64
}

// quadratics are the functions aᵢ/2 (θ − bᵢ)² of one parameter.
func quadratics(a, b []float64) problem {
	return problem{n: len(a), d: 1, add: func(g, theta []float64, row int32) float64 {
		away := theta[0] - b[row]
		g[0] += a[row] * away
		return a[row] / 2 * away * away
	}}
}

// leastSquares are n fits ½(xᵢ·θ − yᵢ)² of d parameters; what they tell of θ
// changes with the row, so that clients who hold neighbours differ.
func leastSquares(n, d int, seed uint64) problem {
	rng := seeded(seed)
	x, y := make([][]float64, n), make([]float64, n)
	for i := range x {
		x[i] = make([]float64, d)
		for j := range x[i] {
			x[i][j] = rng.NormFloat64()
		}
		y[i] = 2*math.Sin(float64(i)/float64(n)*3) + rng.NormFloat64()
	}
	return problem{n: n, d: d, add: func(g, theta []float64, row int32) float64 {
		away := -y[row]
		for j, v := range x[row] {
			away += v * theta[j]
		}
		for j, v := range x[row] {
			g[j] += away * v
		}
		return away * away / 2
	}}
}

// oracle is a problem's oracle. Its clients work in goroutines of their own,
// as many as workers, and begin in an order that follows from shuffle.
type oracle struct {
	problem
	rows    []int32
	seed    uint64
	pcg     *rand.PCG
	inOrder bool // draws are in the order of rows
	order   []int32
	at      int
	latest  *oracle // of Sub

	workers int
	shuffle uint64 // 0: in the order of tasks
	shared  *shared
}

// shared is what the oracle of a run and those of its clients have in common.
type shared struct {
	evals, asks atomic.Int64
	fails       func(ask int64) error // of the calls that can fail
	broken      atomic.Bool
}

var (
	_ optimizers.Divisible    = (*oracle)(nil)
	_ optimizers.ClientOracle = (*oracle)(nil)
)

var (
	errTold   = errors.New("told to fail")
	errBroken = errors.New("another client failed")
)

func newOracle(p problem, seed uint64) *oracle {
	o := &oracle{problem: p, seed: seed, pcg: rand.NewPCG(seed, 0), workers: 1, shared: &shared{fails: func(int64) error { return nil }}}
	for i := range p.n {
		o.rows = append(o.rows, int32(i))
	}
	return o
}

func (o *oracle) Len() int       { return len(o.rows) }
func (o *oracle) Dim() int       { return o.d }
func (o *oracle) Intn(n int) int { return rand.New(o.pcg).IntN(n) }
func (o *oracle) NextBatch(batch int) int {
	if o.at == len(o.order) {
		return min(batch, o.Len())
	}
	return min(batch, len(o.order)-o.at)
}

func (o *oracle) ask() error {
	if o.shared.broken.Load() {
		return errBroken
	}
	return o.shared.fails(o.shared.asks.Add(1))
}

func (o *oracle) Draw(batch int) ([]int32, error) {
	if err := o.ask(); err != nil {
		return nil, err
	}
	size := o.NextBatch(batch)
	if o.at == len(o.order) {
		o.order, o.at = append(o.order[:0], o.rows...), 0
		if !o.inOrder {
			rand.New(o.pcg).Shuffle(len(o.order), func(i, j int) { o.order[i], o.order[j] = o.order[j], o.order[i] })
		}
	}
	o.at += size
	return o.order[o.at-size : o.at], nil
}

func (o *oracle) DrawEach(rate float64) ([]int32, error) {
	if err := o.ask(); err != nil {
		return nil, err
	}
	var rows []int32
	for _, row := range o.rows {
		if rand.New(o.pcg).Float64() < rate {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

func (o *oracle) Grad(g, theta []float64, rows []int32) float64 {
	o.shared.evals.Add(int64(len(rows)))
	clear(g)
	if o.batch != nil {
		return o.batch(g, theta, rows)
	}
	sum, scale := 0.0, 1/float64(len(rows))
	for _, row := range rows {
		sum += o.add(g, theta, row)
	}
	for j := range g {
		g[j] *= scale
	}
	return sum * scale
}

func (o *oracle) FullGrad(g, theta []float64) (float64, error) {
	if err := o.ask(); err != nil {
		return 0, err
	}
	return o.Grad(g, theta, o.rows), nil
}

func (o *oracle) ClippedGrad(g, theta []float64, rows []int32, clip float64) (loss float64, clipped int) {
	o.shared.evals.Add(int64(len(rows)))
	clear(g)
	one := make([]float64, len(g))
	for _, row := range rows {
		clear(one)
		loss += o.add(one, theta, row)
		scale := 1.0
		if norm := norm(one); norm > clip {
			scale = clip / norm
			clipped++
		}
		for j := range g {
			g[j] += scale * one[j]
		}
	}
	return loss, clipped
}

func (o *oracle) GradDiff(_, _, _, _ []float64, _ []int32) float64 { panic("no round asks for this") }

func (o *oracle) Count(evals int) { o.shared.evals.Add(int64(evals)) }

func (o *oracle) Wait(ready <-chan struct{}, _ bool) error {
	<-ready
	return o.ask()
}

// Sub ends the one before, with the rows that it has drawn: who goes on with that panics.
func (o *oracle) Sub(rows []int32, stream uint64) optimizers.ClientOracle {
	if old := o.latest; old != nil {
		for i := range old.order {
			old.order[i] = -1
		}
		*old = oracle{}
	}
	s := *o
	s.rows, s.pcg, s.order, s.at, s.latest = rows, rand.NewPCG(o.seed, stream), nil, 0, nil
	o.latest = &s
	return &s
}

// Each makes the calls in goroutines, in an order of its own, and ends them all after an error.
func (o *oracle) Each(n int, f func(o optimizers.Divisible, i int) error) error {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	if o.shuffle != 0 {
		seeded(o.shuffle).Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
	}
	calls := make(chan int, n)
	for _, i := range order {
		calls <- i
	}
	close(calls)
	o.shared.broken.Store(false)
	defer o.shared.broken.Store(false)
	var group sync.WaitGroup
	var first error
	var once sync.Once
	for range o.workers {
		group.Go(func() {
			own := *o
			own.latest = nil
			for i := range calls {
				if o.shared.broken.Load() {
					return
				}
				if err := f(&own, i); err != nil {
					once.Do(func() { first = err })
					o.shared.broken.Store(true)
				}
			}
		})
	}
	group.Wait()
	return first
}

func norm(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v * v
	}
	return math.Sqrt(sum)
}

// fixed is a partition that is given.
type fixed struct{ rows partition.Split }

func (fixed) String() string                   { return "fixed" }
func (fixed) Title() string                    { return "fixed" }
func (fixed) Check(partition.Population) error { return nil }
func (f fixed) Split(_ partition.Population, _ *rand.Rand) (partition.Split, error) {
	return f.rows, nil
}

// neighbours are clients of equal sizes, as far as that goes, that hold rows next to each other.
func neighbours(n, clients int) partition.Split {
	p := make(partition.Split, clients)
	for i := range n {
		k := i * clients / n
		p[k] = append(p[k], int32(i))
	}
	return p
}

// server is a federation at work: what a run does with its rounds.
type server struct {
	*Round
	method   *optimizers.Method
	o        *oracle
	theta, g []float64
	t        int // rounds tried
}

// serve makes the server of a recipe, whose clients hold what p says.
func serve(t testing.TB, recipe string, o *oracle, p partition.Split) *server {
	t.Helper()
	s := build(t, recipe, optimizers.Problem{N: o.n}, o)
	if p != nil {
		s.Partitioning = fixed{p}
	}
	s.Begin(o.seed, nil)
	if s.err != nil {
		t.Fatal(s.err)
	}
	return s
}

// build makes the server of a recipe, whose federation has not begun.
func build(t testing.TB, recipe string, p optimizers.Problem, o *oracle) *server {
	t.Helper()
	c := Catalogue(optimizers.Default())
	parsed, err := c.Parse(recipe)
	if err != nil {
		t.Fatal(err)
	}
	m, err := c.Build(parsed, p)
	if err != nil {
		t.Fatal(err)
	}
	s := &server{Round: m.Estimator.(*Round), method: m, o: o}
	s.theta, s.g = make([]float64, o.d), make([]float64, o.d)
	return s
}

// try is a round, and what it says.
func (s *server) try() (float64, error) {
	s.Prepare(s.method.LR*s.method.Schedule.At(s.t+1), math.MaxInt64)
	loss, err := s.Estimate(s.g, s.theta, s.o)
	if err == nil {
		s.t++
		s.method.Rule.Apply(s.theta, s.g, s.method.ServerLR)
	}
	return loss, err
}

// rounds is some rounds, which must succeed.
func (s *server) rounds(t testing.TB, n int) []float64 {
	t.Helper()
	for range n {
		if _, err := s.try(); err != nil {
			t.Fatal(err)
		}
	}
	return s.theta
}

func spans(lo, hi int) []matrix.Span { return []matrix.Span{{Lo: lo, Hi: hi}} }
