package logs

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// transactions writes logs as W&B's own writer does: records in chunks, in blocks
// that are counted from the beginning of the file.
type transactions struct{ bytes.Buffer }

func newTransactions() *transactions {
	t := new(transactions)
	t.WriteString(":W&B\xe1\xbe\x00")
	return t
}

func (t *transactions) record(p []byte) {
	for first := true; ; first = false {
		left := wandbBlock - t.Len()%wandbBlock
		if left < wandbChunk {
			t.Write(make([]byte, left))
			left = wandbBlock
		}
		n := min(len(p), left-wandbChunk)
		kind := byte(chunkMiddle)
		switch last := n == len(p); {
		case first && last:
			kind = chunkFull
		case first:
			kind = chunkFirst
		case last:
			kind = chunkLast
		}
		body := append([]byte{kind}, p[:n]...)
		t.Write(binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE(body)))
		t.Write(binary.LittleEndian.AppendUint16(nil, uint16(n)))
		t.Write(body)
		if p = p[n:]; kind == chunkFull || kind == chunkLast {
			return
		}
	}
}

// history is a row: keys with their values in JSON.
func (t *transactions) history(step int, pairs ...string) {
	var w wire
	w.message(wandbHistory, func(w *wire) {
		for i := 0; i < len(pairs); i += 2 {
			w.message(1, func(w *wire) {
				if key, nested := strings.CutPrefix(pairs[i], "."); nested {
					for part := range strings.SplitSeq(key, ".") {
						w.text(wandbItemNest, []byte(part))
					}
				} else {
					w.text(wandbItemKey, []byte(key))
				}
				w.text(wandbItemJSON, []byte(pairs[i+1]))
			})
		}
		w.message(2, func(w *wire) {
			if step > 0 {
				w.number(1, uint64(step))
			}
		})
	})
	t.record(w.Bytes())
}

func newWandb() Reader { return &wandbReader{} }

func TestWandbAsItIsWritten(t *testing.T) {
	log := newTransactions()
	var run, config, metric, line, exit wire
	run.message(wandbRun, func(w *wire) {
		w.text(8, []byte("brave-sky-1")).text(13, []byte("gpubox")).message(17, func(w *wire) { w.number(1, 1790000000) })
	})
	config.message(wandbConfig, func(w *wire) {
		w.message(1, func(w *wire) {
			w.text(wandbItemKey, []byte("optim")).text(wandbItemJSON, []byte(`{"lr":0.1,"name":"adam"}`))
		})
		w.message(1, func(w *wire) { w.text(wandbItemKey, []byte("_wandb")).text(wandbItemJSON, []byte(`{}`)) })
	})
	metric.message(wandbMetric, func(w *wire) { w.text(1, []byte("val")).text(4, []byte("epoch")) })
	line.message(wandbRaw, func(w *wire) { w.number(1, 1).text(3, []byte("\x1b[1mhello\x1b[0m\nworld\n")) })
	exit.message(wandbExit, func(w *wire) { w.number(2, 12) }) // the status 0 is left out
	log.record(run.Bytes())
	log.record(config.Bytes())
	log.record(metric.Bytes())
	log.history(0, ".loss", "0.5", "_timestamp", "1790000000.5", "_runtime", "0.5", "_step", "0")
	log.history(1, "loss", "NaN", "text", `"words"`, ".a.b", "-1e-3", "picture", `{"_type":"image-file"}`)
	log.record(line.Bytes())
	var long wire
	long.message(wandbRaw, func(w *wire) { w.text(3, bytes.Repeat([]byte("x"), 70_000)) }) // over three blocks
	log.record(long.Bytes())
	log.history(2, "loss", "Infinity", "epoch", "3")
	log.record(exit.Bytes())
	f := checkPieces(t, newWandb, log.Bytes())
	if got, want := logged(&f), "0 loss=0.5\n1 loss=NaN a.b=-0.001\n2 loss=+Inf epoch=3\n"; got != want || f.Bad != 0 {
		t.Errorf("it reads\n%s\nwant\n%s\nand skips %d: %s", got, want, f.Bad, f.Why)
	}
	if r := f.Rows[0]; r.Time != 1790000000.5 || r.Elapsed != 0.5 {
		t.Errorf("the first row is at %v, %v", r.Time, r.Elapsed)
	}
	if want := (About{Name: "brave-sky-1", Began: 1790000000, Host: "gpubox"}); f.About != want {
		t.Errorf("it says %+v of itself, want %+v", f.About, want)
	}
	if got := fmt.Sprint(f.Config); got != "[{optim.lr 0.1} {optim.name adam}]" {
		t.Errorf("the configuration is %s", got)
	}
	if f.End.State != Finished || f.End.Code != 0 {
		t.Errorf("it ends with %+v", f.End)
	}
	if len(f.Lines) < 2 || !strings.Contains(f.Lines[0], "hello") || f.Lines[1] != "world" {
		t.Errorf("it prints %.100q", f.Lines)
	}
	for n := 0; n < log.Len(); n += 101 { // torn anywhere it waits, and nothing is wrong
		if f := pieces(newWandb(), log.Bytes()[:n], n+1); f.Bad != 0 {
			t.Fatalf("torn at byte %d it skips %d: %s", n, f.Bad, f.Why)
		}
	}
}

