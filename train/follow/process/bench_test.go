package process

import (
	"fmt"
	"os"
	"testing"
	"time"
)

// BenchmarkLook is one look at all processes of this machine, and at a made-up
// one's of which each has many files open, without a budget.
func BenchmarkLook(b *testing.B) {
	b.Run("here", func(b *testing.B) { benchmarkLook(b, Here()) })
	b.Run("200x1000", func(b *testing.B) {
		m := machine{root: b.TempDir()}
		for pid := 10; pid < 210; pid++ {
			dir := fmt.Sprintf("%s/proc/%d/fd/", m.root, pid)
			if err := os.MkdirAll(dir, 0o700); err != nil {
				b.Fatal(err)
			}
			os.WriteFile(dir+"../stat", fmt.Appendf(nil, "%d (a) S 1 1 1 0 -1 4194304 1 1 1 1 1 1 1 1 20 0 1 0 1 1 1\n", pid), 0o600)
			for fd := range 1000 {
				os.Symlink("/somewhere/else", fmt.Sprint(dir, fd))
			}
		}
		benchmarkLook(b, newSystem(os.DirFS(m.root)))
	})
}

func benchmarkLook(b *testing.B, s *System) {
	f := NewFinder(s)
	f.budget = time.Hour
	logs := []Log{{Key: "a", Files: []string{b.TempDir()}}}
	for b.Loop() {
		if err := func() error { f.next = time.Time{}; _, err := f.Find(logs); return err }(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(f.Reach().Processes), "processes")
}
