package logs

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// wandb is the transaction log of Weights & Biases: run-<id>.wandb in a folder of
// the run. It is a log of LevelDB with another header and another checksum, whose
// records are messages of protocol buffers with values in JSON.
//
// References: core/pkg/leveldb/record.go and wandb/proto/wandb_internal.proto of wandb.
var wandb = Format{
	Name: "wandb", Title: "Weights & Biases transaction logs",
	Find: func(d *Folder) []string {
		if wandbFile(d.Path, names(d)) == "" {
			return nil
		}
		return []string{"."}
	},
	Open:   func(path string) Follower { return &wandbFolder{path: path} },
	Inside: []string{"files", "logs", "tmp"},
}

func names(d *Folder) (out []string) {
	for _, e := range d.Entries {
		if !e.IsDir() {
			out = append(out, e.Name())
		}
	}
	return out
}

// wandbFile is the log among the names of a folder; "" for none. The link
// latest-run beside the folders leads to one that is found anyway.
func wandbFile(folder string, names []string) string {
	for _, name := range names {
		if strings.HasSuffix(name, ".wandb") {
			return filepath.Join(folder, name)
		}
	}
	return ""
}

// wandbFolder follows the log of a run.
type wandbFolder struct {
	path string
	tail *Tail
	meta bool // what lies beside has been read, which comes later or never
}

// Follow reads on.
func (d *wandbFolder) Follow(b *Batch) (more bool, err error) {
	f := b.Run("")
	if d.tail == nil {
		entries, err := os.ReadDir(d.path)
		if err != nil {
			return false, err
		}
		file := wandbFile(d.path, names(&Folder{Entries: entries}))
		if file == "" {
			return false, fmt.Errorf("has no .wandb file any more")
		}
		d.tail = NewTail(file, func() Reader { return &wandbReader{} })
	}
	more, err = d.tail.Read(f)
	if err == nil && (!d.meta || f.Anew) {
		d.meta = d.beside(f)
	}
	if info, failed := os.Stat(d.tail.path); failed == nil && info.Size() <= wandbHead {
		f.About.Note = fmt.Sprintf("nothing is written yet (%d bytes): W&B writes in blocks of 32 KiB, or every 15 s", info.Size())
	}
	return more, err
}

// beside takes what W&B says of the process in a file of its own, and says whether
// that was there.
func (d *wandbFolder) beside(f *Found) bool {
	data, err := readSmall(filepath.Join(d.path, "files", "wandb-metadata.json"), largestParameters)
	if err != nil {
		return false
	}
	found, err := jsonParameters(data)
	if err != nil { // half written
		return false
	}
	for _, p := range found {
		switch p.Key {
		case "pid":
			if v, ok := decimal([]byte(p.Text)); ok && v > 0 && v < 1<<31 {
				f.About.PID = int(v)
			}
		case "host":
			f.About.Host = p.Text
		}
	}
	return true
}

// Close has nothing to close.
func (d *wandbFolder) Close() error { return nil }

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
	skipped bool            // the record that goes on is too long to be kept
	media   []string        // keys of the row below which there are no values
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

// whole reads a record.
func (r *wandbReader) whole(m message, f *Found) {
	at := r.at
	for len(m) > 0 {
		q, err := m.next()
		if err == nil {
			err = r.field(&q, f)
		}
		if err != nil {
			f.drop()
			f.Skip(fmt.Sprintf("the record at byte %d %v", at, err))
			return
		}
	}
}

// The fields of a record that are read.
const (
	wandbHistory  = 2
	wandbOutput   = 4
	wandbConfig   = 5
	wandbMetric   = 12
	wandbRaw      = 13
	wandbRun      = 17
	wandbExit     = 18
	wandbHeader   = 21
	wandbEnviron  = 26
	wandbItemKey  = 1
	wandbItemNest = 2
	wandbItemJSON = 16
)

