package tui

import (
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/tui/draw"
)

// stub is a source that shows what it is told to and remembers what it was asked for.
type stub struct {
	snap  *train.Snapshot
	asked []train.Command
	err   error
	react func(train.Command) // carries a command out; nil for not at all
	pulls int
}

func (s *stub) Snapshot() *train.Snapshot { s.pulls++; return s.snap }

func (s *stub) Do(c train.Command) error {
	if s.err != nil {
		return s.err
	}
	s.asked = append(s.asked, c)
	if s.react != nil {
		s.react(c)
	}
	return nil
}

// run is the i-th run of the stub's snapshot, to be changed.
func (s *stub) run(i int) *train.RunView { return &s.snap.Runs[i] }

var recipes = []string{
	"sgd:lr=0.1,batch=64", "adam:lr=0.001,batch=64", "svrg:lr=0.02,batch=1,m=n/2", "momentum:lr=0.02", "saga:lr=0.02", "adam+svrg:lr=0.001",
}

const trainN = 50_000

// sample is an experiment of runs with some points each.
func sample(runs, points int) *train.Snapshot {
	s := &train.Snapshot{
		Generation: 1, Elapsed: 41 * time.Second, Phase: train.PhaseTraining,
		Data:    train.DataView{Name: "mnist", Train: trainN, Val: 10_000, Test: 10_000, Features: 784, Classes: []string{"0", "1"}},
		Problem: train.ProblemView{Model: "softmax", Title: "softmax regression", L2: 1e-3, Problem: optimizers.Problem{N: trainN, L2: 1e-3, Linear: true}},
		Optimum: train.Optimum{State: train.OptimumCertified, Value: 0.337729353736, Bound: 3e-13, ValAccuracy: 0.9232, TestAccuracy: 0.92},
	}
	for k := train.Pause; k <= train.Branch; k++ {
		s.Accepts = append(s.Accepts, k)
	}
	for i := range runs {
		s.Runs = append(s.Runs, sampleRun(i, points))
		s.Events = append(s.Events, train.Event{Elapsed: time.Duration(i) * time.Second, Run: s.Runs[i].Name, Kind: train.EventStart, Text: s.Runs[i].Recipe})
	}
	return s
}

func sampleRun(i, points int) train.RunView {
	recipe, err := optimizers.Default().Parse(recipes[i%len(recipes)])
	if err != nil {
		panic(err)
	}
	r := train.RunView{
		ID: i, Name: recipe.Name, Recipe: recipe.String(), Estimator: recipe.Estimator, Rule: recipe.Rule, State: train.Running,
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

// look makes a model of a source at a size, without colours.
func newTestModel(s train.Source, w, h int) *model {
	return newTestModelWith(s, w, h, termenv.Ascii, false, false)
}

func newTestModelWith(s train.Source, w, h int, p termenv.Profile, ascii, mono bool) *model {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(p)
	r.SetHasDarkBackground(true)
	m := newModel(Options{Source: s, Catalogue: optimizers.Default(), Version: "0.1"}, draw.ThemeOf(r, ascii, mono))
	m.Update(tea.WindowSizeMsg{Width: w, Height: h})
	return m
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
func press(m *model, keys ...string) tea.Cmd {
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

func wantAsked(t *testing.T, s *stub, want ...train.Command) {
	t.Helper()
	if got := fmt.Sprint(s.asked); got != fmt.Sprint(want) {
		t.Errorf("asked for %v, want %v", got, want)
	}
}

func wantSeen(t *testing.T, m *model, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(m.View(), text) {
			t.Errorf("the screen does not show %q:\n%s", text, m.View())
		}
	}
}
