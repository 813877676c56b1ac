//go:build unix

package matrix

import (
	"os"
	"syscall"
	"testing"
	"unsafe"
)

// TestDenseShadowStaysInItsRows has rows that begin or end where memory that must not be
// read does.
func TestDenseShadowStaysInItsRows(t *testing.T) {
	page := os.Getpagesize()
	all, err := syscall.Mmap(-1, 0, 3*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Skip(err)
	}
	defer func() { _ = syscall.Munmap(all) }()
	for _, guard := range [][]byte{all[:page], all[2*page:]} {
		if err := syscall.Mprotect(guard, syscall.PROT_NONE); err != nil {
			t.Skip(err)
		}
	}
	middle := all[page : 2*page]
	for i := range middle {
		middle[i] = byte(i % 64) // as float32 some number
	}
	for cols := 1; cols <= 100; cols++ {
		rows := min(20, page/4/cols)
		for _, bytes := range [][]byte{middle[:rows*cols], middle[page-rows*cols:]} {
			examShadow(t, NewBytes(rows, cols, bytes, 1), 10, AllRows(rows), digits, exact)
			examShadow(t, NewBytes(rows, cols, bytes, 1), 3, AllRows(rows), digits, exact)
		}
		for _, bytes := range [][]byte{middle[:4*rows*cols], middle[page-4*rows*cols:]} {
			floats := unsafe.Slice((*float32)(unsafe.Pointer(&bytes[0])), rows*cols)
			examShadow(t, NewFloats(rows, cols, floats), 10, AllRows(rows), normals, atMost(fewRoundings))
			examShadow(t, NewFloats(rows, cols, floats), 1, AllRows(rows), normals, atMost(fewRoundings))
		}
	}
}
