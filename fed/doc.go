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
//	fed/wire       the form in which tasks and updates travel between machines
//	fed/hub        the coordinator of clients on other machines: a NATS server, or a connection to one
//	fed/join       a client on another machine
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
// A Transport to clients in other processes is a Remote. They may hold data of
// their own, whose sizes they tell before the first round. The run waits for them
// without a training slot, is saved and hears commands meanwhile, and what came of
// each attempt, which may be a clock's decision, is written down before it has
// effects: whoever goes on from there asks those alone again who were averaged.
// train.Share gives such a client the bits of one in the run's process.
//
// In one process time is virtual: gradient evaluations × the client's slowness.
// Deadlines and failures count it, so that load and pauses change nothing. There
// is one random stream for each (seed, client, round), and sums go in an order
// that follows from the cohort: arrival order, workers and transport do not change
// a bit. A round that is broken off leaves nothing behind and is made again with
// the same numbers.
//
// Updates are added as they come, each block of clients in its order and the blocks
// as a tree, so that a mean over 10,000 clients of this process needs a few vectors.
// Robust averages need all updates side by side, and SCAFFOLD learns from each when
// the round is final: it keeps the cohort's updates and all variates, 16 bytes a
// parameter for each client, which is what a round that may be broken off takes.
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
// does not change them before every client has ended. A Remote is told of pauses
// by whoever of the run's goroutines halts last, and describes its clients to
// anybody, with no lock held. Messages reach the server by its Inbox, from any
// goroutine: updates under the inbox's own lock, progress into atomics of the
// board, so that no step waits for a viewer. The vectors of delivered updates are
// the server's; after the round it gives them back to the clients of this process.
//
// # Past these machines
//
// What follows is not built. It says where this design stops, and what would take
// its place, by figures of one machine of two cores with a virtual disk: a message
// of 63 kB (softmax on MNIST, d = 7,850) is stored and synced in 1.4 ms, a vector
// of 1.6 MB (the net) goes through the object store of the library in 12 ms each way, one of
// 100 MB in 0.8 s in and 0.3 s out; a signature takes 0.1 ms to verify, SHA-256
// 0.7 ms a MB.
//
// 10,000 clients. A round of the softmax model is 630 MB of updates. The stream
// syncs them one after the other: 14 s; their signatures take 1 s, their digests
// 0.5 s, their sum 0.1 s. Robust averages need all of them at once: 630 MB of
// memory, beside as much in the store. So one coordinator ends at some 1,000
// clients of such a model if a round is to take seconds, and the stream is what
// ends it. Without syncing it would be 11 s: more streams on more disks help,
// a faster one does not. θ goes out 10,000 times: at 1 Gbit/s, 5 s.
//
// Sites. Clients of a hospital or a warehouse are near each other. A leaf node of
// NATS there dials out to the hub by TLS, needs no open port, keeps what it must
// send while the line is down, and can bring θ over the line once, however many
// clients are behind it, which makes 5 s of θ into 5 s divided by the clients of a
// site. Here each client has a delivery of its own, and knows the server by the
// coordinator's key: a site would need a mirror of the stream of tasks, one subject
// on which its clients hear θ together, and a key of its own in the line.
//
// Hierarchical sums. A site's coordinator is then a client of the hub: it gives
// θ on to its n clients, and answers with Σ nₖ(θ − θₖ) and Σ nₖ. For s sites of
// 10,000/s clients the hub takes s messages: with s = 100, 0.14 s of syncing, and
// each site 0.14 s too. What is lost: the server cannot judge a single client any
// more, medians and Krum are of sites, and the bits are those of sums in the order
// of the tree, ((a+b)+(c+d)), not of the flat sum; the tree must be part of the
// recipe. Weights stay exact, since Σ nₖ is a whole number. Client-level privacy
// needs clipping at the sites; FedNova needs Σ nₖτₖ and SCAFFOLD the sum of the
// changes of the variates, which sites can add up; the cₖ then stay at the sites.
//
// Vectors of 1 GB (125 M parameters). Eight seconds to put one into the store and
// three to get it; 10 clients at 1 Gbit/s take 80 s up and 80 s down a round, and
// the coordinator would hold ten updates: 10 GB. Averages need no more than one
// update and the sum at a time: they are taken in the order of clients, each
// fetched when its turn comes, from the store where it lies. Robust ones go by
// blocks of coordinates, for which object stores have no ranges: a vector would be
// put as blocks of 64 MB, each with its digest. float32 or 8-bit numbers with a
// seeded rounding make it a half or an eighth; the digest is then of what was sent.
// A round of minutes makes resuming in the middle of one worth while: updates that
// have arrived would be kept by the record, as their digests are now.
//
// Secure aggregation. Client k adds a mask to its update for each other client j,
// from a stream that both know, +m for k < j and −m for k > j, so that all cancel
// in the sum and the server sees no single update (Bonawitz et al., CCS 2017).
// Floats do not cancel to the bit: updates become whole numbers mod 2⁶⁴, scaled by
// 2ᵏ and bounded by clipping, and the sum is exact whatever its order. 1,000
// clients make 500,000 pairs and each adds 999 masks of d numbers, 8 ms for
// the softmax model, 0.2 s for the net; with log₂ n neighbours each instead (Bell
// et al., CCS 2020) a hundredth. When a client is gone in mid-round the others give shares of its
// secret, one more exchange: the shares are what the record must hold before the
// round goes on, since a restart between the two would otherwise cost the round,
// and a client that answers twice with other masks would tell its update. Norms,
// NaN, medians and losses of single clients cannot be judged any more: a client
// proves its norm, or the federation trusts that it clips.
package fed
