package study

import (
	"math/rand/v2"
	"testing"

	"github.com/muesli/termenv"

	"optwatch/tui/pane"
)

// What was drawn before is drawn again only where something has changed, and
// what is kept is what would be drawn.
func TestFiguresAndTextAreKept(t *testing.T) {
	s := newPlain(found(), 120, 40)
	s.press("k", "k")
	s.view()
	figure := func() *string { return &s.figures.drawn[0].lines[0] }
	page := func() *string { return &s.text.cache.lines[0] }
	before, text := figure(), page()
	s.tick()
	s.view()
	if figure() != before || page() != text {
		t.Error("nothing has changed and all is drawn anew")
	}
	s.press("y")
	s.view()
	if figure() == before {
		t.Error("a figure with another scale is not drawn anew")
	}
	if page() != text {
		t.Error("the scale of a figure is nothing to its text")
	}
	before = figure()
	s.resize(140, 40)
	s.view()
	if figure() == before || page() == text {
		t.Error("at another size the old picture is drawn")
	}
}

func TestKeptIsWhatWouldBeDrawn(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	src := &shelf{found()}
	s := newScreen(src, 120, 40, termenv.ANSI256, false, false)
	for i := range 400 {
		switch r.IntN(8) {
		case 0:
			src.view = wildStudies(r)
			s.tick()
		case 1:
			src.view = found()
			s.tick()
		case 2:
			s.resize(pane.MinWidth+r.IntN(180), pane.MinHeight+r.IntN(60))
		default:
			s.press(everyKey[r.IntN(len(everyKey))])
		}
		kept := s.view()
		s.figures.drawn, s.text.cache = [mostFigures]figureCache{}, textCache{}
		s.settle()
		if s.view() != kept {
			t.Fatalf("after %d changes what is kept is not what would be drawn", i)
		}
	}
}

// A study with two figures at 120×40: both drawn anew with all texts before
// each frame, as when the study writes, and with nothing new.
func BenchmarkStudies(b *testing.B) {
	for _, what := range []string{"fresh", "still"} {
		b.Run(what, func(b *testing.B) {
			one := found()
			one.Studies = one.Studies[:1]
			s := newScreen(&shelf{one}, 120, 40, termenv.ANSI256, false, false)
			b.ReportAllocs()
			for b.Loop() {
				if what == "fresh" {
					s.figures.drawn, s.text.cache = [mostFigures]figureCache{}, textCache{}
					s.settle()
				}
				s.view()
			}
		})
	}
}
