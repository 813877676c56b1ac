//go:build !purego

package matrix

import "unsafe"

// Panels of 2,048 numbers take half of the nearest cache and leave the rest to the
// weights. Products take few rows and many columns, which reads rows of W one after the
// other; gradients many rows, so that sums are added to G seldom.
const (
	panelNumbers = 2048
	panelRows    = panelNumbers / partWidth // of a product
	deepRows     = 64                       // of a gradient
	deepWidth    = panelNumbers / deepRows
)

// fastMulRowsOfFew is MulRows of one output or two, where there are kernels, and says whether.
func (m *Packed) fastMulRowsOfFew(z, w []float64, k int, rows []int32) bool {
	if !avx2 || k > 2 || len(rows) == 0 || m.cols == 0 {
		return false
	}
	switch of1 := k == 1; {
	case of1 && m.floats != nil:
		mulFloats1(&z[0], &m.floats[0], &w[0], &rows[0], len(rows), m.cols)
	case of1:
		mulBytes1(&z[0], &m.bytes[0], &w[0], &rows[0], len(rows), m.cols, m.divisor)
	case m.floats != nil:
		mulFloats2(&z[0], &m.floats[0], &w[0], &rows[0], len(rows), m.cols)
	default:
		mulBytes2(&z[0], &m.bytes[0], &w[0], &rows[0], len(rows), m.cols, m.divisor)
	}
	return true
}

// fastMulSumRowsOfFew is MulSumRows likewise.
func (m *Packed) fastMulSumRowsOfFew(z []float64, a float64, u []float64, b float64, v []float64, k int, rows []int32) bool {
	if !avx2 || k > 2 || m.cols == 0 {
		return false
	}
	var room [roomOfSum]float64
	for len(rows) > 0 {
		n := min(len(rows), len(room)/k)
		m.fastMulRowsOfFew(z, u, k, rows[:n])
		m.fastMulRowsOfFew(room[:], v, k, rows[:n])
		addScaled(z[:n*k], a, b, room[:])
		z, rows = z[n*k:], rows[n:]
	}
	return true
}

// roomOfSum is how many products with the second vector of a sum there is room for.
const roomOfSum = 128

// addScaled is z = a·z + b·y.
func addScaled(z []float64, a, b float64, y []float64) {
	for i := range z {
		z[i] = a*z[i] + b*y[i]
	}
}

// fastAddMulRowsOfFew is AddMulRows of one output or two, where there are kernels, and says whether.
func (m *Packed) fastAddMulRowsOfFew(g, d []float64, k int, rows []int32) bool {
	if !avx2 || k > 2 || len(rows) == 0 || m.cols == 0 {
		return false
	}
	switch of1 := k == 1; {
	case of1 && m.floats != nil:
		addMulFloats1(&d[0], &m.floats[0], &g[0], &rows[0], len(rows), m.cols)
	case of1:
		addMulBytes1(&d[0], &m.bytes[0], &g[0], &rows[0], len(rows), m.cols, m.divisor)
	case m.floats != nil:
		addMulFloats2(&d[0], &m.floats[0], &g[0], &rows[0], len(rows), m.cols)
	default:
		addMulBytes2(&d[0], &m.bytes[0], &g[0], &rows[0], len(rows), m.cols, m.divisor)
	}
	return true
}

// fastAddProduct is addProductGeneric where there is a kernel for it, and says whether.
func (m *Packed) fastAddProduct(z []float64, a float64, w []float64, k int, rows []int32) bool {
	switch {
	case !avx2:
		return false
	case len(rows) < AtOnce:
		var part [partWidth]float64
		for i, r := range rows {
			m.addPanels(z[i*k:i*k+k], a, w, k, []int32{r}, part[:])
		}
	default:
		m.addProductPanels(z, a, w, k, rows)
	}
	return true
}

func (m *Packed) addProductPanels(z []float64, a float64, w []float64, k int, rows []int32) {
	var panel [panelNumbers]float64
	for len(rows) > 0 {
		n := min(len(rows), panelRows)
		m.fetchBegins(rows[n:min(len(rows), 2*panelRows)])
		m.addPanels(z[:n*k], a, w, k, rows[:n], panel[:])
		z, rows = z[n*k:], rows[n:]
	}
}

