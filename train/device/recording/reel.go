package recording

import (
	"time"

	"optwatch/train/device"
)

// Reel is a recording line by line, for whoever has a clock of their own. Times
// are those that were recorded. The zero value has no line yet.
type Reel struct {
	Name      string // of the recording
	inventory device.Inventory
	latest    *device.View
}

// Add takes the next line. One that cannot be read changes nothing.
func (r *Reel) Add(line []byte) error {
	f, err := parseLine(line, func(t time.Time) time.Time { return t })
	if err != nil {
		return err
	}
	f.mergeInto(&r.inventory, f.at)
	r.latest = r.inventory.View(f.at)
	r.latest.Replaying, r.latest.RecordedAt = r.Name, f.at
	return nil
}

// View is that of the latest line; nil before the first.
func (r *Reel) View() *device.View { return r.latest }
