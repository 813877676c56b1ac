// Package incident tells what devices have done beside the training of runs:
// a GPU was held back, was lost, reported an error, came back.
//
//	Log   the events of a snapshot's devices, as lines of a log and as marks
//	Mark  an event with its sign, at its place on the axis of elapsed time
//	Sign  how an event is drawn on a chart, and which of several goes first
//
// Devices tell the time by the clock on the wall and runs by the seconds since
// their experiment began: what happened before that is left out.
package incident
