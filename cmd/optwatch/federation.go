package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"optwatch/optimizers"
	"optwatch/train"
)

// federation is the flags of federated runs.
type federation struct {
	// Of every command: settings for federated recipes that give none.
	slow     string
	drop     float64
	deadline float64
	private  bool

	// Of fed: its line-up.
	clients   int
	partition string
	rounds    int
	epochs    int
	fraction  float64
	mu        float64
	machines
}

func (f *federation) register(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.StringVar(&f.slow, "slow", "", "federated: SHARE or SHARE:TIMES, the clients that are slow and how many times longer they take (4)")
	fs.Float64Var(&f.drop, "drop", 0, "federated: probability that a client breaks off in a round")
	fs.Float64Var(&f.deadline, "deadline", 0, "federated: time limit of a round, in units of the mean client's work")
	fs.BoolVar(&f.private, "private", false, "federated: noise that nobody can reproduce, instead of the seed's")
}

func (f *federation) registerLineUp(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.IntVar(&f.clients, "clients", 10, "number of clients")
	fs.StringVar(&f.partition, "partition", "", "how the examples are divided among the clients (default classes-2; of two classes dirichlet, of numeric targets iid)")
	fs.IntVar(&f.rounds, "rounds", 30, "rounds; the centralised run gets as many gradient evaluations as they take if all goes well")
	fs.IntVar(&f.epochs, "epochs", 1, "local epochs of a round")
	fs.Float64Var(&f.fraction, "fraction", 1, "share of the clients that a round selects")
	fs.Float64Var(&f.mu, "mu", 0.1, "FedProx's μ")
	f.machines.register(cmd)
}

// settings are the keys that the flags give to federated recipes.
func (f *federation) settings() ([][2]string, error) {
	var out [][2]string
	if f.slow != "" {
		fraction, times, has := strings.Cut(f.slow, ":")
		for _, text := range []string{fraction, times} {
			if _, err := optimizers.Decimal(text); err != nil && (has || text == fraction) {
				return nil, fmt.Errorf("--slow is SHARE or SHARE:TIMES, such as 0.3:4, got %q", f.slow)
			}
		}
		out = append(out, [2]string{"slow", fraction})
		if has {
			out = append(out, [2]string{"slowness", times})
		}
	}
	if f.drop != 0 {
		out = append(out, [2]string{"drop", fmt.Sprint(f.drop)})
	}
	if f.deadline != 0 {
		out = append(out, [2]string{"deadline", fmt.Sprint(f.deadline)})
	}
	return out, nil
}

// onto gives the flags' settings to a federated recipe, where it gives none.
func (f *federation) onto(c optimizers.Catalogue, r optimizers.Recipe) optimizers.Recipe {
	settings, _ := f.settings()
	for _, kv := range settings {
		if _, given := r.Get(kv[0]); !given && c.Federated(r) {
			r = r.With(kv[0], kv[1])
		}
	}
	_, noise := r.Get("noise")
	_, epsilon := r.Get("epsilon")
	if _, given := r.Get("clients"); f.over() && !given && c.Federated(r) {
		r = r.With("clients", strconv.Itoa(f.clients))
	}
	if _, given := r.Get("private"); f.private && !given && (noise || epsilon) {
		r = r.With("private", "1")
	}
	return r
}

// check finds what is wrong with the flags that recipes get, by trying them on one.
func (f *federation) check(c optimizers.Catalogue) error {
	if _, err := f.settings(); err != nil {
		return err
	}
	return c.Check(f.onto(c, c.Must("fedavg")[0]))
}

// checkLineUp finds what is wrong with the flags of fed.
func (f *federation) checkLineUp(c optimizers.Catalogue) error {
	text := fmt.Sprintf("fedprox:mu=%g,%s", f.mu, f.common())
	if f.partition != "" {
		text += ",partition=" + f.partition
	}
	_, err := c.Parse(text + ",lr=1")                                // the learning rate follows from the data
	if wrong := (optimizers.RecipeError{}); errors.As(err, &wrong) { // nobody has typed that recipe
		return fmt.Errorf("fed: %w", wrong.Err)
	}
	return err
}

