package pane

// A pane heeds the mouse beyond being focused by it where it has one of these
// methods. They are given cells of the screen and the place of the pane; what is
// done without being seen afterwards, as a key does, is no business of the mouse.

// Clicker is a pane in which a click chooses something.
type Clicker interface {
	// Click is a press and a release in one cell; focused says that the pane had the
	// focus before it.
	Click(p Place, x, y int, focused bool)
}

// Wheeler is a pane in which the wheel does something else than to scroll it.
type Wheeler interface {
	// Wheel is a notch towards the user (1) or away (-1).
	Wheel(p Place, x, by int)
}

// Dragger is a pane of which what is seen can be dragged.
type Dragger interface {
	// Drag is a movement by some columns to the right while the button is down.
	Drag(p Place, by int)
}

// Chooser is an overlay in which a click chooses something.
type Chooser interface {
	// Choose is a click at a cell of what Draw has drawn. It gives the key that has
	// the same effect; "" for none.
	Choose(x, y int) (key string)
}

// Inside is a cell of the screen as one of what lies within the pane's border.
func (p Place) Inside(x, y int) (column, row int) {
	if p.Boxed {
		return x - p.X - 1, y - p.Y - 1
	}
	return x - p.X, y - p.Y
}

// Has says whether a cell is in a place.
func (r Rect) Has(x, y int) bool { return x >= r.X && x < r.X+r.W && y >= r.Y && y < r.Y+r.H }
