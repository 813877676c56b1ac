package tui

import (
	"context"
	"errors"
	"io"

	"optwatch/train"
	"optwatch/train/study"
	"optwatch/tui/draw"
)

// StudyOptions are what the screen of studies needs to know.
type StudyOptions struct {
	Source  study.Source
	Name    string    // of the program and its command
	Input   io.Reader // the terminal
	Output  io.Writer
	FPS     int    // looks at the source a second while anything is under way; 0 for 10
	ASCII   bool   // nothing but ASCII characters
	NoColor bool   // no colours; bold and reversed text stay
	Version string // of the program
}

// RunStudies shows studies until the user quits or ctx ends, which both give
// nil. The terminal is as it was afterwards, also if drawing panicked.
func RunStudies(ctx context.Context, o StudyOptions) error {
	m := newStudyModel(o, draw.NewTheme(o.Output, o.ASCII, o.NoColor))
	return m.show(ctx, o.Input, o.Output)
}

func newStudyModel(o StudyOptions, t *draw.Theme) *model {
	d := &desk{source: o.Source, name: o.Name, flipped: map[figureID]bool{}}
	m := blank(d, t)
	m.desk, m.version = d, o.Version
	if o.FPS > 0 {
		m.fps = o.FPS
	}
	m.pull()
	m.settle()
	return m
}

// desk is what is looked at of studies. To the rest of the screen it is an
// experiment without runs.
type desk struct {
	source study.Source
	name   string
	view   *study.View

	selected int // study
	fixed    bool
	figure   int
	page     page // alone on the screen, where there is room for one only
	text     page // beside the figures, as chosen; pageFigure for none
	top      int  // line of the text that is seen first
	flipped  map[figureID]bool

	plan  studyPlan // follows from the rest, after every message
	lines []string  // of the text that is seen
	texts textCache
	drawn [mostFigures]figureCache
}

// page is a part of a study.
type page int

const (
	pageFigure page = iota
	pageClaims
	pageTables
	pageNotes
	pages // how many there are
)

var pageNames = [pages]string{"figure", "claims", "tables", "notes"}

// figureID names a figure among those of all studies.
type figureID struct {
	study  int
	figure string
}

// Snapshot looks at the studies.
func (d *desk) Snapshot() *train.Snapshot {
	d.view = d.source.View()
	return &train.Snapshot{Elapsed: d.view.Elapsed, Phase: train.PhaseTraining}
}

// Do takes no command.
func (d *desk) Do(train.Command) error { return errors.New("studies take no command") }

// study is the selected one; an empty one where there is none.
func (d *desk) study() *study.Study {
	if d.selected >= len(d.view.Studies) {
		return &study.Study{}
	}
	return &d.view.Studies[d.selected]
}

// underway is the first study that is under way; -1 if none is.
func (d *desk) underway() int {
	for i := range d.view.Studies {
		if d.view.Studies[i].State == study.Underway {
			return i
		}
	}
	return -1
}

// left is how many studies are not over.
func (d *desk) left() int {
	n := 0
	for i := range d.view.Studies {
		if !d.view.Studies[i].State.Over() {
			n++
		}
	}
	return n
}

// settle makes what was chosen fit what is there: unless the user has chosen a
// study, it is the one under way.
func (d *desk) settle(m *model) {
	if i := d.underway(); i >= 0 && !d.fixed {
		d.choose(i)
	}
	d.choose(max(0, min(d.selected, len(d.view.Studies)-1)))
	d.figure = max(0, min(d.figure, len(d.study().Figures)-1))
	if d.page != pageFigure && !d.has(d.page) {
		d.page = d.firstText()
	}
	d.plan = planStudies(m.w, m.h, len(d.view.Studies), d.page, m.zoom)
	d.lines = nil
	if w, h := d.plan.text.inner(); h > 0 {
		d.lines = d.texts.of(m.theme, d.study(), d.seen(), w)
		d.top = max(0, min(d.top, len(d.lines)-h))
	}
}

// seen is the page that t goes on from.
func (d *desk) seen() page {
	switch {
	case d.plan.single:
		return d.page
	case d.text != pageFigure && d.has(d.text):
		return d.text
	}
	return d.firstText()
}

// has says whether a study has anything on a page.
func (d *desk) has(p page) bool {
	switch p {
	case pageClaims:
		return len(d.study().Claims) > 0
	case pageTables:
		return len(d.study().Tables) > 0
	}
	return true
}

// firstText is the text that is seen where none was chosen.
func (d *desk) firstText() page {
	for p := pageClaims; ; p++ {
		if d.has(p) {
			return p
		}
	}
}

// choose goes to a study; its figures and texts begin at their first.
func (d *desk) choose(i int) {
	if i != d.selected {
		d.selected, d.figure, d.top = i, 0, 0
	}
}
