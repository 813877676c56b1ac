package pane

import "io"

// Copy is something on the screen that can be copied as text.
type Copy struct {
	Key  string // that chooses it: one of CopyKeys
	Name string // in a word or two
	What string // that was copied, as the footer says it
	Text string
}

// CopyKeys are the keys that choose what is copied: a recipe, values, a table.
var CopyKeys = [...]string{"r", "v", "t"}

// Tabling is the mode of the keys of a Tabular.
const Tabling Mode = "table of values"

// Tabular is an overlay with a table that can be taken elsewhere.
type Tabular interface {
	Overlay
	Title() string           // what it is of
	Rows() [][]string        // in words, the heads first
	Write(w io.Writer) error // as CSV, with all digits
}

// Copier is a program of which something can be copied.
type Copier interface {
	HasCopy() bool
	Copies() []Copy // in the order in which they are offered, where there are some
}
