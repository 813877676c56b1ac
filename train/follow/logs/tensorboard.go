package logs

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// tensorBoard is event files as TensorBoard reads them: TensorFlow, PyTorch,
// tensorboardX, Lightning, Hugging Face and many others write them. A run is a
// folder with one file or more.
//
// References: tensorflow/core/lib/io/record_writer.h, core/util/event.proto and
// core/framework/{summary,tensor}.proto of TensorFlow.
var tensorBoard = Format{
	Name: "tensorboard", Title: "TensorBoard event files",
	Find: func(d *Folder) []string {
		for _, e := range d.Entries {
			if isEvents(e) {
				return []string{"."}
			}
		}
		return nil
	},
	Open: func(path string) Follower {
		d := &eventFolder{path: path}
		d.begin()
		return d
	},
}

// isEvents says whether an entry of a folder is an event file.
func isEvents(e fs.DirEntry) bool {
	return !e.IsDir() && strings.Contains(e.Name(), "tfevents") && !strings.HasSuffix(e.Name(), ".profile-empty")
}

// eventFolder follows all event files of a folder, in the order of their names:
// that is how writers mean them to be read.
type eventFolder struct {
	path  string
	tails map[string]*Tail
	tags  *eventTags
}

// begin begins with the first file.
func (d *eventFolder) begin() { d.tails, d.tags = map[string]*Tail{}, newEventTags() }

// Follow reads a piece of every file. Where one was written anew or is gone, what
// was found in the others is void with it, and all are read again.
func (d *eventFolder) Follow(b *Batch) (more bool, err error) {
	entries, err := os.ReadDir(d.path)
	if err != nil {
		return false, err
	}
	var names []string
	for _, e := range entries {
		if isEvents(e) {
			names = append(names, e.Name())
		}
	}
	f := b.Run("")
	void := f.Anew
	f.Anew = d.lost(names)
	if !f.Anew {
		more, err = d.read(names, f)
	}
	if f.Anew {
		d.begin()
		f.Clear()
		void = true
		more, err = d.read(names, f)
	}
	f.Anew = void
	return more, err
}

// lost says whether a file that was read is no longer there.
func (d *eventFolder) lost(names []string) bool {
	here := 0
	for _, name := range names {
		if d.tails[name] != nil {
			here++
		}
	}
	return here < len(d.tails)
}

// read reads a piece of every file.
func (d *eventFolder) read(names []string, f *Found) (more bool, err error) {
	for _, name := range names {
		t := d.tails[name]
		if t == nil {
			t = NewTail(filepath.Join(d.path, name), func() Reader { return &eventReader{tags: d.tags} })
			d.tails[name] = t
			aboutEvents(name, &f.About)
		}
		again, failed := t.Read(f)
		if failed != nil && err == nil {
			err = failed
		}
		if more = more || again; again { // what comes after it is meant to come after it
			break
		}
	}
	return more, err
}

// Close has nothing to close.
func (d *eventFolder) Close() error { return nil }

// aboutEvents takes what the name of a file says: events.out.tfevents.<seconds>.
// <host>.<pid>.<number>, where hosts may have dots in their names.
func aboutEvents(name string, a *About) {
	_, rest, _ := strings.Cut(name, "tfevents.")
	parts := strings.Split(rest, ".")
	if began, err := strconv.ParseUint(parts[0], 10, 40); err == nil && a.Began == 0 {
		a.Began = float64(began)
	}
	for i := len(parts) - 2; i > 1; i-- { // from the end: hosts may be numbers with dots
		number := parts[i+1] != "" && parts[i+1][0] >= '0' && parts[i+1][0] <= '9'
		if pid, err := strconv.ParseInt(parts[i], 10, 32); err == nil && pid > 0 && number {
			a.Host, a.PID = lineOf([]byte(strings.Join(parts[1:i], "."))), int(pid)
			return
		}
	}
}

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

// event reads an event.
func (r *eventReader) event(m message, f *Found) error {
	row := NewRow()
	row.Step = 0 // the wire leaves zeros out
	values := 0
	for len(m) > 0 {
		q, err := m.next()
		if err != nil {
			return err
		}
		switch q.number {
		case 1:
			row.Time = q.float64()
		case 2:
			row.Step = float64(int64(q.bits))
		case 5:
			n, err := r.summary(q.bytes, f)
			if values += n; err != nil {
				return err
			}
		case 7:
			row.Restart = r.session(q.bytes)
		case 10:
			f.About.Writer = sourceOf(q.bytes)
		}
	}
	if values > 0 || row.Restart {
		f.Add(row)
	}
	return nil
}

