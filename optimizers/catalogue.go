package optimizers

import "math"

// Part is an entry of the catalogue.
type Part[T any] struct {
	Name   string
	Title  string
	Paper  string
	Params []Param
	LR     float64 // the learning rate it prefers; 0 for no preference
	New    func(Values) T

	// Of an estimator or a rule: made of rounds of a federation / a server's rule.
	Federated bool

	// Of a rule only.
	like float64 // SGD's learning rate, where the steps are in proportion to the gradient as SGD's are; else 0

	// Of an estimator only.
	Replace bool                          // draws with replacement unless told otherwise
	Linear  bool                          // for linear models only
	PerStep func(v Values, n int) float64 // gradient evaluations a step, on average
	Start   func(v Values, n int) int     // gradient evaluations before its first step
	once    bool                          // Start is not part of PerStep
}

// Catalogue is the table of all parts.
type Catalogue struct {
	Estimators []Part[Estimator]
	Rules      []Part[Rule]
	Schedules  []Part[Schedule]
}

// Common are the parameters that every recipe has.
var Common = []Param{
	{Name: "lr", Doc: "learning rate α", Above: true},
	{Name: "schedule", Doc: "step size over time", Default: "constant", Choices: []string{"constant", "invsqrt", "strong", "cosine", "linear"}},
	{Name: "warmup", Doc: "steps of linear warm-up", Default: "0", Whole: true},
	{Name: "sample", Doc: "reshuffled epochs or with replacement; the default is the estimator's", Choices: []string{"shuffle", "replace"}},
	{Name: "warm", Doc: "passes of SGD before", Default: "0"},
	{Name: "warm_lr", Doc: "their learning rate", Default: "0.3", Above: true},
	{Name: "warm_batch", Doc: "their batch size", Default: "64", Whole: true, Min: 1},
	{Name: "seed", Doc: "seed of the run; the default is the experiment's", Whole: true, Max: 1 << 53},
}

// Default is the catalogue of this package.
func Default() Catalogue {
	return Catalogue{Estimators: estimators(), Rules: rules(), Schedules: schedules()}
}

func batch(def string) Param {
	return Param{Name: "batch", Doc: "batch size B", Default: def, Whole: true, Min: 1}
}

func estimators() []Part[Estimator] {
	inner := Param{Name: "m", Doc: "inner steps of an outer loop", Default: "n/10", Whole: true, Min: 1}
	drawn := func(v Values, n int) float64 { return meanBatch(v, n, true) }
	none := func(Values, int) int { return 0 }
	one := func(_ Values, n int) int { return n }
	return []Part[Estimator]{
		{
			Name: "minibatch", Title: "mini-batch gradient", Paper: "Robbins and Monro 1951",
			Params:  []Param{batch("64")},
			New:     func(v Values) Estimator { return &Minibatch{Batch: v.Int("batch")} },
			PerStep: func(v Values, n int) float64 { return meanBatch(v, n, false) }, Start: none,
		},
		{
			Name: "full", Title: "full gradient", Paper: "Cauchy 1847", LR: 0.1,
			New:     func(Values) Estimator { return &Full{} },
			PerStep: func(_ Values, n int) float64 { return float64(n) }, Start: one,
		},
		{
			Name: "svrg", Title: "SVRG", Paper: "Johnson and Zhang 2013", LR: 0.02, Replace: true,
			Params: []Param{
				batch("1"), inner,
				{Name: "option", Doc: "next snapshot: 1 the last iterate, 2 a random one", Default: "1", Choices: []string{"1", "2"}},
				{Name: "stored", Doc: "1 keeps the snapshot's residuals: n + mB evaluations an outer loop", Default: "0", Choices: []string{"0", "1"}},
			},
			New: func(v Values) Estimator {
				return &SVRG{M: v.Int("m"), Batch: v.Int("batch"), Second: v.Word("option") == "2", Stored: v.Word("stored") == "1"}
			},
			PerStep: func(v Values, n int) float64 {
				return float64(n)/v.Real("m") + float64(2-v.Int("stored"))*drawn(v, n)
			},
			Start: one,
		},
		sarah("sarah", "SARAH", false),
		sarah("sarah-plus", "SARAH+", true),
		{
			Name: "saga", Title: "SAGA", Paper: "Defazio, Bach and Lacoste-Julien 2014", LR: 0.02, Replace: true, Linear: true,
			Params:  []Param{batch("1")},
			New:     func(v Values) Estimator { return &SAGA{Batch: v.Int("batch")} },
			PerStep: drawn, Start: one, once: true,
		},
	}
}

// meanBatch is the mean size of a mini-batch: the last one of a reshuffled epoch may be short.
func meanBatch(v Values, n int, replace bool) float64 {
	if word := v.Word("sample"); word != "" {
		replace = word == "replace"
	}
	if replace {
		return v.Real("batch")
	}
	return float64(n) / math.Ceil(float64(n)/v.Real("batch"))
}

