package tui

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"optwatch/train/study"
)

var studyKeys = strings.Split("j k f tab shift+tab 1 2 9 t t t z y pgdown pgup end home ? esc q esc", " ")

func TestStudiesAreExact(t *testing.T) {
	m := newTestStudies(&shelf{found()}, 80, 24, termenv.ANSI256, false, false)
	for w := 1; w <= 220; w += 1 + w/9 {
		for h := 1; h <= 70; h += 1 + h/6 {
			m.Update(tea.WindowSizeMsg{Width: w, Height: h})
			checkSize(t, m, w, h, "studies")
			pressed(t, m, w, h, "j", "t", "z", "t", "t", "t", "z", "k", "tab", "?", "esc")
		}
	}
}

func TestWildStudiesAreExact(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for i := range 300 {
		w, h := 1+r.IntN(220), 1+r.IntN(70)
		src := &shelf{wildStudies(r)}
		m := newTestStudies(src, w, h, termenv.ANSI256, i%5 == 0, i%3 == 0)
		checkSize(t, m, w, h, "wild")
		for range 8 {
			pressed(t, m, w, h, studyKeys[r.IntN(len(studyKeys))])
			if r.IntN(4) == 0 {
				src.view = wildStudies(r)
				m.Update(tickMsg{chain: m.chain})
			}
		}
	}
}

func TestStudyGoldens(t *testing.T) {
	for _, size := range [][2]int{{120, 40}, {80, 24}, {60, 20}, {40, 12}} {
		m := newTestStudies(&shelf{found()}, size[0], size[1], termenv.Ascii, false, false)
		press(m, "k", "k")
		golden(t, fmt.Sprintf("studies-%dx%d.txt", size[0], size[1]), m.View())
	}
	one := found()
	one.Studies = one.Studies[:1]
	golden(t, "studies-one.txt", newTestStudies(&shelf{one}, 120, 40, termenv.Ascii, false, false).View())
	m := newTestStudies(&shelf{found()}, 120, 40, termenv.Ascii, true, true)
	press(m, "k", "k", "tab", "t")
	golden(t, "studies-ascii.txt", m.View())
	press(m, "z", "t", "t", "t")
	golden(t, "studies-notes.txt", m.View())
}

