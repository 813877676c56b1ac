package tui

import (
	"slices"
	"strings"
	"testing"

	"optwatch/train/view"
)

// hand chooses parts in the picker that is open.
type hand struct {
	*testing.T
	m    *shell
	src  *stub
	part int
}

// openPicker opens it for the selected run.
func openPicker(t *testing.T, m *shell, src *stub) *hand {
	t.Helper()
	press(m, "o")
	if m.Over == nil {
		t.Fatal("o opens nothing")
	}
	return &hand{t, m, src, 0}
}

// at is the choice for a part as it is offered.
func (h *hand) at(part int) string {
	p := h.src.offer.Parts[part]
	return p.Choices[p.At].Name
}

// pick moves a part, from the left, to a choice.
func (h *hand) pick(part int, name string) {
	h.Helper()
	for ; h.part != part; h.part = (h.part + 1) % len(h.src.offer.Parts) {
		press(h.m, "tab")
	}
	for range h.src.offer.Parts[part].Choices {
		press(h.m, "up")
	}
	for h.at(part) != name {
		was := h.at(part)
		press(h.m, "down")
		if h.at(part) == was {
			h.Fatalf("no choice %q", name)
		}
	}
	wantSeen(h.T, h.m, "▸ "+name)
}

// names are the choices offered for a part.
func (h *hand) names(part int) []string {
	var names []string
	for _, c := range h.src.offer.Parts[part].Choices {
		names = append(names, c.Name)
	}
	return names
}

func TestPickerBeginsWhereTheRunIs(t *testing.T) {
	src := &stub{snap: sample(3, 40)}
	m := newTestModel(src, 120, 40)
	press(m, "j", "j") // svrg
	h := openPicker(t, m, src)
	for i, want := range []string{"svrg", "sgd", "constant"} {
		if got := h.at(i); got != want {
			t.Errorf("part %d is at %s, want %s", i, got, want)
		}
		wantSeen(t, m, "▸ "+want)
	}
	press(m, "enter")
	wantAsked(t, src)
	wantSeen(t, m, "nothing to switch")
}

func TestPickerSwitches(t *testing.T) {
	for _, test := range []struct {
		run                       int
		estimator, rule, schedule string
		want                      string
	}{
		{0, "minibatch", "adam", "constant", "adam:batch=64"},
		{0, "svrg", "sgd", "constant", "svrg"},
		{0, "svrg", "adam", "invsqrt", "adam+svrg:schedule=invsqrt"},
		{2, "svrg", "adam", "constant", "adam+svrg:batch=1,m=n/2"},
		{2, "saga", "sgd", "constant", "saga"},
		{2, "svrg", "sgd", "strong", "svrg:lr=0.02,schedule=strong,batch=1,m=n/2"},
	} {
		src := &stub{snap: sample(3, 40)}
		m := newTestModel(src, 120, 40)
		for range test.run {
			press(m, "j")
		}
		h := openPicker(t, m, src)
		for i, name := range []string{test.estimator, test.rule, test.schedule} {
			h.pick(i, name)
		}
		press(m, "enter")
		wantAsked(t, src, view.Command{Kind: view.Switch, Run: test.run, Recipe: test.want})
	}
}

func TestPickerSaysWhatASwitchCosts(t *testing.T) {
	src := &stub{snap: sample(3, 40)}
	m := newTestModel(src, 120, 40)
	h := openPicker(t, m, src)
	wantSeen(t, m, "no gradient evaluations", "kept")
	h.pick(0, "svrg")
	wantSeen(t, m, "50 000 evaluations to begin", "Johnson and Zhang 2013")
	h.pick(1, "adam")
	wantSeen(t, m, "adam+svrg", "the default", "state of adam starts at zero")
}

// What cannot be combined is shown with the reason, and enter leaves it.
func TestPickerRefuses(t *testing.T) {
	src := &stub{snap: sample(1, 40)}
	src.snap.Problem.Problem.Linear = false
	m := newTestModel(src, 120, 40)
	h := openPicker(t, m, src)
	h.pick(0, "saga")
	wantSeen(t, m, "refused", "linear models")
	if strings.Contains(footerWords(m), "apply") {
		t.Error("the footer offers to apply it")
	}
	press(m, "enter")
	wantAsked(t, src)
	if m.Over == nil {
		t.Error("the picker is gone")
	}
	for _, c := range src.offer.Parts[0].Choices {
		if c.Refused != (c.Name == "saga") {
			t.Errorf("%s: refused is %v", c.Name, c.Refused)
		}
	}
}

