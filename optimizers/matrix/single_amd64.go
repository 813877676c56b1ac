//go:build !purego

package matrix

//go:generate go -C _generate run . single512 -out ../singlekernels512_amd64.s -stubs ../singlekernels512_amd64.go -pkg matrix
//go:generate go -C _generate run . single -out ../singlekernels_amd64.s -stubs ../singlekernels_amd64.go -pkg matrix

// lanes is how many numbers a vector of float32 has.
func lanes() int {
	if avx512 {
		return 16
	}
	return 8
}

// bytes from a row to the next.
func (s *Single) bytes() int { return 4 * s.stride }

// fastMul is MulRectified a tile of rows at a time, where there are kernels; zeros are
// not skipped. It writes the padding, with zeros.
func (s *Single) fastMul(a *Single, w *Panels, n int, floor float32) bool {
	if !avx2 {
		return false
	}
	kernels := [...]func(c, a, b *float32, n, rc, ra, ca, rb int, floor float32){nil, mulSingle8, mulSingle16, mulSingle24}
	if w.lanes == 16 {
		kernels = [...]func(c, a, b *float32, n, rc, ra, ca, rb int, floor float32){nil, mulSingle16AVX512, mulSingle32AVX512, mulSingle48AVX512}
	}
	eachPanel(w.cols, w.lanes, func(first, width int) {
		b := &w.panel(first)[0]
		for i := 0; i < n; i += s.tile() {
			kernels[width](&s.data[i*s.stride+first], &a.data[i*a.stride], b, a.cols, s.bytes(), a.bytes(), 4, 4*w.lanes*width, floor)
		}
	})
	return true
}

func (s *Single) fastMulGated(d *Single, w *Panels, open *Single, n int) bool {
	if !avx2 {
		return false
	}
	kernels := [...]func(c, a, b *float32, n, rc, ra, ca, rb int, open *float32){nil, mulGated8, mulGated16, mulGated24}
	if w.lanes == 16 {
		kernels = [...]func(c, a, b *float32, n, rc, ra, ca, rb int, open *float32){nil, mulGated16AVX512, mulGated32AVX512, mulGated48AVX512}
	}
	eachPanel(w.cols, w.lanes, func(first, width int) {
		b := &w.panel(first)[0]
		for i := 0; i < n; i += s.tile() {
			at := i*s.stride + first
			kernels[width](&s.data[at], &d.data[i*d.stride], b, d.cols, s.bytes(), d.bytes(), 4, 4*w.lanes*width, &open.data[at])
		}
	})
	return true
}

// nearGradient is how many numbers of a gradient stay in the second cache.
const nearGradient = 1 << 16

// fastAddOuter is AddOuter without the biases, in tiles of features. Of a gradient
// that stays near, those of one panel of d come one after the other, which then stays
// nearer still; a larger one is passed over in the order of memory.
func (s *Single) fastAddOuter(g []float64, d *Single, n int) bool {
	if !avx2 {
		return false
	}
	if len(g) > nearGradient {
		for j := 0; j < s.cols; j += s.tile() {
			eachPanel(d.cols, d.lanes, func(first, width int) { s.addOuterTile(g, d, n, j, first, width) })
		}
		return true
	}
	eachPanel(d.cols, d.lanes, func(first, width int) {
		for j := 0; j < s.cols; j += s.tile() {
			s.addOuterTile(g, d, n, j, first, width)
		}
	})
	return true
}

// The most numbers of a tile, eight rows of 48, and of a row of it.
const (
	tileNumbers = 8 * tileColumns
	tileColumns = 48
)

