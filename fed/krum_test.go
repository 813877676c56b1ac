package fed

import (
	"fmt"
	"slices"
	"testing"
)

// scoresOf is krumScores of updates.
func scoresOf(t *testing.T, us [][]float64, neighbours int) []float64 {
	t.Helper()
	scores, err := inOrder.krumScores(us, neighbours)
	if err != nil {
		t.Fatal(err)
	}
	return scores
}

// Scores are those of every pair by itself, whatever the number of updates and of
// numbers: of one that goes on in a further block, and in a further part of the numbers.
func TestKrumScoresInBlocks(t *testing.T) {
	for _, n := range []int{3, 8, krumBlock - 1, krumBlock, krumBlock + 1, 2*krumBlock + 1} {
		for _, d := range []int{1, 5, krumNumbers - 1, krumNumbers, krumNumbers + 1, 2*krumNumbers + 3} {
			us, neighbours := randomUpdates(n, d, uint64(n)), n-2
			want := make([]float64, n)
			for i, x := range us {
				var distances []float64
				for j, y := range us {
					if sum := 0.0; i != j {
						for l := range x {
							sum += (x[l] - y[l]) * (x[l] - y[l])
						}
						distances = append(distances, sum)
					}
				}
				slices.Sort(distances)
				for _, v := range distances[:neighbours] {
					want[i] += v
				}
			}
			wantVector(t, "scores", scoresOf(t, us, neighbours), want, 1e-12)
		}
	}
}

// A pair of blocks is each once.
func TestTriangle(t *testing.T) {
	pair := 0
	for i := range 300 {
		for j := range i + 1 {
			if gotI, gotJ := triangle(pair); gotI != i || gotJ != j {
				t.Fatalf("pair %d: got %d, %d, want %d, %d", pair, gotI, gotJ, i, j)
			}
			pair++
		}
	}
}

// Averages that withstand liars are to the bit the same for any number of workers
// and whatever the order of their work.
func TestRobustAveragesInAnyOrder(t *testing.T) {
	us := randomUpdates(37, 1500, 5)
	for _, c := range []combine{median{}, trimmed{0.2}, krum{3}, multiKrum{f: 3}} {
		want, got := make([]float64, 1500), make([]float64, 1500)
		if err := c.into(want, us, inOrder); err != nil {
			t.Fatal(err)
		}
		for _, workers := range []int{1, 3} {
			o := newOracle(leastSquares(4, 1, 1), 1)
			o.workers, o.shuffle = workers, 9
			if err := c.into(got, us, among(o)); err != nil || !slices.Equal(got, want) {
				t.Errorf("%T, %d workers: got %v…, %v, want %v…", c, workers, got[:3], err, want[:3])
			}
		}
	}
}

// The known answers of Flower's tests of Krum: three updates, f = 1. They break n ≥ 2f+3, which Flower does not check:
// it takes one neighbour where n−f−2 is none. So they are known answers of the scores alone, with that neighbour.
func TestKrumScoresOfFlower(t *testing.T) {
	scores := scoresOf(t, scalars(0.2, 0.7, 1), 1)
	wantVector(t, "scores", scores, []float64{0.25, 0.09, 0.09}, 1e-15)
	if got := lowestScores(scores, 1); !slices.Equal(got, []int{1}) { // 0.7
		t.Errorf("Krum: got update %v, want 1", got)
	}
	if got := lowestScores(scoresOf(t, scalars(0.2, 0.5, 1), 1), 2); !slices.Equal(got, []int{0, 1}) { // mean 0.35
		t.Errorf("Multi-Krum, m = 2: got updates %v, want 0 and 1", got)
	}
}

// Six updates and f = 1 by hand: three neighbours each. The four corners of a unit square score ½ + 1 + 1, the centre
// 3·½; the liar far away scores far more.
func TestKrumByHand(t *testing.T) {
	us := [][]float64{{0, 0}, {50, 50}, {0, 1}, {1, 0}, {1, 1}, {0.5, 0.5}}
	wantVector(t, "scores", scoresOf(t, us, 3), []float64{2.5, 49*49*2 + 49.5*49.5*2 + 49*49 + 50*50, 2.5, 2.5, 2.5, 1.5}, 0)
	dst := make([]float64, 2)
	chosen, err := Krum(dst, us, 1)
	if err != nil || chosen != 5 {
		t.Fatalf("got update %d, %v, want 5", chosen, err)
	}
	wantVector(t, "Krum", dst, us[5], 0)
	// The centre, and of four equals the first two.
	kept, err := MultiKrum(dst, us, 1, 3)
	if err != nil || !slices.Equal(kept, []int{0, 2, 5}) {
		t.Fatalf("got updates %v, %v, want 0, 2, 5", kept, err)
	}
	wantVector(t, "Multi-Krum", dst, []float64{0.5 / 3, 0.5}, 1e-15)
}

