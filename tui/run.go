package tui

import (
	"context"
	"io"

	"optwatch/train/device"
	"optwatch/train/study"
	"optwatch/train/view"
	"optwatch/tui/about"
	"optwatch/tui/clients"
	"optwatch/tui/devices"
	"optwatch/tui/diagnosis"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
	"optwatch/tui/race"
	"optwatch/tui/runs"
	studyscreen "optwatch/tui/study"
	"optwatch/tui/unasked"
)

func init() { unasked.Over() }

// Terminal is where a screen is shown, and how.
type Terminal struct {
	Input   io.Reader
	Output  io.Writer
	FPS     int              // snapshots a second while anything moves; 0 for 10
	ASCII   bool             // nothing but ASCII characters
	NoColor bool             // no colours, whatever the theme; bold and reversed text stay
	NoMouse bool             // the terminal keeps the mouse
	Hints   bool             // whoever looks does so for the first time
	Theme   string           // of draw.SchemeNames, to begin with; "" for the default
	Version string           // of the program
	Plot    draw.Plot        // what curves are drawn with, unless only ASCII is
	Fresh   bool             // it begins anew, and leaves nothing for the next: Memory is not asked
	Memory  Memory           // of how screens of its kind are left; nil for none
	Keys    []pane.KeyChange // what whoever looks has changed of the keys
	Viewer  uint64           // tells the commands of this screen from those of others that look at the same source
	Folder  string           // where files are written for whoever looks; "" for the working directory of this process

	// Of a terminal that is far away: what the system says of one that is here.
	Size    Size
	Resized <-chan Size // what its size has become; nil where it is here
	Environ []string    // its environment, "NAME=value" each; nil for that of this process
	Guest   bool        // it is on another machine: no file is written here for it
	Suspend func()      // stops what shows the screen there until its shell continues it; nil where that cannot be
}

// Size is that of a terminal, in cells.
type Size struct{ Width, Height int }

// far says whether the terminal is far away.
func (o Terminal) far() bool { return o.Resized != nil || o.Environ != nil }

// Run shows the runs of a source until the user quits or ctx ends, which both
// give nil, as does the end of the input of a terminal that is far away. The
// terminal is as it was afterwards, also if drawing panicked.
func Run(ctx context.Context, s view.Source, o Terminal) (err error) {
	defer caught(&err)
	return newRace(s, o, o.theme()).show(ctx, o)
}

// RunDevices is the same for nothing but the devices of a machine; host is its
// name, "" where that means nothing.
func RunDevices(ctx context.Context, s device.Source, host string, o Terminal) (err error) {
	defer caught(&err)
	return newDevices(s, host, o, o.theme()).show(ctx, o)
}

// RunStudies is the same for studies; name is that of the program and its command.
func RunStudies(ctx context.Context, s study.Source, name string, o Terminal) (err error) {
	defer caught(&err)
	return newStudies(s, name, o, o.theme()).show(ctx, o)
}

// newRace is the screen of runs. A pane more is a line here: those after the
// diagnosis take turns with the log.
func newRace(s view.Source, o Terminal, t *draw.Theme) *shell {
	screen := pane.NewScreen(t, s, o.Viewer)
	screen.Plot = o.Plot
	r := runs.New(screen)
	return newShell(screen, race.New(r,
		clients.New(r, race.Beside),
		devices.New(screen, race.Beside+1),
		diagnosis.New(r, race.Beside+2),
		about.NewParameters(r, race.Beside+3),
		about.NewOutput(r, race.Beside+4),
	), o)
}

// newDevices is the screen of devices alone. They change once a second.
func newDevices(s device.Source, host string, o Terminal, t *draw.Theme) *shell {
	o.FPS = devices.FPS
	screen := pane.NewScreen(t, devices.Source(s, host), o.Viewer)
	return newShell(screen, devices.NewProgram(screen), o)
}

func newStudies(s study.Source, name string, o Terminal, t *draw.Theme) *shell {
	from := studyscreen.NewSource(s)
	screen := pane.NewScreen(t, from, o.Viewer)
	screen.Plot = o.Plot
	return newShell(screen, studyscreen.New(screen, from, name), o)
}
