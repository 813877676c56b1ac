package clients

import (
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
	"optwatch/tui/runs"
)

const epochs, mu = runs.Epochs, runs.Mu

var nan, inf = math.NaN(), math.Inf(1)

// stub is a source that shows what it is told to and remembers what it was asked for.
type stub struct {
	snap  *view.Snapshot
	asked []view.Command
	err   error
}

func (s *stub) Snapshot() *view.Snapshot { return s.snap }

func (s *stub) Do(c view.Command) error {
	if s.err == nil {
		s.asked = append(s.asked, c)
	}
	return s.err
}

// Offer takes a whole number of epochs up to 1000 and a μ of at least 0.
func (s *stub) Offer(c view.Command) view.Offer {
	f := s.snap.Run(c.Run).Federation
	if c.Setting == epochs {
		o := view.Offer{Title: "local epochs", Label: "E", Hint: "passes of a client over its data", Now: float64(f.Epochs), Same: c.Value == float64(f.Epochs)}
		if c.Value < 1 || c.Value > 1000 || c.Value != math.Trunc(c.Value) {
			o.Refused = "want a whole number from 1 to 1 000"
		}
		return o
	}
	o := view.Offer{Title: "FedProx", Label: "μ", Hint: "0 or more", Now: f.Mu, Same: c.Value == f.Mu}
	if c.Value < 0 {
		o.Refused = "want a number of at least 0"
	}
	return o
}

// changed makes a new view of the stub's federations, as a source would.
func (s *stub) changed(f func(*view.Federation)) {
	t := *s.snap
	t.Runs = slices.Clone(t.Runs)
	for i := range t.Runs {
		if r := &t.Runs[i]; r.Federation != nil {
			federation := *r.Federation
			federation.Clients = slices.Clone(r.Federation.Clients)
			f(&federation)
			r.Federation = &federation
			r.Settings = []view.Setting{{Key: epochs, Value: float64(federation.Epochs)}}
			if !math.IsNaN(federation.Mu) {
				r.Settings = append(r.Settings, view.Setting{Key: mu, Value: federation.Mu})
			}
		}
	}
	s.snap = &t
}

// answer acknowledges the commands asked for since the beginning that have not
// been.
func (s *stub) answer(kind view.EventKind, text string) {
	t := *s.snap
	for i := len(t.Events); i < len(s.asked); i++ {
		t.Events = append(slices.Clip(t.Events), view.Event{Number: uint64(i + 1), Kind: kind, Text: text, Command: s.asked[i].ID})
	}
	s.snap = &t
}

// federated is an experiment of centralised runs and, last, a federated one
// with some clients.
func federated(runs, clients int) *view.Snapshot {
	s := &view.Snapshot{
		Elapsed: 41 * time.Second, Phase: view.PhaseTraining,
		Subject: view.Subject{Name: "mnist", Classes: strings.Split("0123456789", "")},
		Metrics: []view.Metric{
			{Key: "accuracy", Title: "validation accuracy %", Format: view.Share},
			{Key: "loss", Title: "loss", Format: view.Digits},
			{Key: "gap", Title: "f − f*", Format: view.Scientific, Floor: 3e-13},
		},
		Headline: []string{"accuracy", "gap"},
	}
	for k := view.Pause; k <= view.RejoinClient; k++ {
		s.Accepts = append(s.Accepts, k)
	}
	for i := range runs {
		s.Runs = append(s.Runs, view.Run{ID: i, Name: []string{"sgd", "adam", "svrg"}[i%3]})
	}
	r := view.Run{
		ID: runs, Name: "fedavg", Settings: []view.Setting{{Key: epochs, Value: 5}},
		Series: []view.Series{{Metric: "accuracy", Last: 0.8793}, {Metric: "loss", Last: 0.5}, {Metric: "gap", Last: 0.16}},
	}
	r.Federation = &view.Federation{
		Strategy: "fedavg", Partition: "2 classes each", Round: 11, Limit: 50, Underway: true, Attempt: 1, Cohort: max(1, clients-1), Answered: 1,
		Epochs: 5, Mu: nan, Deadline: nan, Bytes: 7_536_000, Cost: view.Cost{Now: 0.8793, Reference: 0.9232, Against: "the optimum", Round: 11},
	}
	for i := range clients {
		r.Federation.Clients = append(r.Federation.Clients, sampleClient(i, clients))
	}
	s.Runs = append(s.Runs, r)
	return s
}

