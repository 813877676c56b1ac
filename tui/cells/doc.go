// Package cells makes the wire between a screen and its terminal thin.
//
// Bubble Tea writes every line of a frame that differs from the one before, whole.
// Of a line of 200 cells mostly a number or two have changed, and over SSH the rest
// is what a screen costs. [Output] stands between Bubble Tea and the terminal,
// remembers what the terminal shows, and passes on the cells that have changed.
//
// It trusts nothing that it has not seen: a frame that says anything but text,
// colours and ends of lines is passed on as it is, as is one that writes every line
// (Bubble Tea's answer to a new size, or to a screen that was cleared), and what was
// remembered holds no more.
package cells
