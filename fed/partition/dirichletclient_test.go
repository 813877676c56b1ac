package partition

import (
	"math"
	"slices"
	"testing"
)

// balanced is labels 0, 1, … in turn.
func balanced(n, classes int) []int32 {
	labels := make([]int32, n)
	for i := range labels {
		labels[i] = int32(i % classes)
	}
	return labels
}

// meanEntropy is the mean over the clients of the entropy of their classes, as a share of the largest possible.
func meanEntropy(p Split, labels []int32, classes int) float64 {
	mean := 0.0
	for i, row := range p.Counts(labels, classes) {
		for _, n := range row {
			if n > 0 {
				share := float64(n) / float64(len(p[i]))
				mean -= share * math.Log(share) / math.Log(float64(classes)) / float64(len(p))
			}
		}
	}
	return mean
}

// The smaller α, the fewer classes a client sees, down to one of twice as many clients as classes; with a large α it
// sees a copy of the whole, though the classes be unbalanced.
func TestDirichletClientEntropy(t *testing.T) {
	labels := balanced(20_000, 10)
	last := math.Inf(1)
	for _, alpha := range []float64{1000, 10, 1, 0.1, 0.01} {
		p, err := DirichletClient{Alpha: alpha}.Split(Population{labels, 10, len(labels), 50}, seeded(4))
		if err != nil {
			t.Fatal(err)
		}
		got := meanEntropy(p, labels, 10)
		if got > last-0.01 {
			t.Errorf("α = %g: got mean entropy %g, after %g", alpha, got, last)
		}
		last = got
	}
	unbalanced := skewed(20_000, 4, 1)
	pop := Population{unbalanced, 4, len(unbalanced), 4}
	p, err := DirichletClient{Alpha: 1e6}.Split(pop, seeded(1))
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range p.Counts(unbalanced, 4) {
		for class, rows := range pop.byClass() {
			want := float64(len(rows)) / 4
			if math.Abs(float64(row[class])-want) > 5*math.Sqrt(want) {
				t.Errorf("α = 1e6: client %d has %d rows of class %d, want about %g", i, row[class], class, want)
			}
		}
	}
}

// Sizes are even, whatever runs out.
func TestDirichletClientSizes(t *testing.T) {
	for _, alpha := range []float64{1e-6, 0.3, 100} {
		p, err := DirichletClient{Alpha: alpha}.Split(Population{balanced(1003, 7), 7, 1003, 10}, seeded(2))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := partSizes(p), evenSizes(1003, 10); !slices.Equal(got, want) {
			t.Errorf("α = %g: got sizes %v, want %v", alpha, got, want)
		}
	}
}

// The mixes have the moments of Dir(α·C·p), on classes of 1/2, 1/4 and 1/4 and one that has no rows.
func TestDirichletClientMixes(t *testing.T) {
	labels := make([]int32, 400)
	for i := range labels {
		labels[i] = []int32{0, 1, 0, 3}[i%4]
	}
	pop := Population{labels, 4, 400, 20_000}
	mixes := DirichletClient{Alpha: 0.2}.mixes(pop.byClass(), pop, seeded(5))
	const sum = 0.2 * 4
	for class, share := range []float64{0.5, 0.25, 0, 0.25} {
		x := make([]float64, len(mixes))
		for i, q := range mixes {
			x[i] = q[class]
		}
		wantMoments(t, "class", x, share, share*(1-share)/(sum+1))
	}
}

// drawClass keeps to q, then to what is left, and never takes a class without rows.
func TestDrawClass(t *testing.T) {
	left := [][]int32{{0, 1, 2}, {}, {3}}
	for _, c := range []struct{ q, want []float64 }{
		{[]float64{0.2, 0.5, 0.3}, []float64{0.4, 0, 0.6}},
		{[]float64{0, 1, 0}, []float64{0.75, 0, 0.25}},
		{[]float64{0, 0.5, 0.5}, []float64{0, 0, 1}},
	} {
		rng, x := seeded(6), make([][]float64, 3)
		for range 10_000 {
			chosen := drawClass(c.q, left, 4, rng)
			for class := range x {
				x[class] = append(x[class], map[bool]float64{true: 1}[class == chosen])
			}
		}
		for class, want := range c.want {
			wantMoments(t, "class", x[class], want, want*(1-want))
		}
	}
}
