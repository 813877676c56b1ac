package tui

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/race"
)

const colours = termenv.ANSI256

// stub is a source that shows what it is told to and remembers what it was asked for.
type stub struct {
	snap   *train.Report
	asked  []view.Command
	ids    []uint64 // of them
	err    error
	react  func(view.Command) // carries a command out; nil for not at all
	quiet  bool               // commands are not acknowledged
	replay bool               // no command is taken
	dress  func(*view.Snapshot)
	parts  optimizers.Catalogue
	offer  view.Offer // the latest
	pulls  int
}

func (s *stub) Snapshot() *view.Snapshot {
	s.pulls++
	v := translated(s.snap)
	if s.replay {
		v.Accepts = nil
	}
	if s.dress != nil {
		s.dress(v)
	}
	return v
}

// translated is a report as viewers see it. What was made of its curves before
// is not kept with it, as tests change points that are there already.
func translated(s *train.Report) *view.Snapshot {
	r := *s
	r.Runs = slices.Clone(r.Runs)
	return r.Snapshot()
}

// Do remembers a command, without its identity, and acknowledges it.
func (s *stub) Do(c view.Command) error {
	if s.err != nil {
		return s.err
	}
	id := c.ID
	s.ids = append(s.ids, id)
	c.ID = 0
	s.asked = append(s.asked, c)
	if s.react != nil {
		s.react(c)
	}
	if !s.quiet {
		s.answer(id)
	}
	return nil
}

// answer acknowledges a command, and refuse says why it could not be carried out.
func (s *stub) answer(id uint64) { s.tell(view.Event{Command: id}) }

func (s *stub) refuse(id uint64, why string) {
	s.tell(view.Event{Kind: view.EventRefused, Text: why, Command: id})
}

func (s *stub) tell(e view.Event) {
	e.Number, e.Elapsed = uint64(len(s.snap.Events)+1), s.snap.Elapsed
	s.snap.Events = append(s.snap.Events, e)
}

// Offer is what an experiment offers for the runs of the snapshot; of a setting
// it takes any number.
func (s *stub) Offer(c view.Command) view.Offer {
	if s.parts.Rules == nil {
		s.parts = optimizers.Default()
	}
	o := train.Offers{Catalogue: s.parts, Problem: s.snap.Problem.Problem}
	if c.Kind == view.Add {
		s.offer = o.Run(c.Recipe)
		return s.offer
	}
	if c.Kind == view.Pause || c.Kind == view.Resume {
		return view.Offer{}
	}
	if c.Kind == view.Set {
		now, _ := translated(s.snap).Run(c.Run).Setting(c.Setting)
		s.offer = view.Offer{Title: c.Setting, Label: c.Setting, Now: now, Same: c.Value == now}
		return s.offer
	}
	r := s.snap.Runs[c.Run]
	s.offer = o.Method(r.Recipe, r.LR, c.Choice)
	return s.offer
}

// run is the i-th run of the stub's snapshot, to be changed.
func (s *stub) run(i int) *train.RunReport { return &s.snap.Runs[i] }

var recipes = []string{
	"sgd:lr=0.1,batch=64", "adam:lr=0.001,batch=64", "svrg:lr=0.02,batch=1,m=n/2", "momentum:lr=0.02", "saga:lr=0.02", "adam+svrg:lr=0.001",
}

const trainN = 50_000

// sample is an experiment of runs with some points each.
func sample(runs, points int) *train.Report {
	s := &train.Report{
		Generation: 1, Elapsed: 41 * time.Second, Phase: view.PhaseTraining,
		Data:    train.DataView{Name: "mnist", Train: trainN, Val: 10_000, Test: 10_000, Features: 784, Classes: []string{"0", "1"}},
		Problem: train.ProblemView{Model: "softmax", Title: "softmax regression", L2: 1e-3, Problem: optimizers.Problem{N: trainN, L2: 1e-3, Linear: true}},
		Optimum: train.Optimum{State: train.OptimumCertified, Value: 0.337729353736, Bound: 3e-13, ValAccuracy: 0.9232, TestAccuracy: 0.92},
	}
	for i := range runs {
		s.Runs = append(s.Runs, sampleRun(i, points))
		s.Events = append(s.Events, view.Event{Elapsed: time.Duration(i) * time.Second, Run: s.Runs[i].Name, Kind: view.EventStart, Text: s.Runs[i].Recipe})
	}
	return s
}

func sampleRun(i, points int) train.RunReport {
	recipe, err := optimizers.Default().Parse(recipes[i%len(recipes)])
	if err != nil {
		panic(err)
	}
	r := train.RunReport{
		ID: i, Name: recipe.Name, Recipe: recipe.String(), Estimator: recipe.Estimator, Rule: recipe.Rule, State: view.Running,
		LR: []float64{0.1, 0.001, 0.02}[i%3], Batch: []int{64, 64, 1}[i%3], EvalsPerSecond: 412e3, Left: 12 * time.Second,
	}
	evals := 64.0
	for k := range points {
		r.Curve = append(r.Curve, samplePoint(i, k, evals))
		evals += math.Min(evals/4, 5*trainN)
	}
	if points > 0 {
		r.Last = r.Curve[points-1]
		r.Evals, r.Step = r.Last.Evals, r.Last.Step
	}
	return r
}

