package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"optwatch/train"
	"optwatch/train/device"
	"optwatch/train/view"
	"optwatch/tui/draw"
)

// View at 120×40 with six runs of 300 points: with a new point on every curve
// before each frame, so that all is drawn anew, and with clocks only.
func BenchmarkView(b *testing.B) {
	for name, src := range map[string]*growing{
		"growing": newGrowing(func() *train.Report { return sample(6, 300) }, 6),
		"seeds":   newGrowing(func() *train.Report { return seeded(4, 4, 300) }, 4), // 16 runs in four groups
	} {
		b.Run(name, func(b *testing.B) {
			m := newTestModelWith(src, 120, 40, colours, false, false)
			var bytes int
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				src.grow()
				again(m)
				b.StartTimer()
				bytes = len(m.View())
			}
			b.ReportMetric(float64(bytes), "bytes/frame")
		})
	}
	b.Run("diagnosis", func(b *testing.B) { // the pane alone is drawn anew
		m := newTestModelWith(newFederated(examined()), 120, 40, colours, false, false)
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

// The same, growing, with something over it: all actions, those found, and the help.
func BenchmarkOverlays(b *testing.B) {
	for name, keys := range map[string][]string{"palette": {":"}, "found": {":", "p", "a", "u", "s", "e"}, "help": {"?"}, "help-search": {"?", "/", "l", "o", "g"}} {
		b.Run(name, func(b *testing.B) {
			src := newGrowing(func() *train.Report { return sample(6, 300) }, 6)
			m := newTestModelWith(src, 120, 40, colours, false, false)
			press(m, keys...)
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				src.grow()
				again(m)
				b.StartTimer()
				m.View()
			}
		})
	}
}

// View at 200×60 with sixteen runs in braille, a new point on each before every frame.
func BenchmarkBraille(b *testing.B) {
	src := newGrowing(func() *train.Report { return sample(16, 300) }, 16)
	m := newTestModelWith(src, 200, 60, colours, false, false)
	m.Plot = draw.Braille
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		src.grow()
		again(m)
		b.StartTimer()
		m.View()
	}
}

// ready is a source whose snapshots are there before the clock runs.
type ready struct {
	stub
	all []*view.Snapshot
	at  int
}

func newReady(reports ...*train.Report) *ready {
	r := &ready{}
	for _, s := range reports {
		r.all = append(r.all, translated(s))
	}
	return r
}

// Snapshot is the one that it is at, anew as a source makes it.
func (r *ready) Snapshot() *view.Snapshot {
	v := *r.all[r.at]
	return &v
}

// watch lets the snapshot that it is at show devices.
func (r *ready) watch(v *device.View) {
	s := r.all[r.at]
	s.Devices, s.Began = v, noon.Add(-s.Elapsed)
}

// growing is a source whose curves end anew at each moment, as if a point had
// come to each. The rest of a curve stays where it is, as it does in a source.
type growing struct {
	*ready
	moments []*view.Snapshot
	moment  int
}

// newGrowing has 50 moments of runs that differ in so many ways.
func newGrowing(report func() *train.Report, ways int) *growing {
	g := &growing{ready: newReady(report())}
	for i := range 50 {
		s := report()
		for j := range s.Runs {
			r := &s.Runs[j]
			n := len(r.Curve) - 1
			r.Last = samplePoint(j%ways, i, float64(r.Curve[n].Evals+int64(i)))
			r.Curve = append(slices.Clone(r.Curve[:n]), r.Last)
		}
		g.moments = append(g.moments, translated(s))
	}
	return g
}

// grow goes on to the next moment.
func (g *growing) grow() {
	g.moment++
	now := g.moments[g.moment%len(g.moments)]
	for i := range now.Runs {
		run, next := &g.all[0].Runs[i], &now.Runs[i]
		run.At = next.At
		for k := range next.Series {
			was, is := &run.Series[k], &next.Series[k]
			end := len(is.Values) - 1
			if was.Last = is.Last; end < 0 {
				continue
			}
			was.Values[end] = is.Values[end]
			for a := range is.Places {
				if len(is.Places[a]) > 0 {
					was.Places[a][end] = is.Places[a][end]
				}
			}
		}
	}
}

// A tick is a pull and a frame.
func BenchmarkTick(b *testing.B) {
	m := newTestModelWith(newReady(sample(6, 300)), 120, 40, colours, false, false)
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
	benchmarkClients(b, func(int) view.Machine { return view.Machine{} })
}

// The same with every client on a machine of its own, of which all is told.
func BenchmarkMachines(b *testing.B) {
	benchmarkClients(b, func(i int) view.Machine {
		return view.Machine{
			Name: fmt.Sprint("site-", i), Host: "box", Version: "0.1.0", Load: "gpu 71 %", RoundTrip: 0.002 * float64(i%90), Heard: float64(i % 9), Up: int64(62_800 * i), Down: int64(99 * i),
		}
	})
}

func benchmarkClients(b *testing.B, machine func(client int) view.Machine) {
	var moments []*train.Report
	first := federated(5, 300, 1000)
	for i := range 8 {
		r := moved(first, i)
		for k := range r.Runs[5].Federated.Clients {
			r.Runs[5].Federated.Clients[k].Machine = machine(k)
		}
		moments = append(moments, r)
	}
	for _, what := range []string{"view", "tick"} {
		b.Run(what, func(b *testing.B) {
			src := newReady(moments...)
			m := newTestModelWith(src, 120, 40, colours, false, false)
			press(m, "5", "S", "S")
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				b.StopTimer()
				src.at = i % len(moments)
				if what == "view" {
					again(m)
				}
				b.StartTimer()
				if what == "tick" {
					again(m)
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
	var moments []*train.Report
	for i := range 8 {
		moments = append(moments, moved(first, i))
	}
	for name, every := range map[string]int{"fresh": 1, "between": 1 << 30} {
		for _, where := range []string{"", "z"} {
			b.Run(name+where, func(b *testing.B) {
				src := newReady(moments...)
				src.watch(views[0])
				m := newTestModelWith(src, 120, 40, colours, false, false)
				press(m, "5")
				if where != "" {
					press(m, "6", where)
				}
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					b.StopTimer()
					src.at = i % len(moments)
					src.watch(views[i/every%2])
					again(m)
					b.StartTimer()
					m.View()
				}
			})
		}
	}
	b.Run("tick", func(b *testing.B) {
		src := newReady(moments...)
		src.watch(views[0])
		m := newTestModelWith(src, 120, 40, colours, false, false)
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			src.at = i % len(moments)
			src.watch(views[i%2])
			again(m)
			m.View()
		}
	})
}
