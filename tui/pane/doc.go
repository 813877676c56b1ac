// Package pane is what a pane of the screen is made of, and what all panes of a
// screen share.
//
//	Pane     a part of the screen that can be focused: it draws itself in its place
//	Binding  a line of the key table: what a key does, and when
//	Overlay  what lies over the screen and takes the keys
//	Screen   the source, its latest snapshot, what has the focus, what is said in the footer
//	Seat     the position of a pane on its screen, and the key that focuses it
//	Program  all the panes of a screen, and where each lies
//
// A pane is small: what it draws at a size, the keys it adds, what it remembers
// of what the user chose. It starts no goroutine, reads no clock and waits for
// nothing: a frame follows from the snapshot, the size and the keys typed so far.
//
// # Adding a pane
//
// A pane beside the curves is a package of its own with a type that is a Pane,
// and a line where package tui lists the panes of the screen of runs. The type
// keeps its Seat and what it draws from: a *Screen, or a *runs.Runs where it is
// about runs.
//
//   - After every message Follow is called, then Settle. Draw only reads, but for
//     what it keeps of its last picture.
//   - Draw ends in Place.Fill, which makes the lines exactly as large as the
//     place. Text from a source goes through draw.Clean.
//   - Keys begin with Seat.Key. Each action has a name that never changes, as people
//     may give it other keys, and a topic, under which the help lists it; where that
//     is the focused pane's, it comes first. A binding that sends commands names them in
//     Sends, so that it is not shown where the source takes none of them.
//   - Where the pane lies the screen decides. A new one takes turns with the log.
//
// A click focuses a pane, and the wheel scrolls a Pager, without its doing. To select
// by clicks it is a Clicker; Wheeler and Dragger are for charts.
//
// A pane that scrolls is a Mover, and a Pager where it may be longer than its
// place; one that sorts is a Sorter. A type that embeds *runs.Runs is a Mover and
// a Sorter already, of the selection and of the standings, unless it has such
// methods of its own.
package pane
