package diagnosis

import "math"

// WithinBatch estimates tr Σ and ‖∇f‖² from one batch of b examples, drawn
// independently: from the mean of ‖∇fᵢ‖² and from the squared norm of the mean
// gradient,
//
//	S = b/(b−1)·(mean ‖∇fᵢ‖² − ‖ḡ‖²)        |G|² = ‖ḡ‖² − S/b
//
// Both are unbiased, so that |G|² may come out below 0. Where the batch is all
// of the n examples, tr Σ is (b−1)/b·S and ‖∇f‖² is ‖ḡ‖².
//
// Reference: McCandlish, Kaplan, Amodei and the OpenAI Dota team, "An empirical model of large-batch training", 2018,
// appendix A.1.
func WithinBatch(b int, meanSquare, squaredMean float64) (s, g2 float64) {
	n := float64(b)
	s = n / (n - 1) * (meanSquare - squaredMean)
	return s, squaredMean - s/n
}

// TwoBatches estimates them from the squared norms of the mean gradients of a
// small and a large batch:
//
//	|G|² = (B·‖G_B‖² − b·‖G_b‖²)/(B − b)        S = (‖G_b‖² − ‖G_B‖²)/(1/b − 1/B)
//
// Reference: as WithinBatch.
func TwoBatches(small, large int, squaredSmall, squaredLarge float64) (s, g2 float64) {
	b, l := float64(small), float64(large)
	return (squaredSmall - squaredLarge) / (1/b - 1/l), (l*squaredLarge - b*squaredSmall) / (l - b)
}

// Batch is the gradients of a batch of examples, divided into groups of the
// same size: what the estimates of WithinBatch need, and how far they vary.
type Batch struct {
	Size    int         // examples in a group
	Squares []float64   // mean ‖∇fᵢ‖² of each group
	Gram    [][]float64 // Gram[a][b] is the product of the mean gradients of two groups
}

// estimate is the within-batch estimate from all groups but one; out is −1 for all.
func (b *Batch) estimate(out int) (s, g2 float64) {
	groups, squares, product := 0.0, 0.0, 0.0
	for i, row := range b.Gram {
		if i == out {
			continue
		}
		groups++
		squares += b.Squares[i]
		for j, v := range row {
			if j != out {
				product += v
			}
		}
	}
	return WithinBatch(int(groups)*b.Size, squares/groups, product/(groups*groups))
}

// Moments are tr Σ and ‖∇f‖² with the variances of these estimates, by the
// jackknife over the groups: it leaves out each in turn. Where ‖∇f‖² is near 0
// it errs towards more.
//
// Reference: Efron and Stein, "The jackknife estimate of variance", Annals of Statistics 9, 1981.
func (b *Batch) Moments() (trace, square Moment) {
	trace.Value, square.Value = b.estimate(-1)
	q := float64(len(b.Gram))
	var s, g2 spread
	for out := range b.Gram {
		vs, vg := b.estimate(out)
		s.add(vs)
		g2.add(vg)
	}
	trace.Variance, square.Variance = (q-1)/q*s.squares, (q-1)/q*g2.squares
	return trace, square
}

// Moment is an estimate with its variance.
type Moment struct{ Value, Variance float64 }

// MeanMoment is the mean of independent estimates of the same number, with the variance that they show.
func MeanMoment(values []float64) Moment {
	var s spread
	for _, v := range values {
		s.add(v)
	}
	n := float64(len(values))
	return Moment{Value: s.mean, Variance: s.squares / (n * (n - 1))}
}

// spread is the mean of numbers and the sum of their squared distances from it.
type spread struct{ n, mean, squares float64 }

func (s *spread) add(v float64) {
	s.n++
	d := v - s.mean
	s.mean += d / s.n
	s.squares += d * (v - s.mean)
}

// interval is ± two standard deviations about an estimate.
func (m Moment) interval() (low, high float64) {
	half := 2 * math.Sqrt(m.Variance)
	return m.Value - half, m.Value + half
}