// fetchBegins asks for what the first panel takes of rows.
func (m *Packed) fetchBegins(rows []int32) {
	for _, r := range rows {
		at := int(r) * m.cols
		if m.floats != nil {
			fetchRow(m.floats[at : at+min(m.cols, partWidth)])
		} else {
			fetchRow(m.bytes[at : at+min(m.cols, partWidth)])
		}
	}
}

// addPanels is addProduct of as many rows as fit into a panel.
func (m *Packed) addPanels(z []float64, a float64, w []float64, k int, rows []int32, panel []float64) {
	for j := 0; j < m.cols; j += partWidth {
		n := min(partWidth, m.cols-j)
		m.unpackRows(panel, rows, j, n, partWidth)
		addPanels(z, panel, w[j*k:(j+n)*k], len(rows), n, partWidth, 1, k, a)
	}
}

// fastAddTransposed is addTransposed where there is a kernel for it, and says whether.
func (m *Packed) fastAddTransposed(g, d []float64, k int, rows []int32) bool {
	switch {
	case !avx2:
		return false
	case len(rows) < AtOnce:
		m.addOuters(g, d, k, rows)
	default:
		m.addTransposedPanels(g, d, k, rows)
	}
	return true
}

// addOuters is addTransposed of one row after the other.
func (m *Packed) addOuters(g, d []float64, k int, rows []int32) {
	var part, scaled [partWidth]float64
	for i, r := range rows {
		for c := 0; c < k; c += partWidth {
			in := scaled[:copy(scaled[:], d[i*k+c:i*k+k])]
			for c := range in {
				in[c] /= m.divisor
			}
			for j := 0; j < m.cols; j += partWidth {
				addOuter(g[j*k+c:], m.unpack(part[:], int(r), j), in, k)
			}
		}
	}
}

func (m *Packed) addTransposedPanels(g, d []float64, k int, rows []int32) {
	var panel [panelNumbers]float64
	for len(rows) > 0 {
		n := min(len(rows), deepRows)
		for j := 0; j < m.cols; j += deepWidth {
			width := min(deepWidth, m.cols-j)
			m.unpackRows(panel[:], rows[:n], j, width, deepWidth)
			addPanels(g[j*k:(j+width)*k], panel[:], d[:n*k], width, n, 1, deepWidth, k, 1/m.divisor)
		}
		d, rows = d[n*k:], rows[n:]
	}
}

// addPanels is out[p·k+c] += scale·Σ a[p·across+q·along]·b[q·k+c] over q < n, for so many
// rows p and all outputs c < k.
func addPanels(out, a, b []float64, rows, n, across, along, k int, scale float64) {
	for c := 0; c < k; {
		t := panelTile(k - c)
		p := 0
		if avx512 && t > 4 && rows >= 8 {
			if k-c >= 24 {
				t = 24
			}
			for ; p+8 <= rows; p += 8 {
				addPanel512(t, &out[p*k+c], &a[p*across], &b[c], n, across, along, k, scale)
			}
		}
		for p < rows {
			p += addNarrowPanel(t, rows-p, out[p*k+c:], &a[p*across], b[c:], n, across, along, k, scale)
		}
		c += t
	}
}

// pairs are which of eight numbers side by side belong to two outputs each: of the first
// four rows, and of the others.
var pairs = [16]uint64{0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7}

// addPanel512 is a tile of eight rows of t outputs.
func addPanel512(t int, out, a, b *float64, n, across, along, k int, scale float64) {
	switch {
	case t == 24:
		addPanel8x24AVX512(out, a, b, n, across, along, k, scale)
	case t == 12:
		addPanel8x12AVX512(out, a, b, n, across, along, k, scale)
	case t == 10 && across == 1:
		addPanel8x10Side(out, a, b, n, along, k, scale, &pairs[0])
	case t == 10:
		addPanel8x10AVX512(out, a, b, n, across, along, k, scale)
	default:
		addPanel8xUp8AVX512(out, a, b, n, across, along, k, scale, 1<<t-1)
	}
}

