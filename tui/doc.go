// Package tui is the shell of the screen: it owns the terminal, the layout, the
// focus, what lies over the screen and the key table, and turns keys into
// commands for a source. What is on the screen are programs and their panes, in
// packages below:
//
//	tui/draw       text, numbers with units, inks, boxes, tables: exactly as wide as asked
//	tui/chart      numbers in, lines out
//	tui/pane       what a pane, a program and the key table are made of
//	tui/runs       which runs a screen is about, and which is selected
//	tui/incident   what devices have done, as lines and as signs
//	tui/cells      the wire to the terminal made thin: of a frame, the cells that have changed
//	tui/ask        what whoever looks is asked: another method, a recipe, a filter
//	tui/header     the first row of the screen of runs
//	tui/journal    the pane of the log, and one of its lines whole
//	tui/picture    what a chart shows, as files hold it
//	tui/tabs       the row that names panes of which one is shown
//	tui/values     the table of all metrics of all runs at one place
//	tui/race       the program of runs: curves, standings, the latest advice
//	tui/playback   how a recording is played
//	tui/clients    the pane of a federation's clients
//	tui/devices    the pane of GPUs and host, and the program of nothing else
//	tui/diagnosis  the pane of what theory says of a run
//	tui/study      the program of studies
//
// All that can be done is in one key table, to which every pane adds its lines: keys,
// the footer, the help, the palette of actions and clicks on the footer go by it, and
// nothing is done that is not in it. The mouse does what keys do, and where they are
// far away what it does comes with what is typed.
//
// It pulls. One chain of ticks asks the source for a snapshot a few times a
// second; nothing is ever pushed at it, so that training never waits for a
// viewer. It knows no numerics, holds no lock, starts no goroutine but one that
// hears how large a far terminal has become, and View reads no clock: a frame
// follows from the snapshot, the size and the keys typed so far, and is exactly
// as wide and as high as the terminal.
package tui
