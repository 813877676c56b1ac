// Package client is what a client of a federation does: from a task and its own
// examples to an update.
//
// Tasks, updates and reports of progress are values. They hold all that goes
// between a server and its clients, share no memory with either unless they stay
// in one process, and mean the same after a journey as bytes: exported fields,
// plain types, nothing that is known only by looking somewhere else. Work needs
// a task, an oracle of the client's own rows, and nothing of the server.
//
//	Task      what is asked: θ, how much work, with which rule and which corrections
//	Worker    does the work: Work(ctx, oracle, task, progress) → Update
//	Progress  how far the work is, after every local step
//	Update    what is sent back: θ − θₖ and its counts, or why there is none
//	Plan      how many steps and evaluations some examples take; server and client agree by it
//
// The same task with the same examples gives the same update to the bit, on
// whatever machine and however often: whoever loses an update may do the work
// again. Encodings must keep every bit of a float64. JSON and gob do, but JSON
// has no NaN or infinity, which are in the updates of clients that diverge.
//
// The package keeps no state from task to task but vectors that it uses again.
package client