// addNarrowPanel is a tile of four rows of t outputs, or of one if there are no more, and
// says how many. Of twenty-four outputs it is two tiles of twelve.
func addNarrowPanel(t, rows int, out []float64, a *float64, b []float64, n, across, along, k int, scale float64) int {
	if t == 24 {
		addNarrowPanel(12, rows, out, a, b, n, across, along, k, scale)
		return addNarrowPanel(12, rows, out[12:], a, b[12:], n, across, along, k, scale)
	}
	mask := &masks[(t-1)%4+1][0]
	four := rows >= 4
	switch to, with := &out[0], &b[0]; {
	case four && t == 10:
		addPanel4x10(to, a, with, n, across, along, k, scale)
	case four && t == 12:
		addPanel4x12(to, a, with, n, across, along, k, scale)
	case four && t > 4:
		addPanel4xUp8(to, a, with, n, across, along, k, scale, mask)
	case four:
		addPanel4xUp4(to, a, with, n, across, along, k, scale, mask)
	case t > 8:
		addPanel1xUp12(to, a, with, n, across, along, k, scale, mask)
	case t > 4:
		addPanel1xUp8(to, a, with, n, across, along, k, scale, mask)
	default:
		addPanel1xUp4(to, a, with, n, across, along, k, scale, mask)
	}
	if four {
		return 4
	}
	return 1
}

// panelTile is how many outputs a kernel over panels takes at once of those that are left.
func panelTile(left int) int {
	switch {
	case left >= 12:
		return 12
	case left == 10:
		return 10
	}
	return min(left, 8)
}

// addOuter is g[j·k+c] += x[j]·d[c].
func addOuter(g, x, d []float64, k int) {
	for c := 0; c < len(d); {
		switch left := len(d) - c; {
		case left >= 12:
			addOuter12(&g[c], &x[0], &d[c], len(x), k)
			c += 12
		case left >= 10:
			addOuter10(&g[c], &x[0], &d[c], len(x), k)
			c += 10
		case left >= 8:
			addOuter8(&g[c], &x[0], &d[c], len(x), k)
			c += 8
		case left >= 4:
			addOuter4(&g[c], &x[0], &d[c], len(x), k)
			c += 4
		case left >= 2:
			addOuter2(&g[c], &x[0], &d[c], len(x), k)
			c += 2
		default:
			addOuter1(&g[c], &x[0], &d[c], len(x), k)
			c++
		}
	}
}

// eights is how many of n numbers the kernels over stored numbers do.
func eights(n int) int {
	if !avx2 {
		return 0
	}
	return n &^ 7
}

// fastUnpackBytes and fastUnpackFloats are unpackRows of the first numbers of each row,
// and say of how many. Rows are checked by the methods that list them.
func fastUnpackBytes(panel []float64, data []uint8, rows []int32, cols, from, width, stride int) int {
	n := eights(width)
	if n > 0 && len(rows) > 0 {
		to, first := &panel[:(len(rows)-1)*stride+n][0], &rows[0]
		if avx512 {
			unpackBytesAVX512(to, &data[from], first, len(rows), cols, n, stride)
		} else {
			unpackBytes(to, &data[from], first, len(rows), cols, n, stride)
		}
	}
	return n
}

func fastUnpackFloats(panel []float64, data []float32, rows []int32, cols, from, width, stride int) int {
	n := eights(width)
	if n > 0 && len(rows) > 0 {
		to, first := &panel[:(len(rows)-1)*stride+n][0], &rows[0]
		if avx512 {
			unpackFloatsAVX512(to, &data[from], first, len(rows), cols, n, stride)
		} else {
			unpackFloats(to, &data[from], first, len(rows), cols, n, stride)
		}
	}
	return n
}

// fetchRow asks the memory for the beginning of a row.
func fetchRow[V uint8 | float32 | float64](row []V) {
	const most, line = 16, 64
	if len(row) > 0 && avx2 {
		bytes := len(row) * int(unsafe.Sizeof(row[0]))
		fetchLines((*uint8)(unsafe.Pointer(&row[0])), min(most, (bytes+line-1)/line))
	}
}