// Without being told otherwise the screen shows the study under way; f goes back to that.
func TestStudiesAreFollowed(t *testing.T) {
	src := &shelf{found()}
	m := newTestStudies(src, 120, 40, termenv.Ascii, false, false)
	selected := func(want string) {
		t.Helper()
		if got := m.desk.study().Name; got != want {
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
		m.Update(tickMsg{chain: m.chain})
	}
	selected("variance")
	press(m, "k")
	selected("batch")
	wantSeen(t, m, "f follow")
	next(2, 3)
	selected("batch")
	press(m, "f")
	selected("adamw")
	next(3, -1)
	selected("adamw")
	if m.moving() {
		t.Error("the screen is looked at often though all is over")
	}
	if !quits(press(m, "q")) {
		t.Error("q asks though nothing is under way")
	}
}

func TestQuittingStudiesAsks(t *testing.T) {
	m := newTestStudies(&shelf{found()}, 120, 40, termenv.Ascii, false, false)
	if quits(press(m, "q")) {
		t.Fatal("q does not ask")
	}
	wantSeen(t, m, "2 studies are not over")
	press(m, "esc")
	press(m, "q")
	if !quits(press(m, "q")) {
		t.Error("the second q does not quit")
	}
}

// What is said of a study is all to be seen somewhere.
func TestStudiesShowAll(t *testing.T) {
	m := newTestStudies(&shelf{found()}, 160, 50, termenv.Ascii, false, false)
	wantSeen(t, m, "mnist · 50000", "✓ 3 hold", "✗ 1 fails", "· 1 pending", "2:41", "43 %", "1.2M", "svrg, seed 2 of 5", "waiting")
	press(m, "k", "k")
	wantSeen(t, m, "Distance to the optimum", "floor η·tr Σ/(4B)", "one pass", "predicted for sgd", "at the optimum", "✗ fails", "░", "●", "┈", "2.2e-7 after 40 passes")
	press(m, "t")
	wantSeen(t, m, "Where they ended", "adam:lr=0.001,batch=64")
	press(m, "t")
	wantSeen(t, m, "outside of what SVRG's theorem covers", "--run svrg:lr=0.02,batch=1,m=n/10", "1 of 3 claims", "the learning rates that a grid has found")
}

// Keys that do nothing now are neither in the footer nor do they do anything.
func TestStudyKeys(t *testing.T) {
	one := found()
	one.Studies = one.Studies[1:2]
	m := newTestStudies(&shelf{one}, 160, 40, termenv.Ascii, false, false)
	for _, word := range []string{"j k", "figure", "follow", "scroll", "f follow"} {
		if strings.Contains(footerWords(m), word) {
			t.Errorf("the footer has %q: %s", word, footerWords(m))
		}
	}
	before := m.View()
	press(m, "j", "tab", "2", "f", "pgdown")
	if m.View() != before {
		t.Error("a key that is not valid did something")
	}
	press(m, "y")
	if m.View() == before || !strings.Contains(m.View(), "linear") {
		t.Error("y does not change the scale")
	}
	press(m, "y", "z")
	if strings.Contains(m.View(), "slope −0.99") || !strings.Contains(m.View(), "Steps to the target") {
		t.Error("z does not show the figure alone")
	}
	press(m, "t")
	wantSeen(t, m, "slope −0.99")
}

// A long list of claims can be scrolled to its end and back.
func TestClaimsScroll(t *testing.T) {
	v := found()
	for i := range 40 {
		v.Studies[0].Claims = append(v.Studies[0].Claims, study.Claim{Text: fmt.Sprintf("claim number %d.", i)})
	}
	m := newTestStudies(&shelf{v}, 100, 30, termenv.Ascii, false, false)
	press(m, "k", "k", "end")
	wantSeen(t, m, "claim number 39.")
	press(m, "pgup", "home")
	wantSeen(t, m, "SVRG is ahead", "more below")
}

func TestStudiesWithoutColour(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		m := newTestStudies(&shelf{found()}, 120, 40, termenv.ANSI256, ascii, true)
		press(m, "k", "k")
		for _, k := range studyKeys {
			press(m, k)
			for _, code := range sgrCodes(m.View()) {
				if code != "0" && code != "1" && code != "7" {
					t.Fatalf("after %v: SGR %q is a colour", k, code)
				}
			}
			if i := strings.IndexFunc(ansi.Strip(m.View()), func(r rune) bool { return r > 126 }); ascii && i >= 0 {
				t.Fatalf("after %v: %q", k, ansi.Strip(m.View())[i:i+4])
			}
		}
	}
}

// RunStudies leaves the terminal as it was: when the user quits, when the
// context ends, and when drawing panics.
func TestRunStudies(t *testing.T) {
	for _, how := range []string{"quit", "context", "panic"} {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		src := &faulty{shelf: shelf{found()}, broken: make(chan struct{})}
		out := &terminal{}
		in, keys := io.Pipe()
		t.Cleanup(func() { keys.Close() })
		ended := make(chan error, 1)
		go func() {
			ended <- RunStudies(ctx, StudyOptions{Source: src, Name: "optwatch lab", Input: in, Output: out, FPS: 50})
		}()
		await(t, out, "variance")
		switch how {
		case "quit":
			io.WriteString(keys, "q")
			await(t, out, "not over")
			io.WriteString(keys, "q")
		case "context":
			cancel()
		case "panic":
			close(src.broken)
		}
		select {
		case err := <-ended:
			if (err != nil) != (how == "panic") {
				t.Errorf("%s: ended with %v", how, err)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("%s: does not end", how)
		}
		if !strings.Contains(out.String(), leaveAltScreen) {
			t.Errorf("%s: the terminal is not restored", how)
		}
	}
}

// faulty is a source that panics once it is broken.
type faulty struct {
	shelf
	broken chan struct{}
}

func (f *faulty) View() *study.View {
	select {
	case <-f.broken:
		panic("drawing went wrong")
	default:
	}
	return f.shelf.View()
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
		s := batches()
		s.State, s.Figures = c.state, c.figures
		m := newTestStudies(&shelf{&study.View{Studies: []study.Study{s}}}, 120, 40, termenv.Ascii, false, false)
		if got := m.View(); !strings.Contains(got, c.want) || strings.Contains(got, c.want+" yet") != c.yet {
			t.Errorf("a study that is %s: want %q, with yet: %t, in\n%s", c.state, c.want, c.yet, got)
		}
	}
}
