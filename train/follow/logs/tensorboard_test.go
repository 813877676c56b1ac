package logs

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// wire writes messages of protocol buffers.
type wire struct{ bytes.Buffer }

func (w *wire) varint(v uint64) { w.Write(binary.AppendUvarint(nil, v)) }

func (w *wire) number(field int, v uint64) *wire {
	w.varint(uint64(field << 3))
	w.varint(v)
	return w
}

func (w *wire) double(field int, v float64) *wire {
	w.varint(uint64(field<<3 | wireFixed64))
	w.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(v)))
	return w
}

func (w *wire) float(field int, v float32) *wire {
	w.varint(uint64(field<<3 | wireFixed32))
	w.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(v)))
	return w
}

func (w *wire) text(field int, p []byte) *wire {
	w.varint(uint64(field<<3 | wireBytes))
	w.varint(uint64(len(p)))
	w.Write(p)
	return w
}

func (w *wire) message(field int, write func(*wire)) *wire {
	var inner wire
	write(&inner)
	return w.text(field, inner.Bytes())
}

// events writes event files as torch's SummaryWriter and TensorFlow 2 do.
type events struct{ bytes.Buffer }

func (e *events) record(p []byte) {
	head := binary.LittleEndian.AppendUint64(nil, uint64(len(p)))
	e.Write(binary.LittleEndian.AppendUint32(head, masked(head)))
	e.Write(binary.LittleEndian.AppendUint32(p, masked(p)))
}

func (e *events) event(time float64, step int64, write func(*wire)) {
	var w wire
	w.double(1, time)
	if step != 0 {
		w.number(2, uint64(step))
	}
	write(&w)
	e.record(w.Bytes())
}

// version is the first record of a file.
func (e *events) version() {
	e.event(1.79e9, 0, func(w *wire) { w.text(3, []byte("brain.Event:2")) })
}

// simple is torch's add_scalar.
func (e *events) simple(time float64, step int64, tag string, v float32) {
	e.event(time, step, func(w *wire) {
		w.message(5, func(w *wire) { w.message(1, func(w *wire) { w.text(1, []byte(tag)).float(2, v) }) })
	})
}

// tensor is a scalar in a tensor, with the plugin's name if it is the first of its tag.
func (e *events) tensor(step int64, tag, plugin string, write func(*wire)) {
	e.event(1.79e9, step, func(w *wire) {
		w.message(5, func(w *wire) {
			w.message(1, func(w *wire) {
				w.text(1, []byte(tag)).message(8, write)
				if plugin != "" {
					w.message(9, func(w *wire) { w.message(1, func(w *wire) { w.text(1, []byte(plugin)) }) })
				}
			})
		})
	})
}

// session is a SessionLog, which torch writes where purge_step is given.
func (e *events) session(step int64) {
	e.event(1.79e9, step, func(w *wire) { w.message(7, func(w *wire) { w.number(1, 1) }) })
}

func newEvents() Reader { return &eventReader{tags: newEventTags()} }

