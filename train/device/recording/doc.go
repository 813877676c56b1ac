// Package recording writes the views of devices to a file, a line of JSON each, and
// plays them again: a Player is a source of views like a monitor, a Reel one for
// whoever has a clock of their own.
//
// A line has what the backend and the devices answered. Histories, episodes of
// throttling and most events are not in it: they are made anew from the answers,
// by the same code as for a live view. What is read may come from anywhere, so
// that texts lose what a terminal would obey.
package recording
