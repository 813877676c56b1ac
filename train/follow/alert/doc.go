// Package alert runs a command of the user's when something happens to a run. The
// command gets the event as JSON on its standard input, and may do what it likes
// with it: send a mail, ring, stop the machine.
//
// A command may hang, fail, print without end, or be missing. None of this costs
// whoever sends the event more than a look into a map.
package alert
