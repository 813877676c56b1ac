package race

import (
	"cmp"
	"strings"
	"time"

	"optwatch/tui/ask"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// course is what goes to places that are typed: the value cursor on all charts.
type course struct{ *sight }

var (
	_ ask.Chart      = course{}
	_ pane.Traveller = (*Race)(nil)
)

// Axis is the position of the axis that is seen.
func (s course) Axis() int { return s.axis }

// Offered says whether an axis can be seen.
func (s course) Offered(axis int) bool { return s.offered(axis) }

// Ends are from where to where the curves go.
func (s course) Ends() string {
	lo, hi := s.ends()
	if lo > hi {
		return ""
	}
	return "curves go from " + s.at(lo, s.axis).cursorValue() + " to " + s.at(hi, s.axis).cursorValue() + ", " + draw.Clean(s.over().Title)
}

// at is the race as it would be seen with the value cursor at a place.
func (s course) at(place float64, on int) *sight {
	there := *s.sight
	there.axis = on
	there.cursor = s.scale().Of(place)
	return &there
}

// Name is a place in words, and that no curve goes so far.
func (s course) Name(p ask.Place) string {
	there := s.at(p.At, p.Axis)
	a := there.over()
	what, value := draw.Clean(a.Title), there.cursorValue()
	switch {
	case p.At == 0: // which a logarithmic axis has not
		value = "0"
	case a.Clock:
		value = draw.Age(time.Duration(p.At * float64(time.Second)))
	}
	if a.Clock {
		what, _, _ = strings.Cut("of "+what, ",")
	}
	text := value + " " + what
	if _, end := there.ends(); end > 0 && p.At > end {
		text += ", past all curves"
	}
	return text
}

// Go puts the value cursor at a place, or at the end of the curves that is nearest. The
// axis of the place is looked at for now, and no choice for the next screen.
func (s course) Go(p ask.Place) {
	if p.Axis != s.axis && p.Axis < len(s.Snap.Axes) {
		s.leftKey = cmp.Or(s.leftKey, s.key)
		s.axis, s.key = p.Axis, s.Snap.Axes[p.Axis].Key
		s.zoomed, s.following = false, false
	}
	lo, hi := s.ends()
	if s.logX {
		p.At = max(p.At, lo)
	}
	s.stand(min(p.At, hi))
}

// stand puts the value cursor at a place on the axis, and says whether that is one. A
// window that does not hold it is left.
func (s *sight) stand(at float64) bool {
	x := s.scale().Of(at)
	if !draw.Known(x) {
		return false
	}
	full := s.fullX()
	if now := s.x(); s.zoomed && (x < now.Lo || x > now.Hi) {
		s.zoomed, s.following = false, false
	}
	s.values, s.cursor = true, min(max(x, full.Lo), full.Hi)
	return true
}

// Destination is the place that a text names: what it is called, and what goes there;
// ok is false where it names none.
func (q *gallery) Destination(text string) (name string, to func(), ok bool) {
	s := course{q.race.sight}
	if !s.curves() {
		return "", nil, false
	}
	p, ok := ask.Where(q.race.Runs, s, text)
	if !ok {
		return "", nil, false
	}
	return s.Name(p), func() { s.Go(p) }, true
}
