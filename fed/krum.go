package fed

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"optwatch/optimizers/matrix"
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
	return inOrder.multiKrum(dst, us, f, m)
}

func (e each) multiKrum(dst []float64, us [][]float64, f, m int) (chosen []int, err error) {
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
	scores, err := e.krumScores(us, n-f-2)
	if err != nil {
		return nil, err
	}
	chosen = lowestScores(scores, m)
	kept := make([][]float64, m)
	for i, c := range chosen {
		kept[i] = us[c]
	}
	return chosen, e.trimmedMean(dst, kept, 0)
}

// krumScores is, for every update, the sum of the squared distances to so many of its nearest neighbours.
func (e each) krumScores(us [][]float64, neighbours int) ([]float64, error) {
	n := len(us)
	distances := make([]float64, n*n)
	blocks := (n + krumBlock - 1) / krumBlock
	pairs := blocks * (blocks + 1) / 2
	parts := min(mostParts, pairs)
	if err := e(parts, func(part int) error {
		var packed [2]pack
		for pair := part * pairs / parts; pair < (part+1)*pairs/parts; pair++ {
			i, j := triangle(pair)
			squaredDistances(distances, us, i*krumBlock, j*krumBlock, &packed)
		}
		return nil
	}); err != nil {
		return nil, err
	}
	scores := make([]float64, n)
	return scores, e(n, func(i int) error {
		row := distances[i*n : (i+1)*n]
		row[i] = math.Inf(1) // it is not its own neighbour
		slices.Sort(row)
		for _, d := range row[:neighbours] {
			scores[i] += d
		}
		return nil
	})
}

// Distances are found between all of a block of updates and all of another, some
// numbers at a time, so that each number is read from memory once for the block
// and not once for each pair.
const (
	krumBlock   = 32
	krumNumbers = 512 // of an update at a time: 256 kB of two blocks, in the second cache
)

// pack is some numbers of each update of a block, side by side: where updates begin
// at round addresses, a cache has room for no more than eight of them as they lie.
type pack [krumBlock][krumNumbers]float64

// of takes the numbers from … to−1 of the updates of a block.
func (p *pack) of(us [][]float64, from, to int) {
	for i, u := range us {
		copy(p[i][:], u[from:to])
	}
}

// squaredDistances writes ‖uᵢ − uⱼ‖² to [i][j] and [j][i] of an n×n matrix, for i of
// the block that begins at lo and j < i of one that begins at other ≤ lo.
func squaredDistances(dst []float64, us [][]float64, lo, other int, packed *[2]pack) {
	n, d := len(us), len(us[0])
	xs, ys := us[lo:min(lo+krumBlock, n)], us[other:min(other+krumBlock, n)]
	var sums [krumBlock][krumBlock]float64
	for from := 0; from < d; from += krumNumbers {
		to := min(from+krumNumbers, d)
		packed[0].of(xs, from, to)
		packed[1].of(ys, from, to)
		for i := range xs {
			for j := range ys[:min(len(ys), lo+i-other)] {
				sums[i][j] += matrix.SquaredDistance(packed[0][i][:to-from], packed[1][j][:to-from])
			}
		}
	}
	for i := range xs {
		for j := range ys[:min(len(ys), lo+i-other)] {
			dst[(lo+i)*n+other+j], dst[(other+j)*n+lo+i] = sums[i][j], sums[i][j]
		}
	}
}

// triangle is the row and the column of a pair in (0,0), (1,0), (1,1), (2,0), …
func triangle(pair int) (i, j int) {
	for i = int(math.Sqrt(float64(2 * pair))); i*(i+1)/2 > pair; i-- {
	}
	return i, pair - i*(i+1)/2
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
