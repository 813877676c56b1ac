package tui

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"optwatch/train"
	"optwatch/train/device"
	"optwatch/train/view"
)

// look is how a screen is drawn.
type look struct {
	w, h    int
	profile termenv.Profile
}

// race is a screen of runs after some keys.
func (l look) race(s view.Source, keys ...string) *shell {
	m := newTestModelWith(s, l.w, l.h, l.profile, false, l.profile == termenv.Ascii)
	press(m, keys...)
	return m
}

// scenes are the states of the panes and of what lies over them that have no goldens
// of their own, each with what brings it about.
var scenes = map[string]func(look) *shell{
	"curves-linear": func(l look) *shell { return l.race(&stub{snap: sample(4, 120)}, "1", "y", "L") },
	"curves-cursor": func(l look) *shell { return l.race(&stub{snap: sample(4, 120)}, "1", "h", "h", "h") },
	"curves-filter": func(l look) *shell { return l.race(&stub{snap: sample(6, 120)}, "/", "s", "v", "enter") },
	"curves-zoom":   func(l look) *shell { return l.race(&stub{snap: sample(4, 120)}, "1", "L", "=", "=", "<") },
	"curves-grid":   func(l look) *shell { return l.race(&stub{snap: sample(6, 120)}, "#", "#") },
	"curves-band":   func(l look) *shell { return l.race(&stub{snap: seeded(2, 8, 120)}, "1", "z") },

	"standings-sorted": func(l look) *shell { return l.race(&stub{snap: fallen()}, "3", "S", "S") },
	"standings-closed": func(l look) *shell { return l.race(&stub{snap: seeded(3, 4, 120)}, "3", "j") },
	"standings-open":   func(l look) *shell { return l.race(&stub{snap: seeded(3, 4, 120)}, "3", "j", "enter") },

	"clients-round":   func(l look) *shell { return l.race(newFederated(federated(3, 120, 10)), "5") },
	"clients-dropped": func(l look) *shell { return l.race(newFederated(federated(3, 120, 5)), "5", "end") },
	"clients-afar":    func(l look) *shell { return l.race(afar(), "5", "j") },
	"clients-joining": func(l look) *shell { return l.race(afar(), "J") },

	"devices-1":      func(l look) *shell { return l.devices(gpus(1, 300)) },
	"devices-8":      func(l look) *shell { return l.devices(troubled(8)) },
	"devices-16":     func(l look) *shell { return l.devices(troubled(16)) },
	"devices-asleep": func(l look) *shell { return l.devices(sleeping()) },
	"devices-none":   func(l look) *shell { return l.devices(gpus(0, 300)) }, // the host alone

	"study": func(l look) *shell {
		m := newTestStudies(&shelf{found()}, l.w, l.h, l.profile, false, l.profile == termenv.Ascii)
		press(m, "k", "k", "tab")
		return m
	},
	"study-notes": func(l look) *shell {
		m := newTestStudies(&shelf{found()}, l.w, l.h, l.profile, false, l.profile == termenv.Ascii)
		press(m, "t", "t", "z")
		return m
	},
	"diagnosis": func(l look) *shell { return l.race(newFederated(examined()), "7") },
	"about":     func(l look) *shell { return l.race(configured(), "8") },
	"output":    func(l look) *shell { return l.race(configured(), "9") },
	"playback":  func(l look) *shell { return l.race(newPlayer(), "h") },
	"silent":    func(l look) *shell { return l.race(silenced()) },

	"picker": func(l look) *shell { return l.race(&stub{snap: sample(4, 120)}, "o", "j") },
	"add":    func(l look) *shell { return l.race(&stub{snap: sample(4, 120)}, "a", "s", "v") },
	"stop":   func(l look) *shell { return l.race(&stub{snap: sample(4, 120)}, "x") },
	"quit":   func(l look) *shell { return l.race(&stub{snap: sample(4, 120)}, "q") },
	"copy":   func(l look) *shell { return l.race(&stub{snap: sample(4, 120)}, "Y") },
	"filter": func(l look) *shell { return l.race(&stub{snap: sample(4, 120)}, "/", "l", "r", ">") },
	"written": func(l look) *shell {
		m := l.race(&stub{snap: sample(4, 120)})
		m.wrote(wroteMsg{what: "the charts are in ", paths: []string{"optwatch-0-41.png", "optwatch-0-41.svg", "optwatch-0-41.csv"}})
		return m
	},
}

// devices is the screen of the devices alone.
func (l look) devices(v *device.View) *shell {
	m, _ := newAloneWith(v, l.w, l.h, l.profile, false, l.profile == termenv.Ascii)
	return m
}

// sleeping is a GPU that has fallen off the bus, one that sleeps and one that works.
func sleeping() *device.View {
	v := gpus(3, 300)
	gone(v, 0, 31, device.Lost)
	gone(v, 1, 12, device.Asleep)
	return v
}

// fallen is runs of which one is paused, one has diverged, one has converged, one was
// stopped and one has failed.
func fallen() *train.Report {
	s := sample(6, 120)
	s.Runs[0].State, s.Runs[0].EvalsPerSecond, s.Runs[0].Left = view.Paused, 0, -1
	diverge(&s.Runs[1], 60)
	s.Runs[2].State, s.Runs[2].Reason = view.Converged, "f − f* ≤ 1e-12"
	s.Runs[3].State = view.Stopped
	s.Runs[4].State, s.Runs[4].Reason = view.Failed, "crashed: its process is gone"
	return s
}