// A run's learning rate, changed under way, is the one that is kept.
func TestPickerKeepsTheRateOfNow(t *testing.T) {
	src := &stub{snap: sample(1, 40)}
	src.run(0).LR = 0.125
	m := newTestModel(src, 40, 12)
	h := openPicker(t, m, src)
	h.pick(2, "invsqrt")
	wantSeen(t, m, "0.125, kept")
	press(m, "enter")
	wantAsked(t, src, view.Command{Kind: view.Switch, Recipe: "sgd:lr=0.125,schedule=invsqrt,batch=64"})
}

// A federated run goes from strategy to strategy, a centralised one from
// estimator to estimator, and neither is offered the other's.
func TestPickerOffersItsOwnKind(t *testing.T) {
	src := &stub{snap: federated(1, 40, 5), parts: federatedCatalogue()}
	m := newTestModel(src, 120, 40)
	h := openPicker(t, m, src)
	for column, never := range [][]string{{"fedavg", "fedprox"}, {"fedyogi"}} {
		for _, name := range never {
			if slices.Contains(h.names(column), name) {
				t.Errorf("sgd is offered %s", name)
			}
		}
	}
	wantSeen(t, m, "estimator", "saga")
	press(m, "esc", "j")
	h = openPicker(t, m, src)
	if got := h.names(0); !slices.Equal(got, []string{"fedavg", "fedprox"}) {
		t.Errorf("strategies offered: %v", got)
	}
	for _, name := range []string{"sgd", "adam", "fedyogi"} {
		if !slices.Contains(h.names(1), name) {
			t.Errorf("no server rule %s", name)
		}
	}
	wantSeen(t, m, "strategy", "server rule", "of the clients, kept")
}

// What the strategies have in common stays, and so does the clients' learning rate.
func TestPickerKeepsTheFederation(t *testing.T) {
	for _, test := range []struct{ strategy, rule string }{{"fedprox", "sgd"}, {"fedavg", "adam"}, {"fedavg", "fedyogi"}, {"fedprox", "fedyogi"}} {
		src := &stub{snap: federated(1, 40, 5), parts: federatedCatalogue()}
		src.run(1).Recipe, src.run(1).LR = "fedavg:lr=0.1,clients=5,partition=classes-2,epochs=3,server_lr=0.5", 0.05
		m := newTestModel(src, 120, 40)
		press(m, "j")
		h := openPicker(t, m, src)
		h.pick(0, test.strategy)
		h.pick(1, test.rule)
		press(m, "enter")
		if len(src.asked) != 1 || src.asked[0].Kind != view.Switch || src.asked[0].Run != 1 {
			t.Fatalf("%v: asked for %v", test, src.asked)
		}
		got, err := src.parts.Parse(src.asked[0].Recipe)
		if err != nil || got.Estimator != test.strategy || got.Rule != test.rule {
			t.Fatalf("%v: %q is %s with %s, %v", test, src.asked[0].Recipe, got.Estimator, got.Rule, err)
		}
		for key, want := range map[string]string{"lr": "0.05", "clients": "5", "partition": "classes-2", "epochs": "3"} {
			if value, _ := got.Get(key); value != want {
				t.Errorf("%v: %s is %q, want %q, in %s", test, key, value, want, got)
			}
		}
		if _, kept := got.Get("server_lr"); kept != (test.rule == "sgd") {
			t.Errorf("%v: the server's learning rate goes with its rule: %s", test, got)
		}
		if _, ok := got.Get("mu"); ok {
			t.Errorf("a μ that nobody gave: %s", got)
		}
	}
}

// The default is not called what is kept.
func TestPickerSaysWhoseRateItIs(t *testing.T) {
	src := &stub{snap: sample(1, 40)}
	m := newTestModel(src, 120, 40)
	h := openPicker(t, m, src)
	h.pick(0, "svrg")
	wantSeen(t, m, "0.02, the default")
}

// shy is a source that may have nothing to offer any more.
type shy struct {
	*stub
	gone bool
}

func (s *shy) Offer(c view.Command) view.Offer {
	if s.gone {
		return view.Offer{Refused: "sgd has ended"}
	}
	return s.stub.Offer(c)
}

