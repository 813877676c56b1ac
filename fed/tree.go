package fed

import (
	"optwatch/fed/client"
	"optwatch/optimizers/matrix"
)

// tree adds up n vectors, that come in any order, in one that depends on n alone:
// each with its neighbour, these sums with their neighbours, and so on,
//
//	((v₀+v₁)+(v₂+v₃))+v₄
//
// Where some are late the others are added all the same: what waits for a vector is
// the sums beside its way to the root, log₂ n of them at most.
type tree struct {
	pool   *client.Vectors // to which it gives the vectors that have been added to others
	levels []level
	root   []float64 // the sum, once all have come; nil for 0
}

// level is the sums of one height: how many there are, and those which wait for their neighbour.
type level struct {
	n       int
	waiting map[int][]float64
}

func newTree(n int, pool *client.Vectors) tree {
	t := tree{pool: pool}
	for ; n > 1; n = (n + 1) / 2 {
		t.levels = append(t.levels, level{n: n, waiting: map[int][]float64{}})
	}
	t.levels = append(t.levels, level{n: n, waiting: map[int][]float64{}})
	return t
}

// put adds the i-th vector, which is the tree's from now on; nil counts as 0.
func (t *tree) put(i int, v []float64) {
	for h := range t.levels {
		l := &t.levels[h]
		neighbour, there := l.waiting[i^1]
		if i^1 < l.n && !there {
			l.waiting[i] = v
			return
		}
		delete(l.waiting, i^1)
		if left := min(i, i^1); left != i {
			v, neighbour = neighbour, v
		}
		v = t.sum(v, neighbour)
		i /= 2
	}
	t.root = v
}

// release gives all vectors back.
func (t *tree) release() {
	for _, l := range t.levels {
		for _, v := range l.waiting {
			t.give(v)
		}
		clear(l.waiting)
	}
	t.give(t.root)
	t.root = nil
}

func (t *tree) give(v []float64) {
	if v != nil {
		t.pool.Give(v)
	}
}

// sum is x + y.
func (t *tree) sum(x, y []float64) []float64 {
	switch {
	case x == nil:
		return y
	case y == nil:
		return x
	}
	matrix.Axpy(x, 1, y)
	t.pool.Give(y)
	return x
}