// The number of neighbours decides: with the n−f−2 = 2 that are right the middle of the three wins, with one the first,
// with three the last.
func TestKrumNeighbours(t *testing.T) {
	dst := []float64{0}
	if chosen, err := Krum(dst, scalars(10, 20, 0, 10.125, 10.25), 1); err != nil || chosen != 3 || dst[0] != 10.125 {
		t.Errorf("got update %d, %g, %v, want 3, 10.125", chosen, dst[0], err)
	}
}

// Distances of updates that share eight digits keep theirs: by ‖x‖² + ‖y‖² − 2xᵀy they would all be 0 or noise.
func TestKrumDoesNotCancel(t *testing.T) {
	us := scalars(1e8, 1e8+0.5, 1e8+0.75, 1e8+1.25, 1e8+3)
	wantVector(t, "scores", scoresOf(t, us, 2), []float64{0.8125, 0.3125, 0.3125, 0.8125, 8.125}, 0)
}

// Of honest updates near one point and f liars together elsewhere, Krum takes an honest one and Multi-Krum of n−f all
// of them, for every number of updates from the fewest on.
func TestKrumWithstandsLiars(t *testing.T) {
	dst := make([]float64, 8)
	for f := range 6 {
		for n := 2*f + 3; n < 2*f+8; n++ {
			us := randomUpdates(n, 8, uint64(n))
			for i := range f {
				for j := range us[i] {
					us[i][j] = 1000 + float64(i)*1e-3
				}
			}
			chosen, err := Krum(dst, us, f)
			if err != nil || chosen < f {
				t.Errorf("n = %d, f = %d: got update %d, %v", n, f, chosen, err)
			}
			kept, err := MultiKrum(dst, us, f, n-f)
			if err != nil || len(kept) != n-f || kept[0] < f {
				t.Errorf("n = %d, f = %d: got updates %v, %v", n, f, kept, err)
			}
		}
	}
}

func TestKrumRefuses(t *testing.T) {
	for _, c := range []struct {
		n, f, m int
		want    string
	}{
		{3, 1, 1, "krum: f = 1 needs n ≥ 2f+3 = 5 updates, got 3"}, // Flower's own test
		{4, 1, 1, "krum: f = 1 needs n ≥ 2f+3 = 5 updates, got 4"},
		{2, 0, 1, "krum: f = 0 needs n ≥ 2f+3 = 3 updates, got 2"},
		{1, 0, 1, "krum: f = 0 needs n ≥ 2f+3 = 3 updates, got 1"},
		{5, -1, 1, "krum: f must be at least 0, got -1"},
		{5, 1, 0, "multi-krum: m must be from 1 to the 5 updates, got 0"},
		{5, 1, 6, "multi-krum: m must be from 1 to the 5 updates, got 6"},
	} {
		dst := []float64{7}
		if kept, err := MultiKrum(dst, randomUpdates(c.n, 1, 1), c.f, c.m); err == nil || err.Error() != c.want || kept != nil || dst[0] != 7 {
			t.Errorf("got %v, %v, want %s", kept, err, c.want)
		}
		if c.m == 1 {
			if _, err := Krum(dst, randomUpdates(c.n, 1, 1), c.f); err == nil || err.Error() != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		}
	}
}

// Multi-Krum of all is the plain mean.
func TestMultiKrumOfAll(t *testing.T) {
	us := randomUpdates(7, 30, 3)
	got, want := make([]float64, 30), make([]float64, 30)
	if _, err := MultiKrum(got, us, 2, 7); err != nil {
		t.Fatal(err)
	}
	WeightedMean(want, us, slices.Repeat([]float64{1. / 7}, 7))
	wantVector(t, "mean", got, want, 1e-13)
}

// BenchmarkRobust is a round's average of the updates of the softmax model, on one thread.
func BenchmarkRobust(b *testing.B) {
	for _, n := range []int{100, 1000} {
		us, dst := randomUpdates(n, 7850, 1), make([]float64, 7850)
		for _, c := range []combine{krum{n / 5}, median{}, trimmed{0.1}} {
			b.Run(fmt.Sprintf("%T/clients=%d", c, n), func(b *testing.B) {
				for b.Loop() {
					if err := c.into(dst, us, inOrder); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
