package tui

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train"
	"optwatch/train/device"
	"optwatch/tui/draw"
)

// DeviceOptions are what the screen of the devices alone needs to know.
type DeviceOptions struct {
	Source  device.Source
	Host    string    // the machine's name; "" where that means nothing
	Input   io.Reader // the terminal
	Output  io.Writer
	ASCII   bool   // nothing but ASCII characters
	NoColor bool   // no colours; bold and reversed text stay
	Version string // of the program
}

// aloneFPS is how often the devices are looked at; they change once a second.
const aloneFPS = 4

// RunDevices shows the devices until the user quits or ctx ends, which both
// give nil. The terminal is as it was afterwards.
func RunDevices(ctx context.Context, o DeviceOptions) error {
	m := newDeviceModel(o, draw.NewTheme(o.Output, o.ASCII, o.NoColor))
	return m.show(ctx, o.Input, o.Output)
}

func newDeviceModel(o DeviceOptions, t *draw.Theme) *model {
	m := blank(&onlyDevices{source: o.Source, host: o.Host}, t)
	m.alone, m.fps, m.version = true, aloneFPS, o.Version
	m.pull()
	m.settle()
	return m
}

// onlyDevices is an experiment that is nothing but its devices. Its time is
// that of their views.
type onlyDevices struct {
	source device.Source
	host   string
	began  time.Time
}

// Snapshot is the devices now.
func (s *onlyDevices) Snapshot() *train.Snapshot {
	v := s.source.View()
	if s.began.IsZero() {
		s.began = v.At
	}
	return &train.Snapshot{
		Began: s.began, Elapsed: max(0, v.At.Sub(s.began)), Phase: train.PhaseTraining, Devices: v, Data: train.DataView{Name: s.host},
	}
}

// Do takes no command.
func (s *onlyDevices) Do(train.Command) error { return errors.New("nothing is trained here") }

// deviceHeader says what is looked at, and when that was.
func (m *model) deviceHeader(w int) string {
	t, v := m.theme, m.rack.view
	l, end := draw.NewLine(w), ""
	if v.Replaying == "" {
		end = v.At.Format("15:04:05")
	}
	l.Gap(1).Put(t.Strong, draw.Short("optwatch devices", w-2)).Gap(2)
	if room := w - l.At() - len(end) - 3; room > 3 {
		l.Put(t.Text, draw.Short(draw.Clean(m.snap.Data.Name), room))
	}
	if at := w - 1 - ansi.StringWidth(end); at > l.At() {
		l.Tab(at).Put(t.Dim, end)
	}
	return l.String()
}
