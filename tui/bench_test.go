package tui

import (
	"testing"

	"github.com/muesli/termenv"

	"optwatch/train"
)

const colours = termenv.ANSI256

// View at 120×40 with six runs of 300 points: with a new point on every curve
// before each frame, so that all is drawn anew, and with clocks only.
func BenchmarkView(b *testing.B) {
	b.Run("growing", func(b *testing.B) {
		src := &stub{snap: sample(6, 300)}
		m := newTestModelWith(src, 120, 40, colours, false, false)
		var bytes int
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			b.StopTimer()
			for j := range src.snap.Runs {
				r := src.run(j)
				r.Last = samplePoint(j, i, float64(r.Curve[299].Evals+int64(i%50)))
				r.Curve[299] = r.Last
			}
			b.StartTimer()
			bytes = len(m.View())
		}
		b.ReportMetric(float64(bytes), "bytes/frame")
	})
	b.Run("still", func(b *testing.B) {
		m := newTestModelWith(&stub{snap: sample(6, 300)}, 120, 40, colours, false, false)
		b.ReportAllocs()
		for b.Loop() {
			m.View()
		}
	})
}

// A tick is a pull and a frame.
func BenchmarkTick(b *testing.B) {
	m := newTestModelWith(&stub{snap: sample(6, 300)}, 120, 40, colours, false, false)
	b.ReportAllocs()
	for b.Loop() {
		m.Update(tickMsg{chain: m.chain})
		m.View()
	}
}

// A federation of 1,000 clients, all of whom have moved on before each frame,
// beside six runs with a new point each, its clients sorted by loss: the frame
// alone, and with the tick that takes the snapshot and sorts.
func BenchmarkClients(b *testing.B) {
	var moments []*train.Snapshot
	first := federated(5, 300, 1000)
	for i := range 8 {
		moments = append(moments, moved(first, i))
	}
	for _, what := range []string{"view", "tick"} {
		b.Run(what, func(b *testing.B) {
			src := &stub{snap: moments[0]}
			m := newFederatedModelWith(src, 120, 40, colours, false, false)
			press(m, "5", "S", "S")
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				b.StopTimer()
				src.snap = moments[i%len(moments)]
				if what == "view" {
					m.lookAgain()
				}
				b.StartTimer()
				if what == "tick" {
					m.lookAgain()
				}
				m.View()
			}
		})
	}
}
