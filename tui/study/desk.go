package study

import (
	"optwatch/train/study"
	"optwatch/tui/pane"
)

// desk is what the panes of the program share: the studies, and which part of
// which is looked at.
type desk struct {
	*pane.Screen
	from *Source

	selected int  // study
	fixed    bool // it was chosen, so that the screen stays with it
	single   bool // one page is seen at a time
	alone    page // the page that is seen then
	beside   page // the text beside the figures, as chosen; pageFigure for none
}

func (d *desk) studies() []study.Study { return d.from.view.Studies }

// study is the selected one; an empty one where there is none.
func (d *desk) study() *study.Study {
	if d.selected >= len(d.studies()) {
		return &study.Study{}
	}
	return &d.studies()[d.selected]
}

// underway is the first study that is under way; -1 if none is.
func (d *desk) underway() int {
	for i := range d.studies() {
		if d.studies()[i].State == study.Underway {
			return i
		}
	}
	return -1
}

// left is how many studies are not over.
func (d *desk) left() int {
	n := 0
	for i := range d.studies() {
		if !d.studies()[i].State.Over() {
			n++
		}
	}
	return n
}

// keepPage leaves a page that the selected study does not have.
func (d *desk) keepPage() {
	if d.alone != pageFigure && !d.has(d.alone) {
		d.alone = d.firstText()
	}
}
