package record

import (
	"time"

	"optwatch/train/view"
)

// momentRate bounds how fast moments are written, in bytes a second. Those of
// many runs, or of a thousand clients, come more seldom than once a second for it.
const momentRate = 10e3

// moments writes how runs stand.
type moments struct {
	aging   aging
	resumed bool // what the record has of later times was lost, and happens again
	runs    map[int]stood
}

// stood is how a run stood when it was last written.
type stood struct {
	elapsed time.Duration
	state   view.State
	text    string // but for the time
	classes bool   // that what clients' examples are of is in one of them
}

func newMoments(resumed bool) moments {
	return moments{
		aging: aging{
			table: "moments", by: "AND earlier.run = moments.run AND earlier.state = moments.state",
			spared: `AND instr(shown, '"classes":') = 0`, // that is told once
		},
		resumed: resumed, runs: map[int]stood{},
	}
}

// write plans to write how the runs stand that stand otherwise than they did, if
// it is time or their state is another.
func (m *moments) write(p *plan, snap *view.Snapshot, last bool) {
	if len(snap.Runs) == 0 {
		return
	}
	if m.resumed {
		p.add("DELETE FROM moments WHERE elapsed > ?", snap.Elapsed.Seconds())
		p.after(func() { m.resumed = false })
	}
	bytes := 0
	for _, was := range m.runs {
		bytes += len(was.text)
	}
	apart := spacing(bytes, momentRate)
	for i := range snap.Runs {
		r := &snap.Runs[i]
		was, known := m.runs[r.ID]
		if known && !last && r.State == was.state && snap.Elapsed-was.elapsed < apart {
			continue
		}
		m.writeRun(p, snap, r, was, known)
	}
	m.aging.write(p, snap.Elapsed, apart)
}

func (m *moments) writeRun(p *plan, snap *view.Snapshot, r *view.Run, was stood, known bool) {
	classes := r.Federation != nil && len(r.Federation.Clients) > 0 && !was.classes
	now := momentOf(r, snap.Axes, classes)
	full := encode(now)
	if i := snap.Clock(); i >= 0 {
		delete(now.At, snap.Axes[i].Key)
	}
	text := encode(now)
	if known && text == was.text && r.State == was.state {
		return
	}
	p.add("INSERT OR REPLACE INTO moments (run, elapsed, state, shown) VALUES (?, ?, ?, ?)", r.ID, snap.Elapsed.Seconds(), wordOf(r.State), full)
	p.after(func() { m.runs[r.ID] = stood{snap.Elapsed, r.State, text, was.classes || classes} })
}
