package journal

import (
	"regexp"
	"slices"
)

// term is a number in an advice, and what it is.
type term struct{ value, about string }

// phrases are what advice is put together from, with what each number in it is, in
// their order. The texts are those of train/diagnosis, and its exam reads all of them.
var phrases = []struct {
	text  *regexp.Regexp
	about []string
}{
	{regexp.MustCompile(`lr is (\S+ ×) the stability limit (\S+) = ([^\s:]+)`), []string{
		"the learning rate beside the limit: above 1 a step overshoots on the quadratic that f is nearby",
		"how the limit follows from L, the sharpest curvature of f along the path",
		"that limit, for the method that the run has",
	}},
	{regexp.MustCompile(`the stability limit (\S+) = (\S+), at (\S+) of it`), []string{
		"how the limit follows from L, the sharpest curvature of f along the path",
		"that limit, for the method that the run has",
		"the learning rate beside it: above 1 a step overshoots on the quadratic that f is nearby",
	}},
	{regexp.MustCompile(`has risen by (\S+) in (\S+) passes`), []string{
		"what the loss has gained, by a line through its latest plot points",
		"passes over the data that the line spans",
	}},
	{regexp.MustCompile(`has fallen by (\S+ %) in (\S+) passes`), []string{
		"share of the loss, by a line through its latest plot points",
		"passes over the data that the line spans",
	}},
	{regexp.MustCompile(`not visibly fallen in (\S+) passes`), []string{"passes over the data that the line through its latest plot points spans"}},
	{regexp.MustCompile(`(f − f\*) has stayed at about (\S+) for (\S+) passes`), []string{
		"the loss beside the certified optimum",
		"its geometric mean over the latest plot points",
		"passes over the data that these span",
	}},
	{regexp.MustCompile(`the loss has been about (\S+) for (\S+) passes`), []string{
		"its mean over the latest plot points",
		"passes over the data that these span",
	}},
	{regexp.MustCompile(`its schedule has lr at (\S+ ×) its full value`), []string{"what the schedule leaves of the learning rate"}},
	{regexp.MustCompile(`: it began with (\S+): `), []string{"the loss at the start of the run"}},
	{regexp.MustCompile(`its noise would let it come to about (\S+), its lr`), []string{"f − f* at which this lr and batch are expected to stall: lr · tr Σ / (4 · batch)"}},
	{regexp.MustCompile(`expected to stall about (\S+) above f\*`), []string{"f − f* at which the noise of its gradients holds it up: lr · tr Σ / (4 · batch)"}},
	{regexp.MustCompile(`the snapshot is (\S+) passes old, and corrected with it a gradient has (\S+ ×) the variance`), []string{
		"gradient evaluations since the full gradient was taken that steps are corrected with, in passes over the data",
		"the estimator's variance beside that of a mini-batch of the same size: above 1 the correction is no use",
	}},
	{regexp.MustCompile(`mean cosine (\S+)\) and fit their own examples to (\S+) where the model has (\S+):`), []string{
		"of two clients' updates in a round: 1 they go the same way, 0 they have nothing in common",
		"mean loss of the clients on their own examples, in their last local epoch",
		"loss of the model on all examples",
	}},
	{regexp.MustCompile(`batch (\d+) is (?:over )?(\S+ ×) B_simple`), []string{
		"the run's batch size",
		"that beside B_simple: from 8 on a larger batch averages little more noise away",
	}},
	{regexp.MustCompile(`B_simple = (\S+) here`), []string{"B_simple, in examples: the noise of single gradients beside the gradient, tr Σ/‖∇f‖²"}},
	{regexp.MustCompile(`B_simple, which is at most (\S+) here`), []string{"the most that B_simple may be, in examples: the noise of single gradients beside the gradient, tr Σ/‖∇f‖²"}},
}

// terms are the numbers of an advice with what each is, in the order in which they
// stand in it.
func terms(text string) []term {
	type found struct {
		term
		at int
	}
	var all []found
	for _, p := range phrases {
		m := p.text.FindStringSubmatchIndex(text)
		for i := range p.about {
			if m != nil {
				from, to := m[2*i+2], m[2*i+3]
				all = append(all, found{term{text[from:to], p.about[i]}, from})
			}
		}
	}
	slices.SortFunc(all, func(a, b found) int { return a.at - b.at })
	out := make([]term, len(all))
	for i, f := range all {
		out[i] = f.term
	}
	return out
}