func samplePoint(i, k int, evals float64) train.Point {
	passes := evals / trainN
	gap := 2 / (1 + 3*passes) * (1 + 0.2*math.Sin(float64(7*k+i)))
	if i%3 == 2 {
		gap = 2*math.Exp(-passes/6) + 1e-14
	}
	return train.Point{
		Step: int64(evals / 64), Evals: int64(evals), Seconds: evals / 4e5, Elapsed: evals / 3e5,
		Loss: 0.337729353736 + gap, GradNorm: math.Sqrt(gap), ValAccuracy: 0.9232 - gap/20, TestAccuracy: 0.92 - gap/20,
	}
}

// newTestModel is the screen of a source at a size, without colours.
func newTestModel(s view.Source, w, h int) *shell {
	return newTestModelWith(s, w, h, termenv.Ascii, false, false)
}

func newTestModelWith(s view.Source, w, h int, p termenv.Profile, ascii, mono bool) *shell {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(p)
	r.SetHasDarkBackground(true)
	m := newRace(s, Terminal{Version: "0.1"}, draw.ThemeOf(r, ascii, mono))
	m.Update(tea.WindowSizeMsg{Width: w, Height: h})
	return m
}

// raceOf is the program of a screen of runs.
func raceOf(m *shell) *race.Race { return m.program.(*race.Race) }

// tick takes a new snapshot, as the shell does a few times a second.
func tick(m *shell, at time.Time) tea.Cmd {
	_, cmd := m.Update(tickMsg{m.chain, at})
	return cmd
}

// again takes a new snapshot, as a tick does.
func again(m *shell) { m.Update(tickMsg{chain: m.chain}) }

// linesOf are the rows of a pane that is on the screen.
func linesOf(m *shell, p int) []string {
	place, seen := m.lay.Find(p)
	if !seen {
		return nil
	}
	return m.program.Panes()[p].Draw(place)
}

// offered says whether a key does anything now, with nothing over the screen.
func offered(m *shell, key string) bool {
	b := m.Keys.Lookup(m.program.Ground(), key)
	return b != nil && b.Valid()
}

// checkSize fails unless the screen is exactly w×h.
func checkSize(t *testing.T, m *shell, w, h int, what string) {
	t.Helper()
	rows := strings.Split(m.View(), "\n")
	if len(rows) != h {
		t.Fatalf("%s at %d×%d: %d rows", what, w, h, len(rows))
	}
	for y, s := range rows {
		if n := ansi.StringWidth(s); n != w {
			t.Fatalf("%s at %d×%d: row %d has %d columns: %q", what, w, h, y, n, s)
		}
	}
}

// footerWords are the keys and words in the footer.
func footerWords(m *shell) string {
	rows := strings.Split(ansi.Strip(m.View()), "\n")
	return rows[len(rows)-1]
}

// standings is the part of the screen with the runs.
func standings(m *shell) string {
	_, rest, _ := strings.Cut(m.View(), "─ runs ─")
	rest, _, _ = strings.Cut(rest, "╰")
	return rest
}

var namedKeys = map[string]tea.KeyType{
	"enter": tea.KeyEnter, "esc": tea.KeyEsc, "tab": tea.KeyTab, "shift+tab": tea.KeyShiftTab, "ctrl+c": tea.KeyCtrlC, "ctrl+l": tea.KeyCtrlL,
	"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "backspace": tea.KeyBackspace, " ": tea.KeySpace,
	"pgdown": tea.KeyPgDown, "pgup": tea.KeyPgUp, "home": tea.KeyHome, "end": tea.KeyEnd, "ctrl+u": tea.KeyCtrlU, "delete": tea.KeyDelete,
}

func keyMsg(key string) tea.KeyMsg {
	if t, ok := namedKeys[key]; ok {
		k := tea.KeyMsg{Type: t}
		if key == " " {
			k.Runes = []rune{' '}
		}
		return k
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(key)}
}

// press types keys, each on its own, and gives the command of the last.
func press(m *shell, keys ...string) tea.Cmd {
	var cmd tea.Cmd
	for _, k := range keys {
		_, cmd = m.Update(keyMsg(k))
	}
	return cmd
}

// quits says whether a command ends the program.
func quits(cmd tea.Cmd) bool {
	if cmd == nil {
		return false
	}
	switch msg := cmd().(type) {
	case tea.QuitMsg:
		return true
	case tea.BatchMsg:
		for _, c := range msg {
			if quits(c) {
				return true
			}
		}
	}
	return false
}

func wantAsked(t *testing.T, s *stub, want ...view.Command) {
	t.Helper()
	if got := fmt.Sprint(s.asked); got != fmt.Sprint(want) {
		t.Errorf("asked for %v, want %v", got, want)
	}
}

func wantSeen(t *testing.T, m *shell, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(m.View(), text) {
			t.Errorf("the screen does not show %q:\n%s", text, m.View())
		}
	}
}

// seen says whether a text is on the screen.
func seen(m *shell, text string) bool { return strings.Contains(m.View(), text) }
