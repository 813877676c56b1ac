package devices

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"optwatch/train/device"
	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// stub is a source of devices, by themselves or beside runs, that shows what it
// is told to and remembers what it was asked for.
type stub struct {
	view  *device.View
	asked []view.Command
}

func (s *stub) View() *device.View { return s.view }

func (s *stub) Snapshot() *view.Snapshot {
	return &view.Snapshot{Phase: view.PhaseTraining, Devices: s.view}
}

func (s *stub) Do(c view.Command) error {
	s.asked = append(s.asked, c)
	return errors.New("not taken")
}

func (s *stub) Offer(view.Command) view.Offer { return view.Offer{} }

// screen is what a test looks at: the program of the devices, or their pane in
// a place beside runs.
type screen struct {
	*Devices
	src     *stub
	program *Program // nil beside runs
	spot    pane.Place
	w, h    int // of the program's screen
}

func plain(p termenv.Profile, ascii, mono bool) *draw.Theme {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(p)
	r.SetHasDarkBackground(true)
	return draw.ThemeOf(r, ascii, mono)
}

// newAlone is the program of the devices.
func newAlone(v *device.View, w, h int) *screen {
	return newAloneWith(v, w, h, termenv.Ascii, false, false)
}

func newAloneWith(v *device.View, w, h int, p termenv.Profile, ascii, mono bool) *screen {
	src := &stub{view: v}
	program := NewProgram(pane.NewScreen(plain(p, ascii, mono), Source(src, "box"), 1))
	m := &screen{Devices: program.devices, src: src, program: program, w: w, h: h}
	m.Screen.Keys = pane.NewTable(program.Keys())
	for _, p := range program.Panes() {
		m.Screen.Keys = pane.NewTable(m.Screen.Keys, p.Keys())
	}
	m.settle()
	return m
}

// newBeside is the pane in a place beside runs, without the focus.
func newBeside(v *device.View, w, h int) *screen {
	return newBesideWith(v, w, h, termenv.Ascii, false, false)
}

func newBesideWith(v *device.View, w, h int, p termenv.Profile, ascii, mono bool) *screen {
	src := &stub{view: v}
	s := pane.NewScreen(plain(p, ascii, mono), src, 1)
	m := &screen{Devices: New(s, 5), src: src, spot: pane.Place{Rect: pane.Rect{W: w, H: h}, Boxed: w > 3 && h > 1}}
	m.Screen.Keys = pane.NewTable(m.Devices.Keys(), m.shared())
	m.settle()
	return m
}

// newWide is the pane in all the room that it has a use for.
func newWide(v *device.View) *screen { return newBeside(v, 75, height(len(v.Devices))) }

// shared are keys that the race of runs has for whichever pane is focused.
func (m *screen) shared() []pane.Binding {
	focused := func() bool { return m.seat.Focused() }
	charter, pager := pane.Charter(m.Devices), pane.Pager(m.Devices)
	return []pane.Binding{
		{In: pane.Main, Keys: []string{"j"}, When: focused, Do: pane.Does(func() { pager.Move(1) })},
		{In: pane.Main, Keys: []string{"end"}, When: func() bool { return focused() && pager.Long() }, Do: pane.Does(func() { pager.Move(1 << 30) })},
		{In: pane.Main, Keys: []string{"m"}, When: charter.CanNextChart, Do: pane.Does(charter.NextChart)},
		{In: pane.Main, Keys: []string{"-", "="}, When: charter.CanSpan, Do: pane.Acts(charter.Span)},
		{In: pane.Main, Keys: []string{"z"}, Do: pane.Does(func() { m.Alone = !m.Alone })},
	}
}

// settle does what the shell does after a message.
func (m *screen) settle() {
	if m.program != nil {
		m.program.Follow()
		m.spot, _ = m.program.Arrange(m.w, m.h).Find(0)
	} else {
		m.Follow()
		m.spot.Focused = m.seat.Focused()
	}
	m.Settle(m.spot, true)
}

func (m *screen) resize(w, h int) {
	m.w, m.h = w, h
	if m.program == nil {
		m.spot.W, m.spot.H, m.spot.Boxed = w, h, w > 3 && h > 1
	}
	m.settle()
}

// look takes another view in.
func (m *screen) look(v *device.View) {
	m.src.view = v
	m.Pull()
	m.settle()
}

// press types keys; those that do nothing now are no mistake.
func (m *screen) press(keys ...string) {
	in := pane.Main
	if m.program != nil {
		in = m.program.Ground()
	}
	for _, k := range keys {
		if b := m.Screen.Keys.Lookup(in, k); b != nil && b.Valid() {
			b.Do(k)
		}
		m.Pull()
		m.settle()
	}
}

// hints are the words of the keys that are valid now, as in the footer.
func (m *screen) hints(in pane.Mode) string {
	var out []string
	for _, h := range m.Screen.Keys.Hints(in) {
		out = append(out, h.Key+" "+h.Word)
	}
	return strings.Join(out, " · ")
}

// rows are those of the pane, under the header of the program if it is one.
func (m *screen) lines() []string {
	lines := m.Draw(m.spot)
	if m.program == nil {
		return lines
	}
	return append([]string{m.program.Header(m.w)}, lines...)
}

func (m *screen) text() string {
	s := strings.Join(m.lines(), "\n")
	if m.Theme.ASCII {
		return draw.ToASCII(s)
	}
	return s
}

func wantSeen(t *testing.T, m *screen, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(m.text(), text) {
			t.Errorf("the screen does not show %q:\n%s", text, m.text())
		}
	}
}

// checkSize wants the pane exactly as large as its place.
func checkSize(t *testing.T, m *screen, what string) {
	t.Helper()
	lines := m.Draw(m.spot)
	if len(lines) != m.spot.H {
		t.Fatalf("%s at %d×%d: %d rows", what, m.spot.W, m.spot.H, len(lines))
	}
	for y, s := range lines {
		if n := ansi.StringWidth(s); n != m.spot.W {
			t.Fatalf("%s at %d×%d: row %d has %d columns: %q", what, m.spot.W, m.spot.H, y, n, s)
		}
	}
	if m.program == nil {
		return
	}
	if n := ansi.StringWidth(m.program.Header(m.w)); n != m.w {
		t.Fatalf("%s: the header has %d columns, want %d", what, n, m.w)
	}
}

// sgrCodes are the codes of a text's escape sequences for colours and weights.
func sgrCodes(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, "\x1b[") {
		if code, _, ok := strings.Cut(part, "m"); ok && strings.Trim(code, "0123456789;") == "" {
			out = append(out, strings.Split(code, ";")...)
		}
	}
	return out
}
