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
//
// # What size costs
//
// TestScale draws what an evaluation costs against each size, beside what reading a row
// and its multiply-adds would take. On a core of an Intel Xeon (Emerald Rapids) with
// AVX-512 and 2 MB of second cache, medians of five in nanoseconds of CPU time, lines are
// straight, and bend for these reasons:
//
//	rows        784 bytes, 150 of them set: flat from 500 to 250,000. Of 28 dense numbers a row
//	            takes less time to compute than to come: from 1,000 rows to 1,000,000 SGD's 94 become
//	            246 with B = 64 and 220 become 475 with B = 1, SAGA's 350 become 776; a full gradient,
//	            which reads in order, has 74 and 88
//	features    dense: in proportion from 512 on; below, losses and calls are most of it. From 2,048
//	            numbers of float64 on the 128 rows of a block fill the second cache, and are read twice
//	            sparse: from 100 to 1,000,000 features, 75 a row, SGD's 354 become 714, since entries of θ come
//	            from farther caches, SAGA's 500 become 1,560. A step of Adam writes all of θ and
//	            two moments, 2.8 a parameter. A full gradient is summed in up to 16 vectors
//	            of d: 16·d/n numbers a row, from 130 to 1,530 with 20,000 rows
//	classes     in proportion from ten on, and 1.1 times that where θ leaves the second cache, from 300
//	            of MNIST's size on; 4, 8 and 16, which are whole vectors, are up to 1.4 times
//	            cheaper than their neighbours. Below ten decoding entries is what costs:
//	            SGD's outputs with B = 64 are 5.4, 2.9, 2.1 and 1.3 times as dear as ten's where there are one,
//	            two, three and four. The softmax of two and of three takes about 50 and 75 a row, that of
//	            four 12, and the logistic loss, a row at a time, 70. Dense bytes cost 1,130 a row of 3,072 with one
//	            output, and 2,700 to 3,300 with two to ten
//	batch       flat for SGD; SVRG and SAGA with B = 1 cost 1.7 and 2 times what they cost with 256. Adam
//	            and momentum write all parameters in each step, 13,600 and 6,600 with MNIST's 7,850
//	clients     flat from ten to 10,000 for FedAvg, FedProx and SCAFFOLD: 2 steps of ten examples cost a client
//	            4.5 times what they cost in one long run, since each begins with θ and ends with
//	            its change. A median sorts: 8,000 to 10,000 more with each power of ten
//	            memory: 0.5 kB a client of FedAvg and FedProx, 16 bytes a parameter and client of
//	            SCAFFOLD, 8 of a robust average
//	runs        flat from one to 16, plots and looks included; a run keeps 1 MB with MNIST's parameters
//
// A leap, many steps at once, of SGD, SVRG and SAGA writes all of θ where it ends alone. So it is
// long where there are many features, and so are the buckets of the trace, each of which
// ends one: when they were a 200th of a pass, SGD with B = 1 took 13,100 in place of 714.
package train
