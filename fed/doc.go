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
//	Partition  which client holds which examples
//	Round      selects a cohort, collects updates, judges and averages them
//	strategy   what FedAvg, FedProx, SCAFFOLD and FedNova do differently
//	Transport  carries tasks to clients and updates back
//	privacy.Accountant what privacy has been spent
//
// In one process time is virtual: gradient evaluations × the client's slowness.
// Deadlines and failures count it, so that load and pauses change nothing. There
// is one random stream for each (seed, client, round), and sums go in the order
// of clients: arrival order, workers and transport do not change a bit.
//
// The server trusts nobody: an update that is late, doubled, of another round,
// of the wrong length, not finite or out of all proportion is counted, said and
// never averaged.
package fed
