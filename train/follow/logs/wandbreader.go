package logs

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

// The parts of the file.
const (
	wandbHead   = 7     // ":W&B", a number and the version
	wandbBlock  = 32768 // counted from the beginning of the file
	wandbChunk  = 7     // checksum, length and kind of a chunk
	mostRecord  = 8 << 20
	mostPrinted = 64 << 10 // bytes of a line of output
	mostMedia   = 100      // pictures and the like in a row
)

// The kinds of chunks: a whole record, or the first, a middle or the last part of one.
const (
	chunkFull = 1 + iota
	chunkFirst
	chunkMiddle
	chunkLast
)

// wandbReader reads a transaction log.
type wandbReader struct {
	rest    []byte // that begins with a chunk which has not come whole
	at      int64  // where that lies in the file
	headed  bool
	ended   bool
	record  []byte // the parts of a record so far
	inside  bool   // a record has begun
	keys    map[string]string
	skipped bool     // the record that goes on is too long to be kept
	media   []string // keys of the row below which there are no values
	axes    wandbAxes
	printed [2]bytes.Buffer // a line that has not ended: of standard error, and output
}

// Read reads the records that have come whole.
func (r *wandbReader) Read(p []byte, f *Found) {
	if r.ended {
		return
	}
	r.rest = append(r.rest, p...)
	if !r.headed {
		if len(r.rest) < wandbHead {
			return
		}
		if unwritten(r.rest) {
			return
		}
		if !bytes.Equal(r.rest[:4], []byte(":W&B")) || binary.LittleEndian.Uint16(r.rest[4:]) != 0xbee1 || r.rest[6] != 0 {
			f.Skip("it does not begin as a W&B log of version 0 does")
			r.ended, r.rest = true, nil
			return
		}
		r.headed = true
		r.done(wandbHead)
	}
	for r.chunk(f) {
	}
	r.rest = bytes.Clone(r.rest)
}

// Torn gives back a chunk that has not come whole.
func (r *wandbReader) Torn() int {
	n := len(r.rest)
	r.rest = nil
	return n
}

// done is called when so many bytes have been read.
func (r *wandbReader) done(n int) { r.rest, r.at = r.rest[n:], r.at+int64(n) }

// chunk reads a chunk, and says whether it had come whole.
func (r *wandbReader) chunk(f *Found) bool {
	left := int(wandbBlock - r.at%wandbBlock)
	if left < wandbChunk { // padding
		if len(r.rest) < left {
			return false
		}
		r.done(left)
		return true
	}
	if len(r.rest) < wandbChunk {
		return false
	}
	length, kind := int(binary.LittleEndian.Uint16(r.rest[4:])), r.rest[6]
	if kind == 0 && length == 0 && binary.LittleEndian.Uint32(r.rest) == 0 {
		return r.blank(left)
	}
	if wandbChunk+length > left || kind > chunkLast || kind == 0 {
		return r.bad(left, "a chunk does not fit into its block", f)
	}
	if len(r.rest) < wandbChunk+length {
		return false
	}
	if crc32.ChecksumIEEE(r.rest[6:wandbChunk+length]) != binary.LittleEndian.Uint32(r.rest) {
		return r.bad(left, "a chunk has a wrong checksum", f)
	}
	data := r.rest[wandbChunk : wandbChunk+length]
	r.part(kind, data, f)
	r.done(wandbChunk + length)
	return true
}

// blank is a chunk of zeros: what has not been written yet, unless more has come
// after its block.
func (r *wandbReader) blank(left int) bool {
	if len(r.rest) <= left {
		return false
	}
	r.done(left)
	return true
}

// bad goes on with the next block, once that has come.
func (r *wandbReader) bad(left int, why string, f *Found) bool {
	if len(r.rest) <= left {
		return false
	}
	f.Skip(fmt.Sprintf("at byte %d %s: the rest of its block is skipped", r.at, why))
	r.inside = false
	r.done(left)
	return true
}

// part puts a record together.
func (r *wandbReader) part(kind byte, data []byte, f *Found) {
	if r.inside && (kind == chunkFull || kind == chunkFirst) {
		f.Skip(fmt.Sprintf("the record before byte %d has no end", r.at))
	}
	switch kind {
	case chunkFull:
		r.inside = false
		r.whole(data, f)
	case chunkFirst:
		r.inside, r.skipped, r.record = true, false, append(r.record[:0], data...)
	default:
		if !r.inside { // its beginning was bad
			return
		}
		if len(r.record)+len(data) > mostRecord {
			r.skipped = true
		} else {
			r.record = append(r.record, data...)
		}
		if kind == chunkLast {
			r.inside = false
			if r.skipped {
				f.Skip(fmt.Sprintf("the record before byte %d has more than 8 MiB", r.at))
			} else {
				r.whole(r.record, f)
			}
			if cap(r.record) > 1<<20 {
				r.record = nil
			}
		}
	}
}
