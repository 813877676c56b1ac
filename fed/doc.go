// Package fed is federated optimization: clients that keep their examples, and
// a server that averages what they send.
//
// A round is an estimator like any other. The server sends θ to a cohort of
// clients; client k takes local steps on its own examples and comes to θₖ; and
//
//	g = Σ pₖ(θ − θₖ)
//
// is the pseudo-gradient that the run's rule, which is the server's, applies:
// SGD with learning rate 1 gives FedAvg, FedAdam gives FedAdam. So a federated
// run is paused, switched, branched and drawn as every run is.
//
// The rooms, each of which knows nothing of those above it:
//
//	fed            the server: Round selects a cohort, writes tasks, judges what
//	               comes back, averages it; strategies say what FedAvg, FedProx,
//	               SCAFFOLD and FedNova do differently; Transport carries
//	fed/client     the client: Worker makes an Update of a Task and its own rows
//	fed/privacy    what privacy has been spent, and the noise that a budget takes
//	fed/partition  which client holds which examples
//
// # Rounds as values
//
// All that goes between the server and a client is a Task, an Update or a
// report of Progress, which are values that hold everything and can travel as
// bytes. A Transport brings tasks to clients and delivers what comes back. The
// settings choose it; without one, clients work in goroutines of this process.
// Clients keep nothing from round to round, so that one which is started anew
// has lost nothing; what goes on, SCAFFOLD's variates among it, is the server's.
//
// In one process time is virtual: gradient evaluations × the client's slowness.
// Deadlines and failures count it, so that load and pauses change nothing. There
// is one random stream for each (seed, client, round), and sums go in the order
// of clients: arrival order, workers and transport do not change a bit. A round
// that is broken off leaves nothing behind and is made again with the same
// numbers.
//
// The server trusts nobody: an update that is late, doubled, of another round,
// of the wrong length, not finite or out of all proportion is counted, said and
// never averaged.
//
// # Who may touch what
//
// The run's own goroutine makes the rounds and alone changes a Round, but for the
// board and the count of updates that have arrived. What others read it changes
// under Round.mu, and reads without. View and CheckDrop may be called by any
// goroutine and read under that lock, HasMu too, which reads what never changes.
// No other lock is taken under it, and nobody waits with it held.
//
// Clients work on their own w and g, on an oracle of their own, and only read
// the task; within this process θ and the variates in it are the server's, which
// does not change them before every client has ended. Their messages reach the
// server by its Inbox, from any goroutine: updates under the inbox's own lock,
// progress into atomics of the board, so that no step waits for a viewer. The
// vectors of delivered updates are the server's; after the round it gives them
// back to be used again.
package fed
