package about

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
	"optwatch/tui/runs"
)

// stub is a source that shows what it is told to.
type stub struct{ snap *view.Snapshot }

func (s *stub) Snapshot() *view.Snapshot    { return s.snap }
func (*stub) Do(view.Command) error         { return nil }
func (*stub) Offer(view.Command) view.Offer { return view.Offer{} }

// bench is both panes over two runs, of which the first has fifty parameters and
// has printed a hundred lines.
func bench(t *testing.T) (*stub, *runs.Runs, *Parameters, *Output) {
	t.Helper()
	first := view.Run{ID: 1, Name: "first"}
	for i := range 50 {
		first.Parameters = append(first.Parameters, view.Parameter{Key: fmt.Sprintf("key%02d", i), Text: "same"})
	}
	first.Parameters[30].Differs = true
	for i := range 100 {
		first.Output = append(first.Output, fmt.Sprint("line ", i))
	}
	src := &stub{&view.Snapshot{Phase: view.PhaseTraining, Runs: []view.Run{first, {ID: 2, Name: "second"}}}}
	screen := pane.NewScreen(draw.NewTheme(io.Discard, false, true), src, 0)
	r := runs.New(screen)
	r.Refresh()
	return src, r, NewParameters(r, 7), NewOutput(r, 8)
}

// seen is what a pane draws, settled in its place; every line is exactly as wide.
func seen(t *testing.T, p pane.Pane, w, h int) string {
	t.Helper()
	place := pane.Place{Boxed: true, Rect: pane.Rect{W: w, H: h}}
	p.Settle(place, true)
	lines := p.Draw(place)
	if len(lines) != h {
		t.Errorf("%d lines, want %d", len(lines), h)
	}
	for _, l := range lines {
		if got := ansi.StringWidth(l); got != w {
			t.Errorf("a line is %d wide, want %d: %q", got, w, l)
		}
	}
	return ansi.Strip(strings.Join(lines, "\n"))
}

func TestWhatDiffersComesFirst(t *testing.T) {
	_, r, p, _ := bench(t)
	got := strings.Split(seen(t, p, 40, 6), "\n")
	if !strings.Contains(got[0], "config of first") || !strings.Contains(got[5], "1–4 of 50") {
		t.Errorf("the frame is %q, %q", got[0], got[5])
	}
	if !strings.Contains(got[1], "≠ key30") || !strings.Contains(got[2], "key00") {
		t.Errorf("it begins with %q", got[1:3])
	}
	p.Move(1000)
	if got := seen(t, p, 40, 6); !strings.Contains(got, "key49") || !strings.Contains(got, "47–50 of 50") {
		t.Errorf("its end is\n%s", got)
	}
	r.Selected = 2
	if got := seen(t, p, 40, 6); !strings.Contains(got, "none") {
		t.Errorf("of a run without configuration it says\n%s", got)
	}
}

// A key is whole where the texts leave it room; a long text leaves keys a third.
func TestKeysAreWholeBesideShortTexts(t *testing.T) {
	src, _, p, _ := bench(t)
	r := &src.snap.Runs[0]
	r.Parameters = []view.Parameter{{Key: "model.encoder.width", Text: "64"}, {Key: "model.decoder.width", Text: "128"}}
	if got := seen(t, p, 40, 5); !strings.Contains(got, "model.encoder.width  64") || !strings.Contains(got, "model.decoder.width  128") {
		t.Errorf("short texts:\n%s", got)
	}
	r.Parameters[0].Text = strings.Repeat("long ", 20)
	if got := seen(t, p, 40, 5); !strings.Contains(got, "model.enc…  long long") {
		t.Errorf("a long text:\n%s", got)
	}
}

// The output stays at its end, unless somebody has scrolled away from it.
func TestOutputFollows(t *testing.T) {
	src, _, _, p := bench(t)
	ends := func(want string) {
		t.Helper()
		lines := strings.Split(seen(t, p, 40, 6), "\n")
		if got := lines[len(lines)-2]; !strings.Contains(got, want+" ") {
			t.Errorf("the last line is %q, want %q", got, want)
		}
	}
	ends("line 99")
	more := func(line string) {
		src.snap.Runs[0].Output = append(src.snap.Runs[0].Output, line)
	}
	more("line 100")
	ends("line 100")
	p.Move(-10)
	more("line 101")
	ends("line 90")
	p.Move(1000)
	more("line 102")
	ends("line 102")
}

func TestEverySize(t *testing.T) {
	_, _, p, o := bench(t)
	for w := 4; w < 100; w += 7 {
		for h := 3; h < 20; h += 4 {
			seen(t, p, w, h)
			seen(t, o, w, h)
		}
	}
}
