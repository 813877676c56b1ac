//go:build !purego

package matrix

import "unsafe"

//go:generate go -C _generate run . shadow -out ../shadowkernels_amd64.s -stubs ../shadowkernels_amd64.go -pkg matrix

// shadowKernel is one over rows of bytes in float32: z and w, or sum and d, are rows of so
// many bytes each.
type shadowKernel = func(to, from *float32, rows *int32, n int, ptr *int64, col *uint16, val *uint8, levels *float32, stride int)

// The kernels, by how many vectors of sixteen outputs they take; of none, half a vector.
var (
	mulShadowKernels = []shadowKernel{
		mulShadow8, mulShadow16, mulShadow32, mulShadow48, mulShadow64, mulShadow80, mulShadow96,
	}
	mulShadowKernelsAVX512 = []shadowKernel{
		mulShadow8, mulShadow16AVX512, mulShadow32AVX512, mulShadow48AVX512, mulShadow64AVX512, mulShadow80AVX512, mulShadow96AVX512,
	}
	addMulShadowKernels = []shadowKernel{
		addMulShadow8, addMulShadow16, addMulShadow32, addMulShadow48, addMulShadow64, addMulShadow80, addMulShadow96,
	}
	addMulShadowKernelsAVX512 = []shadowKernel{
		addMulShadow8, addMulShadow16AVX512, addMulShadow32AVX512, addMulShadow48AVX512, addMulShadow64AVX512, addMulShadow80AVX512, addMulShadow96AVX512,
	}
)

// eachBand calls do for the bands that the outputs are divided into: where one begins,
// and how many vectors of sixteen it is. Kernels of one vector are for rows of one.
func (s *sparseShadow) eachBand(do func(first, vectors int)) {
	const most = 6
	for left, first := s.stride/16, 0; ; {
		n := min(left, most)
		if left == n+1 {
			n--
		}
		do(first, n)
		if left -= n; left == 0 {
			return
		}
		first += 16 * n
	}
}

// fastMul is mulGeneric where there are kernels, and says whether.
func (s *sparseShadow) fastMul(z []float32, rows []int32) bool {
	if !avx2 {
		return false
	}
	kernels := mulShadowKernels
	if avx512 {
		kernels = mulShadowKernelsAVX512
	}
	if len(s.weights) == 0 { // no features
		clear(z)
	} else if e := s.x.small; mustHave(rows, s.x.ptr) {
		s.eachBand(func(first, vectors int) {
			kernels[vectors](&z[first], &s.weights[first], &rows[0], len(rows), &s.x.ptr[0], unsafe.SliceData(e.col), unsafe.SliceData(e.val), &levels32[0], 4*s.stride)
		})
	}
	return true
}

// fastAddMul is addMulGeneric where there are kernels, and says whether.
func (s *sparseShadow) fastAddMul(d []float32, rows []int32) bool {
	if !avx2 {
		return false
	}
	kernels := addMulShadowKernels
	if avx512 {
		kernels = addMulShadowKernelsAVX512
	}
	if e := s.x.small; mustHave(rows, s.x.ptr) && len(s.sum) > 0 {
		s.eachBand(func(first, vectors int) {
			kernels[vectors](&s.sum[first], &d[first], &rows[0], len(rows), &s.x.ptr[0], unsafe.SliceData(e.col), unsafe.SliceData(e.val), &levels32[0], 4*s.stride)
		})
	}
	return true
}

// sixteens calls do for the outputs in parts of sixteen: where one begins, and how many
// outputs it has.
func (s *sparseShadow) sixteens(do func(first, outputs int)) {
	for c := 0; c < s.k; c += 16 {
		do(c, min(16, s.k-c))
	}
}

// fastRound is round where there are kernels, and says whether.
func (s *sparseShadow) fastRound(narrow []float32, wide []float64, n int) bool {
	if !avx2 || n == 0 {
		return avx2
	}
	_, _ = narrow[:n*s.stride], wide[:n*s.k]
	s.sixteens(func(first, outputs int) {
		if avx512 {
			roundShadowAVX512(outputs, &narrow[first], &wide[first], n, s.k, s.stride)
		} else {
			roundShadow(outputs, &narrow[first], &wide[first], n, s.k, s.stride)
		}
	})
	return true
}

// fastWiden is widen where there are kernels, and says whether.
func (s *sparseShadow) fastWiden(wide []float64, narrow []float32, n int, scale float64) bool {
	if !avx2 || n == 0 {
		return avx2
	}
	_, _ = narrow[:n*s.stride], wide[:n*s.k]
	s.sixteens(func(first, outputs int) {
		if avx512 {
			widenShadowAVX512(outputs, &wide[first], &narrow[first], &s.bias[first], scale, n, s.k, s.stride)
		} else {
			widenShadow(outputs, &wide[first], &narrow[first], &s.bias[first], scale, n, s.k, s.stride)
		}
	})
	return true
}

// fastMove is moveGeneric where there are kernels, and says whether.
func (s *sparseShadow) fastMove(g []float64, lo, hi int, scale float64, add bool) bool {
	if !avx2 || lo == hi {
		return avx2
	}
	_, sum := g[:(hi-lo)*s.k], s.sum[lo*s.stride:hi*s.stride]
	kernels := [...]func(numbers int, wide *float64, narrow *float32, scale float64, n, k, stride int){writeShadow, addShadow, writeShadowAVX512, addShadowAVX512}
	which := 0
	if add {
		which++
	}
	if avx512 {
		which += 2
	}
	s.sixteens(func(first, outputs int) {
		kernels[which](outputs, &g[first], &sum[first], scale, hi-lo, s.k, s.stride)
	})
	return true
}

// fastStep is Step without the biases, where there are kernels, and says whether.
func (s *sparseShadow) fastStep(w []float64, scale float64) bool {
	if !avx2 || len(s.sum) == 0 {
		return avx2
	}
	s.sixteens(func(first, outputs int) {
		if avx512 {
			stepShadowAVX512(outputs, &w[first], &s.sum[first], scale, &s.weights[first], s.x.cols, s.k, s.stride)
		} else {
			stepShadow(outputs, &w[first], &s.sum[first], scale, &s.weights[first], s.x.cols, s.k, s.stride)
		}
	})
	return true
}
