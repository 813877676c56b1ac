package record

import (
	"time"

	"optwatch/train/device"
	"optwatch/train/device/recording"
)

// mostRewound is how many lines are read again where the recording goes back:
// what devices did before these is not known then.
const mostRewound = 900

// projector shows the devices at a moment.
type projector struct {
	reader *Reader
	name   string
	lines  []instant // of all lines, in their order
	past   int       // how many of them the reel has
	reel   *recording.Reel
}

// move brings the devices to a moment, and says whether there is another line.
func (p *projector) move(at time.Duration) bool {
	now := countPast(p.past, len(p.lines), at, func(i int) time.Duration { return p.lines[i].at })
	if now == p.past {
		return false
	}
	from := p.past
	if p.reel == nil || now < from || now-from > mostRewound {
		p.reel = &recording.Reel{Name: p.name}
		from = max(0, now-mostRewound)
	}
	p.past = now
	if from < now {
		p.reader.eachLine(p.lines[from].elapsed, p.lines[now-1].elapsed, p.reel.Add)
	}
	return true
}

// view are the devices; nil where none are watched, or not yet.
func (p *projector) view() *device.View {
	if p.reel == nil {
		return nil
	}
	return p.reel.View()
}

// eachLine calls f for what is written of the devices between two times. What
// cannot be read is left out.
func (r *Reader) eachLine(from, to float64, f func([]byte) error) {
	r.query(func(scan func(...any) error) error {
		var text []byte
		if err := scan(&text); err != nil {
			return err
		}
		f(text)
		return nil
	}, "SELECT "+shownColumn+" FROM devices WHERE elapsed BETWEEN ? AND ? ORDER BY elapsed", from, to)
}