func sarah(name, title string, plus bool) Part[Estimator] {
	params := []Param{batch("1"), {Name: "m", Doc: "steps of an outer loop, the full gradient's included", Default: "n/10", Whole: true, Min: 1}}
	if plus {
		params = append(params, Param{Name: "gamma", Doc: "γ, ends the inner loop at ‖vₜ‖² ≤ γ‖v₀‖²", Default: "0.125", Max: 1})
	}
	return Part[Estimator]{
		Name: name, Title: title, Paper: "Nguyen, Liu, Scheinberg and Takáč 2017", LR: 0.02, Replace: true, Params: params,
		New: func(v Values) Estimator {
			s := &SARAH{M: v.Int("m"), Batch: v.Int("batch"), Plus: plus}
			if plus {
				s.Gamma = v.Real("gamma")
			}
			return s
		},
		PerStep: func(v Values, n int) float64 {
			m := v.Real("m")
			return (float64(n) + 2*(m-1)*meanBatch(v, n, true)) / m
		},
		Start: func(_ Values, n int) int { return n },
	}
}

func rules() []Part[Rule] {
	const sgd = 0.1 // the learning rate that SGD prefers
	mu := Param{Name: "momentum", Doc: "momentum μ", Default: "0.9", Max: 0.999999}
	beta1 := Param{Name: "beta1", Doc: "β₁", Default: "0.9", Max: 0.999999}
	beta2 := Param{Name: "beta2", Doc: "β₂", Default: "0.999", Max: 0.99999999}
	eps := Param{Name: "eps", Doc: "ε", Default: "1e-8", Above: true}
	adam := func(v Values) Adam {
		return Adam{Beta1: v.Real("beta1"), Beta2: v.Real("beta2"), Eps: v.Real("eps")}
	}
	return []Part[Rule]{
		{Name: "sgd", Title: "SGD", Paper: "Robbins and Monro 1951", LR: sgd, like: sgd, New: func(Values) Rule { return &SGD{} }},
		{
			Name: "momentum", Title: "SGD with momentum", Paper: "Polyak 1964", LR: 0.02, like: sgd,
			Params: []Param{mu, {Name: "dampening", Doc: "dampening τ", Default: "0", Max: 1}},
			New:    func(v Values) Rule { return &Momentum{Mu: v.Real("momentum"), Tau: v.Real("dampening")} },
		},
		{
			Name: "nesterov", Title: "Nesterov's momentum", Paper: "Nesterov 1983", LR: 0.02, like: sgd, Params: []Param{mu},
			New: func(v Values) Rule { return &Nesterov{Mu: v.Real("momentum")} },
		},
		{
			Name: "adagrad", Title: "Adagrad", Paper: "Duchi, Hazan and Singer 2011", LR: 0.02, Params: []Param{eps},
			New: func(v Values) Rule { return &Adagrad{Eps: v.Real("eps")} },
		},
		{
			Name: "rmsprop", Title: "RMSProp", Paper: "Tieleman and Hinton 2012", LR: 0.001,
			Params: []Param{{Name: "rho", Doc: "ρ", Default: "0.99", Max: 0.99999999}, eps},
			New:    func(v Values) Rule { return &RMSProp{Rho: v.Real("rho"), Eps: v.Real("eps")} },
		},
		{
			Name: "adam", Title: "Adam", Paper: "Kingma and Ba 2015", LR: 0.001, Params: []Param{beta1, beta2, eps},
			New: func(v Values) Rule { a := adam(v); return &a },
		},
		{
			Name: "amsgrad", Title: "AMSGrad", Paper: "Reddi, Kale and Kumar 2018", LR: 0.001, Params: []Param{beta1, beta2, eps},
			New: func(v Values) Rule { return &AMSGrad{Adam: adam(v)} },
		},
		{
			Name: "amsgrad-torch", Title: "AMSGrad as in PyTorch", Paper: "Reddi, Kale and Kumar 2018", LR: 0.001, Params: []Param{beta1, beta2, eps},
			New: func(v Values) Rule { return &AMSGradTorch{Adam: adam(v)} },
		},
		{
			Name: "adamw", Title: "AdamW", Paper: "Loshchilov and Hutter 2019", LR: 0.001,
			Params: []Param{beta1, beta2, eps, {Name: "decay", Doc: "decoupled decay λ; the default is the problem's λ", Default: "l2"}},
			New: func(v Values) Rule {
				return &AdamW{Adam: adam(v), Decay: v.Real("decay"), Spans: v.Problem().Spans}
			},
		},
	}
}

func schedules() []Part[Schedule] {
	steps := Param{Name: "steps", Doc: "steps T; the default is the budget's", Whole: true, Min: 1}
	return []Part[Schedule]{
		{Name: "constant", Title: "α", New: func(Values) Schedule { return Constant{} }},
		{Name: "invsqrt", Title: "α/√t", Paper: "Zinkevich 2003", New: func(Values) Schedule { return InvSqrt{} }},
		{
			Name: "strong", Title: "2/(μ(t+t₀))", Paper: "Lacoste-Julien, Schmidt and Bach 2012",
			Params: []Param{
				{Name: "mu", Doc: "strong convexity μ; the default is the problem's λ", Default: "l2", Above: true},
				{Name: "t0", Doc: "t₀; the default starts at the learning rate, 1 is the paper's", Whole: true},
			},
			New: func(v Values) Schedule { return Strong{T0: v.Real("t0")} },
		},
		{Name: "cosine", Title: "½α(1 + cos π(t−1)/T)", Paper: "Loshchilov and Hutter 2017", Params: []Param{steps}, New: func(v Values) Schedule { return Cosine{Steps: v.Real("steps")} }},
		{Name: "linear", Title: "α(1 − (t−1)/T)", Params: []Param{steps}, New: func(v Values) Schedule { return Linear{Steps: v.Real("steps")} }},
	}
}