// After a bad checksum it goes on with the next block.
func TestWandbRecovers(t *testing.T) {
	log := newTransactions()
	for step := range 2000 {
		log.history(step, "loss", fmt.Sprint(step))
	}
	blocks := log.Len() / wandbBlock
	data := log.Bytes()
	data[40] ^= 1
	f := checkPieces(t, newWandb, data)
	last := f.Rows[len(f.Rows)-1]
	if f.Bad != 1 || last.Step != 1999 || len(f.Rows) < 2000*(blocks-1)/(blocks+1) {
		t.Errorf("it reads %d rows up to step %v, and skips %d: %s", len(f.Rows), last.Step, f.Bad, f.Why)
	}
}

// A record whose beginning alone was written is lost, and those after it are not.
func TestWandbRecordWithoutEnd(t *testing.T) {
	log := newTransactions()
	log.record(make([]byte, wandbBlock)) // over two blocks
	log.Truncate(wandbBlock)
	log.history(1, "loss", "1")
	f := checkPieces(t, newWandb, log.Bytes())
	if got := logged(&f); got != "1 loss=1\n" || f.Bad != 1 {
		t.Errorf("it reads %q and skips %d: %s", got, f.Bad, f.Why)
	}
}

// What pictures are made of is no metric. Early versions write nested values as an
// object, later ones with nested keys.
func TestWandbNestedValues(t *testing.T) {
	log := newTransactions()
	log.history(1, ".loss", "1", ".image.width", "28", ".image._type", `"image-file"`, ".image.size", "900", ".imagery", "2")
	log.history(2, "train", `{"loss": 0.5, "deep": {"er": NaN}, "word": "a", "plot": {"width": 3, "_type": "html-file"}}`)
	log.history(3, "loss", `{"a": 1, "b"`, "_wandb", `{"a": 1}`, "text", `"1"`, "yes", "true")
	f := checkPieces(t, newWandb, log.Bytes())
	if got, want := logged(&f), "1 loss=1 imagery=2\n2 train.loss=0.5 train.deep.er=NaN\n"; got != want || f.Bad != 0 {
		t.Errorf("it reads %q, want %q, and skips %d: %s", got, want, f.Bad, f.Why)
	}
}

// Python's print writes a line in pieces, and bars are drawn over themselves.
func TestWandbOutput(t *testing.T) {
	log := newTransactions()
	for _, piece := range []struct {
		stream uint64
		text   string
	}{{1, "loss"}, {1, " "}, {0, " 10%\r"}, {1, "0.5"}, {1, "\n"}, {0, " 20%\r\n"}, {1, "a\n\nb\nc"}} {
		var w wire
		w.message(wandbRaw, func(w *wire) {
			if piece.stream != 0 {
				w.number(1, piece.stream)
			}
			w.text(3, []byte(piece.text))
		})
		log.record(w.Bytes())
	}
	var exit wire
	exit.message(wandbExit, func(w *wire) { w.number(1, 255) })
	log.record(exit.Bytes())
	f := checkPieces(t, newWandb, log.Bytes())
	if got, want := strings.Join(f.Lines, "|"), "loss 0.5| 20%|a|b|c"; got != want || f.End != (End{State: Failed, Code: 255}) {
		t.Errorf("it prints %q, want %q, and ends with %+v", got, want, f.End)
	}
}

