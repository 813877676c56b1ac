package devices

import (
	"errors"
	"time"

	"optwatch/train/device"
	"optwatch/train/view"
)

// source shows devices where nothing is trained. It has no clock: its time is
// that of their views.
type source struct {
	devices device.Source
	host    string
	began   time.Time
}

// Source is a source of nothing but devices, those of the named machine; "" for
// a name that means nothing.
func Source(of device.Source, host string) view.Source {
	return source{of, host, of.View().At}
}

// Snapshot is the devices now.
func (s source) Snapshot() *view.Snapshot {
	v := s.devices.View()
	elapsed := max(0, v.At.Sub(s.began))
	return &view.Snapshot{
		Generation: uint64(elapsed), Began: s.began, Elapsed: elapsed, Phase: view.PhaseEnded,
		Subject: view.Subject{Name: s.host}, Devices: v,
	}
}

// nothing is why no command is taken.
const nothing = "nothing is trained here"

// Do takes no command.
func (s source) Do(view.Command) error { return errors.New(nothing) }

// Offer says so.
func (s source) Offer(view.Command) view.Offer { return view.Offer{Refused: nothing} }
