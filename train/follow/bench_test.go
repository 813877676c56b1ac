package follow

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// jsonLog appends rows of many metrics to a log.
func jsonLog(tb testing.TB, path string, from, to, metrics int) {
	tb.Helper()
	var b strings.Builder
	for step := from; step < to; step++ {
		fmt.Fprintf(&b, `{"step":%d,"time":%d`, step, 1_790_000_000+step)
		for m := range metrics {
			fmt.Fprintf(&b, `,"group%d/metric%d":%.6f`, m%4, m, float64(m)+math.Sin(float64(step*(m+1))))
		}
		b.WriteString("}\n")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		tb.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(b.String()); err != nil {
		tb.Fatal(err)
	}
}

// many is a watch over so many logs that have been read.
func many(tb testing.TB, runs, metrics, points int) (w *Watch, grow func()) {
	dir := tb.TempDir()
	at := points
	each := func(from, to int) {
		for i := range runs {
			jsonLog(tb, filepath.Join(dir, fmt.Sprintf("run%03d", i), "metrics.jsonl"), from, to, metrics)
		}
	}
	each(0, points)
	now := time.Unix(1_790_100_000, 0)
	w, err := New(Options{Paths: []string{dir}, Now: func() time.Time { return now }})
	if err != nil {
		tb.Fatal(err)
	}
	w.Look(context.Background())
	if n := len(w.Snapshot().Runs); n != runs {
		tb.Fatalf("%d runs are read", n)
	}
	return w, func() { now = now.Add(time.Second); each(at, at+1); at++ }
}

// A second of looking at twenty runs that grow by a row of thirty metrics.
func BenchmarkSecond(b *testing.B) {
	for _, points := range []int{300, 20_000} {
		b.Run(fmt.Sprint(points), func(b *testing.B) {
			w, grow := many(b, 20, 30, points)
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				grow()
				b.StartTimer()
				w.Read(context.Background())
			}
		})
	}
	b.Run("find", func(b *testing.B) {
		w, _ := many(b, 200, 3, 10)
		for b.Loop() {
			w.find()
		}
	})
}

// What a screen gets, and what making it costs where nothing has come, for two
// hundred runs of fifty metrics.
func BenchmarkSnapshot(b *testing.B) {
	w, _ := many(b, 200, 50, 300)
	b.Run("get", func(b *testing.B) {
		for b.Loop() {
			w.Snapshot()
		}
	})
	b.Run("publish", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			w.publish()
		}
	})
}

// What two hundred runs of fifty metrics take of memory, drawn.
func BenchmarkMemory(b *testing.B) {
	for b.Loop() {
		w, grow := many(b, 200, 50, 2000)
		grow()
		w.Read(context.Background())
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.HeapAlloc)/1e6, "MB")
		b.ReportMetric(float64(rss())/1e6, "MB-rss")
		runtime.KeepAlive(w)
	}
}

// rss is how much memory of the process is resident, at its peak.
func rss() (kilobytes int64) {
	p, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(p)) {
		if strings.HasPrefix(line, "VmHWM:") {
			_, _ = fmt.Sscan(strings.TrimPrefix(line, "VmHWM:"), &kilobytes)
		}
	}
	return kilobytes * 1024
}

// A million scalars of TensorBoard, of four tags, from the file to the snapshot.
func BenchmarkMillion(b *testing.B) {
	dir := b.TempDir()
	var file []byte
	table := crc32.MakeTable(crc32.Castagnoli)
	masked := func(p []byte) uint32 { c := crc32.Checksum(p, table); return c>>15 | c<<17 + 0xa282ead8 }
	record := func(p []byte) {
		n := binary.LittleEndian.AppendUint64(nil, uint64(len(p)))
		file = append(file, n...)
		file = binary.LittleEndian.AppendUint32(file, masked(n))
		file = append(file, p...)
		file = binary.LittleEndian.AppendUint32(file, masked(p))
	}
	bytesOf := func(field int, p []byte) []byte {
		return append(binary.AppendUvarint([]byte{byte(field<<3 | 2)}, uint64(len(p))), p...)
	}
	for i := range 1_000_000 {
		tag := []string{"train/loss", "train/acc", "lr", "grad_norm"}[i%4]
		value := bytesOf(1, []byte(tag))
		value = binary.LittleEndian.AppendUint32(append(value, 2<<3|5), math.Float32bits(float32(math.Sin(float64(i)))))
		event := binary.LittleEndian.AppendUint64([]byte{1<<3 | 1}, math.Float64bits(1_790_000_000+float64(i)/100))
		event = binary.AppendUvarint(append(event, 2<<3), uint64(i/4))
		record(append(event, bytesOf(5, bytesOf(1, value))...))
	}
	if err := os.WriteFile(filepath.Join(dir, "events.out.tfevents.1790000000.host"), file, 0o644); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		w, err := New(Options{Paths: []string{dir}})
		if err != nil {
			b.Fatal(err)
		}
		w.Look(context.Background())
		s := w.Snapshot()
		if len(s.Runs) != 1 || w.Report().Runs[0].Metrics["train/loss"].Count != 250_000 {
			b.Fatalf("%+v", s.Events)
		}
	}
}