// session says whether a session that starts is another one: the run begins again.
func (r *eventReader) session(m message) bool {
	for len(m) > 0 {
		q, err := m.next()
		if err != nil {
			return false
		}
		if q.number == 1 && q.bits == 1 {
			again := r.tags.began
			r.tags.began = true
			return again
		}
	}
	return false
}

// sourceOf is the writer that a file names.
func sourceOf(m message) string {
	for len(m) > 0 {
		q, err := m.next()
		if err != nil {
			return ""
		}
		if q.number == 1 && len(q.bytes) < 200 {
			return lineOf(q.bytes)
		}
	}
	return ""
}

// summary puts the scalars of a summary, and says how many they are.
func (r *eventReader) summary(m message, f *Found) (n int, err error) {
	for len(m) > 0 {
		q, err := m.next()
		if err != nil {
			return n, err
		}
		if q.number != 1 {
			continue
		}
		v, err := r.value(q.bytes, f)
		if err != nil {
			return n, err
		}
		if v.Tag != "" {
			f.Put(v.Tag, v.Number, v.Short)
			n++
		}
	}
	return n, nil
}

// value is a scalar; one without a tag is anything else.
func (r *eventReader) value(m message, f *Found) (v Value, err error) {
	var tag, tensor, plugin, content message
	scalar, simple := false, false
	for len(m) > 0 {
		q, err := m.next()
		if err != nil {
			return v, err
		}
		switch q.number {
		case 1:
			tag = q.bytes
		case 2:
			v.Number, v.Short, simple = q.float32(), true, q.kind == wireFixed32
		case 8:
			tensor, scalar = q.bytes, true
		case 9:
			plugin, content = pluginOf(q.bytes)
		}
	}
	name := r.tag(tag)
	if len(plugin) > 0 && len(r.plugins) < mostTagged {
		if r.plugins == nil {
			r.plugins = map[string]string{}
		}
		r.plugins[name] = string(plugin)
	}
	if string(plugin) == "hparams" {
		hyperparameters(content, f)
	}
	switch known := r.plugins[name]; {
	case simple:
	case scalar && known == "scalars":
		v.Number, v.Short, simple = scalarOf(tensor)
	}
	if !simple || name == "" {
		return Value{}, nil
	}
	v.Tag = name
	return v, nil
}

// tag is a tag that is kept once.
func (r *eventReader) tag(p []byte) string {
	if s, ok := r.tags.names[string(p)]; ok {
		return s
	}
	if len(p) > 4096 {
		p = p[:4096]
	}
	s := strings.ToValidUTF8(string(p), "�")
	if len(r.tags.names) < mostTagged {
		r.tags.names[s] = s
	}
	return s
}

// pluginOf is the name and the content of the plugin that draws a tag.
func pluginOf(m message) (name, content message) {
	for len(m) > 0 {
		q, err := m.next()
		if err != nil {
			return name, content
		}
		for p := q.bytes; q.number == 1 && len(p) > 0; {
			part, err := p.next()
			if err != nil {
				break
			}
			switch part.number {
			case 1:
				name = part.bytes
			case 2:
				content = part.bytes
			}
		}
	}
	return name, content
}

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

// hyperparameters are those that torch's add_hparams writes, as a map from keys to
// values of google.protobuf.Value.
func hyperparameters(m message, f *Found) {
	for _, start := range m.all(3) { // session_start_info
		for _, entry := range start.all(1) {
			var key string
			var value message
			for len(entry) > 0 {
				q, err := entry.next()
				if err != nil {
					break
				}
				switch q.number {
				case 1:
					key = lineOf(q.bytes)
				case 2:
					value = q.bytes
				}
			}
			if text, ok := textOf(value); ok && key != "" && len(f.Config) < 10_000 {
				f.Config = append(f.Config, Parameter{key, text})
			}
		}
	}
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

// textOf is a google.protobuf.Value in words.
func textOf(m message) (string, bool) {
	for len(m) > 0 {
		q, err := m.next()
		if err != nil {
			return "", false
		}
		switch q.number {
		case 1:
			return "null", true
		case 2:
			return strconv.FormatFloat(q.float64(), 'g', -1, 64), true
		case 3:
			return strings.ToValidUTF8(string(q.bytes[:min(len(q.bytes), 4096)]), "�"), true
		case 4:
			return strconv.FormatBool(q.bits != 0), true
		}
	}
	return "", false
}
