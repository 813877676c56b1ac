package fed

import (
	"slices"

	"optwatch/fed/client"
	"optwatch/optimizers"
)

// Config is what recipes leave open. The zero value lets clients work in this process.
type Config struct {
	Transport func() Transport // makes that of each federation; nil for InProcess
}

// Catalogue is a catalogue with the parts of federations: strategies, which are
// estimators, and the rules of servers. Clients step with the rules that were
// in it before.
func Catalogue(base optimizers.Catalogue) optimizers.Catalogue { return Config{}.Catalogue(base) }

// Catalogue is that of federations so configured.
func (c Config) Catalogue(base optimizers.Catalogue) optimizers.Catalogue {
	base.Estimators = append(slices.Clone(base.Estimators), c.strategies(base.Rules)...)
	base.Rules = append(slices.Clone(base.Rules), serversRules()...)
	return base
}

// method is a strategy as the catalogue has it.
type method struct {
	name, title, paper string
	params             []optimizers.Param
	make               func(optimizers.Values) strategy
	locals             []string // the clients' rules that it goes with; nil for all
	combines           bool     // whether another average may take the place of its own
}

func methods() []method {
	return []method{
		{
			name: "fedavg", title: "FedAvg", paper: "McMahan et al. 2017", combines: true,
			make: func(optimizers.Values) strategy { return &FedAvg{} },
		},
		{
			name: "fedprox", title: "FedProx", paper: "Li et al. 2020", combines: true,
			params: []optimizers.Param{{Name: "mu", Doc: "μ, how strongly clients are held near θ", Default: "0.1"}},
			make:   func(v optimizers.Values) strategy { return &FedProx{Mu: v.Real("mu")} },
		},
		{
			name: "scaffold", title: "SCAFFOLD", paper: "Karimireddy et al. 2020", locals: []string{"sgd"},
			params: []optimizers.Param{{
				Name: "weights", Default: "sizes", Choices: []string{"sizes", "uniform"},
				Doc: "how clients count: by their numbers of examples, or all alike, as in the paper",
			}},
			make: func(v optimizers.Values) strategy { return &Scaffold{Uniform: v.Word("weights") == "uniform"} },
		},
		{
			name: "fednova", title: "FedNova", paper: "Wang et al. 2020", locals: []string{"sgd", "momentum"},
			make: func(v optimizers.Values) strategy {
				if v.Word("local") == "momentum" {
					return &FedNova{Momentum: v.Real("local_momentum")}
				}
				return &FedNova{}
			},
		},
	}
}

// strategies are the estimators of the catalogue.
func (c Config) strategies(rules []optimizers.Part[optimizers.Rule]) []optimizers.Part[optimizers.Estimator] {
	var out []optimizers.Part[optimizers.Estimator]
	locals := localRules{rules}
	params := locals.params()
	for _, m := range methods() {
		out = append(out, optimizers.Part[optimizers.Estimator]{
			Name: m.name, Title: m.title, Paper: m.paper, Federated: true,
			Params:  append(slices.Clone(params), m.params...),
			New:     func(v optimizers.Values) optimizers.Estimator { return c.newRound(m, locals, v) },
			PerStep: perRound, Start: func(optimizers.Values, int) int { return 0 },
			Needs: func(v optimizers.Values) error { return needs(m, v) },
			Local: locals.of,
		})
	}
	return out
}

// perRound is the gradient evaluations of a round, on average.
func perRound(v optimizers.Values, n int) float64 {
	if privacyOf(v).Examples() { // Poisson samples have the size of a batch on average, a last short one too
		epoch := client.Plan{Epochs: 1, Batch: v.Int("batch"), Poisson: true}
		n = v.Int("clients") * epoch.Evaluations(max(1, n/v.Int("clients")))
	}
	return v.Real("epochs") * float64(n) * float64(cohortSize(v)) / v.Real("clients")
}

func serversRules() []optimizers.Part[optimizers.Rule] {
	beta1 := optimizers.Param{Name: "beta1", Doc: "β₁", Default: "0.9", Max: 0.999999}
	beta2 := optimizers.Param{Name: "beta2", Doc: "β₂", Default: "0.99", Max: 0.99999999}
	tau := optimizers.Param{Name: "tau", Doc: "τ, how much the server adapts: less with more", Default: "1e-3", Above: true}
	const reddi = "Reddi et al. 2021"
	return []optimizers.Part[optimizers.Rule]{
		{
			Name: "fedavgm", Title: "FedAvgM, momentum on the server", Paper: "Hsu, Qi and Brown 2019", Federated: true, LR: 1,
			Params: []optimizers.Param{{Name: "momentum", Doc: "momentum β", Default: "0.9", Max: 0.999999}},
			New:    func(v optimizers.Values) optimizers.Rule { return &optimizers.Momentum{Mu: v.Real("momentum")} },
		},
		{
			Name: "fedadagrad", Title: "FedAdagrad", Paper: reddi, Federated: true, LR: 0.03,
			Params: []optimizers.Param{{Name: "beta1", Doc: "β₁", Default: "0", Max: 0.999999}, tau},
			New: func(v optimizers.Values) optimizers.Rule {
				return &FedAdagrad{Beta1: v.Real("beta1"), Tau: v.Real("tau")}
			},
		},
		{
			Name: "fedadam", Title: "FedAdam", Paper: reddi, Federated: true, LR: 0.01,
			Params: []optimizers.Param{beta1, beta2, tau},
			New: func(v optimizers.Values) optimizers.Rule {
				return &FedAdam{Beta1: v.Real("beta1"), Beta2: v.Real("beta2"), Tau: v.Real("tau")}
			},
		},
		{
			Name: "fedyogi", Title: "FedYogi", Paper: reddi, Federated: true, LR: 0.01,
			Params: []optimizers.Param{beta1, beta2, tau},
			New: func(v optimizers.Values) optimizers.Rule {
				return &FedYogi{Beta1: v.Real("beta1"), Beta2: v.Real("beta2"), Tau: v.Real("tau")}
			},
		},
	}
}
