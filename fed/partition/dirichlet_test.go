package partition

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// wantMoments wants the mean and the variance of x within five standard errors, which the sample itself tells.
func wantMoments(t *testing.T, what string, x []float64, mean, variance float64) {
	t.Helper()
	n := float64(len(x))
	var first, second, fourth float64
	for _, xi := range x {
		d := xi - mean
		first, second, fourth = first+xi, second+d*d, fourth+d*d*d*d
	}
	first, second, fourth = first/n, second/n, fourth/n
	if tolerance := 5 * math.Sqrt(variance/n); math.Abs(first-mean) > tolerance {
		t.Errorf("%s: got mean %g, want %g ± %g", what, first, mean, tolerance)
	}
	if tolerance := 5 * math.Sqrt((fourth-second*second)/n); math.Abs(second-variance) > tolerance {
		t.Errorf("%s: got variance %g, want %g ± %g", what, second, variance, tolerance)
	}
}

// The moments of Dir(a), A = Σa: E pᵢ = aᵢ/A, Var pᵢ = aᵢ(A−aᵢ)/(A²(A+1)).
func TestDrawDirichletMoments(t *testing.T) {
	const draws = 20_000
	for _, a := range [][]float64{
		{0.01, 0.01, 0.01, 0.01, 0.01}, {0.1, 0.1, 0.1}, {0.5, 0.5}, {1, 1, 1, 1}, {10, 10, 10}, {0.3, 0, 1.5, 4},
	} {
		rng, sum := seeded(7), 0.0
		p, x := make([]float64, len(a)), make([][]float64, len(a))
		for range draws {
			drawDirichlet(p, a, rng)
			for i, pi := range p {
				x[i] = append(x[i], pi)
			}
		}
		for _, ai := range a {
			sum += ai
		}
		for i, ai := range a {
			wantMoments(t, fmt.Sprintf("Dir(%v), coordinate %d", a, i), x[i], ai/sum, ai*(sum-ai)/(sum*sum*(sum+1)))
		}
	}
}

// With α so small that a gamma variable of that shape is 0 in float64, the draw is one corner, each as often: 1/4 ± 5σ.
func TestDrawDirichletTinyAlpha(t *testing.T) {
	for _, alpha := range []float64{1e-3, 1e-6, 1e-12} {
		rng, p := seeded(3), make([]float64, 4)
		var corner [4]int
		for range 4000 {
			drawDirichlet(p, slices.Repeat([]float64{alpha}, 4), rng)
			sum := p[0] + p[1] + p[2] + p[3]
			if !(math.Abs(sum-1) < 1e-15) {
				t.Fatalf("α = %g: got %v, which adds up to %g", alpha, p, sum)
			}
			corner[slices.Index(p, slices.Max(p))]++
		}
		for i, got := range corner {
			if math.Abs(float64(got)-1000) > 5*math.Sqrt(4000*3./16) {
				t.Errorf("α = %g: corner %d in %d of 4000 draws", alpha, i, got)
			}
		}
	}
}

// What Split deals has the moments of Dir(α·1) over the clients: mean 1/N, variance (1/N)(1−1/N)/(Nα+1). With so many
// classes no client is ever too small, so no draw is thrown away.
func TestDirichletMoments(t *testing.T) {
	const classes, each, clients = 400, 1000, 5
	labels := balanced(classes*each, classes)
	for _, alpha := range []float64{0.1, 0.5, 2} {
		p, err := Dirichlet{Alpha: alpha}.Split(Population{labels, classes, len(labels), clients}, seeded(1))
		if err != nil {
			t.Fatal(err)
		}
		counts := p.Counts(labels, classes)
		for client, row := range counts {
			var x []float64
			for _, n := range row {
				x = append(x, float64(n)/each)
			}
			variance := (1. / clients) * (1 - 1./clients) / (clients*alpha + 1)
			wantMoments(t, fmt.Sprintf("α = %g, client %d", alpha, client), x, 1./clients, variance)
		}
	}
}

// Split deals by the cuts that were drawn: client i gets ⌊n·(p₀+…+pᵢ)⌋ − ⌊n·(p₀+…+pᵢ₋₁)⌋ of a class.
func TestDirichletCuts(t *testing.T) {
	labels := skewed(2000, 4, 0)
	pop := Population{labels, 4, 2000, 3}
	d, p := Dirichlet{Alpha: 5}, make([]float64, 3)
	got, err := d.Split(pop, seeded(9))
	if err != nil {
		t.Fatal(err)
	}
	counts, rng := got.Counts(labels, 4), seeded(9)
	for class, rows := range pop.byClass() {
		drawDirichlet(p, slices.Repeat([]float64{5}, 3), rng)
		n := float64(len(rows))
		a, b := int(p[0]*n), int((p[0]+p[1])*n)
		for client, want := range []int{a, b - a, len(rows) - b} {
			if counts[client][class] != want {
				t.Errorf("class %d, client %d: got %d rows, want %d", class, client, counts[client][class], want)
			}
		}
	}
}

// No client has fewer than ten rows, or than half its even share where that is less; and where chance will not have it
// so, the error says what to change.
func TestDirichletSmallestClient(t *testing.T) {
	for _, c := range []struct{ n, clients, want int }{{1000, 10, 10}, {80, 10, 4}, {15, 8, 1}} {
		smallest := c.n
		for seed := range uint64(100) {
			p, err := Dirichlet{Alpha: 0.7}.Split(Population{skewed(c.n, 3, 1), 3, c.n, c.clients}, seeded(seed))
			if err != nil {
				continue
			}
			smallest = min(smallest, slices.Min(partSizes(p)))
		}
		if smallest != c.want {
			t.Errorf("%v: the smallest client of 100 splits has %d rows, want %d", c, smallest, c.want)
		}
	}
	_, err := Dirichlet{Alpha: 0.01}.Split(Population{skewed(1000, 2, 1), 2, 1000, 10}, seeded(1))
	want := "partition dirichlet: in each of 1000 draws with alpha 0.01 one of the 10 clients had fewer than 10 examples; take a larger alpha or fewer clients"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
