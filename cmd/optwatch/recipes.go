package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"optwatch/fed"
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
	for _, p := range c.Rules {
		fmt.Fprintf(w, "  %s\t%s\t%s\n", p.Name, p.Title, keys(p.Params))
	}
	fmt.Fprintln(w, "\nGradient estimators; alone they take SGD's steps:")
	for _, p := range c.Estimators {
		fmt.Fprintf(w, "  %s\t%s\t%s\n", p.Name, p.Title, keys(p.Params))
	}
	fmt.Fprintln(w, "\nSchedules:")
	for _, p := range c.Schedules {
		fmt.Fprintf(w, "  schedule=%s\t%s\t%s\n", p.Name, p.Title, keys(p.Params))
	}
	fmt.Fprintln(w, "\nEvery recipe takes:")
	for _, p := range optimizers.Common {
		fmt.Fprintf(w, "  %s\t%s\n", key(p), p.Doc)
	}
	w.Flush()
	return b.String()
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

// lineUp is the runs of a bare optwatch: sgd, adam and svrg. The digits have
// been tuned for; elsewhere the steps follow from the scale of the data, and on
// MNIST come to 0.1 for sgd and 0.02 for svrg.
func lineUp(d train.DataView, p train.ProblemView) []string {
	switch {
	case p.Model == "net":
		return []string{"sgd:lr=0.1", "adam:lr=0.001", "svrg:lr=0.05,batch=64,m=n/64,warm=1,warm_lr=0.1"}
	case p.Model == "softmax" && d.Name == "digits":
		return []string{"sgd:lr=0.3", "adam:lr=0.003", "svrg:lr=0.04,m=2n,warm=1"}
	}
	// The largest curvature along an example is the loss's times ‖x̃‖². That of
	// the first two falls as they fit; the others are held further from it.
	curvature := map[string]float64{"softmax": 0.5, "logistic": 0.25, "svm": 4, "least-squares": 4}[p.Model]
	scale := curvature * p.MeanSquare
	return []string{
		"sgd:lr=" + round(4.4/scale),
		"adam:lr=0.001",
		fmt.Sprintf("svrg:lr=%s,m=n/2,warm=1,warm_lr=%s", round(0.88/scale), round(4.4/scale)),
	}
}

// round is a number to one significant digit, as in a recipe.
func round(v float64) string { return fmt.Sprintf("%.1g", v) }
