package train

import (
	"encoding/binary"
	"fmt"
	"math"
)

// coder writes a state to bytes or reads it back. Both take the same way through
// it, so that what is written is what is read; writing changes nothing, for others
// may be reading. Numbers have eight bytes, little-endian, a float64 its bits;
// texts and lists have their length before them; a part begins with its name.
// Nothing is written in two ways, so that what reads well is written again as
// the same bytes.
//
// On reading, bytes may come from anywhere: a length is believed only as far as
// the bytes that are left could be so much, and after the first error nothing is read.
type coder struct {
	buf      []byte // what has been written, or is left to read
	reading  bool
	counting bool // only how many bytes would be written
	size     int  // bytes there were to read, or would be written
	version  int  // of what is read; that of what is written is the latest
	err      error
}

// fail remembers the first error, with its place.
func (c *coder) fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf("byte %d: %s", c.size-len(c.buf), fmt.Sprintf(format, args...))
	}
}

// take is the next n bytes to read; nil if there are not so many.
func (c *coder) take(n int) []byte {
	if c.err != nil || n > len(c.buf) {
		c.fail("%d bytes are left, want %d", len(c.buf), n)
		return nil
	}
	out := c.buf[:n]
	c.buf = c.buf[n:]
	return out
}

// bits is any number of eight bytes.
func (c *coder) bits(v *uint64) {
	if c.counting {
		c.size += 8
	} else if !c.reading {
		c.buf = binary.LittleEndian.AppendUint64(c.buf, *v)
	} else if b := c.take(8); b != nil {
		*v = binary.LittleEndian.Uint64(b)
	}
}

func (c *coder) real(vs ...*float64) {
	for _, v := range vs {
		bits := math.Float64bits(*v)
		if c.bits(&bits); c.reading {
			*v = math.Float64frombits(bits)
		}
	}
}

// whole is a whole number of any kind.
func whole[T ~int | ~int64](c *coder, vs ...*T) {
	for _, v := range vs {
		bits := uint64(*v)
		if c.bits(&bits); c.reading {
			*v = T(bits)
		}
	}
}

// oneOf is a whole number from 0 to most.
func oneOf[T ~int](c *coder, v *T, most T) {
	if whole(c, v); *v < 0 || *v > most {
		c.fail("%d is not from 0 to %d", *v, most)
	}
}

func (c *coder) flag(vs ...*bool) {
	for _, v := range vs {
		if c.counting {
			c.size++
		} else if !c.reading {
			b := byte(0)
			if *v {
				b = 1
			}
			c.buf = append(c.buf, b)
		} else if b := c.take(1); b != nil {
			if *v = b[0] == 1; b[0] > 1 {
				c.fail("%d is neither yes nor no", b[0])
			}
		}
	}
}

// length is that of something whose parts have so many bytes at least.
func (c *coder) length(n, each int) int {
	whole(c, &n)
	if c.reading && (n < 0 || n > len(c.buf)/each) {
		c.fail("%d parts are declared, and %d bytes are left", n, len(c.buf))
	}
	if c.err != nil {
		return 0
	}
	return n
}

func (c *coder) text(vs ...*string) {
	for _, v := range vs {
		n := c.length(len(*v), 1)
		if c.counting {
			c.size += n
		} else if !c.reading {
			c.buf = append(c.buf, *v...)
		} else {
			*v = string(c.take(n))
		}
	}
}

// part begins a part with its name, which must be there.
func (c *coder) part(name string) {
	is := name
	if c.text(&is); is != name {
		c.fail("found %q, want %q", is, name)
	}
}

// list is a list of parts that have so many bytes at least. An empty one is nil.
func list[T any](c *coder, v *[]T, each int, part func(*coder, *T)) {
	n := c.length(len(*v), each)
	if c.reading {
		*v = nil
		if n > 0 {
			*v = make([]T, n)
		}
	}
	for i := range *v {
		if c.err != nil {
			return
		}
		part(c, &(*v)[i])
	}
}

// reals is a list of numbers, which may be long: most of a state is such lists. It
// goes by blocks, a yes or no before each, and where that is no all its numbers are
// +0 and none of them is written. So what a federation keeps for clients that have
// never taken part takes next to nothing.
func (c *coder) reals(v *[]float64) {
	if c.version < firstBlocks {
		n := c.length(len(*v), 8)
		c.allocate(v, n)
		c.numbers(*v)
		return
	}
	n := len(*v)
	if whole(c, &n); c.reading && (n < 0 || n/blockSize > len(c.buf)) {
		c.fail("%d numbers are declared, and %d bytes are left", n, len(c.buf))
	}
	c.allocate(v, n)
	for lo := 0; lo < len(*v) && c.err == nil; lo += blockSize {
		block := (*v)[lo:min(lo+blockSize, len(*v))]
		set := !c.reading && !allZero(block)
		if c.flag(&set); set {
			c.numbers(block)
		}
		if c.reading && set && allZero(block) {
			c.fail("zeros are written out")
		}
	}
}

const (
	firstBlocks = 6 // the version from which on lists of numbers go by blocks
	// blockSize is how many numbers a block has: the bytes of a state can ask for
	// that many times eight as much memory, and no more.
	blockSize = 64
)

// allocate is room for so many numbers where they are read. An empty list is nil.
func (c *coder) allocate(v *[]float64, n int) {
	if !c.reading {
		return
	}
	if *v = nil; n > 0 && c.err == nil {
		*v = make([]float64, n)
	}
}

// numbers is those of v, without their count.
func (c *coder) numbers(v []float64) {
	if c.counting {
		c.size += 8 * len(v)
	} else if !c.reading {
		for _, x := range v {
			c.buf = binary.LittleEndian.AppendUint64(c.buf, math.Float64bits(x))
		}
	} else if b := c.take(8 * len(v)); b != nil {
		for i := range v {
			v[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
		}
	}
}

// allZero says whether all bits of some numbers are 0.
func allZero(v []float64) bool {
	for _, x := range v {
		if math.Float64bits(x) != 0 {
			return false
		}
	}
	return true
}

// rows is a list of rows, of four bytes each.
func (c *coder) rows(v *[]int32) {
	list(c, v, 4, func(c *coder, v *int32) {
		if c.counting {
			c.size += 4
		} else if !c.reading {
			c.buf = binary.LittleEndian.AppendUint32(c.buf, uint32(*v))
		} else if b := c.take(4); b != nil {
			*v = int32(binary.LittleEndian.Uint32(b))
		}
	})
}

// maybe is a part that may be missing.
func maybe[T any](c *coder, v **T, part func(*coder, *T)) {
	there := *v != nil
	if c.flag(&there); c.reading {
		*v = nil
		if there {
			*v = new(T)
		}
	}
	if there {
		part(c, *v)
	}
}
