package pane

import "optwatch/tui/draw"

// Rect is a place on the screen in cells.
type Rect struct{ X, Y, W, H int }

// Place is the place of a pane. A boxed pane has a border within it.
type Place struct {
	Rect
	Boxed   bool
	Focused bool
	Number  int    // of the pane, as the key that focuses it; 0 where it has its place for itself
	Others  string // the panes that take turns with it in its place; "" for none
}

// Inner is the room within the border.
func (p Place) Inner() (w, h int) {
	if p.Boxed {
		return p.W - 2, p.H - 2
	}
	return p.W, p.H
}

// Fill is lines within the border that a pane has, if it has one: exactly as
// large as the place.
func (p Place) Fill(t *draw.Theme, b draw.Box, lines []string) []string {
	if !p.Boxed {
		return draw.Block(lines, p.W, p.H)
	}
	return b.Draw(t, lines, p.W, p.H)
}

// Pane is a part of the screen that can be focused.
type Pane interface {
	// Name is what the pane is called where others are named too, and Brief the
	// same where there is little room.
	Name() string
	Brief() string
	// There says whether there is anything to show: where not, the pane has no place.
	There() bool
	// Rows is the height for which the pane has a use, 0 where it has none of its own.
	Rows() int
	// Follow makes what was chosen fit the snapshot, wherever the pane lies. It is
	// called after every message, once or more.
	Follow()
	// Settle makes it fit the pane's place, if it is on the screen. It comes after Follow.
	Settle(p Place, seen bool)
	// Draw fills the place: exactly as large as that is.
	Draw(Place) []string
	// Keys are the lines that the pane adds to the key table.
	Keys() []Binding
}

// Mover is a pane with something to select or to scroll.
type Mover interface {
	Move(by int)
}

// Pager is a Mover that may be longer than its place.
type Pager interface {
	Mover
	Long() bool
	Page() int // rows that are seen at once
}

// Sorter is a pane that can list what it shows in another order.
type Sorter interface {
	NextOrder()
}

// Reader is a Mover whose selected line can be shown whole.
type Reader interface {
	Mover
	CanRead() bool
	Read()
}

// Filterer is a pane that can leave out some of what it lists, by a query of its own.
type Filterer interface {
	OpenFilter()
	Filtered() bool
	Unfilter()
}
