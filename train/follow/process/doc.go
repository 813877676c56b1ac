// Package process finds the processes behind runs that other programs train, says
// whether they still live and which GPUs they hold, and stops and continues them.
//
//	System   this machine's processes, as /proc shows them
//	Table    all processes at one time: parents, children, trees
//	Finder   which process writes which log, and by which evidence
//	Use      what a run's processes use of the GPUs
//	Pause    what was stopped, so that exactly that is continued
//
// A pid is reused, so that a process is known by its pid and the time when it
// started (ID), and a signal goes only to one of which both are still true.
//
// All that is read here may be written by others: names hold spaces, parentheses
// and escapes, entries vanish while they are read, and most of them belong to other
// users. What cannot be read is left out. No scan lasts longer than its budget; but
// a kernel may make any one read wait, so that a screen asks from another goroutine.
//
// Only Linux has /proc. Elsewhere everything is ErrUnknown.
package process