// addOuterTile is the tile of the features from j on and of the panel of d that
// begins with a column. What is not a whole tile of g is summed beside it.
func (s *Single) addOuterTile(g []float64, d *Single, n, j, first, width int) {
	width *= d.lanes
	rows, cols, a, b := min(s.tile(), s.cols-j), min(width, d.cols-first), &s.data[j], &d.data[first]
	if rows == s.tile() && cols == width {
		addOuterSingle(width, d.lanes, a, b, n, 4, s.bytes(), d.bytes(), &g[j*d.cols+first], 8*d.cols)
		return
	}
	var beside [tileNumbers]float64
	addOuterSingle(width, d.lanes, a, b, n, 4, s.bytes(), d.bytes(), &beside[0], 8*tileColumns)
	for i := range rows {
		for c, v := range beside[tileColumns*i:][:cols] {
			g[(j+i)*d.cols+first+c] += v
		}
	}
}

// addOuterSingle calls the kernel of a width and of so many lanes. It calls it by its
// name: what a table of kernels is given leaves the stack.
func addOuterSingle(width, lanes int, a, b *float32, n, ra, ca, rb int, grad *float64, rg int) {
	switch {
	case lanes == 16 && width == 48:
		addOuterSingle48AVX512(nil, a, b, n, 0, ra, ca, rb, grad, rg)
	case lanes == 16 && width == 32:
		addOuterSingle32AVX512(nil, a, b, n, 0, ra, ca, rb, grad, rg)
	case lanes == 16:
		addOuterSingle16AVX512(nil, a, b, n, 0, ra, ca, rb, grad, rg)
	case width == 24:
		addOuterSingle24(nil, a, b, n, 0, ra, ca, rb, grad, rg)
	case width == 16:
		addOuterSingle16(nil, a, b, n, 0, ra, ca, rb, grad, rg)
	default:
		addOuterSingle8(nil, a, b, n, 0, ra, ca, rb, grad, rg)
	}
}

// Kernels over picks, by how many vectors of eight they take: registers hold six of two
// columns, or sixteen.
var (
	addPickedKernels = []func(z *float32, w *float64, rw, n int, columns, starts *int32, picks *uint32){
		nil, addPicked8, addPicked16, addPicked24, addPicked32, addPicked40, addPicked48,
	}
	addPickedKernelsAVX512 = []func(z *float32, w *float64, rw, n int, columns, starts *int32, picks *uint32){
		nil, addPicked8AVX512, addPicked16AVX512, addPicked24AVX512, addPicked32AVX512, addPicked40AVX512,
		addPicked48AVX512, addPicked56AVX512, addPicked64AVX512, addPicked72AVX512, addPicked80AVX512,
		addPicked88AVX512, addPicked96AVX512, addPicked104AVX512, addPicked112AVX512, addPicked120AVX512, addPicked128AVX512,
	}
	addOuterPickedKernels = []func(d *float32, grad *float64, rw, n int, columns, starts *int32, picks *uint32){
		nil, addOuterPicked8, addOuterPicked16, addOuterPicked24, addOuterPicked32, addOuterPicked40, addOuterPicked48,
	}
	addOuterPickedKernelsAVX512 = []func(d *float32, grad *float64, rw, n int, columns, starts *int32, picks *uint32){
		nil, addOuterPicked8AVX512, addOuterPicked16AVX512, addOuterPicked24AVX512, addOuterPicked32AVX512, addOuterPicked40AVX512,
		addOuterPicked48AVX512, addOuterPicked56AVX512, addOuterPicked64AVX512, addOuterPicked72AVX512, addOuterPicked80AVX512,
		addOuterPicked88AVX512, addOuterPicked96AVX512, addOuterPicked104AVX512, addOuterPicked112AVX512, addOuterPicked120AVX512, addOuterPicked128AVX512,
	}
)

// bands calls do for bands of about the same width that vectors of eight divide into,
// none wider than a kernel takes. They begin where vectors of so many lanes do.
func bands(vectors, lanes, most int, do func(v, width int)) {
	n, pair := (vectors+most-1)/most, lanes/8
	whole := (vectors + pair - 1) / pair
	for i := range n {
		from, until := i*whole/n*pair, min((i+1)*whole/n*pair, vectors)
		do(from, until-from)
	}
}

