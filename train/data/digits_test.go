package data

import (
	"runtime"
	"slices"
	"testing"

	"optwatch/optimizers/matrix"
)

// TestDigitsKnown pins the digits: results are compared between machines.
func TestDigitsKnown(t *testing.T) {
	d := mustOpen(t, Options{Name: "digits", Dir: t.TempDir(), Val: -1})
	const want = "b0dc3e03222ae97f5cb6edb7d466f455cd1ad3ebdb0471b24e60c5c8162eee2f"
	// Elsewhere a compiler may fuse multiplications with additions.
	if runtime.GOARCH == "amd64" && d.Digest != want {
		t.Errorf("got digest %s, want %s", d.Digest, want)
	}
	for _, part := range []struct {
		s    Split
		rows int
	}{{d.Train, 8000}, {d.Val, 2000}, {d.Test, 2000}} {
		counts := make([]int, 10)
		for _, label := range part.s.Labels {
			counts[label]++
		}
		if part.s.Len() != part.rows || slices.Min(counts) != part.rows/10 || slices.Max(counts) != part.rows/10 {
			t.Errorf("got %d examples, %v of each class, want %d, balanced", part.s.Len(), counts, part.rows)
		}
	}
	x := d.Train.X.(*matrix.CSR)
	if ink := float64(x.Stored()) / float64(x.Rows()*imagePixels); ink < 0.15 || ink > 0.25 || !x.Compact() {
		t.Errorf("got %.1f %% of ink, compact %v, want 15 to 25, compact", 100*ink, x.Compact())
	}
	if d.Features != imagePixels || !d.Synthetic || d.Notes != nil {
		t.Errorf("got %d features, synthetic %v, notes %q", d.Features, d.Synthetic, d.Notes)
	}
}

func TestDigitsAreTheSameOnAnyCores(t *testing.T) {
	cores := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(cores)
	var want [][]float64
	for _, n := range []int{1, 2, 5, 5} {
		runtime.GOMAXPROCS(n)
		s, err := drawDigits(t.Context(), 300, &meter{})
		if err != nil {
			t.Fatal(err)
		}
		got := dense(s)
		if want == nil {
			want = got
		}
		for i := range got {
			if !slices.Equal(got[i], want[i]) {
				t.Fatalf("on %d cores digit %d is another", n, i)
			}
		}
	}
}

func BenchmarkDigits(b *testing.B) {
	for b.Loop() {
		if _, err := drawDigits(b.Context(), digitsTrain+digitsTest, &meter{}); err != nil {
			b.Fatal(err)
		}
	}
}
