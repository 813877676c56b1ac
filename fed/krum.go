package fed

import (
	"cmp"
	"fmt"
	"slices"
)

// Krum is the update that has the nearest neighbours, by the score
//
//	sᵢ = Σ_{j ∈ Nᵢ} ‖uᵢ − uⱼ‖²        Nᵢ the n−f−2 updates nearest to uᵢ, itself not among them
//
// It withstands f liars among n ≥ 2f+3 and says which update it chose, the first of equals. Where honest clients hold
// different classes their updates are as far apart as a liar's, and Krum throws the classes of the others away.
//
// Reference: Blanchard, El Mhamdi, Guerraoui and Stainer, "Machine learning with adversaries: Byzantine tolerant
// gradient descent", NeurIPS 2017.
func Krum(dst []float64, us [][]float64, f int) (chosen int, err error) {
	all, err := MultiKrum(dst, us, f, 1)
	if err != nil {
		return 0, err
	}
	return all[0], nil
}

// MultiKrum is the unweighted mean of the m updates with the lowest Krum scores, 1 ≤ m ≤ n. It says which they are, in
// ascending order.
//
// Reference: as Krum.
func MultiKrum(dst []float64, us [][]float64, f, m int) (chosen []int, err error) {
	mustAggregate(dst, us)
	n := len(us)
	switch {
	case f < 0:
		return nil, fmt.Errorf("krum: f must be at least 0, got %d", f)
	case n < 3 || f > (n-3)/2:
		return nil, fmt.Errorf("krum: f = %d needs n ≥ 2f+3 = %d updates, got %d", f, 2*f+3, n)
	case m < 1 || m > n:
		return nil, fmt.Errorf("multi-krum: m must be from 1 to the %d updates, got %d", n, m)
	}
	chosen = lowestScores(krumScores(us, n-f-2), m)
	kept := make([][]float64, m)
	for i, c := range chosen {
		kept[i] = us[c]
	}
	return chosen, TrimmedMean(dst, kept, 0)
}

// krumScores is, for every update, the sum of the squared distances to so many of its nearest neighbours.
func krumScores(us [][]float64, neighbours int) []float64 {
	n := len(us)
	distances := make([][]float64, n)
	for i := range distances {
		distances[i] = make([]float64, 0, n-1)
	}
	for i := range us {
		for j := range i {
			d := squaredDistance(us[i], us[j])
			distances[i] = append(distances[i], d)
			distances[j] = append(distances[j], d)
		}
	}
	scores := make([]float64, n)
	for i, ds := range distances {
		slices.Sort(ds)
		for _, d := range ds[:neighbours] {
			scores[i] += d
		}
	}
	return scores
}

// squaredDistance is ‖x − y‖², from the differences: ‖x‖² + ‖y‖² − 2xᵀy loses all digits where updates are alike.
func squaredDistance(x, y []float64) float64 {
	sum := 0.0
	for i, xi := range x {
		d := xi - y[i]
		sum += d * d
	}
	return sum
}

// lowestScores is the indices of the m lowest scores, in ascending order; of equals the lower index counts as lower.
func lowestScores(scores []float64, m int) []int {
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(scores[i], scores[j]) })
	order = order[:m]
	slices.Sort(order)
	return order
}
