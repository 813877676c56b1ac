//go:build !purego

package matrix

//go:generate go -C _generate run . single -out ../singlekernels_amd64.s -stubs ../singlekernels_amd64.go -pkg matrix

// bytes from a row to the next.
func (s *Single) bytes() int { return 4 * s.stride }

// fastMul is MulRectified four rows at a time, where there are kernels; zeros are
// not skipped. It writes the padding, with zeros.
func (s *Single) fastMul(a *Single, w *Panels, n int, floor float32) bool {
	if !avx2 {
		return false
	}
	kernels := [...]func(c, a, b *float32, n, rc, ra, ca, rb int, floor float32){nil, mulSingle8, mulSingle16, mulSingle24}
	eachPanel(w.cols, func(first, width int) {
		b := &w.panel(first)[0]
		for i := 0; i < n; i += 4 {
			kernels[width](&s.data[i*s.stride+first], &a.data[i*a.stride], b, a.cols, s.bytes(), a.bytes(), 4, 32*width, floor)
		}
	})
	return true
}

func (s *Single) fastMulGated(d *Single, w *Panels, open *Single, n int) bool {
	if !avx2 {
		return false
	}
	kernels := [...]func(c, a, b *float32, n, rc, ra, ca, rb int, open *float32){nil, mulGated8, mulGated16, mulGated24}
	eachPanel(w.cols, func(first, width int) {
		b := &w.panel(first)[0]
		for i := 0; i < n; i += 4 {
			at := i*s.stride + first
			kernels[width](&s.data[at], &d.data[i*d.stride], b, d.cols, s.bytes(), d.bytes(), 4, 32*width, &open.data[at])
		}
	})
	return true
}

// nearGradient is how many numbers of a gradient stay in the second cache.
const nearGradient = 1 << 16

// fastAddOuter is AddOuter without the biases, in tiles of four features. Of a
// gradient that stays near, those of one panel of d come one after the other, which
// then stays nearer still; a larger one is passed over in the order of memory.
func (s *Single) fastAddOuter(g []float64, d *Single, n int) bool {
	if !avx2 {
		return false
	}
	if len(g) > nearGradient {
		for j := 0; j < s.cols; j += 4 {
			eachPanel(d.cols, func(first, width int) { s.addOuterTile(g, d, n, j, first, width) })
		}
		return true
	}
	eachPanel(d.cols, func(first, width int) {
		for j := 0; j < s.cols; j += 4 {
			s.addOuterTile(g, d, n, j, first, width)
		}
	})
	return true
}

// addOuterTile is the tile of the features from j on and of the panel of d that
// begins with a column. What is not a whole tile of g is summed beside it.
func (s *Single) addOuterTile(g []float64, d *Single, n, j, first, width int) {
	rows, cols, a, b := min(4, s.cols-j), min(8*width, d.cols-first), &s.data[j], &d.data[first]
	if rows == 4 && cols == 8*width {
		addOuterSingle(width, a, b, n, 4, s.bytes(), d.bytes(), &g[j*d.cols+first], 8*d.cols)
		return
	}
	var beside [4 * 24]float64
	addOuterSingle(width, a, b, n, 4, s.bytes(), d.bytes(), &beside[0], 8*24)
	for i := range rows {
		for c := range cols {
			g[(j+i)*d.cols+first+c] += beside[24*i+c]
		}
	}
}

// addOuterSingle calls the kernel of a width. It calls it by its name: what a table of
// kernels is given leaves the stack.
func addOuterSingle(width int, a, b *float32, n, ra, ca, rb int, grad *float64, rg int) {
	switch width {
	case 3:
		addOuterSingle24(nil, a, b, n, 0, ra, ca, rb, grad, rg)
	case 2:
		addOuterSingle16(nil, a, b, n, 0, ra, ca, rb, grad, rg)
	default:
		addOuterSingle8(nil, a, b, n, 0, ra, ca, rb, grad, rg)
	}
}

// mostPicked is how many vectors of two columns registers hold.
const mostPicked = 6

// bands calls do for bands of about the same width that vectors divide into, none
// wider than a kernel takes.
func bands(vectors int, do func(v, width int)) {
	n := (vectors + mostPicked - 1) / mostPicked
	for i := range n {
		from, until := i*vectors/n, (i+1)*vectors/n
		do(from, until-from)
	}
}

// fastAdd is add for the first outputs, as many as are whole vectors, and says how many.
func (p *Picks) fastAdd(z *Single, w []float64) int {
	if !avx2 || len(p.columns) == 0 {
		return 0
	}
	kernels := [...]func(z *float32, w *float64, rw, n int, columns, starts *int32, picks *uint32){
		nil, addPicked8, addPicked16, addPicked24, addPicked32, addPicked40, addPicked48,
	}
	bands(z.cols/8, func(v, width int) {
		kernels[width](&z.data[8*v], &w[8*v], 8*z.cols, len(p.columns), &p.columns[0], &p.starts[0], &p.picks[0].at)
	})
	return z.cols &^ 7
}

// fastAddOuter is AddOuter without the biases for the first outputs, as many as
// are whole vectors, and says how many.
func (p *Picks) fastAddOuter(g []float64, d *Single) int {
	if !avx2 || len(p.columns) == 0 {
		return 0
	}
	kernels := [...]func(d *float32, grad *float64, rw, n int, columns, starts *int32, picks *uint32){
		nil, addOuterPicked8, addOuterPicked16, addOuterPicked24, addOuterPicked32, addOuterPicked40, addOuterPicked48,
	}
	bands(d.cols/8, func(v, width int) {
		kernels[width](&d.data[8*v], &g[8*v], 8*d.cols, len(p.columns), &p.columns[0], &p.starts[0], &p.picks[0].at)
	})
	return d.cols &^ 7
}

// fastAddSum is addSum: the tile of four features that are 1 all along.
func (s *Single) fastAddSum(g []float64, n int) bool {
	if !avx2 || n == 0 {
		return false
	}
	one := float32(1)
	eachPanel(s.cols, func(first, width int) {
		var tile [4 * 24]float64
		addOuterSingle(width, &one, &s.data[first], n, 0, 0, s.bytes(), &tile[0], 8*24)
		for c := range min(8*width, s.cols-first) {
			g[first+c] += tile[c]
		}
	})
	return true
}

// fastRectify says how many of the numbers it has done.
func (s *Single) fastRectify(n int) int {
	if !avx2 || n == 0 {
		return 0
	}
	rectify8(&s.data[0], n*s.stride)
	return n * s.stride
}

func fastNarrow(x []float32, y []float64) int {
	n := sixteens(len(x))
	if n > 0 {
		narrow16(&x[0], &y[:n][0], n)
	}
	return n
}

// fastNarrow is Narrow of a panel, if all its columns are the matrix's.
func (p *Panels) fastNarrow(w []float64, first, width int) bool {
	if !avx2 || first+8*width > p.cols || p.rows == 0 {
		return false
	}
	narrowPanel(&p.panel(first)[0], &w[first], p.rows, width, 8*p.cols)
	return true
}

// turnFast turns eight rows at a time of a panel of so many vectors, and says how
// many rows it has done.
func turnFast(to, from []float32, width, wide, rows, cols int) int {
	if !avx2 || cols < 8*wide {
		return 0
	}
	for j := 0; j+8 <= rows; j += 8 {
		transpose8(&to[j], &from[j*8*wide], wide, 32*width, 32*wide)
	}
	return rows &^ 7
}
