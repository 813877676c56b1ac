package study

import (
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// Ground is the mode of the keys of this program.
const Ground pane.Mode = "optwatch lab and grid"

// Program is the screen of studies.
type Program struct {
	*desk
	name string // of the program and its command
	zoom bool   // one page has the screen for itself

	list    *list
	figures *figures
	text    *text
}

var _ pane.Program = (*Program)(nil)

// The panes by their positions.
const (
	listPane = iota
	figuresPane
	textPane
)

// New is the program of a screen that looks at studies, under the name of the
// program and its command.
func New(s *pane.Screen, from *Source, name string) *Program {
	d := &desk{Screen: s, from: from}
	p := &Program{desk: d, name: name, list: &list{desk: d}, figures: &figures{desk: d, flipped: map[figureID]bool{}}, text: &text{desk: d}}
	p.Follow()
	return p
}

// Ground is the mode of keys with nothing over the screen.
func (p *Program) Ground() pane.Mode { return Ground }

// Panes are the list of studies, the figures and the text.
func (p *Program) Panes() []pane.Pane { return []pane.Pane{p.list, p.figures, p.text} }

// Keys go from page to page.
func (p *Program) Keys() []pane.Binding {
	return []pane.Binding{
		{In: Ground, Rank: 50, Name: "page", Keys: []string{"t"}, Show: "t", Word: func() string { return pageNames[p.follows()] }, Doc: "next page: claims, tables, notes with recipes to paste; where one page is seen at a time, the figure too", When: func() bool { return len(p.pages()) > 1 }, Do: pane.Does(p.nextPage)},
		{In: Ground, Rank: 60, Name: "zoom", Keys: []string{"z"}, Show: "z", Word: p.zoomWord, Doc: "one page alone, the figure first, and back", When: p.canZoom, Do: pane.Does(p.toggleZoom)},
	}
}

func (p *Program) nextPage() {
	to := p.follows()
	p.text.top = 0
	if p.single {
		p.alone = to
	}
	if to != pageFigure {
		p.beside = to
	}
}

// canZoom says whether there is anything to zoom: where one page is seen at a
// time without it, there is not.
func (p *Program) canZoom() bool { return p.zoom || !p.single }

func (p *Program) zoomWord() string {
	if p.zoom {
		return "all"
	}
	return "zoom"
}

func (p *Program) toggleZoom() {
	p.zoom = !p.zoom
	p.alone, p.text.top = pageFigure, 0
}

// Follow makes what was chosen fit the studies: which of them comes first, as
// the figures and the pages are those of the selected one.
func (p *Program) Follow() {
	for _, q := range p.Panes() {
		q.Follow()
	}
	p.desk.keepPage()
}

// Moving says whether there is more to come.
func (p *Program) Moving() bool { return p.left() > 0 }

// Leaves says what quitting would cut short.
func (p *Program) Leaves() (text, answer string) {
	const stop = "stop all and quit"
	switch n := p.left(); n {
	case 0:
		return "", ""
	case 1:
		return "One study is not over; quitting cuts it short.", stop
	default:
		return draw.Grouped(int64(n)) + " studies are not over; quitting cuts them short.", stop
	}
}
