package devices

// shape is how much room each device takes.
type shape int

// The shapes, the most telling first.
const (
	cards shape = iota // three lines: busy and power, memory and clock, the last minutes
	pairs              // two lines
	rows               // one line, under a heading
	cells              // several devices in a line
)

// plan says how the lines of the pane are used, from the top down.
type plan struct {
	shape     shape
	across    int // devices side by side
	head      int // lines of heading
	seen      int // rows of devices
	charts    int // lines
	processes int // lines
	host      int // lines
}

// high is how many lines a row of devices takes.
func (s shape) high() int { return max(1, int(rows-s)+1) }

// The widths of a cell of the grid, with room for all it may say and for the
// least.
const mostCell, leastCell = 38, 14

// leastPair is the width from which two lines say more than one.
const leastPair = 60

// planFor shares w×h cells among n devices, their processes and the host,
// and charts if they are asked for. The devices take the most telling shape in
// which all are seen.
func planFor(w, h, n int, charts bool) plan {
	p := plan{across: 1}
	if n == 0 {
		return planHost(h, charts)
	}
	if h >= 3 {
		p.host = min(1+h/12, 2)
	}
	room := h - p.host
	list, spared := room, min(1, room/5)
	if charts && h >= 16 {
		whole := (n + max(1, w/mostCell) - 1) / max(1, w/mostCell) // lines in which all is told of each
		list, spared = max(room*2/5, min(whole, room/2), 3), 0
	}
	p.shapeFor(w, list-spared, list, n)
	rest := room - p.head - p.seen*p.shape.high()
	if charts && rest >= leastGauge {
		p.charts = max(rest-3, min(rest, leastGauge))
	}
	p.processes = rest - p.charts
	return p
}

// planHost is the plan where there is no device: why there is none, charts of
// the host if they are asked for, and the host.
func planHost(h int, charts bool) plan {
	p := plan{across: 1, host: min(h, 2)}
	if h == 2 {
		p.host = 1
	}
	p.head = h - p.host
	if charts && p.head > leastGauge+1 {
		p.charts = p.head - 2
		p.head = 2
	}
	return p
}

// shapeFor chooses the shape for at most list lines, or most if it must be.
func (p *plan) shapeFor(w, list, most, n int) {
	p.seen = n
	for p.shape = cards; p.shape < cells; p.shape++ {
		p.head = 0
		if p.shape == rows {
			p.head = 1
		}
		if p.shape == pairs && n > 2 && w < leastPair {
			continue // a line says as much
		}
		if p.head+n*p.shape.high() <= list {
			return
		}
	}
	p.head = 0
	for p.across = max(1, w/mostCell); p.across < w/leastCell && p.lines(n) > list; {
		p.across++
	}
	p.seen = min(p.lines(n), max(most, 1))
}

// lines is how many lines a grid of n devices has.
func (p *plan) lines(n int) int { return (n + p.across - 1) / p.across }
