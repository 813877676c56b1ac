package cells

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
)

// terminal is one as plain as can be: it keeps the style of a cell as the attributes
// that are on, by name.
type terminal struct {
	t     testing.TB
	w, h  int
	cells [][]string
	y, x  int
	style map[string]string
}

func newTerminal(t testing.TB, w, h int) *terminal {
	v := &terminal{t: t, w: w, h: h, style: map[string]string{}}
	v.cells = make([][]string, h)
	for y := range v.cells {
		v.cells[y] = make([]string, w)
		v.clear(y, 0)
	}
	return v
}

func (v *terminal) clear(y, x int) {
	for ; x < v.w; x++ {
		v.cells[y][x] = " "
	}
}

func (v *terminal) styled() string {
	var b strings.Builder
	for _, k := range []string{"fg", "bg", "1", "2", "3", "4", "5", "6", "7", "8", "9"} {
		if s, on := v.style[k]; on {
			b.WriteString("|" + k + "=" + s)
		}
	}
	return b.String()
}

func (v *terminal) write(s string) {
	var state byte
	p := ansi.NewParser()
	for len(s) > 0 {
		seq, width, n, next := ansi.DecodeSequence(s, state, p)
		state, s = next, s[n:]
		switch {
		case width > 0:
			if v.x+width > v.w {
				v.t.Fatalf("written past the right edge: %q", seq)
			}
			for i := range width { // the halves of a wide character that is cut are blanks
				if x := v.x + i; strings.HasPrefix(v.cells[v.y][x], "half") {
					v.cells[v.y][x-1] = " " + style(v.cells[v.y][x])
				} else if x+1 < v.w && strings.HasPrefix(v.cells[v.y][x+1], "half") {
					v.cells[v.y][x+1] = " " + style(v.cells[v.y][x+1])
				}
			}
			v.cells[v.y][v.x] = seq + v.styled()
			if width == 2 {
				v.cells[v.y][v.x+1] = "half" + v.styled()
			}
			v.x += width
		case seq == "\u0301": // combines with what is before it
			text, rest, _ := strings.Cut(v.cells[v.y][v.x-1], "|")
			if rest != "" {
				rest = "|" + rest
			}
			v.cells[v.y][v.x-1] = text + seq + rest
		case seq == "\r":
			v.x = 0
		case seq == "\n":
			if v.y++; v.y == v.h {
				v.t.Fatal("the screen scrolls")
			}
		case strings.HasPrefix(seq, "\x1b[?"): // modes
		case strings.HasPrefix(seq, "\x1b["):
			v.sequence(seq[len(seq)-1], strings.Split(seq[2:len(seq)-1], ";"))
		default:
			v.t.Fatalf("unknown: %q", seq)
		}
	}
}

func style(c string) string {
	if i := strings.IndexByte(c, '|'); i >= 0 {
		return c[i:]
	}
	return ""
}

func (v *terminal) sequence(final byte, parameters []string) {
	number := func(i int) int {
		if i >= len(parameters) || parameters[i] == "" {
			return 1
		}
		n, err := strconv.Atoi(parameters[i])
		if err != nil {
			v.t.Fatal(err)
		}
		return max(1, n)
	}
	switch final {
	case 'H':
		v.y, v.x = number(0)-1, number(1)-1
	case 'G':
		v.x = number(0) - 1
	case 'K':
		v.clear(v.y, v.x)
	case 'J':
		from := v.y + 1
		if parameters[0] == "2" {
			from = 0
		} else {
			v.clear(v.y, v.x)
		}
		for y := from; y < v.h; y++ {
			v.clear(y, 0)
		}
	case 'm':
		for i := 0; i < len(parameters); i++ {
			switch p := parameters[i]; {
			case p == "" || p == "0":
				clear(v.style)
			case len(p) == 1:
				v.style[p] = "on"
			case p == "22":
				delete(v.style, "1")
				delete(v.style, "2")
			case len(p) == 2 && p[0] == '2':
				delete(v.style, p[1:])
			case p == "39":
				delete(v.style, "fg")
			case p == "49":
				delete(v.style, "bg")
			default:
				ground := "fg"
				if p[0] == '4' || strings.HasPrefix(p, "10") {
					ground = "bg"
				}
				count := 1
				if p == "38" || p == "48" {
					count = map[string]int{"5": 3, "2": 5}[parameters[i+1]]
				}
				v.style[ground] = strings.TrimPrefix(strings.Join(parameters[i:i+count], ";"), map[bool]string{true: "4", false: "3"}[ground == "bg"])
				i += count - 1
			}
		}
	default:
		v.t.Fatalf("unknown: CSI %q %c", parameters, final)
	}
}

func (v *terminal) String() string {
	var b strings.Builder
	for _, line := range v.cells {
		fmt.Fprintf(&b, "%q\n", line)
	}
	return b.String()
}

// view is a model that draws what it is sent.
type view string

func (v view) Init() tea.Cmd { return nil }
func (v view) View() string  { return string(v) }
func (v view) Update(m tea.Msg) (tea.Model, tea.Cmd) {
	if s, ok := m.(view); ok {
		return s, nil
	}
	return v, nil
}

