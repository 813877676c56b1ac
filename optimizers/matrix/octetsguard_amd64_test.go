//go:build unix && !purego

package matrix

import (
	"math/rand/v2"
	"os"
	"syscall"
	"testing"
	"unsafe"
)

// beforeTheEnd is so many zeros behind which memory must not be read.
func beforeTheEnd[V any](t *testing.T, n int) []V {
	t.Helper()
	var one V
	size, page := n*int(unsafe.Sizeof(one)), os.Getpagesize()
	room := (size + page - 1) / page * page
	all, err := syscall.Mmap(-1, 0, room+page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { _ = syscall.Munmap(all) })
	if err := syscall.Mprotect(all[room:], syscall.PROT_NONE); err != nil {
		t.Skip(err)
	}
	return unsafe.Slice((*V)(unsafe.Pointer(unsafe.SliceData(all[room-size:room]))), n)
}

// TestOctetsReadNothingElse has weights, products, lists of rows and octets end where
// memory does: guard words see only what is written.
func TestOctetsReadNothingElse(t *testing.T) {
	if !Accelerated() {
		t.Skip("no kernels in assembly here")
	}
	rng := rand.New(rand.NewPCG(97, 98))
	for _, cols := range []int{8, 9, 15, 16, 131} {
		m := blackAndWhite(cols)
		Prepare(m, 1)
		o := m.octets.made.Load()
		pairs := beforeTheEnd[octetPair](t, len(o.pairs))
		copy(pairs, o.pairs)
		o.pairs = pairs
		for k := 1; k <= mostOfOctets; k++ {
			w := beforeTheEnd[float64](t, (cols+1)*k)
			multiples(w, rng)
			for n := leastOfOctets; n < 40; n++ {
				z, rows := beforeTheEnd[float64](t, n*k), beforeTheEnd[int32](t, n)
				for i := range rows {
					rows[i] = rng.Int32N(int32(m.Rows()))
				}
				rows[n-1] = int32(m.Rows() - 1)
				m.Prefetch(rows, k, n)
				if !m.mulOctets(z, w, k, rows) || !m.addMulOctets(w, z, k, rows) {
					t.Fatalf("%d rows of %d columns were left alone, k=%d", n, cols, k)
				}
			}
		}
	}
}
