package matrix

// Panels is a matrix of float32 as the right factor of a product: in panels of three,
// two or one vectors of columns one after another, each row by row and padded with
// zeros, so that what a kernel reads lies in one piece.
type Panels struct {
	rows, cols int
	lanes      int // numbers of a vector
	data       []float32
}

// NewPanels is a matrix of zeros.
func NewPanels(rows, cols int) *Panels {
	n := lanes()
	return &Panels{rows: rows, cols: cols, lanes: n, data: make([]float32, max(rows, 1)*vectors(cols, n)*n)}
}

// vectors is how many of so many lanes hold n numbers.
func vectors(n, lanes int) int { return (n + lanes - 1) / lanes }

// panelWidth is how many vectors of columns a panel has of those that are left: three
// fill the registers, and of four two and two are better than three and one.
func panelWidth(left int) int {
	switch {
	case left == 1:
		return 1
	case left == 2 || left == 4:
		return 2
	}
	return 3
}

// eachPanel calls do for the panels of so many columns, with the first of the columns
// and how many vectors there are.
func eachPanel(cols, lanes int, do func(first, width int)) {
	for v, n := 0, vectors(cols, lanes); v < n; {
		width := panelWidth(n - v)
		do(lanes*v, width)
		v += width
	}
}

// panel is the one that begins with a column.
func (p *Panels) panel(first int) []float32 { return p.data[max(p.rows, 1)*first:] }

// Narrow rounds the matrix w, which is row by row and of the same shape.
func (p *Panels) Narrow(w []float64) {
	if len(w) != p.rows*p.cols {
		panic("matrix: dimension mismatch")
	}
	eachPanel(p.cols, p.lanes, func(first, width int) {
		panel, across, cols := p.panel(first), p.lanes*width, min(p.lanes*width, p.cols-first)
		done := p.fastNarrow(w, first, across, cols)
		for i := range p.rows {
			for c, v := range w[i*p.cols+first:][done:cols] {
				panel[i*across+done+c] = float32(v)
			}
		}
	})
}

// Turn is the first rows of another matrix, as many as this one has columns,
// with rows for columns.
func (p *Panels) Turn(w *Panels) {
	if w.cols != p.rows || w.rows < p.cols {
		panic("matrix: dimension mismatch")
	}
	eachPanel(p.cols, p.lanes, func(first, width int) {
		to, across, rows := p.panel(first), p.lanes*width, min(p.lanes*width, p.cols-first)
		eachPanel(w.cols, w.lanes, func(from, width int) {
			panel, along, cols := w.panel(from), w.lanes*width, min(w.lanes*width, w.cols-from)
			done := turnFast(to[from*across:], panel[first*along:], across, along, rows, cols)
			for j := done; j < rows; j++ {
				for c, v := range panel[(first+j)*along:][:cols] {
					to[(from+c)*across+j] = v
				}
			}
		})
	})
}
