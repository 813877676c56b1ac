package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"optwatch/fed"
	"optwatch/fed/partition"
	"optwatch/optimizers"
	"optwatch/train"
)

// catalogue is all that a recipe may name.
func catalogue() optimizers.Catalogue { return fed.Catalogue(optimizers.Default()) }

// recipeHelp lists the catalogue: the names and keys a recipe may use.
func recipeHelp(c optimizers.Catalogue) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "Rules, and what they take:")
	helpParts(w, "", c.Rules, false, nil)
	fmt.Fprintln(w, "\nGradient estimators; alone they take SGD's steps:")
	helpParts(w, "", c.Estimators, false, nil)
	fmt.Fprintln(w, "\nSchedules:")
	helpParts(w, "schedule=", c.Schedules, false, nil)
	fmt.Fprintln(w, "\nEvery recipe takes:")
	helpParams(w, optimizers.Common)
	shared := sharedParams(c)
	fmt.Fprintln(w, "\nStrategies of federations, which are estimators of rounds:")
	helpParts(w, "", c.Estimators, true, shared)
	fmt.Fprintln(w, "\nRules of servers; alone they go with fedavg, and any rule may be a server's:")
	helpParts(w, "", c.Rules, true, nil)
	fmt.Fprintln(w, "\nEvery federation takes too, instead of sample, warm, warm_lr and warm_batch:")
	helpParams(w, shared)
	fmt.Fprintln(w, "  local_…\tthe keys of the clients' rule, such as local_momentum=0.9")
	fmt.Fprintln(w, "  server_lr=…\tthe server's learning rate; the default is its rule's")
	fmt.Fprintln(w, "\nPartitions:")
	for _, p := range partition.Schemes() {
		fmt.Fprintf(w, "  partition=%s\t%s\n", p, p.Doc)
	}
	w.Flush()
	return b.String()
}

// helpParts lists the parts that are of federations, or are not, with their
// keys but those that all take.
func helpParts[T any](w io.Writer, before string, parts []optimizers.Part[T], federated bool, shared []optimizers.Param) {
	for _, p := range parts {
		if p.Federated != federated {
			continue
		}
		own := slices.DeleteFunc(slices.Clone(p.Params), func(q optimizers.Param) bool {
			return slices.ContainsFunc(shared, func(s optimizers.Param) bool { return s.Name == q.Name })
		})
		fmt.Fprintf(w, "  %s%s\t%s\t%s\n", before, p.Name, p.Title, keys(own))
	}
}

func helpParams(w io.Writer, params []optimizers.Param) {
	for _, p := range params {
		fmt.Fprintf(w, "  %s\t%s\n", key(p), p.Doc)
	}
}

// sharedParams are the keys that every strategy takes.
func sharedParams(c optimizers.Catalogue) []optimizers.Param {
	for _, p := range c.Estimators {
		if p.Federated { // the first, FedAvg, has no keys of its own
			return p.Params
		}
	}
	return nil
}

func keys(params []optimizers.Param) string {
	var out []string
	for _, p := range params {
		out = append(out, key(p))
	}
	return strings.Join(out, " ")
}

func key(p optimizers.Param) string {
	switch {
	case p.Default != "":
		return p.Name + "=" + p.Default
	case p.Choices != nil:
		return p.Name + "=" + strings.Join(p.Choices, "|")
	}
	return p.Name + "=…"
}

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
