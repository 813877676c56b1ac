package study

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"optwatch/train/study"
	"optwatch/train/view"
	"optwatch/tui/pane"
)

var everyKey = strings.Split("j k down up f tab shift+tab 1 2 9 t t t z y pgdown pgup end home", " ")

func TestEverySizeIsExact(t *testing.T) {
	s := newScreen(&shelf{found()}, 80, 24, termenv.ANSI256, false, false)
	for w := pane.MinWidth; w <= 220; w += 1 + w/9 {
		for h := pane.MinHeight; h <= 70; h += 1 + h/6 {
			s.resize(w, h)
			s.checkSize(t, "studies")
			for _, k := range []string{"j", "t", "z", "t", "t", "t", "z", "k", "tab"} {
				s.press(k)
				s.checkSize(t, "after "+k)
			}
		}
	}
}

func TestWildStudiesAreExact(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for i := range 300 {
		w, h := pane.MinWidth+r.IntN(180), pane.MinHeight+r.IntN(60)
		src := &shelf{wildStudies(r)}
		s := newScreen(src, w, h, termenv.ANSI256, i%5 == 0, i%3 == 0)
		s.checkSize(t, "wild")
		for range 8 {
			k := everyKey[r.IntN(len(everyKey))]
			s.press(k)
			s.checkSize(t, "after "+k)
			if r.IntN(4) == 0 {
				src.view = wildStudies(r)
				s.tick()
			}
		}
	}
}

// The header's row and the footer's are left free, and nothing else: every
// cell between them is that of one row or one pane.
func TestLayoutCoversTheBody(t *testing.T) {
	s := newPlain(found(), 80, 24)
	for w := pane.MinWidth; w <= 220; w += 1 + w/9 {
		for h := pane.MinHeight; h <= 70; h += 1 + h/6 {
			for range 2 {
				s.resize(w, h)
				checkCovered(t, s.lay, w, h)
				s.press("z")
			}
		}
	}
}

func checkCovered(t *testing.T, l pane.Layout, w, h int) {
	t.Helper()
	cells := make([]int, w*h)
	cover := func(r pane.Rect) {
		for y := r.Y; y < r.Y+r.H; y++ {
			for x := r.X; x < r.X+r.W; x++ {
				cells[y*w+x]++
			}
		}
	}
	for _, r := range l.Rows {
		cover(pane.Rect{Y: r.Y, W: w, H: 1})
	}
	for _, q := range l.Panes {
		cover(q.Rect)
	}
	for i, n := range cells {
		want := 1
		if y := i / w; y == 0 || y == h-1 {
			want = 0
		}
		if n != want {
			t.Fatalf("at %d×%d the cell in column %d of row %d is covered %d times, want %d", w, h, i%w, i/w, n, want)
		}
	}
}

// Without being told otherwise the screen shows the study under way; f goes back to that.
func TestStudiesAreFollowed(t *testing.T) {
	src := &shelf{found()}
	s := newScreen(src, 120, 40, termenv.Ascii, false, false)
	selected := func(want string) {
		t.Helper()
		if got := s.study().Name; got != want {
			t.Errorf("%s is selected, want %s", got, want)
		}
	}
	next := func(now, then int) {
		v := *src.view
		v.Studies = append([]study.Study(nil), v.Studies...)
		v.Studies[now].State = study.Done
		if then >= 0 {
			v.Studies[then].State = study.Underway
		}
		src.view = &v
		s.tick()
	}
	selected("variance")
	s.press("k")
	selected("batch")
	if !strings.Contains(s.hints(), "f follow") {
		t.Errorf("no way back to the study under way: %s", s.hints())
	}
	next(2, 3)
	selected("batch")
	s.press("f")
	selected("adamw")
	next(3, -1)
	selected("adamw")
	if s.Moving() {
		t.Error("the screen is looked at often though all is over")
	}
	if text, answer := s.Leaves(); text != "" || answer != "" {
		t.Errorf("quitting loses something though nothing is under way: %q, %q", text, answer)
	}
}

func TestQuittingCutsStudiesShort(t *testing.T) {
	v := found()
	s := newPlain(v, 120, 40)
	if text, answer := s.Leaves(); text != "2 studies are not over; quitting cuts them short." || answer != "stop all and quit" {
		t.Errorf("quitting loses %q, %q", text, answer)
	}
	if !s.Moving() {
		t.Error("nothing moves though a study is under way")
	}
	v.Studies = v.Studies[:3]
	s.tick()
	if text, _ := s.Leaves(); text != "One study is not over; quitting cuts it short." {
		t.Errorf("quitting loses %q", text)
	}
}

