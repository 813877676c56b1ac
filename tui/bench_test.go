package tui

import (
	"strings"
	"testing"

	"github.com/muesli/termenv"

	"optwatch/train"
	"optwatch/train/device"
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
	b.Run("seeds", func(b *testing.B) { // 16 runs in four groups
		src := &stub{snap: seeded(4, 4, 300)}
		m := newTestModelWith(src, 120, 40, colours, false, false)
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			b.StopTimer()
			for j := range src.snap.Runs {
				r := src.run(j)
				r.Last = samplePoint(j%4, i, float64(r.Curve[299].Evals+int64(i%50)))
				r.Curve[299] = r.Last
			}
			b.StartTimer()
			m.View()
		}
	})
	b.Run("diagnosis", func(b *testing.B) { // the pane alone is drawn anew
		m := newTestModelWith(&stub{snap: examined()}, 120, 40, colours, false, false)
		press(m, "7")
		b.ReportAllocs()
		for b.Loop() {
			m.View()
		}
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

// Six runs with a new point each, a federation of 1,000 clients who have all
// moved on, and eight GPUs with half an hour of history and 100 events: with a
// new view of the devices before each frame, as there is once a second, and
// with the one before, as in the frames between.
func BenchmarkDevices(b *testing.B) {
	views := []*device.View{gpus(8, 1800), gpus(8, 1800)}
	for _, v := range views {
		for i := range 100 {
			reason := []device.Throttle{device.ThrottlePowerCap, device.ThrottleThermal}[i%2]
			happened(v, i%8, 41-i/3, device.EventThrottle, strings.Join(reason.Words(), ""))
			v.Events[len(v.Events)-1].Reason = reason
		}
	}
	first := federated(5, 300, 1000)
	var moments []*train.Snapshot
	for i := range 8 {
		moments = append(moments, moved(first, i))
	}
	for name, every := range map[string]int{"fresh": 1, "between": 1 << 30} {
		for _, where := range []string{"", "z"} {
			b.Run(name+where, func(b *testing.B) {
				src := &stub{snap: withDevices(moments[0], views[0])}
				m := newFederatedModelWith(src, 120, 40, colours, false, false)
				press(m, "5")
				if where != "" {
					press(m, "6", where)
				}
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					b.StopTimer()
					src.snap = withDevices(moments[i%len(moments)], views[i/every%2])
					m.lookAgain()
					b.StartTimer()
					m.View()
				}
			})
		}
	}
	b.Run("tick", func(b *testing.B) {
		src := &stub{snap: withDevices(moments[0], views[0])}
		m := newFederatedModelWith(src, 120, 40, colours, false, false)
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			src.snap = withDevices(moments[i%len(moments)], views[i%2])
			m.lookAgain()
			m.View()
		}
	})
}

// A study with two figures at 120×40: both drawn anew with all texts before
// each frame, as when the study writes, and with nothing new.
func BenchmarkStudies(b *testing.B) {
	for _, what := range []string{"fresh", "still"} {
		b.Run(what, func(b *testing.B) {
			one := found()
			one.Studies = one.Studies[:1]
			m := newTestStudies(&shelf{one}, 120, 40, colours, false, false)
			b.ReportAllocs()
			for b.Loop() {
				if what == "fresh" {
					m.desk.drawn, m.desk.texts = [mostFigures]figureCache{}, textCache{}
					m.desk.settle(m)
				}
				m.View()
			}
		})
	}
}
