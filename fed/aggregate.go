package fed

import (
	"fmt"
	"slices"

	"optwatch/optimizers/matrix"
)

// The ways to make one update of many share a form: the destination first, of length d; then the updates, n vectors of
// length d in the order of their clients. The destination shares no memory with them. Sums run in float64 and in that
// order, so that the order of arrival leaves no trace. Updates are finite; whoever receives them has seen to it.

// WeightedMean is dst = Σᵢ wᵢuᵢ. Weights are taken as they are, so a single weight of 1 copies the update.
//
// Reference: McMahan, Moore, Ramage, Hampson and Agüera y Arcas, "Communication-efficient learning of deep networks
// from decentralized data", AISTATS 2017, algorithm 1, with wᵢ = nᵢ/Σⱼnⱼ.
func WeightedMean(dst []float64, us [][]float64, w []float64) {
	mustAggregate(dst, us)
	if len(w) != len(us) {
		panic(fmt.Sprintf("fed: %d weights for %d updates", len(w), len(us)))
	}
	clear(dst)
	for i, u := range us {
		matrix.Axpy(dst, w[i], u)
	}
}

// Median is the median of every coordinate; of an even number, the mean of the middle two.
//
// Reference: Yin, Chen, Ramchandran and Bartlett, "Byzantine-robust distributed learning: towards optimal statistical
// rates", ICML 2018, algorithm 1, option I.
func Median(dst []float64, us [][]float64) { _ = inOrder.median(dst, us) }

func (e each) median(dst []float64, us [][]float64) error {
	n := len(us)
	return e.sortedCoordinates(dst, us, func(column []float64) float64 { return (column[(n-1)/2] + column[n/2]) / 2 })
}

// TrimmedMean is the unweighted mean of every coordinate without its ⌊βn⌋ smallest and its ⌊βn⌋ largest values. β is
// from 0 to below ½, which leaves at least one.
//
// Reference: as Median, option II.
func TrimmedMean(dst []float64, us [][]float64, beta float64) error {
	return inOrder.trimmedMean(dst, us, beta)
}

func (e each) trimmedMean(dst []float64, us [][]float64, beta float64) error {
	if !(beta >= 0 && beta < 0.5) {
		return fmt.Errorf("trimmed mean: β must be at least 0 and below 0.5, got %g", beta)
	}
	n := len(us)
	cut := int(beta * float64(n))
	return e.sortedCoordinates(dst, us, func(column []float64) float64 {
		sum := 0.0
		for _, x := range column[cut : n-cut] {
			sum += x
		}
		return sum / float64(n-2*cut)
	})
}

// coordinatesAtOnce is how many coordinates of an update are read at a time: they lie on one line of a cache.
const coordinatesAtOnce = 8

// sortedCoordinates sets every coordinate of dst to f of those of the updates, in ascending order.
func (e each) sortedCoordinates(dst []float64, us [][]float64, f func(column []float64) float64) error {
	mustAggregate(dst, us)
	n, blocks := len(us), (len(dst)+coordinatesAtOnce-1)/coordinatesAtOnce
	parts := min(mostParts, blocks)
	return e(parts, func(part int) error {
		columns := make([]float64, coordinatesAtOnce*n)
		for block := part * blocks / parts; block < (part+1)*blocks/parts; block++ {
			lo := block * coordinatesAtOnce
			hi := min(lo+coordinatesAtOnce, len(dst))
			for i, u := range us {
				for j, x := range u[lo:hi] {
					columns[j*n+i] = x
				}
			}
			for j := range dst[lo:hi] {
				column := columns[j*n : (j+1)*n]
				slices.Sort(column)
				dst[lo+j] = f(column)
			}
		}
		return nil
	})
}

// mustAggregate panics where there is nothing to aggregate or the lengths differ.
func mustAggregate(dst []float64, us [][]float64) {
	if len(us) == 0 {
		panic("fed: no updates to aggregate")
	}
	for i, u := range us {
		if len(u) != len(dst) {
			panic(fmt.Sprintf("fed: update %d has %d numbers, want %d", i, len(u), len(dst)))
		}
	}
}
