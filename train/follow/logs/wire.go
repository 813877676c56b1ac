package logs

import (
	"encoding/binary"
	"errors"
	"math"
)

// message is a message of protocol buffers as it is on the wire. Fields are taken
// off it one after the other, and nothing is copied.
//
// Reference: "Encoding", protobuf.dev/programming-guides/encoding.
type message []byte

// The kinds of fields on the wire.
const (
	wireVarint  = 0
	wireFixed64 = 1
	wireBytes   = 2
	wireFixed32 = 5
)

// field is one of a message. Which of its values is set depends on its kind.
type field struct {
	number int
	kind   int
	bits   uint64 // of a number
	bytes  message
}

var errWire = errors.New("is no message of protocol buffers")

// next takes the first field off a message that is not empty.
func (m *message) next() (f field, err error) {
	key, err := m.varint()
	if err != nil {
		return f, err
	}
	f.number, f.kind = int(key>>3), int(key&7)
	switch f.kind {
	case wireVarint:
		f.bits, err = m.varint()
	case wireFixed64:
		if len(*m) < 8 {
			return f, errWire
		}
		f.bits, *m = binary.LittleEndian.Uint64(*m), (*m)[8:]
	case wireFixed32:
		if len(*m) < 4 {
			return f, errWire
		}
		f.bits, *m = uint64(binary.LittleEndian.Uint32(*m)), (*m)[4:]
	case wireBytes:
		var n uint64
		if n, err = m.varint(); err != nil || n > uint64(len(*m)) {
			return f, errWire
		}
		f.bytes, *m = (*m)[:n], (*m)[n:]
	default: // groups, which nobody writes any more
		return f, errWire
	}
	return f, err
}

func (m *message) varint() (uint64, error) {
	v, n := binary.Uvarint(*m)
	if n <= 0 {
		return 0, errWire
	}
	*m = (*m)[n:]
	return v, nil
}

// float64 and float32 are a number of a field with fixed width; NaN is a value too.
func (f *field) float64() float64 { return math.Float64frombits(f.bits) }
func (f *field) float32() float64 { return float64(math.Float32frombits(uint32(f.bits))) }

// first is the first number in a field that may be packed: its bits, as wide as a
// kind on the wire.
func (f *field) first(kind int) (uint64, bool) {
	switch {
	case f.kind == kind:
		return f.bits, true
	case f.kind != wireBytes || len(f.bytes) == 0:
		return 0, false
	}
	m := f.bytes
	switch kind {
	case wireVarint:
		v, err := m.varint()
		return v, err == nil
	case wireFixed64:
		if len(m) >= 8 {
			return binary.LittleEndian.Uint64(m), true
		}
	case wireFixed32:
		if len(m) >= 4 {
			return uint64(binary.LittleEndian.Uint32(m)), true
		}
	}
	return 0, false
}

// all are the messages in the fields of a number.
func (m message) all(number int) (out []message) {
	for len(m) > 0 {
		q, err := m.next()
		if err != nil {
			return out
		}
		if q.number == number && q.kind == wireBytes {
			out = append(out, q.bytes)
		}
	}
	return out
}
