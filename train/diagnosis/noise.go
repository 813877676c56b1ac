package diagnosis

// TwoBatches estimates tr Σ and ‖∇f‖² from the squared norms of the mean
// gradients of a small and a large batch:
//
//	|G|² = (B·‖G_B‖² − b·‖G_b‖²)/(B − b)        S = (‖G_b‖² − ‖G_B‖²)/(1/b − 1/B)
//
// Both are unbiased, so that |G|² may come out below 0.
//
// Reference: McCandlish, Kaplan, Amodei and the OpenAI Dota team, "An empirical model of large-batch training", 2018,
// appendix A.1.
func TwoBatches(small, large int, squaredSmall, squaredLarge float64) (s, g2 float64) {
	b, l := float64(small), float64(large)
	return (squaredSmall - squaredLarge) / (1/b - 1/l), (l*squaredLarge - b*squaredSmall) / (l - b)
}

// WithinBatch estimates them from one batch of b examples, drawn independently:
// its examples are small batches of one,
//
//	S = b/(b−1)·(mean ‖∇fᵢ‖² − ‖ḡ‖²)        |G|² = ‖ḡ‖² − S/b
//
// Where the batch is all of the n examples, tr Σ is (b−1)/b·S and ‖∇f‖² is ‖ḡ‖².
func WithinBatch(b int, meanSquare, squaredMean float64) (s, g2 float64) {
	return TwoBatches(1, b, meanSquare, squaredMean)
}

// Batch is the gradients of a batch of examples, divided into four groups or
// more of the same size: what an estimate needs, and how far it varies.
type Batch struct {
	Size    int         // examples in a group
	Squares []float64   // mean ‖∇fᵢ‖² of each group
	Gram    [][]float64 // Gram[a][b] is the product of the mean gradients of two groups
}

// Moments are tr Σ, as WithinBatch has it, and ‖∇f‖² with the variances of
// these estimates. That of ‖∇f‖² is the mean product gₐ·g_b of two groups.
func (b *Batch) Moments() (trace, square Moment) {
	return b.trace(), SquaredMean(b.Gram)
}

// trace has its variance by the jackknife over the groups, which leaves out
// each in turn.
//
// Reference: Efron and Stein, "The jackknife estimate of variance", Annals of Statistics 9, 1981.
func (b *Batch) trace() Moment {
	var left spread
	for out := range b.Gram {
		left.add(b.traceWithout(out))
	}
	q := float64(len(b.Gram))
	return Moment{Value: b.traceWithout(-1), Variance: (q - 1) / q * left.squares}
}

// traceWithout is S of all groups but one; out is −1 for all.
func (b *Batch) traceWithout(out int) float64 {
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
	s, _ := WithinBatch(int(groups)*b.Size, squares/groups, product/(groups*groups))
	return s
}

// SquaredMean is the squared norm of what the vectors of groups are estimates
// of, from their products: the mean U of those of two, a U-statistic. The
// products of two pairs that share no group estimate the norm's fourth power
// without bias, so that U² less their mean has the variance of U as its mean. It
// may be negative, though; so it is at least what it would be if the pairs had
// nothing in common, as is where the norm is 0.
//
// Reference: Hoeffding, "A class of statistics with asymptotically normal distribution", Annals of Mathematical Statistics 19,
// 1948.
func SquaredMean(gram [][]float64) Moment {
	var pairs, disjoint spread
	for a := range gram {
		for c := range a {
			pairs.add(gram[a][c])
			for d := range c {
				for e := range d { // the three ways to make two pairs of a, c, d and e
					disjoint.add(gram[a][c] * gram[d][e])
					disjoint.add(gram[a][d] * gram[c][e])
					disjoint.add(gram[a][e] * gram[c][d])
				}
			}
		}
	}
	apart := pairs.squares / (pairs.n * (pairs.n - 1))
	return Moment{Value: pairs.mean, Variance: max(apart, pairs.mean*pairs.mean-disjoint.mean)}
}
