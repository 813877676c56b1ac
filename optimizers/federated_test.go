package optimizers

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// Parts of federations in a catalogue. Package fed has the real ones.

// inRounds is an estimator that stands for a federation's.
type inRounds struct{ Minibatch }

// federated is the catalogue with an estimator made of rounds, whose clients
// step with a rule of a learning rate of their own, and with a server's rule.
func federated() Catalogue {
	c := Default()
	c.Estimators = append(c.Estimators, Part[Estimator]{
		Name: "rounds", Title: "rounds", Federated: true,
		Params: []Param{
			{Name: "epochs", Doc: "E", Default: "1", Whole: true, Min: 1},
			{Name: "local", Doc: "the clients' rule", Default: "sgd", Choices: []string{"sgd", "momentum"}},
		},
		New:     func(Values) Estimator { return &inRounds{} },
		PerStep: func(v Values, n int) float64 { return v.Real("epochs") * float64(n) },
		Start:   func(Values, int) int { return 0 },
		Needs: func(v Values) error {
			if v.Int("epochs") == 13 {
				return errors.New("13 epochs bring bad luck")
			}
			return nil
		},
		Local: func(r Recipe) Local {
			if local, _ := r.Get("local"); local == "momentum" {
				return Local{LR: 0.02, Params: []Param{{Name: "local_momentum", Doc: "momentum", Default: "0.9"}}}
			}
			return Local{LR: 0.1}
		},
	})
	c.Rules = append(c.Rules, Part[Rule]{Name: "server", Title: "server", Federated: true, LR: 0.03, New: func(Values) Rule { return &SGD{} }})
	return c
}

// A federation has two learning rates: that of its clients, which their rule
// prefers, and that of its server, which the server's does.
func TestFederatedLearningRates(t *testing.T) {
	c := federated()
	for _, row := range []struct {
		recipe     string
		lr, server float64
	}{
		{"rounds", 0.1, 1},
		{"rounds:local=momentum", 0.02, 1},
		{"rounds:local=momentum,lr=0.5", 0.5, 1},
		{"momentum+rounds", 0.1, 0.2},
		{"adam+rounds", 0.1, 0.001},
		{"server", 0.1, 0.03},
		{"server:server_lr=0.7,lr=0.3", 0.3, 0.7},
	} {
		m, err := c.Build(mustRecipe(t, c, row.recipe), Problem{N: 100})
		if err != nil {
			t.Fatal(err)
		}
		if m.LR != row.lr || m.ServerLR != row.server || m.Warm != (Warm{}) {
			t.Errorf("%s: got %g and %g at the server, want %g and %g", row.recipe, m.LR, m.ServerLR, row.lr, row.server)
		}
	}
}