// recorder keeps what Bubble Tea writes, each time apart.
type recorder struct{ wrote chan string }

func (r recorder) Write(p []byte) (int, error) {
	r.wrote <- string(p)
	return len(p), nil
}

// random changes some of the characters of a screen of styles, wide and combined ones.
func random(r *rand.Rand, lines [][]string) {
	texts := []string{"a", "7", " ", " ", "─", "⣿", "é", "e\u0301", "漢", "👍🏽", "%"}
	styles := []string{"", "", "\x1b[1m", "\x1b[2;38;5;117m", "\x1b[38;2;1;2;3;48;5;7m", "\x1b[91;103m", "\x1b[7;31m", "\x1b[4;5;9;44m"}
	for range 1 + r.IntN(3) {
		y := r.IntN(len(lines))
		line := lines[y]
		for x, n := r.IntN(len(line)), 1+r.IntN(len(line)); n > 0 && x < len(line); x, n = x+1, n-1 {
			style, text := styles[r.IntN(len(styles))], texts[r.IntN(len(texts))]
			if ansi.StringWidth(text) == 2 {
				if x+1 == len(line) || line[x+1] == "" || line[x] == "" {
					continue
				}
				line[x+1] = ""
				if x+2 < len(line) && line[x+2] == "" {
					line[x+2] = " "
				}
			} else if line[x] == "" {
				continue
			} else if x+1 < len(line) && line[x+1] == "" {
				line[x+1] = " "
			}
			if line[x] = text; style != "" {
				line[x] = style + text + "\x1b[0m"
			}
		}
	}
}

// A terminal shows the same whether it gets all that Bubble Tea writes or what is
// passed on.
func TestSameScreen(t *testing.T) {
	const w, h = 40, 12
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 1))
		out := recorder{make(chan string, 1000)}
		p := tea.NewProgram(view(""), tea.WithInput(nil), tea.WithOutput(out), tea.WithAltScreen(), tea.WithFPS(120), tea.WithoutSignalHandler())
		ended := make(chan error, 1)
		go func() { _, err := p.Run(); ended <- err }()
		p.Send(tea.WindowSizeMsg{Width: w, Height: h})

		plain, thin := newTerminal(t, w, h), newTerminal(t, w, h)
		var passed bytes.Buffer
		_, o := To(&passed)
		if seed%2 == 1 {
			o.Synchronize()
		}
		all, few := 0, 0
		show := func(wrote string) {
			passed.Reset()
			if n, err := o.Write([]byte(wrote)); n != len(wrote) || err != nil {
				t.Fatal(n, err)
			}
			plain.write(wrote)
			thin.write(passed.String())
			if all, few = all+len(wrote), few+passed.Len(); plain.String() != thin.String() {
				t.Fatalf("seed %d: the terminal shows\n%sand not\n%safter %q\nfor %q", seed, thin, plain, passed.String(), wrote)
			}
		}
		lines := make([][]string, h)
		for y := range lines {
			lines[y] = strings.Split(strings.Repeat(" ", w), "")
		}
		for frame := range 40 {
			random(r, lines)
			if frame%17 == 16 {
				p.Send(tea.ClearScreen())
			}
			shown := make([]string, h-r.IntN(2)*r.IntN(2))
			for y := range shown {
				shown[y] = strings.Join(lines[y], "")
				if r.IntN(4) == 0 {
					shown[y] = strings.TrimRight(shown[y], " ")
				}
			}
			p.Send(view(strings.Join(shown, "\n")))
			for last := ""; !strings.HasPrefix(last, home) || len(last) == len(home); {
				select {
				case last = <-out.wrote:
					show(last)
				case <-time.After(50 * time.Millisecond): // the same frame is not written again
					last = home + "."
				}
			}
		}
		p.Quit()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		if few >= all {
			t.Errorf("seed %d: %d bytes of %d are passed on", seed, few, all)
		}
	}
}

// What is not understood is passed on as it is, and so is the frame after it, of
// which not all lines are known.
func TestPassedOn(t *testing.T) {
	whole := home + "one\r\ntwo\x1b[K\x1b[2;1H"
	for _, c := range []struct{ what, text string }{
		{"a frame with a link", home + "\x1b]8;;http://a\x1b\\one\x1b]8;;\x1b\\\n\x1b[2;1H"},
		{"a frame with a tab", home + "\tone\n\x1b[2;1H"},
		{"a frame with a colour of the underline", home + "\x1b[58;5;1mone\x1b[0m\n\x1b[2;1H"},
		{"a frame that leaves a colour behind", home + "\x1b[1mone\n\x1b[2;1H"},
		{"a frame with an incomplete sequence", home + "\none\x1b[1"},
		{"a frame with bytes that are no characters", home + "\n\xff\xfe"},
		{"a cursor far away", home + "\x1b[999999999;1Hone"},
		{"a screen that is cleared", "\x1b[2J"},
		{"text", "hello"},
		{"a screen of its own", another + "l"},
	} {
		var out strings.Builder
		_, o := To(&out)
		for _, s := range []string{whole, c.text, home + "\ntwo!\x1b[2;1H"} {
			io.WriteString(o, s)
		}
		if want := whole + c.text + home + "\ntwo!\x1b[2;1H"; out.String() != want {
			t.Errorf("%s: passed on is %q, want %q", c.what, out.String(), want)
		}
	}
	var out strings.Builder
	_, o := To(&out)
	for _, s := range []string{whole, "\x1b[?25l", "\x1b]52;c;AA==\a", home + "\ntwo!\x1b[2;1H", home + "\ntwo!\x1b[2;1H"} {
		io.WriteString(o, s)
	}
	if want := whole + "\x1b[?25l\x1b]52;c;AA==\a\x1b[2;4H!\x1b[2;1H"; out.String() != want {
		t.Errorf("passed on is %q, want %q", out.String(), want)
	}
}

