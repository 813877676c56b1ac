package matrix

// Reorder puts the rows into the order of a list, which names each of them once, in
// place: it is for whoever has the matrix alone, before it is shared.
func (m *Dense) Reorder(order []int) { reorder(m.data, m.cols, order) }

// Reorder puts the rows into the order of a list, which names each of them once, in
// place: it is for whoever has the matrix alone, before it is shared.
func (m *Packed) Reorder(order []int) {
	if m.floats != nil {
		reorder(m.floats, m.cols, order)
	} else {
		reorder(m.bytes, m.cols, order)
	}
}

// reorder follows the cycles of a permutation: row i becomes what was row order[i].
func reorder[V uint8 | float32 | float64](data []V, cols int, order []int) {
	if len(order)*cols != len(data) {
		panic("matrix: dimension mismatch")
	}
	row := func(i int) []V { return data[i*cols : (i+1)*cols] }
	done, first := make([]bool, len(order)), make([]V, cols)
	for start := range order {
		if done[start] {
			continue
		}
		copy(first, row(start))
		i := start
		for ; order[i] != start; i = order[i] {
			if done[order[i]] {
				panic("matrix: a row is listed twice")
			}
			copy(row(i), row(order[i]))
			done[i] = true
		}
		copy(row(i), first)
		done[i] = true
	}
}