// fastAdd is addGeneric where there are kernels, and says whether. Of the outputs that
// fill no vector of eight the weights are copied first, with zeros beside them.
func (p *Picks) fastAdd(z *Single, w []float64) bool {
	if !avx2 {
		return false
	}
	if len(p.columns) == 0 {
		return true
	}
	kernels := addPickedKernels
	if avx512 {
		kernels = addPickedKernelsAVX512
	}
	bands(z.cols/8, z.lanes, len(kernels)-1, func(v, width int) {
		kernels[width](&z.data[8*v], &w[8*v], 8*z.cols, len(p.columns), &p.columns[0], &p.starts[0], &p.picks[0].at)
	})
	if first := z.cols &^ 7; first < z.cols {
		side := p.sideways()
		for j := range p.cols + 1 {
			copy(side[8*j:8*j+8], w[j*z.cols+first:(j+1)*z.cols])
		}
		addPicked8(&z.data[first], &side[0], 64, len(p.columns), &p.columns[0], &p.starts[0], &p.picks[0].at)
	}
	return true
}

// fastAddOuter is addOuterGeneric where there are kernels, and says whether. What the
// outputs that fill no vector of eight come to is summed elsewhere first.
func (p *Picks) fastAddOuter(g []float64, d *Single) bool {
	if !avx2 {
		return false
	}
	if len(p.columns) == 0 {
		return true
	}
	kernels := addOuterPickedKernels
	if avx512 {
		kernels = addOuterPickedKernelsAVX512
	}
	bands(d.cols/8, d.lanes, len(kernels)-1, func(v, width int) {
		kernels[width](&d.data[8*v], &g[8*v], 8*d.cols, len(p.columns), &p.columns[0], &p.starts[0], &p.picks[0].at)
	})
	if first := d.cols &^ 7; first < d.cols {
		side := p.sideways()
		addOuterPicked8(&d.data[first], &side[0], 64, len(p.columns), &p.columns[0], &p.starts[0], &p.picks[0].at)
		for j := range p.cols {
			for c, v := range side[8*j:][:d.cols-first] {
				g[j*d.cols+first+c] += v
			}
		}
	}
	return true
}

// sideways is scratch of eight zeros for each column, the biases' included.
func (p *Picks) sideways() []float64 {
	if n := 8 * (p.cols + 1); cap(p.side) < n {
		p.side = make([]float64, n)
	} else {
		p.side = p.side[:n]
		clear(p.side)
	}
	return p.side
}

// fastAddSum is addSum: the tile of features that are 1 all along.
func (s *Single) fastAddSum(g []float64, n int) bool {
	if !avx2 || n == 0 {
		return false
	}
	one := float32(1)
	eachPanel(s.cols, s.lanes, func(first, width int) {
		var tile [tileNumbers]float64
		addOuterSingle(s.lanes*width, s.lanes, &one, &s.data[first], n, 0, 0, s.bytes(), &tile[0], 8*tileColumns)
		for c, v := range tile[:min(s.lanes*width, s.cols-first)] {
			g[first+c] += v
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

// fastNarrow is Narrow of a panel: of its columns, so many, as many as are whole vectors
// of eight. It says how many. With its padding a row of the panel has width numbers.
func (p *Panels) fastNarrow(w []float64, first, width, cols int) int {
	if !avx2 || cols < 8 || p.rows == 0 {
		return 0
	}
	narrowPanel(&p.panel(first)[0], &w[first], p.rows, cols/8, 4*width, 8*p.cols)
	return cols &^ 7
}

// turnFast writes the columns of a panel to the rows of another, eight rows at a time, and
// says how many rows it has done: none where the columns are no whole vectors of eight.
// With their padding rows of the two have width and across numbers.
func turnFast(to, from []float32, across, width, rows, cols int) int {
	if !avx2 || cols%8 != 0 {
		return 0
	}
	for j := 0; j+8 <= rows; j += 8 {
		transpose8(&to[j], &from[j*width], cols/8, 4*across, 4*width)
	}
	return rows &^ 7
}
