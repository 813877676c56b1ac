package matrix

// mulGeneric is MulRectified in plain Go, which skips zeros.
func (s *Single) mulGeneric(a *Single, w *Panels, n int, floor float32) {
	eachPanel(w.cols, w.lanes, func(first, width int) {
		panel, across := w.panel(first), w.lanes*width
		for i := range n {
			out := s.Row(i)[first:min(first+across, s.cols)]
			copy(out, panel[a.cols*across:])
			for j, x := range a.Row(i) {
				axpySingle(out, x, panel[j*across:][:len(out)])
			}
			for c, v := range out {
				out[c] = max(v, floor)
			}
		}
	})
}

// axpySingle is y += a·x.
func axpySingle(y []float32, a float32, x []float32) {
	if a == 0 {
		return
	}
	for i, v := range x {
		y[i] += a * v
	}
}

func (s *Single) mulGatedGeneric(d *Single, w *Panels, open *Single, n int) {
	eachPanel(w.cols, w.lanes, func(first, width int) {
		panel, across := w.panel(first), w.lanes*width
		for i := range n {
			out := s.Row(i)[first:min(first+across, s.cols)]
			clear(out)
			for c, x := range d.Row(i) {
				axpySingle(out, x, panel[c*across:][:len(out)])
			}
			for j, v := range open.Row(i)[first:][:len(out)] {
				if !(v > 0) {
					out[j] = 0
				}
			}
		}
	})
}

// addOuterGeneric is AddOuter without the biases.
func (s *Single) addOuterGeneric(g []float64, d *Single, n int) {
	sum := make([]float32, d.cols)
	for j := range s.cols {
		clear(sum)
		for i := range n {
			axpySingle(sum, s.data[i*s.stride+j], d.Row(i))
		}
		addWide(g[j*d.cols:], sum)
	}
}

// addWide adds float32 to float64.
func addWide(g []float64, sum []float32) {
	for c, v := range sum {
		g[c] += float64(v)
	}
}

func (s *Single) addSumGeneric(g []float64, n int) {
	sum := make([]float32, s.cols)
	for i := range n {
		axpySingle(sum, 1, s.Row(i))
	}
	addWide(g, sum)
}
