package publish

import (
	"encoding/binary"
	"hash/crc32"
	"math"
)

// The encoding of protocol buffers, as far as event files need it, and the frames
// around their records.

// message is the encoding of one, appended field by field.
type message []byte

// The wire types.
const (
	varintType = 0
	fixed64    = 1
	bytesType  = 2
	fixed32    = 5
)

func (m message) key(field, wire int) message {
	return binary.AppendUvarint(m, uint64(field)<<3|uint64(wire))
}

func (m message) varint(field int, v uint64) message {
	return binary.AppendUvarint(m.key(field, varintType), v)
}

func (m message) double(field int, v float64) message {
	return binary.LittleEndian.AppendUint64(m.key(field, fixed64), math.Float64bits(v))
}

func (m message) bytes(field int, v []byte) message {
	return append(binary.AppendUvarint(m.key(field, bytesType), uint64(len(v))), v...)
}

func (m message) text(field int, v string) message { return m.bytes(field, []byte(v)) }

// bits appends a float64 by itself, as packed fields have it.
func (m message) bits(v float64) message {
	return binary.LittleEndian.AppendUint64(m, math.Float64bits(v))
}

// shortBits appends the nearest float32 likewise.
func (m message) shortBits(v float64) message {
	return binary.LittleEndian.AppendUint32(m, math.Float32bits(float32(v)))
}

// fields calls each with the fields of a message, until it is at its end or what
// follows is none. A number comes as such, bytes as they are.
func (m message) fields(each func(field int, number uint64, text message)) {
	for len(m) > 0 {
		key, n := binary.Uvarint(m)
		if n <= 0 {
			return
		}
		m = m[n:]
		var number uint64
		var text message
		size := 0
		switch key & 7 {
		case varintType:
			number, size = binary.Uvarint(m)
			if size <= 0 {
				return
			}
		case fixed64:
			if size = 8; len(m) < size {
				return
			}
			number = binary.LittleEndian.Uint64(m)
		case fixed32:
			if size = 4; len(m) < size {
				return
			}
			number = uint64(binary.LittleEndian.Uint32(m))
		case bytesType:
			length, n := binary.Uvarint(m)
			if n <= 0 || length > uint64(len(m)-n) {
				return
			}
			size = n + int(length)
			text = m[n:size]
		default:
			return
		}
		each(int(key>>3), number, text)
		m = m[size:]
	}
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// masked is the checksum of a record's parts: one that is stored beside what it
// is of must not be what is computed over both.
func masked(p []byte) uint32 {
	c := crc32.Checksum(p, castagnoli)
	return (c>>15 | c<<17) + 0xa282ead8
}

// appendRecord appends a record: its length, the checksum of that, the data and
// the checksum of that.
func appendRecord(out, data []byte) []byte {
	at := len(out)
	out = binary.LittleEndian.AppendUint64(out, uint64(len(data)))
	out = binary.LittleEndian.AppendUint32(out, masked(out[at:]))
	out = append(out, data...)
	return binary.LittleEndian.AppendUint32(out, masked(data))
}

// records calls each with the records of a file that are whole, in their order.
func records(file []byte, each func(data message)) {
	const before, after = 12, 4
	for len(file) >= before+after {
		length := binary.LittleEndian.Uint64(file)
		if masked(file[:8]) != binary.LittleEndian.Uint32(file[8:]) || length > uint64(len(file)-before-after) {
			return
		}
		data := file[before : before+int(length)]
		file = file[before+int(length):]
		if masked(data) != binary.LittleEndian.Uint32(file) {
			return
		}
		each(data)
		file = file[after:]
	}
}
