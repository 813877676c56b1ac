// Package publish writes the runs of a source as logs that other programs read,
// so that nobody is locked in:
//
//	tensorboard   event files            DIR/<run>/events.out.tfevents.…
//	jsonl         an object a line       DIR/<run>/metrics.jsonl
//	csv           a row a plot point     DIR/<run>/metrics.csv
//
// Each value is written once, with all its bits and with where it stands: its
// step, its time and its places on the other axes, under the keys that the source
// gives them. Values that are not final, such as the distance from the best value
// so far, wait until they are; a value that is not known is left out.
//
// # A run's folder
//
// It has the name of the run as far as a path can have it, and config.json, which
// says of what experiment and what run it is: an experiment that goes on in
// another process finds its folders by that, and goes on with the logs. Another
// experiment takes the next free name, such as sgd-2.
//
// A run that begins anew, or goes another way than the log has it from where it
// was gone on from, begins a log of its own beside the earlier one, metrics-2.csv.
// TensorBoard is told so by a session log, and shows the newest.
//
// # Nothing waits for it
//
// The follower pulls snapshots twice a second, and no step ever waits for a file.
// What could not be written is tried again, since a disk may have room again; that
// it was not is told once.
package publish
