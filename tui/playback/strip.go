package playback

import (
	"math"
	"strings"
	"time"

	"optwatch/train/view"
	"optwatch/tui/draw"
)

// Clock is the moment shown, the length of the whole and how it is played, the
// longest version first.
func (p Player) Clock() []string {
	b := p.Snap.Playback
	sign, speed := "‖", draw.Unknown
	if b.Playing {
		sign = "▶"
	}
	if b.Speed > 0 && draw.Known(b.Speed) {
		speed = draw.Number(b.Speed, 3) + "×"
	}
	at, of := draw.Clock(p.within(p.Snap.Elapsed)-p.from()), draw.Clock(p.lasting())
	return []string{
		"replay " + sign + " " + speed + "  " + at + " / " + of,
		sign + " " + speed + " " + at + " / " + of,
		sign + " " + at + " / " + of,
		sign + " " + at,
	}
}

// Strip is the whole as a line of w columns: what has passed, what is to come,
// and ticks at the marks.
func (p Player) Strip(w int) string {
	t := p.Theme
	l := draw.NewLine(w)
	l.Gap(1).Put(t.Dim, stripTitle).Gap(1)
	n := l.Left() - 1
	if n < 2 {
		return l.String()
	}
	head, ticks := p.column(p.Snap.Elapsed, n), p.ticks(n)
	passed, ahead := track(ticks[:head], "━", "┿"), track(ticks[head+1:], "─", "┼")
	l.Put(t.Focus, passed).Put(t.Strong, "●").Put(t.Dim, ahead)
	return l.String()
}

// stripTitle is what the strip begins with, with a column on either side.
const stripTitle = "replay"

// ClickStrip goes to the moment in a column of the strip.
func (p Player) ClickStrip(x, w int) {
	from := len(stripTitle) + 2
	if n := w - from - 1; n >= 2 && x >= from && p.can(view.Seek) {
		share := min(float64(x-from)/float64(n-1), 1)
		p.seek(p.from() + time.Duration(share*float64(p.lasting())))
	}
}

// ticks are the columns of n at which there is a mark.
func (p Player) ticks(n int) []bool {
	out := make([]bool, n)
	for _, at := range p.Snap.Playback.Marks {
		out[p.column(at, n)] = true
	}
	return out
}

// column is where a moment lies among n columns.
func (p Player) column(at time.Duration, n int) int {
	if p.lasting() == 0 {
		return 0
	}
	share := float64(p.within(at)-p.from()) / float64(p.lasting())
	return min(int(math.Round(share*float64(n-1))), n-1)
}

// track draws columns with and without a tick.
func track(ticks []bool, plain, tick string) string {
	var b strings.Builder
	for _, on := range ticks {
		if on {
			b.WriteString(tick)
		} else {
			b.WriteString(plain)
		}
	}
	return b.String()
}