// logged is what was found, a row a line.
func logged(f *Found) string {
	var b strings.Builder
	for _, r := range f.Rows {
		fmt.Fprintf(&b, "%g", r.Step)
		if r.Restart {
			b.WriteString(" restart")
		}
		for _, v := range r.Values {
			if v.Short {
				fmt.Fprintf(&b, " %s=%gf", v.Tag, float32(v.Number))
			} else {
				fmt.Fprintf(&b, " %s=%g", v.Tag, v.Number)
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestEventsAsTheyAreWritten(t *testing.T) {
	var e events
	e.version()
	e.simple(1.79e9, 0, "train/loss", 0.5)
	e.simple(1.79e9, 10, "train/loss", float32(math.NaN()))
	e.tensor(1, "a", "scalars", func(w *wire) { w.number(1, tensorFloat).text(4, []byte{0, 0, 128, 63}) }) // TF2
	e.tensor(2, "a", "", func(w *wire) { w.number(1, tensorFloat).float(5, 2) })                           // torch new_style
	e.tensor(3, "a", "", func(w *wire) { w.number(1, tensorDouble).double(6, 0.1) })                       // double_precision
	e.tensor(4, "a", "", func(w *wire) {
		w.number(1, tensorDouble).text(6, binary.LittleEndian.AppendUint64(nil, math.Float64bits(0.25)))
	}) // packed
	e.tensor(5, "a", "", func(w *wire) { w.number(1, tensorInt64).number(10, uint64(1<<64-7)) }) // −7
	e.tensor(6, "a", "", func(w *wire) { w.number(1, tensorHalf).number(13, 0x3555) })           // 0.33325195
	e.tensor(7, "a", "", func(w *wire) { w.number(1, tensorBfloat16).number(13, 0x3eab) })       // 0.33398438
	e.tensor(8, "a", "", func(w *wire) {
		w.number(1, tensorFloat).message(2, func(w *wire) { w.message(2, func(w *wire) { w.number(1, 3) }) }).text(5, make([]byte, 12))
	}) // three elements
	e.tensor(9, "a", "", func(w *wire) { w.number(1, tensorFloat).float(5, 0.1).double(6, 0.1) }) // optwatch's own
	e.tensor(9, "text", "text", func(w *wire) { w.number(1, 7).text(8, []byte("words")) })
	e.event(1.79e9, 0, func(w *wire) { w.text(4, make([]byte, 100)) }) // a graph
	e.session(0)
	e.session(20)
	want := "0 train/loss=0.5f\n10 train/loss=NaNf\n1 a=1f\n2 a=2f\n3 a=0.1\n4 a=0.25\n5 a=-7\n6 a=0.33325195f\n7 a=0.33398438f\n9 a=0.1\n20 restart\n"
	f := checkPieces(t, newEvents, e.Bytes())
	if got := logged(&f); got != want || f.Bad != 0 {
		t.Errorf("it reads\n%s\nwant\n%s\nand skips %d: %s", got, want, f.Bad, f.Why)
	}
	for n := range e.Len() { // torn anywhere it is a beginning of it, and nothing is wrong
		f := pieces(newEvents(), e.Bytes()[:n], n+1)
		if got := logged(&f); !strings.HasPrefix(want, got) || f.Bad != 0 {
			t.Fatalf("torn at byte %d it reads\n%s and skips %d: %s", n, got, f.Bad, f.Why)
		}
	}
}

// Values of the samples, taken from the bytes of their records apart from this reader.
func TestEventSamples(t *testing.T) {
	root := os.Getenv("OPTWATCH_DATA")
	if root == "" {
		t.Skip("OPTWATCH_DATA is not set: no samples of foreign logs")
	}
	const torn = "0 train/loss=1f lr=0.001f\n10 train/loss=0.5f lr=0.001f\n20 train/loss=0.33333334f lr=0.001f\n" +
		"30 train/loss=0.25f lr=0.001f\n40 train/loss=0.2f lr=0.001f\n50 train/loss=NaNf\n30 restart\n"
	train := []float64{1790000000, 1790000001, 1790000002, 1790000003, 1790000004, 1790000009, 1790000020, 1790000021}
	for name, want := range map[string]struct {
		rows   string
		times  []float64
		writer string
	}{
		"tb/train/events.out.tfevents.1790000000.gpubox.4242.0": {torn + "30 train/loss=0.2f\n", train, ""},
		"tb_torn/events.out.tfevents.1790000000.gpubox.4242.0":  {torn, train[:7], ""},
		"tb/validation/events.out.tfevents.1790000001.gpubox.4242.1.v2": {
			"0 epoch_accuracy=0.5f\n1 epoch_accuracy=0.6f\n2 epoch_accuracy=0.7f\n3 epoch_accuracy=0.8f\n" +
				"5 eval/f1=0.25f\n6 eval/precise=0.123456789012345\n",
			[]float64{1790000000, 1790000001, 1790000002, 1790000003, 1790000005, 1790000006},
			"tensorflow.core.util.events_writer",
		},
	} {
		data, err := os.ReadFile(filepath.Join(root, "foreign", name))
		if err != nil {
			t.Fatal(err)
		}
		f := checkPieces(t, newEvents, data)
		var times []float64
		for _, r := range f.Rows {
			times = append(times, r.Time)
		}
		if got := logged(&f); got != want.rows || f.Bad != 0 {
			t.Errorf("%s reads\n%s\nwant\n%s\nand skips %d: %s", name, got, want.rows, f.Bad, f.Why)
		}
		if !slices.Equal(times, want.times) || f.About.Writer != want.writer {
			t.Errorf("%s: the times are %v, want %v, and the writer is %q, want %q", name, times, want.times, f.About.Writer, want.writer)
		}
	}
}

// What is wrong behind the values of an event takes them with it, and leaves none
// for the next.
func TestEventIsWholeOrNothing(t *testing.T) {
	var e events
	e.event(1, 1, func(w *wire) {
		w.message(5, func(w *wire) { w.message(1, func(w *wire) { w.text(1, []byte("lost")).float(2, 1) }) })
		w.Write([]byte{0xff})
	})
	e.simple(1, 2, "loss", 2)
	f := checkPieces(t, newEvents, e.Bytes())
	if got := logged(&f); got != "2 loss=2f\n" || f.Bad != 1 {
		t.Errorf("it reads %q and skips %d: %s", got, f.Bad, f.Why)
	}
}

// torch's add_hparams writes a map from keys to values of google.protobuf.Value.
func TestEventHyperparameters(t *testing.T) {
	var e events
	value := func(key string, write func(*wire)) func(*wire) {
		return func(w *wire) { w.message(1, func(w *wire) { w.text(1, []byte(key)).message(2, write) }) }
	}
	e.event(1, 0, func(w *wire) {
		w.message(5, func(w *wire) {
			w.message(1, func(w *wire) {
				w.text(1, []byte("_hparams_/session_start_info")).message(9, func(w *wire) {
					w.message(1, func(w *wire) {
						w.text(1, []byte("hparams")).message(2, func(w *wire) {
							w.message(3, func(w *wire) {
								value("lr", func(w *wire) { w.double(2, 0.1) })(w)
								value("model", func(w *wire) { w.text(3, []byte("resnet")) })(w)
								value("amp", func(w *wire) { w.number(4, 1) })(w)
							})
						})
					})
				})
			})
		})
	})
	f := checkPieces(t, newEvents, e.Bytes())
	if got := fmt.Sprint(f.Config); got != "[{lr 0.1} {model resnet} {amp true}]" || len(f.Rows) != 0 {
		t.Errorf("the configuration is %s, with %d rows", got, len(f.Rows))
	}
}

// Writers put together the time, the host, the process and a number of their own.
func TestEventFileNames(t *testing.T) {
	for name, want := range map[string]About{
		"events.out.tfevents.1790000000.gpubox.4242.0":        {Began: 1790000000, Host: "gpubox", PID: 4242}, // torch
		"events.out.tfevents.1790000000.gpubox.4242.1.v2":     {Began: 1790000000, Host: "gpubox", PID: 4242}, // TensorFlow 2
		"events.out.tfevents.1790000000.a.b-c.org.4242.0.eva": {Began: 1790000000, Host: "a.b-c.org", PID: 4242},
		"events.out.tfevents.1790000000.10.0.0.5.4242.0":      {Began: 1790000000, Host: "10.0.0.5", PID: 4242},
		"events.out.tfevents.1490000000.gpubox":               {Began: 1490000000}, // TensorFlow 1
		"tfevents":                                            {},
		"events.out.tfevents.inf.x.99999999999.0":             {},
	} {
		var got About
		if aboutEvents(name, &got); got != want {
			t.Errorf("%s says %+v, want %+v", name, got, want)
		}
	}
}

// A file may grow before what is written in it can be seen: zeros wait, and are read
// again as what they have become.
func TestEventsThatAreNotSeenYet(t *testing.T) {
	var e events
	e.version()
	first := e.Len()
	e.simple(1, 1, "loss", 1)
	second := e.Len()
	e.simple(2, 2, "loss", 2)
	e.simple(3, 3, "loss", 3)
	path := filepath.Join(t.TempDir(), "events.out.tfevents.1")
	tail := NewTail(path, newEvents)
	for _, c := range []struct {
		seen, size int
		want       string
	}{
		{0, 40, ""},
		{first, second, ""},
		{first + 20, second + 30, ""},
		{second + eventHead + 3, e.Len(), "1 loss=1f\n"},
		{e.Len(), e.Len(), "2 loss=2f\n3 loss=3f\n"},
	} {
		data := make([]byte, c.size)
		copy(data, e.Bytes()[:c.seen])
		file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.Write(data); err != nil {
			t.Fatal(err)
		}
		file.Close()
		var f Found
		if _, err := tail.Read(&f); err != nil {
			t.Fatal(err)
		}
		if got := logged(&f); got != c.want || f.Bad != 0 || f.Anew {
			t.Errorf("with %d of %d bytes seen it reads %q, want %q, and skips %d: %s", c.seen, c.size, got, c.want, f.Bad, f.Why)
		}
	}
}

// Where a file is written anew, or is gone, what the others say is said again.
func TestEventFolderIsReadAnew(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, steps ...int64) {
		t.Helper()
		var e events
		e.version()
		e.session(0)
		for _, step := range steps {
			e.simple(1, step, "loss", 1)
		}
		if err := os.WriteFile(filepath.Join(dir, name), e.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	follower := tensorBoard.Open(dir)
	var b Batch
	check := func(when, want string, anew bool) {
		t.Helper()
		b.Clear()
		if _, err := follower.Follow(&b); err != nil {
			t.Fatal(err)
		}
		if f := b.Run(""); logged(f) != want || f.Anew != anew {
			t.Errorf("%s it reads %q, anew %v, want %q, %v", when, logged(f), f.Anew, want, anew)
		}
	}
	write("tfevents.1.a.1.0", 1, 2)
	write("tfevents.2.a.1.0", 3)
	check("at first", "1 loss=1f\n2 loss=1f\n0 restart\n3 loss=1f\n", false)
	check("then", "", false)
	write("tfevents.2.a.1.0")
	check("with the second written anew", "1 loss=1f\n2 loss=1f\n0 restart\n", true)
	if err := os.Remove(filepath.Join(dir, "tfevents.1.a.1.0")); err != nil {
		t.Fatal(err)
	}
	check("without the first", "", true)
	check("and then", "", false)
}

// A folder's files are read in the order of their names, and new ones appear.
func TestEventFolder(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, e *events) {
		t.Helper()
		f, err := os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.Write(e.Bytes()); err != nil {
			t.Fatal(err)
		}
	}
	first, second, third := new(events), new(events), new(events)
	first.version()
	first.simple(1, 1, "loss", 1)
	second.simple(2, 2, "loss", 2)
	third.version()
	third.simple(3, 3, "loss", 3)
	follower := tensorBoard.Open(dir)
	var b Batch
	read := func() string {
		t.Helper()
		b.Clear()
		if _, err := follower.Follow(&b); err != nil {
			t.Fatal(err)
		}
		return logged(b.Run(""))
	}
	write("events.out.tfevents.1790000000.a.b.c.4242.0", first)
	if got := read(); got != "1 loss=1f\n" {
		t.Errorf("it reads %q", got)
	}
	if a := b.Run("").About; a.PID != 4242 || a.Host != "a.b.c" || a.Began != 1.79e9 {
		t.Errorf("the name says %+v", a)
	}
	write("events.out.tfevents.1790000000.a.b.c.4242.0", second)
	write("events.out.tfevents.1790000009.a.b.c.4243.0.v2", third)
	write("events.out.tfevents.1790000009.a.b.c.4243.0.profile-empty", third)
	if got := read(); got != "2 loss=2f\n3 loss=3f\n" {
		t.Errorf("then it reads %q", got)
	}
	if got := read(); got != "" {
		t.Errorf("and then %q", got)
	}
}

func TestHostileEvents(t *testing.T) {
	var bomb wire
	inner := []byte{}
	for range 2000 { // a message in a message in a message
		var w wire
		w.text(5, inner)
		inner = w.Bytes()
	}
	bomb.Write(inner)
	deep := new(events)
	deep.record(bomb.Bytes())
	deep.simple(1, 1, "loss", 1)
	wrong := new(events)
	wrong.simple(1, 1, "loss", 1)
	wrong.simple(1, 2, "loss", 2)
	wrong.Bytes()[20] ^= 1 // in the data of the first
	last := new(events)
	last.simple(1, 1, "loss", 1)
	last.simple(1, 2, "loss", 2)
	last.Bytes()[last.Len()-1] ^= 1
	length := new(events)
	length.simple(1, 1, "loss", 1)
	from := length.Len()
	length.simple(1, 2, "loss", 2)
	length.Bytes()[from] ^= 1
	huge := binary.LittleEndian.AppendUint64(nil, 1<<63)
	huge = binary.LittleEndian.AppendUint32(huge, masked(huge))
	large := new(events)
	large.record(make([]byte, keptEvent+5))
	large.simple(1, 1, "loss", 1)
	varint := new(events)
	varint.record(bytes.Repeat([]byte{0xff}, 30))
	varint.simple(1, 1, "loss", 1)
	for name, c := range map[string]struct {
		data []byte
		rows string
		bad  int
	}{
		"nested":           {deep.Bytes(), "1 loss=1f\n", 0},
		"a wrong checksum": {wrong.Bytes(), "2 loss=2f\n", 1},
		"a wrong checksum at the end, which may be right yet": {last.Bytes(), "1 loss=1f\n", 0},
		"a wrong length":       {length.Bytes(), "1 loss=1f\n", 1},
		"a length of 2⁶³":      {huge, "", 1},
		"no event file":        {bytes.Repeat([]byte("text\x00"), 100), "", 1},
		"a large record":       {large.Bytes(), "1 loss=1f\n", 0},
		"a varint without end": {varint.Bytes(), "1 loss=1f\n", 1},
	} {
		f := checkPieces(t, newEvents, c.data)
		if got := logged(&f); got != c.rows || f.Bad != c.bad {
			t.Errorf("%s: it reads %q and skips %d (%s), want %q and %d", name, got, f.Bad, f.Why, c.rows, c.bad)
		}
	}
}

func FuzzTensorBoard(f *testing.F) {
	var e events
	e.version()
	e.simple(1.79e9, 3, "loss", 0.5)
	e.tensor(1, "a", "scalars", func(w *wire) { w.number(1, tensorFloat).float(5, 2) })
	e.session(2)
	f.Add(e.Bytes(), 7)
	f.Fuzz(func(t *testing.T, data []byte, n int) {
		// Checksums are mended, or hardly anything would be read.
		p := bytes.Clone(data)
		for at := 0; at+eventHead <= len(p); {
			length := binary.LittleEndian.Uint64(p[at:])
			binary.LittleEndian.PutUint32(p[at+8:], masked(p[at:at+8]))
			if length > uint64(len(p)-at-eventHead) || int(length)+eventHead+eventTail > len(p)-at {
				break
			}
			binary.LittleEndian.PutUint32(p[at+eventHead+int(length):], masked(p[at+eventHead:at+eventHead+int(length)]))
			at += eventHead + int(length) + eventTail
		}
		if len(p) == 0 {
			return
		}
		whole, parts := pieces(newEvents(), p, len(p)), pieces(newEvents(), p, max(1, n&1023))
		if !same(&whole, &parts) {
			t.Errorf("in pieces of %d it reads\n%+v\nnot\n%+v", max(1, n&1023), parts, whole)
		}
	})
}

func BenchmarkTensorBoard(b *testing.B) {
	var e events
	e.version()
	for i := range 1_000_000 {
		e.simple(1.79e9+float64(i), int64(i), "train/loss", float32(i))
	}
	b.SetBytes(int64(e.Len()))
	for b.Loop() {
		var f Found
		r := newEvents()
		for p := e.Bytes(); len(p) > 0; {
			n := min(len(p), 256<<10)
			r.Read(p[:n], &f)
			p = p[n:]
			f.Clear()
		}
	}
}