// The folder of a run: what lies beside the log comes when it comes, and what was
// not seen yet is read again.
func TestWandbFolder(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, data []byte) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if _, err := file.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	log := newTransactions()
	log.history(1, "loss", "1")
	first := log.Len()
	log.history(2, "loss", "2")
	log.history(3, "loss", "3")
	follower := wandb.Open(dir)
	var b Batch
	check := func(rows string, about About) {
		t.Helper()
		b.Clear()
		if _, err := follower.Follow(&b); err != nil {
			t.Fatal(err)
		}
		if f := b.Run(""); logged(f) != rows || f.Bad != 0 || f.About != about || f.Anew {
			t.Errorf("it reads %q and %+v, want %q and %+v, and skips %d: %s", logged(f), f.About, rows, about, f.Bad, f.Why)
		}
	}
	write("run-1.wandb", log.Bytes()[:wandbHead])
	check("", About{Note: "nothing is written yet (7 bytes): W&B writes in blocks of 32 KiB, or every 15 s"})
	hole := bytes.Clone(log.Bytes())
	clear(hole[first:])
	write("run-1.wandb", hole)
	check("1 loss=1\n", About{})
	copy(hole, log.Bytes()[:first+10])
	write("run-1.wandb", hole)
	write("files/wandb-metadata.json", []byte(`{"pid": "42`))
	check("", About{})
	write("run-1.wandb", log.Bytes())
	write("files/wandb-metadata.json", []byte(`{"pid": "42", "host": "gpubox"}`))
	check("2 loss=2\n3 loss=3\n", About{PID: 42, Host: "gpubox"})
	check("", About{})
}

// Values of the sample, taken from the bytes of its records apart from this reader.
func TestWandbSample(t *testing.T) {
	root := os.Getenv("OPTWATCH_DATA")
	if root == "" {
		t.Skip("OPTWATCH_DATA is not set: no samples of foreign logs")
	}
	dir := filepath.Join(root, "foreign", "wandb", "offline-run-20260922_120000-ab12cd34")
	for name, ends := range map[string]State{"run-ab12cd34.wandb": Finished, "torn.bin": Running} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		f := checkPieces(t, newWandb, data)
		if f.Bad != 0 || f.End != (End{State: ends}) || f.About != (About{Name: "brave-sun-7"}) {
			t.Errorf("%s: it skips %d (%s), says %+v and ends with %+v", name, f.Bad, f.Why, f.About, f.End)
		}
		if got := fmt.Sprint(f.Config); got != "[{lr 0.001} {optim.name adam}]" {
			t.Errorf("%s: the configuration is %s", name, got)
		}
		if len(f.Rows) != 300 {
			t.Fatalf("%s: it reads %d rows, want 300", name, len(f.Rows))
		}
		if v := f.Rows[7].Values; len(v) != 3 || v[2].Tag != "bad" || !math.IsNaN(v[2].Number) {
			t.Fatalf("%s: row 7 is %+v, want bad=NaN", name, f.Rows[7])
		}
		f.Rows[7].Values = f.Rows[7].Values[:2]
		for i, r := range f.Rows {
			// Python wrote i*0.1, and 1790000000+i*0.1, with all digits.
			elapsed := float64(i) * 0.1
			if want := []Value{{"train/loss", 1 / float64(1+i), false}, {"lr", 0.001, false}}; r.Step != float64(i) ||
				r.Elapsed != elapsed || r.Time != 1790000000+elapsed || !slices.Equal(r.Values, want) {
				t.Fatalf("%s: row %d is %+v, want %v at %v s", name, i, r, want, elapsed)
			}
		}
		if len(f.Lines) != 1 || len(f.Lines[0]) < 60_000 {
			t.Errorf("%s: it prints %d lines, want the one of 70,000 bytes", name, len(f.Lines))
		}
	}
}