// The terminal is asked once, when the screen has begun; only what says that it
// knows synchronized updates counts.
func TestSynchronized(t *testing.T) {
	var out strings.Builder
	_, o := To(&out)
	o.Ask()
	for _, s := range []string{"\x1b[?25l", another + "h", another + "h"} {
		io.WriteString(o, s)
	}
	if want := "\x1b[?25l" + another + "h" + question + another + "h"; out.String() != want {
		t.Errorf("asked is %q, want %q", out.String(), want)
	}
	for answer, want := range map[string]bool{"\x1b[?2026;1$y": true, "\x1b[?2026;2$y": true, "\x1b[?2026;0$y": false, "\x1b[?2026;4$y": false, "\x1b[?25;1$y": false, "": false} {
		if Knows(answer) != want {
			t.Errorf("%q: %v", answer, !want)
		}
	}
	out.Reset()
	o.Synchronize()
	io.WriteString(o, home+"one\x1b[1;1H")
	if want := begin + home + "one\x1b[1;1H" + end; out.String() != want {
		t.Errorf("passed on is %q, want %q", out.String(), want)
	}
}

// Where the terminal fails, so does the writing, and what it shows is not known.
func TestFailed(t *testing.T) {
	_, o := To(broken{})
	if n, err := io.WriteString(o, home+"one"); n != 0 || err != io.ErrClosedPipe || o.known {
		t.Errorf("%d, %v, known %v", n, err, o.known)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// Every way of saying a style leads to the same pen, and every pen can be said.
func TestPen(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	random := func() (p pen) {
		p.attributes = uint16(r.IntN(512)) << 1 & uint16(r.IntN(512)<<1)
		for _, c := range []*color{&p.fore, &p.back} {
			*c = []color{0, basic | color(r.IntN(16)), indexed | color(r.IntN(256)), direct | color(r.IntN(1<<24))}[r.IntN(4)]
		}
		return p
	}
	for range 5000 {
		from, to := random(), random()
		said := string(change(nil, from, to))
		got := from
		if from == to {
			continue
		}
		if !strings.HasPrefix(said, "\x1b[") || !strings.HasSuffix(said, "m") || !got.apply(said[2:len(said)-1]) || got != to {
			t.Fatalf("%+v to %+v: %q makes %+v", from, to, said, got)
		}
	}
	for _, bad := range []string{"21", "10", "26", "38", "38;5", "38;5;256", "38;2;1;2", "38;3;1", "4:3", "-1", "58;5;1"} {
		if p := (pen{}); p.apply(bad) {
			t.Errorf("%q is understood", bad)
		}
	}
}

// FuzzFrame passes on any bytes at all without a panic, and shows a frame after
// them as it is.
func FuzzFrame(f *testing.F) {
	f.Add(home+"one\r\n\x1b[31mtwo\x1b[0m\x1b[K\x1b[2;1H", home+"\n漢\x1b[K")
	f.Add("\x1b[2J", home+"\x1b[5;5Hx\x1b[J")
	f.Fuzz(func(t *testing.T, one, two string) {
		var out bytes.Buffer
		_, o := To(&out)
		for _, s := range []string{home + "ab漢\r\ncd\x1b[2;1H", one, two} {
			io.WriteString(o, s)
		}
		out.Reset()
		const last = home + "x\x1b[K\r\ny\x1b[K\x1b[J\x1b[2;1H"
		for range 2 {
			io.WriteString(o, last)
		}
		if want := last + last; out.String() != want {
			t.Errorf("passed on is %q, want %q", out.String(), want)
		}
	})
}

// BenchmarkFrame is a frame of 200×60 in which a number of every second line changes.
func BenchmarkFrame(b *testing.B) {
	_, o := To(io.Discard)
	frame := func(n int) string {
		var s strings.Builder
		s.WriteString(home)
		for y := range 60 {
			if y%2 == 0 && n > 0 {
				s.WriteByte('\n')
				continue
			}
			s.WriteString("\x1b[38;5;117m" + strings.Repeat("─", 100) + "\x1b[0m" + fmt.Sprintf("%10d", n) + strings.Repeat("a", 90))
			if y < 59 {
				s.WriteString("\r\n")
			}
		}
		return s.String()
	}
	frames := []string{frame(0), frame(1), frame(2)}
	io.WriteString(o, frames[0])
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		io.WriteString(o, frames[1+i%2])
	}
}
