package smi

import (
	"strings"
	"testing"
	"time"

	"optwatch/train/device"
	"optwatch/train/device/devicetest"
)

// A pmon that says nothing any more has no processes to tell of.
func TestSilentPmon(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	table := pmonTable{complete: []pmonRow{{index: 0, pid: 12}}, any: true, at: at}
	if _, q := table.latest(at.Add(2 * time.Second)); q != device.OK {
		t.Errorf("two seconds later: got %v", q)
	}
	if rows, q := table.latest(at.Add(time.Minute)); q != device.Failed {
		t.Errorf("a minute later: got %v, %v", rows, q)
	}
}

func FuzzPmon(f *testing.F) {
	header := "#Time        gpu         pid   type     sm    mem     fb   command\n"
	f.Add(header + " 10:00:01      0       1234     C     98     40   1234   python train.py\n 10:00:01      1          -     -      -      -      -   -\n")
	f.Add(header + " 10:00:01      0       1234     C    250      -      -   -\n 10:00:02 0 5\n")
	f.Add("# gpu pid\n 0 -1\n 99999999999999999999 7\n")
	f.Fuzz(func(t *testing.T, text string) {
		var table pmonTable
		for l := range strings.Lines(text) {
			table.add(line{l, devicetest.Epoch})
		}
		rows, _ := table.latest(devicetest.Second(5))
		for index, list := range rows {
			for _, row := range list {
				devicetest.Sane(t, row.sm, row.memory)
				if row.pid <= 0 || index < 0 || row.sm.Value > 100 {
					t.Errorf("got %+v of device %d", row, index)
				}
			}
		}
	})
}
