// Package train runs an experiment: several optimizers at once on one data
// set, each in a goroutine of its own.
//
//	Experiment  one data set, one problem, many runs; starts and ends every goroutine
//	Run         one method on the problem, from θ₀ until it ends or is stopped
//	Gate        where a run is paused and stopped: in its oracle, nowhere else
//	probe       what theory says of a run, from a few gradients now and then
//	Curve       what is known of a run at fixed counts of gradient evaluations
//	RunState    all that decides a run's next bits: it is branched, saved and resumed by it
//
// All that a viewer sees is a Snapshot; all that it may do is a Command. Runs
// never wait for a viewer. The same seed gives the same numbers, to the bit,
// whatever the number of threads and whether a run was paused or not.
//
// The package draws nothing and parses no flags.
package train