func (r *wandbReader) field(q *field, f *Found) error {
	switch q.number {
	case wandbHistory:
		return r.history(q.bytes, f)
	case wandbConfig:
		return r.config(q.bytes, f)
	case wandbMetric:
		return r.metric(q.bytes, f)
	case wandbOutput, wandbRaw:
		r.print(q.bytes, f)
	case wandbRun:
		return r.run(q.bytes, f)
	case wandbExit:
		return r.exit(q.bytes, f)
	case wandbHeader:
		return nil
	case wandbEnviron:
		for _, host := range q.bytes.all(12) {
			f.About.Host = lineOf(host)
		}
	}
	return nil
}

// item is a key with its value in JSON.
func (r *wandbReader) item(m message) (key string, value []byte, err error) {
	var nested []string
	for len(m) > 0 {
		q, err := m.next()
		if err != nil {
			return "", nil, err
		}
		switch q.number {
		case wandbItemKey:
			key = r.key(q.bytes)
		case wandbItemNest:
			nested = append(nested, r.key(q.bytes))
		case wandbItemJSON:
			value = q.bytes
		}
	}
	switch {
	case len(nested) == 1:
		key = nested[0]
	case len(nested) > 1:
		key = strings.Join(nested, ".")
	}
	return key, value, nil
}

// key is a key that is kept once.
func (r *wandbReader) key(p []byte) string {
	if s, ok := r.keys[string(p)]; ok {
		return s
	}
	s := lineOf(p)
	if r.keys == nil {
		r.keys = map[string]string{}
	}
	if len(r.keys) < mostTagged {
		r.keys[s] = s
	}
	return s
}

// lineOf is a text that may be shown.
func lineOf(p []byte) string { return shortText(strings.ToValidUTF8(string(p), "�")) }

// history is a row. Keys that begin with "_" are W&B's own.
func (r *wandbReader) history(m message, f *Found) error {
	row := NewRow()
	r.media = r.media[:0]
	for len(m) > 0 {
		q, err := m.next()
		if err == nil && q.number == 1 {
			err = r.logged(q.bytes, &row, f)
		}
		if err == nil && q.number == 2 {
			row.Step, err = wandbStep(q.bytes)
		}
		if err != nil {
			return err
		}
	}
	if len(r.media) > 0 {
		f.values = f.values[:f.taken+len(r.numbers(f.values[f.taken:]))]
	}
	if len(f.values) > f.taken {
		f.Add(row)
	}
	return nil
}

// wandbStep is the step of a row. The wire leaves zeros out.
func wandbStep(m message) (step float64, err error) {
	for len(m) > 0 {
		q, err := m.next()
		if err != nil {
			return 0, err
		}
		if q.number == 1 {
			step = float64(int64(q.bits))
		}
	}
	return step, nil
}

// numbers are those of the values that do not belong to a picture or the like, whose
// width is nothing that is learned. They are moved to the front.
func (r *wandbReader) numbers(values []Value) []Value {
	kept := values[:0]
	for _, v := range values {
		if !slices.ContainsFunc(r.media, func(outer string) bool { return strings.HasPrefix(v.Tag, outer) }) {
			kept = append(kept, v)
		}
	}
	return kept
}

// logged is what one item of a row says.
func (r *wandbReader) logged(m message, row *Row, f *Found) error {
	key, text, err := r.item(m)
	if err != nil {
		return err
	}
	if outer, ok := strings.CutSuffix(key, "._type"); ok {
		r.isMedia(outer)
		return nil
	}
	v, ok := wandbNumber(text)
	switch {
	case key == "":
	case !ok:
		if len(text) > 0 && text[0] == '{' && key[0] != '_' {
			before := len(f.values)
			if r.object(&jsonText{b: text}, key, 0, f) != nil {
				f.values = f.values[:before]
			}
		}
	case key == "_step":
		row.Step = v
	case key == "_timestamp":
		row.Time = v
	case key == "_runtime":
		row.Elapsed = v
	case strings.HasPrefix(key, "_"):
	default:
		if strings.EqualFold(key, "epoch") {
			row.Epoch = v
		}
		f.Put(key, v, false)
	}
	return nil
}

// isMedia remembers for the row that what is below a key is a picture or the like.
func (r *wandbReader) isMedia(key string) {
	if len(r.media) < mostMedia {
		r.media = append(r.media, key+".")
	}
}

