package tui

// What lies beside the curves: the clients, the devices, the diagnosis and the log.

// beside are the panes that have a place besides charts, standings and log.
func (s scene) beside() []pane {
	var out []pane
	if s.clients > 0 {
		out = append(out, paneClients)
	}
	if s.gpus > 0 {
		out = append(out, paneDevices)
	}
	return out
}

// diagnoses is the pane of the diagnosis, if there is one.
func (s scene) diagnoses() []pane {
	if s.diagnosis == 0 {
		return nil
	}
	return []pane{paneDiagnosis}
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
func (l *layout) sides(r rect, s scene) {
	left, right := r, r
	switch {
	case s.clients > 0 && s.gpus > 0:
		left.w = min(r.w*8/15, 104)
	case s.clients > 0:
		left.w = min(r.w*5/8, 104)
	case s.gpus > 0:
		left.w = r.w - min(r.w*7/15, 96)
	case s.diagnosis > 0:
		left.w = min(r.w*3/5, 104)
	default:
		l.log(r, s)
		return
	}
	right.x, right.w = r.x+left.w, r.w-left.w
	switch {
	case s.clients > 0:
		l.share(left, append([]pane{paneClients}, s.diagnoses()...), s)
	case s.gpus > 0:
		l.place(paneLog, left)
		l.share(right, append([]pane{paneDevices}, s.diagnoses()...), s)
		return
	default:
		l.place(paneDiagnosis, left)
	}
	if s.gpus == 0 {
		l.log(right, s)
		return
	}
	devices := right
	devices.h = right.h - max(leastLog, right.h-s.devices)
	if devices.h < leastDevices(s.gpus) || right.h < leastLow {
		l.share(right, []pane{paneDevices, paneLog}, s)
		return
	}
	l.place(paneDevices, devices)
	l.place(paneLog, rect{right.x, right.y + devices.h, right.w, right.h - devices.h})
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
func (l *layout) log(r rect, s scene) {
	if s.devices > 0 && s.gpus == 0 {
		l.share(r, []pane{paneLog, paneDevices}, s)
		return
	}
	l.place(paneLog, r)
}