// silenced is a log that nothing has been written to for long.
func silenced() *foreign {
	f := newForeign()
	f.snap.Runs[1].State, f.snap.Runs[1].Reason = view.Silent, "no line for 10 minutes"
	f.snap.Runs[2].State, f.snap.Runs[2].Reason = view.Failed, "crashed: its process is gone"
	return f
}

// configured is logs of runs that were configured and have printed lines.
func configured() *foreign {
	f := newForeign()
	for i := range f.snap.Runs {
		r := &f.snap.Runs[i]
		for k := range 30 {
			r.Parameters = append(r.Parameters, view.Parameter{Key: fmt.Sprintf("model.layer%d.width", k), Text: fmt.Sprint(64 * (k%4 + 1))})
		}
		r.Parameters = append(r.Parameters, view.Parameter{Key: "optimizer.lr", Text: []string{"3e-4", "6e-4", "1e-3"}[i], Differs: true})
		for k := range 40 {
			r.Output = append(r.Output, fmt.Sprintf("step %d  loss %.4f  tokens/s 98012", 50*k, 11-0.2*float64(k)))
		}
	}
	return f
}

// afar is a federation of clients on other machines, where one is silent, one gone, and
// two wait to be let in.
func afar() *stub {
	s := federated(3, 120, 8)
	f := s.Runs[3].Federated
	for i := range f.Clients {
		f.Clients[i].Machine = view.Machine{Name: fmt.Sprintf("lab-%d", i+1), Host: "box", Version: "0.1.0", Load: "gpu 71 %", Up: 690_800, Down: 753_600, RoundTrip: 0.002 * float64(i+1), Heard: float64(i) / 4}
	}
	f.Clients[1].State, f.Clients[1].Machine.Heard = view.ClientSilent, 6
	f.Clients[4].State, f.Clients[4].Machine.Heard = view.ClientGone, 71
	f.Clients[6].State, f.Clients[6].Machine = view.ClientAbsent, view.Machine{RoundTrip: nan, Heard: nan}
	src := newFederated(s)
	src.dress = func(s *view.Snapshot) {
		s.Accepts = append(s.Accepts, view.Admit, view.TurnAway, view.NewLine)
		s.Joining = &view.Joining{
			Address: "192.0.2.7:7422", Clients: 8, There: 7,
			Line: "optwatch join 192.0.2.7:7422#k3v9-2m4t-x7qa --data mnist",
			Waiting: []view.Applicant{
				{Key: "9f2c-03aa-77e1-4b0d", Name: "lab-9", Host: "lab-9.example", Version: "0.1.0", Examples: 6000},
				{Key: "03aa-9f2c-4b0d-77e1", Name: "somebody", Host: "laptop.example", Version: "0.1.0", Examples: 412},
			},
		}
	}
	return src
}

// Each state of each pane, and of what lies over them, at five sizes without colours,
// and at the same sizes where the colours of each row begin.
func TestScreenGoldens(t *testing.T) {
	for name, draw := range scenes {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			for _, size := range [][2]int{{40, 12}, {60, 20}, {80, 24}, {120, 40}, {200, 60}} {
				plain, coloured := draw(look{size[0], size[1], termenv.Ascii}), draw(look{size[0], size[1], colours})
				checkSize(t, plain, size[0], size[1], name)
				checkSize(t, coloured, size[0], size[1], name+" in colour")
				fmt.Fprintf(&b, "%d×%d\n%s\n", size[0], size[1], trimmed(plain.View()))
				fmt.Fprintf(&b, "%s\n", inked(plain.View(), coloured.View()))
			}
			golden(t, "screen-"+name+".txt", b.String())
		})
	}
}

// trimmed is a screen without the blanks at the ends of its rows.
func trimmed(s string) string {
	rows := strings.Split(s, "\n")
	for i, row := range rows {
		rows[i] = strings.TrimRight(row, " ")
	}
	return strings.Join(rows, "\n")
}

// inked says of each row of a coloured screen, or of several alike, in which columns
// which inks begin, as column:SGR parameters, and of those that read otherwise than
// without colours what they are.
func inked(plain, coloured string) string {
	var out []string
	first, last := 0, ""
	unlike := strings.Split(plain, "\n")
	for y, row := range append(strings.Split(coloured, "\n"), "") {
		now := inksOf(row)
		if y == len(unlike) {
			now = "end"
		} else if text := ansi.Strip(row); text != unlike[y] {
			now += " |" + strings.TrimRight(text, " ")
		}
		if y > 0 && now != last {
			name := strconv.Itoa(first)
			if first < y-1 {
				name += "-" + strconv.Itoa(y-1)
			}
			out = append(out, name+last)
			first = y
		}
		last = now
	}
	return strings.Join(out, "\n")
}

// inksOf is where which inks begin in a row. Of several in one place the last counts.
func inksOf(row string) string {
	var b strings.Builder
	ink, last := "0", 0
	codes := inkCodes.FindAllStringIndex(row, -1)
	for i, at := range codes {
		if i+1 < len(codes) && codes[i+1][0] == at[1] {
			continue
		}
		code := strings.Trim(row[at[0]:at[1]], "\x1b[m")
		if code == "" {
			code = "0"
		}
		if code != ink {
			fmt.Fprintf(&b, " %d:%s", ansi.StringWidth(row[:at[0]]), code)
		}
		ink, last = code, at[1]
	}
	if ink != "0" && last < len(row) {
		b.WriteString(" open") // which would colour what is drawn after it
	}
	return b.String()
}
