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
// # What a new source fills in
//
// A screen can draw a Snapshot that has no more than a Phase, one Axis with a
// Key, Metrics with a Key each, and Runs with an ID, a Name, where they are on
// that axis (At) and a Series for each metric that they have. What else is given
// makes that better:
//
//	Axes       the first is the x-axis to begin with, the others are offered where a run
//	           has places on them; At, Places and Mark.Places go in their order
//	Headline   the metrics that charts begin with and runs are sorted by; where it is
//	           short, those of Metrics follow in their order
//	Metrics    Format says how values are written, Scale and Better how they are drawn;
//	           Aside and Behind keep a metric from having a chart of its own
//	Columns    of the standings; without them there are the first axis, the settings,
//	           the metrics and the other axes, and the last give way to a narrow screen
//	Group      runs of one name in it are drawn as one curve with a band; leave it
//	           empty unless they differ in their seed alone
//	Accepts    the commands that it takes; keys for others are not shown
//	Leaving    whether a viewer is asked before it goes away
//	Busy       whether to look again soon although no run goes on
//
// What is not known is left empty, or is NaN where it is a number of its own
// such as Series.Last, and negative for Run.Left: it is drawn as a gap or a dash.
// A series need not have as many places as values, places may go back, and values
// may be anything that a float64 holds. Texts may be of any origin: a screen takes
// what is not printable out of them.
//
// A run belongs to its ID, and an ID to one run for ever. A source that takes
// commands answers each one that it has taken by one Event with the command's ID;
// one that takes none leaves Accepts empty, and Do returns an error.
//
// # Values
//
// There are values here and no behaviour but looking things up in them. Values
// handed out never change, and slices never below their length, so that they
// may be read by any goroutine. The package imports nothing that trains.
package view
