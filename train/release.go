package train

import (
	"fmt"

	"optwatch/train/view"
)

// Privacy that a crash cannot cheat: releases are counted and written down
// before their noise is drawn, and what was written and is not in the state
// that a run goes on from is charged. The count goes on over restarts and
// switches, so that no release is taken for an earlier one.

// writeRelease writes down the next release of the run. It gives up the slot:
// writing waits for a disk.
func (r *run) writeRelease() error {
	r.released++
	write := r.exp.config.Release
	if write == nil {
		return nil
	}
	r.gate.leave()
	defer r.gate.enter()
	return write(r.id, int(r.released))
}

// maxLost is the most releases that one can have made between two states.
const maxLost = 1 << 30

// chargeLost charges the releases, of a count that was written down, that are not
// in the state that the run goes on from.
func (r *run) chargeLost(written int) error {
	lost := int64(written) - r.released
	if lost > maxLost {
		return fmt.Errorf("%s: %d releases of noise are on record, its state knows of %d", r.name, written, r.released)
	}
	if lost <= 0 {
		return nil
	}
	r.released, r.settled = int64(written), int64(written)
	f := r.stage.federation()
	if f == nil {
		return nil
	}
	f.ChargeLost(int(lost))
	rounds := "1 round was begun after what it goes on from: it is charged again"
	if lost > 1 {
		rounds = fmt.Sprintf("%d rounds were begun after what it goes on from: they are charged again", lost)
	}
	r.exp.logLocked(view.Event{Run: r.name, Kind: view.EventInfo, Text: rounds})
	return nil
}
