package draw

import (
	"slices"

	"github.com/charmbracelet/x/ansi"
)

// Column is a column of a table whose rows are made of values of type T.
type Column[T any] struct {
	Name  string
	Width int
	Gap   int  // columns of the terminal that are free before it
	Left  bool // words stand on the left, numbers on the right
	Drop  int  // the higher, the sooner it gives way to narrow screens; 0 for never
	Grow  int  // by how much it is pleasant to be wider

	Text func(row T) string
	Ink  func(row T, k Ink) Ink // nil for the row's own
	// Draw, if there is one, draws a cell of w columns in place of Text: bars, and
	// words whose ink says something. What it leaves free stays free.
	Draw func(l *Line, row T, k Ink, w int)
}

// Place sets a text in its column. A number that does not fit is left out.
func (c *Column[T]) Place(s string) string {
	if !c.Left {
		return Right(s, c.Width)
	}
	return Fit(Short(s, c.Width), c.Width)
}

// Table is rows of one line each under a heading, in columns that give way
// where there is no room. What stands before the first column the rows draw
// themselves.
type Table[T any] struct {
	Lead    int // columns of the terminal before the first column
	Margin  int // after the last
	Columns []Column[T]
}

// Width is how wide the table is.
func (t *Table[T]) Width() int { return t.Start(len(t.Columns)) + t.Margin }

// Start is where a column begins; that of the column after the last is where
// the table ends, but for its margin.
func (t *Table[T]) Start(column int) int {
	at := t.Lead
	for i := range min(column, len(t.Columns)) {
		at += t.Columns[i].Gap + t.Columns[i].Width
	}
	if column < len(t.Columns) {
		at += t.Columns[column].Gap
	}
	return at
}

// Index is where the column of a name is; -1 if it is not there.
func (t *Table[T]) Index(name string) int {
	return slices.IndexFunc(t.Columns, func(c Column[T]) bool { return c.Name == name })
}

// Narrow drops columns until the rest fits into w, or none is left that may go.
func (t *Table[T]) Narrow(w int) {
	for t.Width() > w {
		worst := 0
		for i := range t.Columns {
			if t.Columns[i].Drop > t.Columns[worst].Drop {
				worst = i
			}
		}
		if len(t.Columns) == 0 || t.Columns[worst].Drop == 0 {
			return
		}
		t.Columns = slices.Delete(t.Columns, worst, worst+1)
	}
}

// Spread shares spare columns of the terminal evenly among the columns that may
// grow.
func (t *Table[T]) Spread(spare int) {
	growing := 0
	for i := range t.Columns {
		if t.Columns[i].Grow > 0 {
			growing++
		}
	}
	for i := range t.Columns {
		if c := &t.Columns[i]; c.Grow > 0 {
			by := max(0, min(c.Grow, spare/growing))
			c.Width += by
			spare -= by
			growing--
		}
	}
}

// Heading adds the names of the columns. A column that draws itself may be of
// less than its name: then it has none.
func (t *Table[T]) Heading(l *Line, k Ink) *Line {
	for i := range t.Columns {
		c := &t.Columns[i]
		l.Tab(t.Start(i))
		switch {
		case c.Draw == nil:
			l.Put(k, c.Place(Short(c.Name, c.Width)))
		case ansi.StringWidth(c.Name) <= c.Width:
			l.Put(k, c.Name)
		}
	}
	return l
}

// Row adds a row in an ink; what is not known is faint.
func (t *Table[T]) Row(l *Line, th *Theme, row T, k Ink) *Line {
	at := t.Lead
	for i := range t.Columns {
		c := &t.Columns[i]
		l.Tab(at + c.Gap)
		at += c.Gap + c.Width
		own := k
		if c.Ink != nil {
			own = c.Ink(row, k)
		}
		if c.Draw != nil {
			c.Draw(l, row, own, c.Width)
			continue
		}
		text := c.Text(row)
		l.Put(th.Quiet(text, own), c.Place(text))
	}
	return l.Tab(at)
}
