package pane

// The smallest screen that is drawn at all.
const MinWidth, MinHeight = 40, 12

// Program is what a screen is about: a race of runs, the devices of a machine,
// the studies of a laboratory. The shell gives it the terminal: it keeps the
// header's row, the footer's row and what lies over the screen.
type Program interface {
	// Ground is the mode of keys with nothing over the screen.
	Ground() Mode
	// Panes are all there can be on the screen; the focus is a position among them.
	Panes() []Pane
	// Keys are the lines of the key table that belong to no single pane.
	Keys() []Binding
	// Follow makes what was chosen fit the snapshot, after every message.
	Follow()
	// Arrange says where everything lies on a screen of w×h cells, which is not
	// smaller than the smallest.
	Arrange(w, h int) Layout
	// Header says what the screen is about, in w columns.
	Header(w int) string
	// Signs explain in w columns, under the keys of the help, what is drawn besides text.
	Signs(w int) []string
	// Moving says whether the next snapshot is likely to differ.
	Moving() bool
	// Leaves says in a sentence or two what quitting would mean for what goes on,
	// and in a few words what the answer that quits does with it; "" where nobody
	// need be asked.
	Leaves() (text, answer string)
}

// Topical is a program whose panes have keys of their own.
type Topical interface {
	// Topic is what the keys of the focused pane are about, and what it is called.
	Topic() (t Topic, name string)
}

// Roomy is a program with few keys of its own: its footer has room for a key
// that is else found in the help alone.
type Roomy interface {
	// WriteWord is the footer's word for writing the screen to a file.
	WriteWord() string
}

// Layout says where everything between header and footer lies.
type Layout struct {
	Rows  []Row
	Panes []Placed
	Turns [][]int // positions of panes that take turns in one place, where there is no room for all
}

// Row is a line of the screen that is no pane's.
type Row struct {
	Y     int
	Draw  func(w int) string
	Click func(x, w int) // in a column of it; nil where that means nothing
}

// Placed is a pane, by its position, in its place.
type Placed struct {
	Pane int
	Place
}

// Find is the place of a pane, if it is on the screen.
func (l Layout) Find(pane int) (Place, bool) {
	for _, q := range l.Panes {
		if q.Pane == pane {
			return q.Place, true
		}
	}
	return Place{}, false
}
