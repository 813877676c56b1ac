package fed

import "optwatch/optimizers"

// hostOf is what a transport finds, of whose tasks so many must be answered at least;
// 0 where there are none yet.
func hostOf(r *Round, o optimizers.Divisible, least int) Host {
	return Host{o, &hosted{worker: &r.worker, rows: r.partition, division: r.division(r.seed), held: r.held(), least: least, working: least > 0}}
}