// object takes the numbers in an object, as early versions wrote nested ones.
func (r *wandbReader) object(j *jsonText, outer string, depth int, f *Found) error {
	return j.object(func(inner []byte) error {
		if string(inner) == "_type" {
			r.isMedia(outer)
		}
		key := r.key([]byte(below(outer, string(inner))))
		if j.next() == '{' && depth < deepestParameters {
			return r.object(j, key, depth+1, f)
		}
		v, err := j.value()
		if err == nil && v.kind == jsonNumber {
			f.Put(key, v.number, false)
		}
		return err
	})
}

// wandbNumber is a number in JSON, bare NaN and Infinity among them; other values
// are none.
func wandbNumber(text []byte) (float64, bool) {
	j := jsonText{b: text}
	v, err := j.value()
	if err != nil || j.end() != nil || v.kind != jsonNumber {
		return 0, false
	}
	return v.number, true
}

// config is what the run was configured with, nested keys joined by dots.
func (r *wandbReader) config(m message, f *Found) error {
	for _, update := range m.all(1) {
		key, text, err := r.item(update)
		if err != nil {
			return err
		}
		if key == "" || strings.HasPrefix(key, "_") {
			continue
		}
		var l parameterList
		if err := l.json(&jsonText{b: text}, key, 0); err != nil {
			continue
		}
		f.Config = append(f.Config, l.out...)
	}
	return nil
}

// metric is define_metric, which may say over what values are drawn.
func (r *wandbReader) metric(m message, f *Found) error {
	for _, step := range m.all(4) {
		if axis := lineOf(step); axis != "" && !strings.HasPrefix(axis, "_") {
			f.About.Axis = axis
		}
	}
	return nil
}

// print is what the program printed. It comes as it was written, in pieces that
// need not end where lines do.
func (r *wandbReader) print(m message, f *Found) {
	var text []byte
	stream := 0 // the wire leaves zeros out
	for len(m) > 0 {
		q, err := m.next()
		if err != nil {
			return
		}
		switch {
		case q.number == 1 && q.bits == 1:
			stream = 1
		case q.number == 3:
			text = q.bytes
		}
	}
	for part := range bytes.Lines(text) {
		line := &r.printed[stream]
		line.Write(part[:min(len(part), max(0, mostPrinted-line.Len()))])
		if part[len(part)-1] == '\n' || line.Len() == mostPrinted {
			endLine(line, f)
		}
	}
}

// endLine prints a line, without what was drawn over in it.
func endLine(line *bytes.Buffer, f *Found) {
	text := bytes.TrimRight(line.Bytes(), "\r\n")
	text = text[bytes.LastIndexByte(text, '\r')+1:]
	if len(text) > 0 {
		f.Print(strings.ToValidUTF8(string(text), "�"))
	}
	line.Reset()
}

// run is what the run is called, and where and since when it runs.
func (r *wandbReader) run(m message, f *Found) error {
	for len(m) > 0 {
		q, err := m.next()
		if err != nil {
			return err
		}
		switch q.number {
		case 4:
			if err := r.config(q.bytes, f); err != nil {
				return err
			}
		case 8:
			f.About.Name = lineOf(q.bytes)
		case 13:
			f.About.Host = lineOf(q.bytes)
		case 17:
			for t := q.bytes; len(t) > 0; {
				s, err := t.next()
				if err != nil {
					return err
				}
				if s.number == 1 {
					f.About.Began = float64(int64(s.bits))
				}
			}
		}
	}
	f.End = End{State: Running}
	return nil
}

// exit is how the run ended. The wire leaves the status 0 out.
func (r *wandbReader) exit(m message, f *Found) error {
	for i := range r.printed {
		endLine(&r.printed[i], f)
	}
	f.End = End{State: Finished}
	for len(m) > 0 {
		q, err := m.next()
		if err != nil {
			return err
		}
		if q.number == 1 && int32(q.bits) != 0 {
			f.End = End{State: Failed, Code: int(int32(q.bits))}
		}
	}
	return nil
}
