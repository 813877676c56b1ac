package tui

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"optwatch/train/study"
)

var studyKeys = strings.Split("j k f tab shift+tab 1 2 9 t t t z y pgdown pgup end home ? esc q esc", " ")

func TestStudiesAreExact(t *testing.T) {
	m := newTestStudies(&shelf{found()}, 80, 24, termenv.ANSI256, false, false)
	for w := 1; w <= 220; w += 1 + w/9 {
		for h := 1; h <= 70; h += 1 + h/6 {
			m.Update(sizeMsg(w, h))
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
				again(m)
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
	over := found()
	over.Studies = over.Studies[:2]
	if !quits(press(newTestStudies(&shelf{over}, 120, 40, termenv.Ascii, false, false), "q")) {
		t.Error("q asks though nothing is under way")
	}
}

// Keys of the shell and what lies over the screen keep to the colours that were asked for.
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

// Keys that do nothing now are not in the footer.
func TestFooterOfStudies(t *testing.T) {
	one := found()
	one.Studies = one.Studies[1:2]
	m := newTestStudies(&shelf{one}, 160, 40, termenv.Ascii, false, false)
	for _, word := range []string{"j k", "figure", "follow", "scroll", "W write"} {
		if strings.Contains(footerWords(m), word) {
			t.Errorf("the footer has %q: %s", word, footerWords(m))
		}
	}
	if m = newTestStudies(&shelf{found()}, 160, 40, termenv.Ascii, false, false); strings.Contains(footerWords(m), "f follow") {
		t.Errorf("the study under way is followed already: %s", footerWords(m))
	}
	press(m, "k")
	wantSeen(t, m, "f follow", "? help · q quit")
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
			ended <- RunStudies(ctx, src, "optwatch lab", Terminal{Input: in, Output: out, FPS: 50})
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
