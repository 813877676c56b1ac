package logs

import (
	"encoding/binary"
	"math"
)

// The types of tensors with numbers.
const (
	tensorFloat    = 1
	tensorDouble   = 2
	tensorInt32    = 3
	tensorInt64    = 9
	tensorBool     = 10
	tensorBfloat16 = 14
	tensorHalf     = 19
)

// scalarOf is the number of a tensor with one element.
func scalarOf(m message) (v float64, short, ok bool) {
	kind, shape := 0, 1.0
	var fields []field
	for len(m) > 0 {
		q, err := m.next()
		if err != nil || len(fields) > 64 {
			return 0, false, false
		}
		switch q.number {
		case 1:
			kind = int(q.bits)
		case 2:
			shape = elements(q.bytes)
		default:
			fields = append(fields, q)
		}
	}
	if shape != 1 {
		return 0, false, false
	}
	for i := range fields { // what is float32 for TensorBoard may be there whole beside it
		if bits, ok := fields[i].first(wireFixed64); kind == tensorFloat && fields[i].number == 6 && ok {
			return math.Float64frombits(bits), false, true
		}
	}
	for i := range fields {
		if v, ok := element(kind, &fields[i]); ok {
			return v, kind == tensorFloat || kind == tensorHalf || kind == tensorBfloat16, true
		}
	}
	return 0, false, false
}

// elements is how many elements a shape has.
func elements(m message) float64 {
	n := 1.0
	for len(m) > 0 {
		q, err := m.next()
		if err != nil {
			return 0
		}
		if q.number == 3 && q.bits != 0 {
			return 0
		}
		if q.number != 2 {
			continue
		}
		size := 0.0
		for d := q.bytes; len(d) > 0; {
			p, err := d.next()
			if err != nil {
				return 0
			}
			if p.number == 1 {
				size = float64(int64(p.bits))
			}
		}
		n *= size
	}
	return n
}

// elementFields are the fields in which tensors have their elements, by their types.
var elementFields = map[int]struct{ number, wire int }{
	tensorFloat: {5, wireFixed32}, tensorDouble: {6, wireFixed64}, tensorInt32: {7, wireVarint},
	tensorInt64: {10, wireVarint}, tensorBool: {11, wireVarint}, tensorHalf: {13, wireVarint}, tensorBfloat16: {13, wireVarint},
}

// element is the first element of a tensor, if it is in this field.
func element(kind int, q *field) (float64, bool) {
	if q.number == 4 {
		return stored(kind, q.bytes)
	}
	at := elementFields[kind]
	if at.number == 0 || q.number != at.number {
		return 0, false
	}
	bits, ok := q.first(at.wire)
	switch kind {
	case tensorFloat:
		return float64(math.Float32frombits(uint32(bits))), ok
	case tensorDouble:
		return math.Float64frombits(bits), ok
	case tensorHalf:
		return half(uint16(bits)), ok
	case tensorBfloat16:
		return float64(math.Float32frombits(uint32(uint16(bits)) << 16)), ok
	}
	return float64(int64(bits)), ok
}

// stored is an element as it is in memory.
func stored(kind int, p []byte) (float64, bool) {
	switch {
	case kind == tensorFloat && len(p) == 4:
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(p))), true
	case kind == tensorDouble && len(p) == 8:
		return math.Float64frombits(binary.LittleEndian.Uint64(p)), true
	case kind == tensorInt32 && len(p) == 4:
		return float64(int32(binary.LittleEndian.Uint32(p))), true
	case kind == tensorInt64 && len(p) == 8:
		return float64(int64(binary.LittleEndian.Uint64(p))), true
	case kind == tensorBool && len(p) == 1:
		return float64(p[0]), true
	case kind == tensorHalf && len(p) == 2:
		return half(binary.LittleEndian.Uint16(p)), true
	case kind == tensorBfloat16 && len(p) == 2:
		return float64(math.Float32frombits(uint32(binary.LittleEndian.Uint16(p)) << 16)), true
	}
	return 0, false
}

// half is a number of 16 bits as IEEE 754 has it.
func half(bits uint16) float64 {
	sign, exponent, fraction := 1.0, int(bits>>10&31), float64(bits&1023)
	if bits>>15 == 1 {
		sign = -1
	}
	switch exponent {
	case 0:
		return sign * math.Ldexp(fraction, -24)
	case 31:
		if fraction != 0 {
			return math.NaN()
		}
		return math.Inf(int(sign))
	}
	return sign * math.Ldexp(1024+fraction, exponent-25)
}
