package devices

import (
	"github.com/charmbracelet/x/ansi"

	"optwatch/tui/draw"
	"optwatch/tui/incident"
	"optwatch/tui/pane"
)

// Program is the screen of the devices and of nothing else.
type Program struct {
	*pane.Screen
	devices *Devices
}

var (
	_ pane.Program = (*Program)(nil)
	_ pane.Roomy   = (*Program)(nil)
)

// FPS is how often the screen of the devices alone looks at them; they change
// once a second.
const FPS = 4

// NewProgram is the program of a screen over a Source.
func NewProgram(s *pane.Screen) *Program {
	return &Program{s, New(s, 0)}
}

// alone is the mode of keys with nothing over the screen.
const alone pane.Mode = "optwatch devices"

// Ground is the mode of keys with nothing over the screen.
func (p *Program) Ground() pane.Mode { return alone }

// Panes is the pane of the devices.
func (p *Program) Panes() []pane.Pane { return []pane.Pane{sole{p.devices}} }

// sole is the pane where there is no other.
type sole struct{ *Devices }

// Keys are none: with no other pane to be told from, all keys are the program's.
func (sole) Keys() []pane.Binding { return nil }

// Keys are the lines of the key table.
func (p *Program) Keys() []pane.Binding {
	return []pane.Binding{
		{In: alone, Rank: 10, Keys: []string{"j", "k", "down", "up"}, Ways: []pane.Way{pane.On("next", "select the next device", "j", "down"), pane.On("previous", "select the device before", "k", "up")}, Show: "j k ↑ ↓", Foot: "select", Doc: "select a device", When: p.devices.Long, Do: pane.Acts(p.step)},
		{In: alone, Rank: 20, Keys: []string{"pgup", "pgdown", "home", "end"}, Ways: []pane.Way{pane.On("page-up", "a page up", "pgup"), pane.On("page-down", "a page down", "pgdown"), pane.On("first", "to the first device", "home"), pane.On("last", "to the last device", "end")}, Show: "pgup pgdn home end", Doc: "the same by pages", When: p.devices.Long, Do: pane.Acts(p.page)},
		{In: alone, Rank: 30, Name: "metric", Keys: []string{"m"}, Show: "m", Foot: "metrics", Doc: "the next charts, where there is no room for all", When: p.devices.CanNextChart, Do: pane.Does(p.devices.NextChart)},
		{In: alone, Rank: 40, Keys: []string{"-", "=", "+"}, Ways: []pane.Way{pane.On("zoom-out", "more time on the charts", "-"), pane.On("zoom-in", "less time on the charts", "=", "+")}, Show: "- =", Foot: "time", Doc: "more or less time on the charts", When: p.devices.CanSpan, Do: pane.Acts(p.devices.Span)},
	}
}

// WriteWord offers in the footer to write the screen to a file.
func (p *Program) WriteWord() string { return "write" }

// step selects the next device or the one before.
func (p *Program) step(key string) {
	if key == "k" || key == "up" {
		p.devices.Move(-1)
		return
	}
	p.devices.Move(1)
}

// page moves by as many devices as are seen, or to an end.
func (p *Program) page(key string) {
	const end = 1 << 30
	rows := p.devices.Page()
	p.devices.Move(map[string]int{"pgup": -rows, "pgdown": rows, "home": -end, "end": end}[key])
}

// Follow makes the devices those of the snapshot. They always have the screen
// for themselves, so that there are charts.
func (p *Program) Follow() {
	p.Alone = true
	p.devices.seat.Take()
	p.devices.Follow()
}

// Arrange gives all there is to the devices.
func (p *Program) Arrange(w, h int) pane.Layout {
	place := pane.Place{Rect: pane.Rect{Y: 1, W: w, H: h - 2}, Boxed: w >= 60, Focused: true}
	return pane.Layout{Panes: []pane.Placed{{Pane: p.devices.seat.Position, Place: place}}}
}

// Header says what is looked at, and when that was.
func (p *Program) Header(w int) string {
	t, v := p.Theme, p.Snap.Devices
	l, end := draw.NewLine(w), ""
	if v.Replaying == "" {
		end = v.At.Format("15:04:05")
	}
	l.Gap(1).Put(t.Strong, draw.Short("optwatch devices", w-2)).Gap(2)
	if room := w - l.At() - len(end) - 3; room > 3 {
		l.Put(t.Text, draw.Short(draw.Clean(p.Snap.Subject.Name), room))
	}
	if at := w - 1 - ansi.StringWidth(end); at > l.At() {
		l.Tab(at).Put(t.Dim, end)
	}
	return l.String()
}

// Signs explain what is drawn on the charts.
func (p *Program) Signs(w int) []string { return []string{incident.Legend(p.Theme, w)} }

// Moving says whether more will come.
func (p *Program) Moving() bool { return !p.Snap.Devices.Ended }

// Leaves is nothing: whoever looks at devices changes none.
func (p *Program) Leaves() (text, answer string) { return "", "" }