// A run may end while a method is put together for it: the reason is shown, and
// the picker stays as it was until it is left.
func TestPickerOfARunThatEnds(t *testing.T) {
	src := &shy{stub: &stub{snap: sample(1, 40)}}
	m := newTestModel(src, 120, 40)
	press(m, "o", "down")
	before := m.Over.Draw(118, 38)
	src.gone = true
	press(m, "down")
	if got := footerWords(m); !strings.Contains(got, "sgd has ended") {
		t.Errorf("footer: %q", got)
	}
	if !slices.Equal(m.Over.Draw(118, 38), before) {
		t.Errorf("the picker has changed:\n%s", m.View())
	}
	press(m, "esc", "o")
	if m.Over != nil || !strings.Contains(footerWords(m), "sgd has ended") {
		t.Error("a picker of nothing opens")
	}
}

// At 120 columns no text of the picker is cut, whatever is chosen for whichever run,
// and what a choice is stands beside it.
func TestPickerCutsNothing(t *testing.T) {
	check := func(m *shell, what string) {
		if screen := strings.Join(m.Over.Draw(120, 38), "\n"); strings.Contains(screen, "…") {
			t.Errorf("%s:\n%s", what, screen)
		}
	}
	for _, src := range []*stub{{snap: sample(6, 40)}, {snap: federated(1, 40, 5), parts: federatedCatalogue()}} {
		m := newTestModel(src, 120, 40)
		for run := range src.snap.Runs {
			h := openPicker(t, m, src)
			for part := range src.offer.Parts {
				for _, name := range h.names(part) {
					h.pick(part, name)
					check(m, src.snap.Runs[run].Name+" with "+name)
				}
			}
			for _, c := range src.offer.Parts[0].Choices {
				wantSeen(t, m, c.Title)
			}
			press(m, "esc", "j")
		}
	}
}

// A name that is typed is found in whichever column it is, by its letters too, and
// what does not have it is left out; the arrows go on among what is left.
func TestPickerFindsNames(t *testing.T) {
	for _, size := range [][2]int{{120, 40}, {80, 24}} {
		src := &stub{snap: sample(1, 40)}
		m := newTestModel(src, size[0], size[1])
		h := openPicker(t, m, src)
		wantSeen(t, m, "type a name to find it", "type a name · enter apply")
		typing(m, "rmsprop")
		if got := h.at(1); got != "rmsprop" {
			t.Fatalf("rmsprop chooses %s", got)
		}
		wantSeen(t, m, `with "rmsprop"`, "▸ rmsprop")
		if size[0] >= 120 && strings.Contains(m.View(), "adagrad") {
			t.Error("adagrad is seen among what has rmsprop")
		}
		press(m, "ctrl+u")
		typing(m, "svr") // of a column on the left of the one in focus
		if got := h.at(0); got != "svrg" {
			t.Errorf("svr chooses %s", got)
		}
		press(m, "ctrl+u")
		typing(m, "#?:") // no keys here, and in no name
		wantSeen(t, m, `none has "#?:"`)
		if h.at(0) != "svrg" || h.at(1) != "rmsprop" || m.Over == nil {
			t.Error("what is in no name changes the choice")
		}
		press(m, "ctrl+u")
		typing(m, "momentum")
		press(m, "ctrl+u")
		typing(m, "ada")
		first := h.at(1)
		press(m, "down")
		if next := h.at(1); next == first || !strings.HasPrefix(first, "ada") || !strings.HasPrefix(next, "ada") {
			t.Errorf("ada chooses %s, and the arrow goes on to %s", first, next)
		}
		press(m, "enter")
		if len(src.asked) != 1 || m.Over != nil {
			t.Errorf("enter asks for %v", src.asked)
		}
	}
}

// A click takes the choice that it hits, of whichever part, and the wheel goes on to
// the next.
func TestMouseInThePicker(t *testing.T) {
	src := &stub{snap: sample(1, 40)}
	for _, size := range [][2]int{{120, 40}, {80, 24}} {
		m := newTestModel(src, size[0], size[1])
		h := openPicker(t, m, src)
		for part, name := range []string{"svrg", "rmsprop", "invsqrt"} {
			x, y := where(t, m, name)
			if click(m, x, y); h.at(part) != name {
				t.Errorf("a click on %s chooses %s", name, h.at(part))
			}
		}
		wheel(m, 60, 10, true)
		if got := h.at(2); got != "constant" {
			t.Errorf("the wheel chooses %s", got)
		}
		if m.Over == nil || len(src.asked) > 0 {
			t.Error("a click applies what it chooses")
		}
	}
}
