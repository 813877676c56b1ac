package tui

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"optwatch/train/follow"
)

// View at 120×40 with twenty logs of thirty metrics that are watched: as a row has
// come to each before each frame, and with nothing new.
func BenchmarkWatchedView(b *testing.B) {
	dir := b.TempDir()
	grow := func(from, to int) {
		for run := range 20 {
			var rows strings.Builder
			for step := from; step < to; step++ {
				fmt.Fprintf(&rows, `{"step":%d,"time":%d,"loss":%.6f`, step, 1_790_000_000+step, 5/(1+float64(step)/200)+math.Sin(float64(step*(run+1))))
				for m := range 29 {
					fmt.Fprintf(&rows, `,"group%d/metric%d":%.6f`, m%4, m, float64(m)+math.Sin(float64(step*(m+1))))
				}
				rows.WriteString("}\n")
			}
			folder := filepath.Join(dir, fmt.Sprintf("run%02d", run))
			if err := os.MkdirAll(folder, 0o755); err != nil {
				b.Fatal(err)
			}
			f, err := os.OpenFile(filepath.Join(folder, "metrics.jsonl"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
			if err != nil {
				b.Fatal(err)
			}
			_, err = f.WriteString(rows.String())
			if err != nil || f.Close() != nil {
				b.Fatal(err)
			}
		}
	}
	points := 2000
	grow(0, points)
	w, err := follow.New(follow.Options{Paths: []string{dir}})
	if err != nil {
		b.Fatal(err)
	}
	w.Look(context.Background())
	m := newTestModelWith(w, 120, 40, colours, false, false)
	for _, still := range []bool{false, true} {
		b.Run(map[bool]string{false: "growing", true: "still"}[still], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				if !still {
					grow(points, points+1)
					points++
					w.Read(context.Background())
				}
				again(m)
				b.StartTimer()
				m.View()
			}
		})
	}
}
