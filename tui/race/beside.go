package race

import "optwatch/tui/pane"

// What lies beside the curves: the clients, the devices, the diagnosis and the log.

// beside are the panes that have a place besides charts, standings and log.
func (s scene) beside() []int {
	var out []int
	if s.clients > 0 {
		out = append(out, paneClients)
	}
	if s.gpus > 0 {
		out = append(out, paneDevices)
	}
	return out
}

// diagnoses is the pane of the diagnosis, if there is one.
func (s scene) diagnoses() []int {
	if s.diagnosis == 0 {
		return nil
	}
	return []int{paneDiagnosis}
}

// besideRows are the rows that those have a use for, one behind the other.
func (s scene) besideRows() int {
	if s.gpus == 0 {
		return s.clients
	}
	return max(s.clients, s.devices)
}

// lowRows are the rows that have a use on a wide screen, the log being some high.
func (s scene) lowRows(log int) int {
	switch {
	case s.gpus == 0:
		return max(s.clients, s.diagnosis)
	case s.clients == 0:
		return max(s.devices, s.diagnosis)
	}
	return max(s.clients, s.devices+log)
}

// sides is the lowest part of a wide screen.
func (l *layout) sides(r pane.Rect, s scene) {
	left, right := r, r
	switch {
	case s.clients > 0 && s.gpus > 0:
		left.W = min(r.W*8/15, 104)
	case s.clients > 0:
		left.W = min(r.W*5/8, 104)
	case s.gpus > 0:
		left.W = r.W - min(r.W*7/15, 96)
	case s.diagnosis > 0:
		left.W = min(r.W*3/5, 104)
	default:
		l.log(r, s)
		return
	}
	right.X, right.W = r.X+left.W, r.W-left.W
	switch {
	case s.clients > 0:
		l.turns(left, append([]int{paneClients}, s.diagnoses()...), s)
	case s.gpus > 0:
		l.place(paneLog, left)
		l.turns(right, append([]int{paneDevices}, s.diagnoses()...), s)
		return
	default:
		l.place(paneDiagnosis, left)
	}
	if s.gpus == 0 {
		l.log(right, s)
		return
	}
	devices := right
	devices.H = right.H - max(leastLog, right.H-s.devices)
	if devices.H < leastDevices(s.gpus) || right.H < leastLow {
		l.turns(right, []int{paneDevices, paneLog}, s)
		return
	}
	l.place(paneDevices, devices)
	l.place(paneLog, pane.Rect{X: right.X, Y: right.Y + devices.H, W: right.W, H: right.H - devices.H})
}

// leastLog is the height of a log under the devices, and leastLow the height
// that the two of them need.
const leastLog, leastLow = 4, 13

// leastDevices is the height below which the devices of a machine would be
// worse to read for the log under them.
func leastDevices(gpus int) int {
	if gpus <= 4 {
		return 2*gpus + 3
	}
	return gpus + 4
}

// log is the log's place, with the host behind it where no GPU is shown.
func (l *layout) log(r pane.Rect, s scene) {
	if s.devices > 0 && s.gpus == 0 {
		l.turns(r, []int{paneLog, paneDevices}, s)
		return
	}
	l.place(paneLog, r)
}
