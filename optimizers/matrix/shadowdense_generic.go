package matrix

// The kernels of a denseShadow in plain Go.

func (s *denseShadow) roundGeneric(w []float64, lo, hi int) {
	for _, b := range s.bands {
		for j := lo; j < hi; j++ {
			for c, v := range w[(j-lo)*s.k+b.first:][:s.outputs(b)] {
				s.weights[b.place(j, c)] = float32(v)
			}
		}
	}
}

// place is where the number of a feature and output lies.
func (b shadowBand) place(feature, c int) int {
	return b.at + (feature/shadowLanes*b.outputs+c)*shadowLanes + feature%shadowLanes
}

// vector is one of a band, of an output.
func (b shadowBand) vector(all []float32, v, c int) []float32 {
	return all[b.place(v*shadowLanes, c):][:shadowLanes]
}

func (s *denseShadow) mulGeneric(z []float64, rows []int32) {
	var x [shadowLanes]float32
	for i, r := range rows {
		out := z[i*s.k : (i+1)*s.k]
		for _, b := range s.bands {
			for c := range s.outputs(b) {
				total := 0.0
				for first := 0; first < s.vectors; first += s.block {
					var sums [shadowLanes]float32
					for v := first; v < min(first+s.block, s.vectors); v++ {
						s.take(&x, int(r), v)
						for l, w := range b.vector(s.weights, v, c) {
							sums[l] += x[l] * w
						}
					}
					total += float64(addLanes(sums))
				}
				out[b.first+c] = s.bias[b.first+c] + total/s.x.divisor
			}
		}
	}
}

// addLanes is the sum of a vector.
func addLanes(v [shadowLanes]float32) float32 {
	for n := shadowLanes / 2; n >= 4; n /= 2 {
		for l := range n {
			v[l] += v[l+n]
		}
	}
	return (v[0] + v[1]) + (v[2] + v[3])
}

// take is a vector of stored numbers of a row, with zeros behind the last.
func (s *denseShadow) take(x *[shadowLanes]float32, row, v int) {
	lo := v * shadowLanes
	*x = [shadowLanes]float32{}
	if s.x.floats != nil {
		copy(x[:], s.x.floatRow(row)[lo:])
		return
	}
	for l, b := range s.x.Bytes(row)[lo:min(lo+shadowLanes, s.x.cols)] {
		x[l] = float32(b)
	}
}

func (s *denseShadow) addGeneric(rows []int32, keep bool) {
	if !keep {
		clear(s.sum)
	}
	var x [shadowLanes]float32
	d := s.narrowed
	for _, b := range s.bands {
		for _, r := range rows {
			for v := range s.vectors {
				s.take(&x, int(r), v)
				for c := range s.outputs(b) {
					sums := b.vector(s.sum, v, c)
					for l, a := range x {
						sums[l] += a * d[c]
					}
				}
			}
			d = d[b.outputs:]
		}
	}
}

func (s *denseShadow) moveGeneric(g []float64, lo, hi int, scale float64, how moving) {
	for _, b := range s.bands {
		for j := lo; j < hi; j++ {
			for c := range s.outputs(b) {
				to, at := &g[(j-lo)*s.k+b.first+c], b.place(j, c)
				how.to(to, scale, s.sum[at])
				if how == stepping {
					s.weights[at] = float32(*to)
				}
			}
		}
	}
}
