/*
Command optwatch watches optimizers work in the terminal, and drives them.

The house, with what is in each room:

	cmd/optwatch        flags, signals, wiring; the process that trains, and what it goes on from
	cmd/optwatch/config config.toml, and what is wrong in it
	cmd/optwatch/manual the pages of optwatch help, and how they are drawn
	cmd/optwatch/serve  who looks and who drives: the SSH server, attaching, commands in words
	cmd/optwatch/lab    the laboratory: experiments that put theory to the test
	cmd/optwatch/search the search for learning rates
	cmd/optwatch/trials what both need: benches, trials over seeds, medians and bands
	tui                 the shell: terminal, focus, overlays, the key table
	tui/race            the program of runs: curves, standings, the latest advice
	tui/clients …       a package a pane: clients, devices, diagnosis; tui/study, the program of studies
	tui/playback        a recording's keys, clock and strip
	tui/header          the first row of the screen of runs
	tui/tabs            the row that names panes of which one is shown
	tui/values          the table of all metrics of all runs at one place
	tui/ask             what whoever looks is asked: another method, a recipe, a filter
	tui/incident        what happens to devices, as marks and lines
	tui/unasked         what keeps the screen from asking the terminal for its colours
	tui/about           what a run was configured with, and what it prints
	tui/journal         the log: its lines, and one of them whole
	tui/picture         what a chart shows, as the series, marks and rows that files hold
	tui/member          the screen of a client of a federation over machines
	tui/pane, tui/runs  what a pane and a program are made of; which runs a screen is about
	tui/cells           the wire to the terminal made thin: of a frame, the cells that have changed
	tui/chart, tui/draw numbers in, lines out; text, numbers with units, inks, boxes, tables
	fed                 federated rounds: cohorts, strategies, what is averaged and what refused
	fed/client          a client's work: from a task and its own examples to an update
	fed/wire            the form in which tasks and updates travel: signed letters, digests
	fed/hub, fed/join   a coordinator of clients on other machines, on NATS, and such a client
	fed/bucket          where vectors lie that no message holds: in parts, on a stream
	fed/partition       which client holds which examples
	fed/privacy         what privacy has been spent, and the noise a budget takes
	train               Experiment and Run: goroutines, gates, curves, the certified optimum
	train/view          what crosses to whoever looks: snapshot, axis, metric, run, series, event, command
	train/record        the record of an experiment: written, read, played
	train/follow        other programs' logs as a source; logs, script, process and alert below it
	train/publish       our own runs written as logs that others read
	train/objective     losses and their gradients
	train/data          data sets: files, downloads, the synthetic digits
	train/device        GPUs and host: readings, states, events, and the monitor that polls
	train/device/…      nvml, smi (both over nvidia) and amdgpu: ways to the GPUs; host: /proc and /sys; recording
	train/diagnosis     what theory says of a run: noise, curvature, plateau, advice
	train/study         studies and figures, and their files: PNG, SVG, CSV, JSON, Markdown; axis below it
	optimizers          estimators × rules × schedules: pure arithmetic
	optimizers/matrix   the shared design matrix and its kernels

A package imports only what is below it; a test keeps it so. A new optimizer is one
file in optimizers and one line in its catalogue; a new metric is a line in its
source, and a new pane a package and a line in tui/run.go.

What the program does for its users is in the pages of package manual.
*/
package main
