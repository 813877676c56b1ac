package fed

import (
	"math"
	"slices"
	"strings"

	"optwatch/fed/client"
	"optwatch/fed/partition"
	"optwatch/fed/privacy"
	"optwatch/optimizers"
	"optwatch/train"
)

// localRules are the rules that clients may step with.
type localRules struct {
	rules []optimizers.Part[optimizers.Rule]
}

// params are the settings that all strategies have.
func (l localRules) params() []optimizers.Param {
	var names, words []string
	for _, p := range l.rules {
		names = append(names, p.Name)
	}
	for _, w := range partition.Schemes() {
		words = append(words, w.String())
	}
	return []optimizers.Param{
		{Name: "clients", Doc: "number of clients N", Default: "10", Whole: true, Min: 1, Max: 100_000},
		{Name: "partition", Doc: "which client holds what", Default: "classes-2", Choices: words, Word: func(text string) error {
			_, err := partition.Parse(text, 1)
			return err
		}},
		{Name: "alpha", Doc: "α of the Dirichlet partitions: the smaller, the more unlike", Default: "0.5", Above: true},
		{Name: "fraction", Doc: "share C of the clients that a round selects", Default: "1", Above: true, Max: 1},
		{Name: "epochs", Doc: "local epochs E of a round", Default: "1", Whole: true, Min: 1, Max: train.MaxEpochs},
		{Name: "batch", Doc: "local batch size B; n for all of a client's examples", Default: "64", Whole: true, Min: 1},
		{Name: "local", Doc: "the clients' rule", Default: "sgd", Choices: names},
		{Name: "rounds", Doc: "rounds after which the run ends; the default is the budget's", Whole: true, Min: 1},
		{Name: "aggregate", Doc: "mean, or one that withstands bad updates: median, trimmed, krum, multi-krum", Default: "mean", Choices: []string{"mean", "median", "trimmed", "krum", "multi-krum"}},
		{Name: "trim", Doc: "share that aggregate=trimmed leaves out at each end", Default: "0.1", Max: 0.499999},
		{Name: "byzantine", Doc: "clients f that krum and multi-krum withstand", Default: "1", Whole: true},
		{Name: "keep", Doc: "updates that multi-krum averages; the default is all but f", Whole: true, Min: 1},
		{Name: "slow", Doc: "share of the clients that are slow", Default: "0", Max: 1},
		{Name: "slowness", Doc: "how many times longer those take", Default: "4", Min: 1, Max: 1e6},
		{Name: "drop", Doc: "probability that a client breaks off in a round", Default: "0", Max: 1},
		{Name: "deadline", Doc: "time limit of a round, in units of the mean client's work", Above: true},
		{Name: "quorum", Doc: "share of those selected who must answer", Default: "0", Max: 1},
		{Name: "retries", Doc: "times a round with too few answers is tried again", Default: "3", Whole: true, Max: 1000},
		{Name: "max_norm", Doc: "longest update that is believed", Default: "1e6", Above: true},
		{Name: "privacy", Doc: "client hides that a client takes part, example hides each example of a client", Default: privacy.Client, Choices: []string{privacy.Client, privacy.Example}},
		{Name: "clip", Doc: "S, the length that a contribution is clipped to; 1 where there is noise"},
		{Name: "noise", Doc: "z, noise in units of S; with epsilon and rounds it follows from them", Max: privacy.MaxNoiseMultiplier},
		{Name: "epsilon", Doc: "ε at which the run ends", Above: true},
		{Name: "delta", Doc: "δ; the default is below one over the number of secrets", Above: true, Max: 0.999999},
		{Name: "private", Doc: "1 draws noise that nobody can reproduce", Default: "0", Choices: []string{"0", "1"}},
	}
}

// find is the rule of a name. One that there is not counts as the first, until
// the recipe's values are checked.
func (l localRules) find(name string) optimizers.Part[optimizers.Rule] {
	i := slices.IndexFunc(l.rules, func(p optimizers.Part[optimizers.Rule]) bool { return p.Name == name })
	return l.rules[max(i, 0)]
}

// localPrefix goes before the settings of the clients' rule in a recipe.
const localPrefix = "local_"

// of is the clients' rule of a recipe.
func (l localRules) of(r optimizers.Recipe) optimizers.Local {
	name, given := r.Get("local")
	if !given {
		name = "sgd"
	}
	part := l.find(name)
	out := optimizers.Local{LR: part.LR}
	for _, p := range part.Params {
		p.Doc = "clients: " + p.Doc
		p.Name = localPrefix + p.Name
		out.Params = append(out.Params, p)
	}
	return out
}

// newRound is the federation of a recipe.
func (c Config) newRound(m method, l localRules, v optimizers.Values) *Round {
	part := l.find(v.Word("local"))
	s := Settings{
		Strategy: m.name, Clients: v.Int("clients"), Fraction: v.Real("fraction"), Epochs: v.Int("epochs"), Batch: v.Int("batch"),
		Rule:   client.Rule{Name: part.Name, Settings: v.Within(localPrefix, part.Params).Texts()},
		Faults: Faults{Slow: v.Real("slow"), Slowness: v.Real("slowness"), Drop: v.Real("drop")},
		Quorum: v.Real("quorum"), Retries: v.Int("retries"), MaxNorm: v.Real("max_norm"), Combine: combineOf(v),
		Privacy: privacyOf(v),
	}
	s.Partitioning, _ = partition.Parse(v.Word("partition"), v.Real("alpha"))
	if v.Given("rounds") {
		s.Limit = v.Int("rounds")
	}
	if v.Given("deadline") {
		s.Faults.Deadline = v.Real("deadline")
	}
	return &Round{Settings: s, carriage: carriage{open: c.Transport}, strategy: m.make(v), problem: v.Problem(), worker: client.Worker{Rules: l.rules}}
}

func privacyOf(v optimizers.Values) privacy.Settings {
	p := privacy.Settings{Unit: v.Word("privacy"), Budget: math.NaN(), Secret: v.Word("private") == "1"}
	if v.Given("epsilon") {
		p.Budget = v.Real("epsilon")
	}
	if v.Given("noise") {
		p.Noise = v.Real("noise")
	}
	if v.Given("delta") {
		p.Delta = v.Real("delta")
	}
	if v.Given("clip") {
		p.Clip = v.Real("clip")
	} else if p.Noise > 0 || v.Given("epsilon") {
		p.Clip = 1
	}
	return p
}

// cohortSize is how many clients a round selects.
func cohortSize(v optimizers.Values) int {
	return max(1, int(math.Round(v.Real("fraction")*v.Real("clients"))))
}

// list is words as a sentence has them.
func list(words []string) string { return strings.Join(words, ", ") }
