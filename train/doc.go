// Package train runs an experiment: several optimizers at once on one data
// set, each in a goroutine of its own.
//
//	Experiment  one data set, one problem, many runs; starts and ends every goroutine
//	run         one method on the problem, from θ₀ until it ends or is stopped
//	gate        where a run is paused and stopped: between steps, or as it draws examples
//	probe       what theory says of a run, from a few gradients now and then
//	Curve       what is known of a run at fixed counts of gradient evaluations
//	Report      all that the experiment knows of itself, by its own names
//	RunState    all that decides a run's next bits: it is branched, saved and resumed by it
//
// A viewer gets a view.Snapshot, which is made from a Report, and sends
// view.Commands. Runs never wait for a viewer. The same seed gives the same
// numbers, to the bit, whatever the number of threads and whether a run was
// paused or not. The package draws nothing and parses no flags.
//
// # Goroutines, slots and turns
//
// Every run has a goroutine. It loops over steps: carry out the commands that
// have come, take a plot point where one is due, take a step. A viewer holds a
// lock that a run needs only while it copies what has been published: no run
// waits until something is drawn or sent.
//
// Processors are shared by slots (Slots): as many goroutines compute at once as
// there are slots. A goroutine's hold on a slot is its turn. It yields the turn
// about every millisecond, in the oracle and between blocks of rows, so that
// more runs than processors make progress side by side and a key on the screen
// is answered between two turns. For a long call, such as a gradient over all
// rows or a federated round, a run's goroutine gives up its slot and lets a crew
// of goroutines make the call in parts; parts are fixed and summed in their
// order, so that the number of workers changes no bit. The goroutines of one
// run compete as one: only the one with the run's claim waits for a slot, the
// others take slots that nobody waits for.
//
// A run is paused by its gate, between two steps or within one: whoever draws
// examples for the run asks the gate first, and while the run is paused that call
// blocks, without a slot. The run counts as paused when all goroutines that step for it have
// halted. A command that must change the run acts between two steps; one that
// reaches a run halted inside a step makes the oracle's call fail, the step is
// as if it had not been begun, the command is carried out, and the step is taken
// again with the same numbers.
//
// # Who may touch what
//
// A run's fields belong to its goroutine while that goes on, and to whoever
// holds Experiment.doing once it has ended. What viewers see of a run while it
// goes on lies behind run.mu and is written by the goroutines that step for it,
// but for the rate, which is worked out where it is reported.
// Curves and traces only grow: slices handed out never change below their
// length. What a crew's goroutine uses is its own, except for the meter, whose
// counts are atomic, and the pass, which has a lock.
//
// Locks are taken in this order, and a later one never waits for an earlier:
//
//	Experiment.doing    one command at a time
//	Experiment.showing  one snapshot at a time: what was translated for viewers is kept
//	Experiment.mu       phase, list of runs, log
//	run.mu              what the run shows
//	gate.mu             what the run was told; given up for all that the gate calls
//	certifier.mu, certifier.summing, stopwatch.mu, pass.mu, those of a Federation
//	                    no other lock is taken while they are held
package train
