// Package view is the vocabulary between whatever trains and whoever looks: what
// a source shows, and what it can be asked to do.
//
//	Source    an experiment of our own, a recording, another program's log
//	Snapshot  everything that is to be seen of it at one moment; it never changes
//	Axis      what curves are drawn over: steps, evaluations, seconds, rounds …
//	Metric    what is drawn: its key and title, how a value is written, which end is better
//	Run       a training run with its series, its settings and its marks
//	Series    one metric of one run: values, each with its place on every axis
//	Event     a line of the log, or the acknowledgement of a command
//	Command   what a source is asked for; Offer is what a command would come to
//
// Axes and metrics are data that the source declares, so that whoever looks
// knows none of them by name: a loss of this program and an "eval/accuracy" of
// somebody's log are drawn by the same code.
//
// There are values here and no behaviour but looking things up in them. Values
// handed out never change, and slices never below their length, so that they
// may be read by any goroutine. The package imports nothing that trains.
package view