// sampleClient is the i-th client of n at some moment of its round.
func sampleClient(i, n int) view.Client {
	c := view.Client{
		ID: i, Examples: 5000 + 997*i%2000, Classes: make([]int, 10), Work: 30_000, State: view.ClientTraining,
		Loss: 0.021 + 0.013*float64(i%17), Drift: 0.6 + 0.05*float64(7*i%9), Time: 0.4 + 0.03*float64(i%40), Slowness: 1,
	}
	c.Classes[i%10], c.Classes[(i+1)%10] = c.Examples/2, c.Examples-c.Examples/2
	c.Done = int64((4000*i + 2000) % 30_000)
	switch {
	case i == n-1 && n > 1:
		c.State, c.Loss, c.Drift, c.Time, c.Done = view.ClientDropped, nan, nan, nan, 0
	case i%7 == 2:
		c.State, c.Done = view.ClientSent, c.Work
	case i%7 == 0:
		c.State, c.Done = view.ClientAccepted, c.Work
	case i%11 == 5:
		c.State, c.Reason = view.ClientRejected, "not finite"
	case i%11 == 8:
		c.State = view.ClientLate
	}
	return c
}

// hopeless is the privacy of ten clients at ε = 8.
func hopeless() *view.Privacy {
	return &view.Privacy{
		Unit: "client", Clients: true, Epsilon: 3.2, Delta: 1e-5, Budget: 8, Clip: 1, Noise: 6, Clipped: 0.4, SNR: 0.02, Reproduced: true,
	}
}

// bench is the pane in a place, with its keys and no others.
type bench struct {
	*Clients
	at pane.Place
}

// position is that of the clients among the panes of a race.
const position = 4

func newBench(s view.Source, w, h int) *bench {
	return newBenchWith(s, w, h, termenv.Ascii, false, false)
}

func newBenchWith(s view.Source, w, h int, p termenv.Profile, ascii, mono bool) *bench {
	renderer := lipgloss.NewRenderer(io.Discard)
	renderer.SetColorProfile(p)
	screen := pane.NewScreen(draw.ThemeOf(renderer, ascii, mono), s, 1)
	b := &bench{Clients: New(runs.New(screen), position), at: pane.Place{Rect: pane.Rect{W: w, H: h}, Boxed: true}}
	screen.Keys = pane.NewTable(b.Clients.Keys())
	b.settle()
	return b
}

// settle makes what was chosen fit, as the shell does after every message.
func (b *bench) settle() {
	b.Runs.Refresh()
	b.Clients.Follow()
	b.Runs.Fold()
	b.at.Focused = b.seat.Focused()
	b.Settle(b.at, true)
}

// look takes a new snapshot, as a tick does.
func (b *bench) look() {
	b.Pull()
	b.settle()
}

// resize gives the pane another place.
func (b *bench) resize(w, h int) {
	b.at.W, b.at.H = w, h
	b.settle()
}

// view is the pane, and over it what lies over the screen.
func (b *bench) view() string {
	lines := b.Draw(b.at)
	if b.Over != nil {
		lines = append(lines, b.Over.Draw(b.at.W, b.at.H)...)
	}
	return strings.Join(lines, "\n")
}

var namedKeys = map[string]tea.KeyType{"enter": tea.KeyEnter, "esc": tea.KeyEsc, "backspace": tea.KeyBackspace}

// press does what the shell does with keys.
func (b *bench) press(keys ...string) {
	for _, key := range keys {
		b.key(key)
		b.look()
	}
}

