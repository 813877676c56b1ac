package train

import "time"

// waitSlice is how long who waits for somebody else lets the gate wait, and a
// viewer for news of what has come meanwhile.
const waitSlice = 10 * slice

// Wait waits for somebody else, without a slot. The gate's wishes come first:
// also where ready is ready already, a command or a pause is seen before.
func (o *oracle) Wait(ready <-chan struct{}, working bool) error {
	t := o.turn
	t.leave()
	defer t.enter()
	tick := time.NewTicker(waitSlice)
	defer tick.Stop()
	for came := false; ; {
		if o.crew == nil && o.quits() {
			return errInterrupted
		}
		if err := o.gate.askWaiting(t); err != nil {
			return err
		}
		if came {
			return nil
		}
		if working {
			t.watch.start(t.clock())
		}
		select {
		case <-ready:
			came = true
		case <-tick.C:
		}
		if working {
			t.watch.stop(t.clock())
		}
		if !came {
			t.onSlice()
		}
	}
}
