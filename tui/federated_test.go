package tui

import (
	"slices"

	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/train/view"
)

// federatedCatalogue is the default one with two strategies and a server's
// rule. They estimate nothing: only their names and settings are looked at.
func federatedCatalogue() optimizers.Catalogue {
	c := optimizers.Default()
	clients := optimizers.Param{Name: "clients", Doc: "clients", Default: "10", Whole: true, Min: 1}
	partition := optimizers.Param{Name: "partition", Doc: "who holds what", Default: "iid", Choices: []string{"iid", "classes-2"}}
	epochs := optimizers.Param{Name: "epochs", Doc: "local epochs E", Default: "1", Whole: true, Min: 1}
	server := optimizers.Param{Name: "server_lr", Doc: "the server's learning rate", Default: "1", Above: true}
	mu := optimizers.Param{Name: "mu", Doc: "μ", Default: "0.01"}
	strategy := func(name, title string, params ...optimizers.Param) optimizers.Part[optimizers.Estimator] {
		return optimizers.Part[optimizers.Estimator]{
			Name: name, Title: title, Paper: "McMahan et al. 2017", Federated: true, Params: params,
			New:     func(optimizers.Values) optimizers.Estimator { return &optimizers.Full{} },
			PerStep: func(_ optimizers.Values, n int) float64 { return float64(n) }, Start: func(optimizers.Values, int) int { return 0 },
		}
	}
	c.Estimators = append(c.Estimators,
		strategy("fedavg", "federated averaging", clients, partition, epochs, server), strategy("fedprox", "FedProx", clients, partition, epochs, server, mu))
	c.Rules = append(c.Rules, optimizers.Part[optimizers.Rule]{
		Name: "fedyogi", Title: "FedYogi", Paper: "Reddi et al. 2021", LR: 0.01, Federated: true,
		New: func(optimizers.Values) optimizers.Rule { return &optimizers.SGD{} },
	})
	return c
}

// federated is an experiment of centralised runs and, last, a federated one
// with some clients.
func federated(runs, points, clients int) *train.Report {
	s := sample(runs, points)
	s.Data.Classes = []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}
	r := sampleRun(runs, points)
	r.Name, r.Estimator, r.Rule, r.LR, r.Batch = "fedavg", "fedavg", "sgd", 0.1, 64
	r.Recipe = "fedavg:lr=0.1,clients=5,partition=classes-2"
	for i := range r.Curve {
		p := &r.Curve[i]
		p.Rounds = int64(i) * 11 / int64(max(points-1, 1))
		p.Bytes = p.Rounds * 628_000
		p.ValAccuracy -= 0.044
	}
	if points > 0 {
		r.Last = r.Curve[points-1]
	}
	r.Federated = &view.Federation{
		Strategy: "fedavg", Partition: "2 classes each", Round: 11, Limit: 50, Underway: true, Attempt: 1, Cohort: max(1, clients-1), Answered: 1,
		Epochs: 5, Mu: nan, Deadline: nan, Bytes: 7_536_000,
	}
	for i := range clients {
		r.Federated.Clients = append(r.Federated.Clients, sampleClient(i, clients, 0))
	}
	s.Runs = append(s.Runs, r)
	return s
}

// sampleClient is the i-th client of n at some moment of its round.
func sampleClient(i, n, moment int) view.Client {
	c := view.Client{
		ID: i, Examples: 5000 + 997*i%2000, Classes: make([]int, 10), Work: 30_000, State: view.ClientTraining,
		Loss: 0.021 + 0.013*float64(i%17), Drift: 0.6 + 0.05*float64(7*i%9), Time: 0.4 + 0.03*float64(i%40), Slowness: 1,
	}
	c.Classes[i%10], c.Classes[(i+1)%10] = c.Examples/2, c.Examples-c.Examples/2
	c.Done = int64((4000*i + 900*moment + 2000) % 30_000)
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

// newFederated is a source of federations and of what else they could be trained with.
func newFederated(s *train.Report) *stub { return &stub{snap: s, parts: federatedCatalogue()} }

// moved is the snapshot at another moment: views never change, so it has its own.
func moved(s *train.Report, moment int) *train.Report {
	t := *s
	t.Runs = slices.Clone(s.Runs)
	for i := range t.Runs {
		r := &t.Runs[i]
		if n := len(r.Curve); n > 0 {
			r.Curve = slices.Clone(r.Curve)
			r.Curve[n-1] = samplePoint(i, moment, float64(r.Curve[n-1].Evals+int64(moment%50)))
			r.Curve[n-1].Rounds, r.Curve[n-1].Bytes = r.Last.Rounds, r.Last.Bytes
			r.Last = r.Curve[n-1]
		}
		if r.Federated != nil {
			f := *r.Federated
			f.Clients = make([]view.Client, len(f.Clients))
			for j := range f.Clients {
				f.Clients[j] = sampleClient(j, len(f.Clients), moment)
			}
			r.Federated = &f
		}
	}
	return &t
}

// changed makes a new view of the stub's federation, as a source would.
func (s *stub) changed(f func(*view.Federation)) {
	t := *s.snap
	t.Runs = slices.Clone(t.Runs)
	for i := range t.Runs {
		if old := t.Runs[i].Federated; old != nil {
			view := *old
			view.Clients = slices.Clone(old.Clients)
			f(&view)
			t.Runs[i].Federated = &view
		}
	}
	s.snap = &t
}
