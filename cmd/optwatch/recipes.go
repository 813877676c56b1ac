package main

import (
	"fmt"

	"optwatch/fed"
	"optwatch/optimizers"
	"optwatch/train"
)

// catalogue is all that a recipe may name.
func catalogue() optimizers.Catalogue { return fed.Catalogue(optimizers.Default()) }

// lineUp is the runs of a bare optwatch: sgd, adam, svrg and fedavg. The digits have
// been tuned for; elsewhere the steps follow from the scale of the data, and on
// MNIST come to 0.1 for sgd and 0.02 for svrg.
func lineUp(c optimizers.Catalogue, d train.DataView, p train.ProblemView) []optimizers.Recipe {
	switch {
	case p.Model == "net":
		return append(c.Must("sgd:lr=0.1", "adam:lr=0.001", "svrg:lr=0.05,batch=64,m=n/64,warm=1,warm_lr=0.1"), federated(c, d, "0.1")...)
	case p.Model == "softmax" && d.Name == "digits" && !d.Scaled:
		return append(c.Must("sgd:lr=0.3", "adam:lr=0.003", "svrg:lr=0.04,m=2n,warm=1"), federated(c, d, "0.1")...)
	}
	lr := centralisedLR(d, p)
	runs := c.Must("sgd", "adam:lr=0.001", "svrg")
	runs[0] = runs[0].With("lr", lr)
	runs[2] = runs[2].With("lr", round(0.88/curvature(p))).With("m", "n/2").With("warm", "1").With("warm_lr", lr)
	return append(runs, federated(c, d, lr)...)
}

// federated is FedAvg with ten clients, where there is enough for each.
func federated(c optimizers.Catalogue, d train.DataView, lr string) []optimizers.Recipe {
	const clients = 10
	if d.Train < 20*clients {
		return nil
	}
	r := c.Must(fmt.Sprintf("fedavg:clients=%d,partition=%s", clients, divided(d)))[0]
	return []optimizers.Recipe{r.With("lr", lr)}
}

// curvature is the largest one along an example: the loss's times ‖x̃‖².
func curvature(p train.ProblemView) float64 {
	return map[string]float64{"softmax": 0.5, "logistic": 0.25, "svm": 4, "least-squares": 4}[p.Model] * p.MeanSquare
}

// centralisedLR is sgd's learning rate. That of the first two models may be
// longer than the curvature allows, which falls as they fit.
func centralisedLR(d train.DataView, p train.ProblemView) string {
	switch {
	case p.Model == "net":
		return "0.1"
	case p.Model == "softmax" && d.Name == "digits" && !d.Scaled:
		return "0.3"
	}
	return round(4.4 / curvature(p))
}

// round is a number to one significant digit, as in a recipe.
func round(v float64) string { return fmt.Sprintf("%.1g", v) }
