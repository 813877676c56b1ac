package record

import (
	"bytes"
	"time"

	"optwatch/train/device/recording"
	"optwatch/train/view"
)

// deviceRate bounds how fast the devices are written, in bytes a second.
const deviceRate = 5e3

// devices writes what the devices do.
type devices struct {
	aging   aging
	resumed bool // what the record has of later times was lost, and happens again
	lines   recording.Recorder
	seen    time.Time // Devices.At of the last one that is written
	elapsed time.Duration
	bytes   int // that it took
}

func newDevices(resumed bool) devices {
	return devices{aging: aging{table: "devices"}, resumed: resumed}
}

// write plans to write the devices as they are, if it is time.
func (d *devices) write(p *plan, snap *view.Snapshot) {
	v := snap.Devices
	if v == nil || v.Opening || v.At.Equal(d.seen) {
		return
	}
	apart := spacing(d.bytes, deviceRate)
	if !d.seen.IsZero() && snap.Elapsed >= d.elapsed && snap.Elapsed-d.elapsed < apart {
		return
	}
	var line bytes.Buffer
	lines := d.lines // a line that is not written in the end leaves no events out of the next
	lines.W = &line
	if lines.Record(v) != nil {
		return
	}
	if d.resumed {
		p.add("DELETE FROM devices WHERE elapsed > ?", snap.Elapsed.Seconds())
	}
	p.add("INSERT OR REPLACE INTO devices (elapsed, shown) VALUES (?, ?)", snap.Elapsed.Seconds(), string(bytes.TrimSuffix(line.Bytes(), []byte("\n"))))
	p.after(func() {
		d.resumed, d.lines = false, lines
		d.seen, d.elapsed, d.bytes = v.At, snap.Elapsed, line.Len()
	})
	d.aging.write(p, snap.Elapsed, apart)
}