func TestHostileWandb(t *testing.T) {
	short := newTransactions()
	short.Write([]byte{0, 0, 0, 0, 0xff, 0xff, 1}) // longer than its block
	short.Write(make([]byte, wandbBlock))
	wrong := newTransactions()
	wrong.record(bytes.Repeat([]byte{0xff}, 100))
	wrong.history(1, "loss", "1")
	for name, c := range map[string]struct {
		data []byte
		rows string
		bad  int
	}{
		"no log":              {bytes.Repeat([]byte("text"), 10), "", 1},
		"another version":     {[]byte(":W&B\xe1\xbe\x01 and so on"), "", 1},
		"a chunk too long":    {short.Bytes(), "", 1},
		"no message":          {wrong.Bytes(), "1 loss=1\n", 1},
		"nothing written yet": {newTransactions().Bytes(), "", 0},
	} {
		f := checkPieces(t, newWandb, c.data)
		if got := logged(&f); got != c.rows || f.Bad != c.bad {
			t.Errorf("%s: it reads %q and skips %d (%s), want %q and %d", name, got, f.Bad, f.Why, c.rows, c.bad)
		}
	}
}

func FuzzWandb(f *testing.F) {
	log := newTransactions()
	log.history(1, "loss", "0.5", ".a.b", "NaN")
	f.Add(log.Bytes()[wandbHead+wandbChunk:], 7)
	for _, write := range []func(*wire){
		func(w *wire) {
			w.message(wandbHistory, func(w *wire) {
				w.message(1, func(w *wire) {
					w.text(wandbItemKey, []byte("a")).text(wandbItemJSON, []byte(`{"b":{"c":1},"_type":"image-file"}`))
				})
			})
		},
		func(w *wire) { w.message(wandbRaw, func(w *wire) { w.number(1, 1).text(3, []byte("a\rb\nc")) }) },
		func(w *wire) { w.message(wandbExit, func(w *wire) { w.number(1, 255) }) },
	} {
		var w wire
		write(&w)
		f.Add(w.Bytes(), 1)
	}
	f.Fuzz(func(t *testing.T, data []byte, n int) {
		log := newTransactions() // of one record that is anything
		log.record(data)
		whole, parts := pieces(newWandb(), log.Bytes(), log.Len()), pieces(newWandb(), log.Bytes(), max(1, n&1023))
		if !same(&whole, &parts) {
			t.Errorf("in pieces it reads\n%+v\nnot\n%+v", parts, whole)
		}
		raw := append([]byte(":W&B\xe1\xbe\x00"), data...)
		whole, parts = pieces(newWandb(), raw, len(raw)), pieces(newWandb(), raw, max(1, n&1023))
		if !same(&whole, &parts) {
			t.Errorf("raw in pieces it reads\n%+v\nnot\n%+v", parts, whole)
		}
	})
}

// What define_metric says of a value is where it lies: over steps that the program
// counts by itself, as Hugging Face's Trainer does for all with "*", or over epochs.
func TestWandbDefinedAxes(t *testing.T) {
	log := newTransactions()
	define := func(field int, name, over string) {
		var w wire
		w.message(wandbMetric, func(w *wire) { w.text(field, []byte(name)).text(4, []byte(over)) })
		log.record(w.Bytes())
	}
	log.history(0, "train/loss", "9")
	define(1, "train/global_step", "")
	define(2, "*", "train/global_step")
	define(2, "val/*", "epoch")
	define(1, "gpu", "_step")
	log.history(1, "train/loss", "8", "train/global_step", "100", "gpu", "0.5")
	log.history(2, "val/loss", "7", "epoch", "1")
	log.history(3, "val/loss", "6", "train/loss", "5", "train/global_step", "200", "epoch", "2")
	log.history(4, "train/loss", "4")
	f := checkPieces(t, newWandb, log.Bytes())
	want := "0 - train/loss=9\n" +
		"1 - train/global_step=100 gpu=0.5\n100 - train/loss=8\n" +
		"100 1 epoch=1\n2 1 val/loss=7\n" +
		"3 2 train/global_step=200\n200 2 train/loss=5 epoch=2\n3 2 val/loss=6\n" +
		"200 - train/loss=4\n"
	if got := told(&f); got != want || f.Bad != 0 {
		t.Errorf("it reads\n%s\nwant\n%s\nand skips %d: %s", got, want, f.Bad, f.Why)
	}
}