func mustRecipe(t *testing.T, c Catalogue, text string) Recipe {
	t.Helper()
	r, err := c.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestFederatedRefusals(t *testing.T) {
	c := federated()
	for recipe, want := range map[string]string{
		"server+svrg":             "recipe \"server+svrg\": server is a server's rule; it goes with rounds",
		"server+minibatch":        "recipe \"server+minibatch\": server is a server's rule; it goes with rounds",
		"adamw+rounds":            "recipe \"adamw+rounds\": adamw decays the weights by itself, which the clients do already; it cannot be the server's rule",
		"rounds:epochs=13":        "recipe \"rounds:epochs=13\": 13 epochs bring bad luck",
		"rounds:warm=1":           "recipe \"rounds:warm=1\": unknown key \"warm\"; did you mean warmup? rounds takes lr, schedule, warmup, seed, name, server_lr, epochs, local",
		"rounds:sample=shuffle":   "recipe \"rounds:sample=shuffle\": unknown key \"sample\"; rounds takes lr, schedule, warmup, seed, name, server_lr, epochs, local",
		"rounds:local_momentum=1": "recipe \"rounds:local_momentum=1\": unknown key \"local_momentum\"; rounds takes lr, schedule, warmup, seed, name, server_lr, epochs, local",
		"sgd:server_lr=1":         "unknown key \"server_lr\"",
	} {
		r, err := c.Parse(recipe)
		if err == nil {
			_, err = c.Build(r, Problem{N: 100})
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", recipe, err, want)
		}
	}
}

// A rule of a server's alone implies a federation, and only that.
func TestServersRuleImpliesRounds(t *testing.T) {
	c := federated()
	for recipe, want := range map[string]string{"server": "rounds", "sgd": "minibatch", "sgd+rounds": "rounds", "server+rounds": "rounds"} {
		r := mustRecipe(t, c, recipe)
		if r.Estimator != want || c.Federated(r) != (want == "rounds") {
			t.Errorf("%s: got %s, federated %v", recipe, r.Estimator, c.Federated(r))
		}
	}
}

func TestFederatedSwitches(t *testing.T) {
	c := federated()
	for _, row := range []struct{ from, to, want string }{
		{"rounds", "server", ""},
		{"sgd", "adam", ""},
		{"rounds", "sgd", `recipe "sgd": a federated run can switch to another strategy or server's rule only`},
		{"sgd", "server", `recipe "server": a centralised run cannot become a federated one; add it as a run of its own`},
	} {
		from, to := mustRecipe(t, c, row.from), mustRecipe(t, c, row.to)
		if got := c.MaySwitch(from, to); fmt.Sprint(got) != row.want && (got != nil || row.want != "") {
			t.Errorf("%s to %s: got %v, want %s", row.from, row.to, got, row.want)
		}
		if _, err := c.Compare(from, to, Problem{N: 100}); (err == nil) != (row.want == "") {
			t.Errorf("%s to %s: got %v", row.from, row.to, err)
		}
	}
	change, err := c.Compare(mustRecipe(t, c, "momentum+rounds"), mustRecipe(t, c, "nesterov+rounds:epochs=2"), Problem{N: 100})
	if want := "the count of rounds goes on"; err != nil || !strings.HasSuffix(change.State, want) || strings.Contains(change.State, "dropped") || change.Evals != 0 {
		t.Errorf("got %+v, %v, want %s", change, err, want)
	}
}

// What clients step with is part of how a federation estimates.
func TestSameFederation(t *testing.T) {
	c := federated()
	for _, row := range []struct {
		a, b string
		want bool
	}{
		{"rounds", "server", true},
		{"rounds:lr=1", "rounds:server_lr=2", true},
		{"rounds", "rounds:epochs=1", true},
		{"rounds", "rounds:epochs=2", false},
		{"rounds", "rounds:local=momentum", false},
		{"rounds:local=momentum", "rounds:local=momentum,local_momentum=0.9", true},
		{"rounds:local=momentum", "rounds:local=momentum,local_momentum=0.8", false},
		{"rounds", "sgd", false},
	} {
		if got := c.SameEstimator(mustRecipe(t, c, row.a), mustRecipe(t, c, row.b)); got != row.want {
			t.Errorf("%s and %s: got %v, want %v", row.a, row.b, got, row.want)
		}
	}
}

func TestTakes(t *testing.T) {
	c := federated()
	for _, row := range []struct {
		recipe, name string
		want         bool
	}{
		{"rounds", "epochs", true},
		{"rounds", "server_lr", true},
		{"rounds", "warm", false},
		{"rounds", "batch", false},
		{"rounds:local=momentum", "local_momentum", true},
		{"rounds", "local_momentum", false},
		{"sgd", "batch", true},
		{"sgd", "epochs", false},
	} {
		if got := c.Takes(mustRecipe(t, c, row.recipe), row.name); got != row.want {
			t.Errorf("%s, %s: got %v, want %v", row.recipe, row.name, got, row.want)
		}
	}
}

// Within reads what a recipe gives under longer names, and defaults for the rest.
func TestWithin(t *testing.T) {
	v := Values{problem: Problem{N: 50}, given: map[string]string{"local_a": "n/10", "a": "7", "b": "8"}}
	params := []Param{{Name: "a", Default: "1", Whole: true}, {Name: "b", Default: "2"}}
	within := v.Within("local_", params)
	if a, b := within.Int("a"), within.Real("b"); a != 5 || b != 2 {
		t.Errorf("got %d and %g, want 5 and 2", a, b)
	}
	if !within.Given("a") || within.Given("b") || within.Problem().N != 50 {
		t.Errorf("got a given %v, b given %v", within.Given("a"), within.Given("b"))
	}
}

// A schedule over the rounds that the budget pays for, or that the recipe asks for.
func TestScheduleOverRounds(t *testing.T) {
	c := federated()
	m, err := c.Build(mustRecipe(t, c, "rounds:epochs=4,schedule=linear"), Problem{N: 100, Evals: 4000})
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Schedule.(Linear).Steps; got != 10 {
		t.Errorf("got %g rounds, want 10 of 400 evaluations", got)
	}
	if _, err := c.Build(mustRecipe(t, c, "rounds:schedule=linear"), Problem{N: 100}); err == nil || !strings.Contains(err.Error(), "needs steps=T, or a budget") {
		t.Errorf("without a budget: got %v", err)
	}
}