func (b *bench) key(key string) {
	mode := pane.Main
	if b.Over != nil {
		mode = b.Over.Mode()
	}
	typist, typing := b.Over.(pane.Typist)
	switch k := b.Screen.Keys.Lookup(mode, key); {
	case k == nil && typing:
		msg := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(key)}
		if t, named := namedKeys[key]; named {
			msg = tea.KeyMsg{Type: t}
		}
		typist.Typed(msg)
	case k == nil:
		moves := map[string]int{"j": 1, "k": -1, "pgup": -b.Page(), "pgdown": b.Page(), "home": -1 << 30, "end": 1 << 30}
		if key == "S" {
			b.NextOrder()
		} else if by, ok := moves[key]; ok {
			b.Move(by)
		}
	case k.Valid():
		b.Flash = pane.Flash{}
		k.Do(key)
	case k.Why != nil:
		if why := k.Why(); why != "" {
			b.Warn(why)
		}
	}
}

// footer is what is said, or else the keys that are valid.
func (b *bench) footer() string {
	if b.Flash.Text != "" {
		return b.Flash.Text
	}
	mode := pane.Main
	if b.Over != nil {
		mode = b.Over.Mode()
	}
	var out []string
	for _, h := range b.Screen.Keys.Hints(mode) {
		out = append(out, h.Key+" "+h.Word)
	}
	return strings.Join(out, " · ")
}

// squeeze makes runs of spaces one.
func squeeze(s string) string { return strings.Join(strings.Fields(ansi.Strip(s)), " ") }

func wantSeen(t *testing.T, b *bench, texts ...string) {
	t.Helper()
	all := squeeze(b.view() + "\n" + b.footer())
	for _, text := range texts {
		if !strings.Contains(all, squeeze(text)) {
			t.Errorf("%q is not shown:\n%s\n%s", text, b.view(), b.footer())
		}
	}
}

// wantAsked compares commands but for their identities, which must differ.
func wantAsked(t *testing.T, s *stub, want ...view.Command) {
	t.Helper()
	seen := map[uint64]bool{}
	got := slices.Clone(s.asked)
	for i := range got {
		if seen[got[i].ID] {
			t.Errorf("two commands with the identity %d", got[i].ID)
		}
		seen[got[i].ID] = true
		got[i].ID = 0
	}
	same := func(a, b view.Command) bool {
		return a.Kind == b.Kind && a.Run == b.Run && a.Setting == b.Setting && a.Value == b.Value && a.Client == b.Client
	}
	if !slices.EqualFunc(got, want, same) {
		t.Errorf("asked for %+v, want %+v", got, want)
	}
}

// checkSize checks that the pane fills its place exactly.
func checkSize(t *testing.T, b *bench, what string) {
	t.Helper()
	lines := b.Draw(b.at)
	if len(lines) != max(0, b.at.H) {
		t.Fatalf("%s: %d lines in %d×%d", what, len(lines), b.at.W, b.at.H)
	}
	for i, s := range lines {
		if w := ansi.StringWidth(s); w != b.at.W {
			t.Fatalf("%s: line %d of %d×%d is %d wide: %q", what, i, b.at.W, b.at.H, w, s)
		}
		if strings.ContainsAny(ansi.Strip(s), "\x1b\t\r\n") {
			t.Fatalf("%s: a control character on the screen: %q", what, s)
		}
	}
}

// checkOver checks that what lies over the pane is no larger than that.
func checkOver(t *testing.T, b *bench, what string) {
	t.Helper()
	if b.Over == nil || b.at.W < 40 || b.at.H < 10 {
		return
	}
	lines := b.Over.Draw(b.at.W, b.at.H)
	if len(lines) > b.at.H {
		t.Fatalf("%s: %d lines in %d×%d", what, len(lines), b.at.W, b.at.H)
	}
	for i, s := range lines {
		if w := ansi.StringWidth(s); w > b.at.W {
			t.Fatalf("%s: line %d of %d×%d is %d wide: %q", what, i, b.at.W, b.at.H, w, s)
		}
	}
}

// shownClients are the clients on the screen, from the top.
func shownClients(b *bench) []string {
	var out []string
	for _, s := range b.Draw(b.at)[1:] {
		word, _, _ := strings.Cut(strings.Trim(ansi.Strip(s), "│▸ "), " ")
		if id := strings.TrimPrefix(word, "c"); id != word {
			if _, err := strconv.Atoi(id); err == nil {
				out = append(out, word)
			}
		}
	}
	return out
}

var errLast = errors.New("fedavg: c0 is the last")
