package data

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"

	"optwatch/optimizers/matrix"
)

// Preparation says how a file as people have it becomes features. The zero
// value takes numbers as they stand and refuses everything else.
type Preparation struct {
	Missing     string   // what an empty cell stands for: "" nothing, it is refused; MissingMean or MissingDrop
	OneHot      bool     // a column of words becomes a column of 0 and 1 for each of them
	Without     []string // columns to leave out, by name or by their number from 1
	Standardize bool     // columns are brought to deviation 1, and to mean 0 where most entries are set
}

// What can be done about an empty cell.
const (
	MissingMean = "mean" // it is the mean of its column over the training rows; among words, none of them
	MissingDrop = "drop" // its row is left out
)

// ofCSV says whether anything is asked for that only a CSV file can be given.
func (p Preparation) ofCSV() bool { return p.Missing != "" || p.OneHot || len(p.Without) > 0 }

// prepare fills gaps and standardizes the columns of a data set, by what its
// training rows say of them. What is known of the columns of other rows is not
// looked at, so that a validation set stays one.
func (d *Dataset) prepare(p Preparation) {
	if p.Missing != MissingMean && !p.Standardize {
		return
	}
	c := measure(d.Train.X, d.Train.Len())
	gaps := 0
	for _, split := range []*Split{&d.Train, &d.Val, &d.Test} {
		if split.X != nil {
			gaps += countGaps(split.X)
		}
	}
	if gaps == 0 && !p.Standardize {
		return
	}
	to := c.filling()
	if p.Standardize {
		to, d.Scaled = c.standardizing(), true
		d.Notes = append(d.Notes, fmt.Sprintf("standardized: of %d columns %d have mean 0 and deviation 1 over the training rows, the others, mostly 0, deviation 1", len(c.mean), len(to.centred)))
	}
	if gaps > 0 {
		d.Notes = append(d.Notes, fmt.Sprintf("%d empty cells stand for the means of their columns", gaps))
	}
	for _, split := range []*Split{&d.Train, &d.Val, &d.Test} {
		if split.X != nil {
			split.X = to.apply(split.X)
		}
	}
	d.Digest = preparedDigest(d.Digest, p, d.Train.Len())
}

// preparedDigest is the digest of what a preparation makes of data of some
// digest: it follows from that, and from which rows are training rows.
func preparedDigest(raw string, p Preparation, train int) string {
	b := append([]byte("optwatch prepared 1"), 0)
	b = append(b, raw...)
	for _, done := range []bool{p.Missing == MissingMean, p.Standardize} {
		if done {
			b = append(b, 1)
		} else {
			b = append(b, 0)
		}
	}
	sum := sha256.Sum256(binary.AppendUvarint(b, uint64(train)))
	return hex.EncodeToString(sum[:])
}

// countGaps is how many entries are gaps.
func countGaps(x matrix.Matrix) int {
	gaps := 0
	for i := range x.Rows() {
		x.Row(i, func(_ int, v float64) {
			if math.IsNaN(v) {
				gaps++
			}
		})
	}
	return gaps
}

// affine takes each column to (x − shift)/scale, and gaps to what fills them.
type affine struct {
	shift, scale, fill []float64 // fill is before shift and scale
	centred            []int     // the columns whose shift is not 0, in order
}

// apply gives a matrix with its columns taken there. Where a column is not
// shifted, an entry of 0 stays one, which is not stored.
func (a *affine) apply(x matrix.Matrix) matrix.Matrix {
	b := matrix.NewCollector(1, x.Rows(), 0)
	for i := range x.Rows() {
		next := 0 // of centred
		zeros := func(before int) {
			for ; next < len(a.centred) && a.centred[next] < before; next++ {
				j := a.centred[next]
				b.Add(j, -a.shift[j]/a.scale[j])
			}
		}
		x.Row(i, func(j int, v float64) {
			zeros(j)
			if next < len(a.centred) && a.centred[next] == j {
				next++
			}
			if math.IsNaN(v) {
				v = a.fill[j]
			}
			b.Add(j, (v-a.shift[j])/a.scale[j])
		})
		zeros(x.Cols())
		b.EndRow(x.Cols())
		b.Appended(float64(i+1) / float64(x.Rows()))
	}
	return b.Matrix(x.Cols())
}
