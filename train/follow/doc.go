// Package follow is a source over the logs of other programs: it finds them in
// folders, reads them as they grow, and shows what is in them as runs with curves.
//
//	finder   folders walked, and which logs are in them
//	run      what one run has logged: curves, lives, configuration, how it stands
//	curve    the points of one tag, thinned so that extremes stay
//	meaning  which tags are the same quantity, and how it is drawn
//	lives    what happens to curves when a run begins again
//	clock    where the axis of time begins, which older logs move
//	standing whether a run goes on, is quiet, has ended or crashed
//	signs    what a loss curve alone says of the training
//	behind   the processes and GPUs behind runs
//	steer    commands to scripts and to processes, and what comes of them
//	Watch    the source: it looks once a second, and screens look at what it saw
//
// It never writes to a log, and it trusts nothing in one: a log may be torn, grow
// while it is read, begin again, be damaged or be no log.
package follow
