package logs

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

// The frame of a record: its length with a checksum before it, and a checksum of
// the data after it.
const (
	eventHead  = 12
	eventTail  = 4
	mostEvent  = 1 << 30 // bytes of a record; graphs and images have many
	keptEvent  = 4 << 20 // of one that is read at all: a scalar takes a hundred
	mostTagged = 20_000  // tags that are remembered
	mostZeros  = 1 << 20 // bytes that are taken for a piece which is not written yet
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// masked is the checksum as it is stored.
func masked(p []byte) uint32 {
	c := crc32.Checksum(p, castagnoli)
	return (c>>15 | c<<17) + 0xa282ead8
}

// eventReader reads an event file.
type eventReader struct {
	tags    *eventTags
	rest    []byte // of a record that has not come whole
	at      int64  // where that begins
	skip    int64  // bytes still to come of a record that is not kept
	ended   bool   // nothing more can be read
	plugins map[string]string
}

// eventTags are what all files of a folder share: tags by themselves, so that each
// is kept once, and whether a session has begun.
type eventTags struct {
	names map[string]string
	began bool
}

func newEventTags() *eventTags { return &eventTags{names: map[string]string{}} }

// Read reads the records that have come whole.
func (r *eventReader) Read(p []byte, f *Found) {
	if r.ended {
		return
	}
	if n := min(r.skip, int64(len(p))); n > 0 {
		r.skip, r.at, p = r.skip-n, r.at+n, p[n:]
	}
	if len(r.rest) > 0 {
		r.rest = append(r.rest, p...)
		p = r.rest
	}
	for !r.ended && len(p) >= eventHead {
		n := r.record(p, f)
		if n == 0 {
			break
		}
		r.at += int64(n)
		p = p[n:]
	}
	if r.ended {
		p = nil
	}
	r.rest = append(r.rest[:0], p...)
	if cap(r.rest) > 2*keptEvent && len(r.rest) < keptEvent/4 {
		r.rest = append([]byte(nil), r.rest...)
	}
}

// Torn gives back a record that has not come whole.
func (r *eventReader) Torn() int {
	n := len(r.rest)
	r.rest = nil
	return n
}

// unwritten says whether what follows a record is nothing, or zeros that stand for
// what is still to be written. A wrong checksum before it is no damage yet.
func unwritten(p []byte) bool {
	return len(p) <= mostZeros && len(bytes.Trim(p, "\x00")) == 0
}

// record reads the record at the beginning of p, and gives how many bytes of p are
// done with; 0 if it has not come whole.
func (r *eventReader) record(p []byte, f *Found) int {
	length := binary.LittleEndian.Uint64(p)
	switch {
	case binary.LittleEndian.Uint32(p[8:]) != masked(p[:8]):
		if unwritten(p[eventHead:]) {
			return 0
		}
		r.stop(f, "the length of a record has a wrong checksum")
		return 0
	case length > mostEvent:
		r.stop(f, fmt.Sprintf("a record has %d bytes", length))
		return 0
	}
	whole := eventHead + int(length) + eventTail
	if length > keptEvent {
		r.skip = int64(whole - min(whole, len(p)))
		return min(whole, len(p))
	}
	if len(p) < whole {
		return 0
	}
	data := p[eventHead : eventHead+length]
	if binary.LittleEndian.Uint32(p[eventHead+length:]) != masked(data) {
		if unwritten(p[whole:]) {
			return 0
		}
		f.Skip(fmt.Sprintf("a record at byte %d has a wrong checksum", r.at))
		return whole
	}
	if err := r.event(data, f); err != nil {
		f.drop()
		f.Skip(fmt.Sprintf("the record at byte %d %v", r.at, err))
	}
	return whole
}

// stop ends the reading: where a length is wrong nobody knows where the next record
// begins.
func (r *eventReader) stop(f *Found, why string) {
	f.Skip(fmt.Sprintf("at byte %d %s: nothing after it can be read", r.at, why))
	r.ended = true
}