// lineUp is the runs of optwatch fed: FedAvg on examples that are alike and on
// those that are not, FedProx on the latter, and the centralised run. The flags
// have been checked.
func (f *federation) lineUp(c optimizers.Catalogue, d train.DataView, p train.ProblemView) []optimizers.Recipe {
	partition := f.partition
	if f.over() {
		return f.machinesLineUp(c, d, p)
	}
	if partition == "" {
		partition = divided(d)
	}
	texts := []string{
		"fedavg:name=fedavg-iid,partition=iid," + f.common(),
		"fedavg:partition=" + partition + "," + f.common(),
		fmt.Sprintf("fedprox:mu=%g,partition=%s,%s", f.mu, partition, f.common()),
		"sgd",
	}
	if partition == "iid" {
		texts = texts[1:]
	}
	runs, lr := c.Must(texts...), centralisedLR(d, p)
	for i, r := range runs {
		runs[i] = r.With("lr", lr)
	}
	return runs
}

// common is the settings of all federated runs of fed's line-up.
func (f *federation) common() string {
	text := fmt.Sprintf("clients=%d,epochs=%d,rounds=%d", f.clients, f.epochs, f.rounds)
	if f.fraction != 1 {
		text += ",fraction=" + fmt.Sprint(f.fraction)
	}
	return text
}

// passes is how many passes over the data the rounds of fed's line-up take, if all clients do their work.
func (f *federation) passes() float64 {
	cohort := math.Max(1, math.Round(f.fraction*float64(f.clients)))
	return float64(f.rounds) * float64(f.epochs) * cohort / float64(f.clients)
}

// divided is how the examples of a data set are divided among clients so that
// those differ: two classes each, where there are more.
func divided(d train.DataView) string {
	switch {
	case len(d.Classes) > 2:
		return "classes-2"
	case len(d.Classes) == 2:
		return "dirichlet"
	}
	return "iid"
}

// roundPasses is the passes that the rounds of the recipes take, where they say; 0 if none does.
func roundPasses(c optimizers.Catalogue, recipes []optimizers.Recipe) float64 {
	most := 0.0
	for _, r := range recipes {
		if c.Federated(r) {
			most = math.Max(most, setting(r, "rounds", 0)*setting(r, "epochs", 1)*setting(r, "fraction", 1))
		}
	}
	return most
}

// setting is a setting of a recipe, or else a default.
func setting(r optimizers.Recipe, key string, def float64) float64 {
	if text, ok := r.Get(key); ok {
		if v, err := optimizers.Decimal(text); err == nil {
			return v
		}
	}
	return def
}

// fedCommand is optwatch fed.
func fedCommand(f *flags) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "fed",
		Short: "Watch federated rounds, client by client, beside centralised training",
		Long: `fed shows what decentralising costs: FedAvg where all clients hold the like,
FedAvg and FedProx where each of ten clients sees two classes, and centralised
SGD with as many gradient evaluations. Every client is on the screen.

With --listen the clients are processes on other machines, which join by the line
that is shown ("optwatch join --help"); each holds a part of the data set that the
coordinator has too, or data of its own that never leaves it. The operator lets
them in by a key, having compared fingerprints. Rounds come to the same bits as in
one process; a client or the coordinator may be killed and come back at any time.
--nats takes a server of your own, --local N starts N clients here.

A line-up of your own is one of "optwatch run", or with such clients of --run, with
recipes such as

    fedavg:clients=10,partition=classes-2,epochs=1,batch=64,lr=0.1,rounds=30
    fedprox:mu=0.1,slow=0.5,deadline=2      scaffold      fednova:local=momentum
    fedadam:server_lr=0.01                  fedyogi+scaffold
    fedavg:clients=1000,partition=iid,fraction=0.1,clip=0.5,epsilon=8,rounds=30

Time is virtual: a client takes its gradient evaluations times its slowness, and
1 is what the mean client's work takes. Each number sent counts 8 bytes.`,
		Example: `  optwatch fed --data mnist --rounds 50
  optwatch fed --headless --data mnist --val 0 --json result.json
  optwatch fed --slow 0.3:4 --drop 0.1 --deadline 2
  optwatch fed --listen 0.0.0.0:7422 --clients 3 --data mnist
  optwatch fed --local 10 --run fedavg:partition=classes-2 --headless --json result.json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return experiment(cmd, f)
		},
	}
	f.fed = true
	f.federation.registerLineUp(cmd)
	f.registerRuns(cmd, "a run over machines, as a recipe; may be given several times (default fedavg, and sgd on the coordinator's data)")
	f.register(cmd)
	return cmd
}
