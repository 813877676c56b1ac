package matrix

// Panels is a matrix of float32 as the right factor of a product: in panels of 24,
// 16 or 8 columns one after another, each row by row and padded with zeros, so that
// what a kernel reads lies in one piece.
type Panels struct {
	rows, cols int
	data       []float32
}

// NewPanels is a matrix of zeros.
func NewPanels(rows, cols int) *Panels {
	return &Panels{rows: rows, cols: cols, data: make([]float32, max(rows, 1)*((cols+7)&^7))}
}

// panelWidth is how many columns a panel has, in vectors of eight, of those that are
// left: three fill the registers, and of four two and two are better than three and one.
func panelWidth(left int) int {
	switch {
	case left == 1:
		return 1
	case left == 2 || left == 4:
		return 2
	}
	return 3
}

// eachPanel calls do for the panels of so many columns, with the first of the columns.
func eachPanel(cols int, do func(first, width int)) {
	for v, n := 0, (cols+7)/8; v < n; {
		width := panelWidth(n - v)
		do(8*v, width)
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
	eachPanel(p.cols, func(first, width int) {
		panel, cols := p.panel(first), min(8*width, p.cols-first)
		if p.fastNarrow(w, first, width) {
			return
		}
		for i := range p.rows {
			for c, v := range w[i*p.cols+first:][:cols] {
				panel[i*8*width+c] = float32(v)
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
	eachPanel(p.cols, func(first, width int) {
		to := p.panel(first)
		eachPanel(w.cols, func(from, wide int) {
			panel, cols := w.panel(from), min(8*wide, w.cols-from)
			done := turnFast(to[from*8*width:], panel[first*8*wide:], width, wide, min(8*width, p.cols-first), cols)
			for j := done; j < min(8*width, p.cols-first); j++ {
				for c, v := range panel[(first+j)*8*wide:][:cols] {
					to[(from+c)*8*width+j] = v
				}
			}
		})
	})
}