// What is said of a study is all to be seen somewhere.
func TestStudiesShowAll(t *testing.T) {
	s := newPlain(found(), 160, 50)
	s.wantSeen(t, "mnist · 50000", "✓ 3 hold", "✗ 1 refuted", "· 1 pending", "2:41", "43 %", "1.2M", "svrg, seed 2 of 5", "waiting")
	s.press("k", "k")
	s.wantSeen(t, "Distance to the optimum", "floor η·tr Σ/(4B)", "one pass", "predicted for sgd", "at the optimum", "✗ refuted", "refuted by", "a median above 1e-6", "░", "●", "┈", "2.2e-7 after 40 passes")
	s.press("t")
	s.wantSeen(t, "Where they ended", "adam:lr=0.001,batch=64")
	s.press("t")
	s.wantSeen(t, "outside of what SVRG's theorem covers", "--run svrg:lr=0.02,batch=1,m=n/10", "1 of 3 claims", "the learning rates that a grid has found")
}

// What has ended will have no figure, and no point, that it has not.
func TestNothingMoreIsPromised(t *testing.T) {
	for _, c := range []struct {
		state   study.State
		figures []study.Figure
		want    string
		yet     bool
	}{
		{study.Underway, nil, "no figure", true},
		{study.Done, nil, "no figure", false},
		{study.Underway, []study.Figure{{Name: "grid"}}, "no point", true},
		{study.Done, []study.Figure{{Name: "grid"}}, "no point", false},
	} {
		found := batches()
		found.State, found.Figures = c.state, c.figures
		s := newPlain(&study.View{Studies: []study.Study{found}}, 120, 40)
		if got := s.view(); !strings.Contains(got, c.want) || strings.Contains(got, c.want+" yet") != c.yet {
			t.Errorf("a study that is %s: want %q, with yet: %t, in\n%s", c.state, c.want, c.yet, got)
		}
	}
}

func TestStudiesWithoutColour(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		s := newScreen(&shelf{found()}, 120, 40, termenv.ANSI256, ascii, true)
		s.press("k", "k")
		for _, k := range everyKey {
			s.press(k)
			for part := range strings.SplitSeq(s.view(), "\x1b[") {
				code, _, ok := strings.Cut(part, "m")
				if ok && strings.Trim(code, "0123456789;") == "" && strings.Trim(code, "017;") != "" {
					t.Fatalf("after %v: SGR %q is a colour", k, code)
				}
			}
			if i := strings.IndexFunc(ansi.Strip(s.view()), func(r rune) bool { return r > 126 }); ascii && i >= 0 {
				t.Fatalf("after %v: %q", k, ansi.Strip(s.view())[i:i+4])
			}
		}
	}
}

// To a screen the studies are a source with nothing to command.
func TestSourceTakesNoCommand(t *testing.T) {
	src := NewSource(&shelf{found()})
	snap := src.Snapshot()
	if snap.Phase != view.PhaseTraining || snap.Elapsed != found().Elapsed || len(snap.Runs) > 0 || len(snap.Accepts) > 0 {
		t.Errorf("the snapshot of studies is %+v", snap)
	}
	if err := src.Do(view.Command{Kind: view.Stop}); err == nil {
		t.Error("studies take a command")
	}
	if o := src.Offer(view.Command{Kind: view.Stop}); o.Refused == "" {
		t.Error("studies offer a command")
	}
}

// What is not resolved is counted apart, and has a sign and words of its own,
// on wide screens and on narrow ones.
func TestUnresolvedClaimsAreShown(t *testing.T) {
	view := *found()
	view.Studies = slices.Clone(view.Studies)
	view.Studies[0].Claims = slices.Clone(view.Studies[0].Claims)
	view.Studies[0].Claims[0].Verdict = study.Unresolved
	s := newPlain(&view, 160, 50)
	s.wantSeen(t, "✓ 2 hold", "? 1 not resolved")
	for _, w := range []int{60, 160} {
		if lines := strings.Join(claimLines(s.Theme, &view.Studies[0], w), "\n"); !strings.Contains(lines, "not resolved") || !strings.Contains(lines, "a median above 1e-6") {
			t.Errorf("%d columns: the claims are\n%s", w, lines)
		}
	}
}
