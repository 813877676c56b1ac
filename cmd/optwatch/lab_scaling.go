package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"optwatch/cmd/optwatch/lab"
)

// mostBandwidth, in GB/s, is beyond any link: what is above was meant in B/s.
const mostBandwidth = 1e5

// workloadFlags are those of the calculator, lab scaling --params ….
type workloadFlags struct {
	lab.Workload
	bandwidth float64 // GB/s
}

// workloadNames are the flags of the calculator. Without those that come first it has nothing to go by.
var workloadNames = []string{"params", "batch", "lr", "to-batch", "devices", "bandwidth", "warmup", "steps", "step-time", "latency", "gradient-bytes"}

const workloadNeeds = 6

func (f *workloadFlags) register(fs *pflag.FlagSet) {
	fs.Float64Var(&f.Params, "params", 0, "scaling: parameters of your model; with it the rule is worked out, and nothing is trained")
	fs.Float64Var(&f.Batch, "batch", 0, "scaling: batch size of one device now")
	fs.Float64Var(&f.LR, "lr", 0, "scaling: learning rate now")
	fs.Float64Var(&f.Warmup, "warmup", 0, "scaling: steps of warm-up now")
	fs.Float64Var(&f.Steps, "steps", 0, "scaling: steps of the whole training now")
	fs.Float64Var(&f.ToBatch, "to-batch", 0, "scaling: batch size of all devices together")
	fs.Float64Var(&f.Devices, "devices", 0, "scaling: number of devices")
	fs.Float64Var(&f.bandwidth, "bandwidth", 0, "scaling: GB/s that each device sends, and receives at the same time")
	fs.DurationVar(&f.Latency, "latency", 0, "scaling: of a message between devices, such as 5us")
	fs.DurationVar(&f.StepTime, "step-time", 0, "scaling: what one device computes for a step now, such as 77ms")
	fs.Float64Var(&f.GradientBytes, "gradient-bytes", 4, "scaling: of a number of a gradient on the way, 2 for half precision")
}

// asked says whether the calculator is meant, or what is wrong with its flags.
func (f *workloadFlags) asked(names []string, given func(flag string) bool) (bool, error) {
	i := slices.IndexFunc(workloadNames, given)
	if i < 0 {
		return false, nil
	}
	if !slices.Equal(names, []string{"scaling"}) {
		return false, usageError{fmt.Errorf("--%s is of the calculator: optwatch lab scaling --params …", workloadNames[i])}
	}
	for _, flag := range workloadNames[:workloadNeeds] {
		if !given(flag) {
			return false, usageError{fmt.Errorf("the calculator needs --%s too", flag)}
		}
	}
	for _, flag := range []string{"steps", "step-time"} { // of which 0 stands for none
		if given(flag) && (f.Steps == 0 && flag == "steps" || f.StepTime == 0 && flag == "step-time") {
			return false, usageError{fmt.Errorf("--%s must be above 0; leave it out if it is not known", flag)}
		}
	}
	if f.bandwidth > mostBandwidth {
		return false, usageError{fmt.Errorf("--bandwidth is in GB/s, at most %.0f; got %g", float64(mostBandwidth), f.bandwidth)}
	}
	f.Bandwidth = 1e9 * f.bandwidth
	if err := f.Check(); err != nil {
		return false, usageError{err}
	}
	return true, nil
}

// resultPlan is the JSON output of the calculator, schema 1.
type resultPlan struct {
	Schema int      `json:"schema"`
	Plan   lab.Plan `json:"scaling"`
}

// calculate prints what the flags come to.
func (f *workloadFlags) calculate(cmd *cobra.Command, json string) error {
	save, err := prepareJSON(json)
	if err != nil {
		return err
	}
	plan := f.Plan()
	out := &careful{w: plainText{cmd.OutOrStdout()}, failed: func() {}}
	f.print(out, plan)
	return errors.Join(out.err, save(resultPlan{1, plan}))
}

// print writes a plan, each number with its formula and source.
func (f *workloadFlags) print(out io.Writer, p lab.Plan) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(what, value, formula, source string) {
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", what, value, formula, source)
	}
	fmt.Fprintf(w, "B = %.0f on one device → B′ = %.0f on N = %.0f, k = B′/B = %.4g\n\n", f.Batch, f.ToBatch, f.Devices, p.Factor)
	row("learning rate", fmt.Sprintf("%.4g → %.4g", f.LR, p.LR), "k·lr, the linear rule", "Goyal et al. 2017")
	row("", fmt.Sprintf("%.4g → %.4g", f.LR, p.SqrtLR), "√k·lr, argued for with Adam", "Malladi et al. 2022")
	row("warm-up steps", fmt.Sprintf("%.0f → %.0f", f.Warmup, p.Warmup), "steps/k: as many examples as before", "")
	if f.Steps > 0 {
		row("steps", fmt.Sprintf("%.0f → %.0f", f.Steps, p.Steps), "steps/k: as many examples as before", "")
	} else {
		row("steps", fmt.Sprintf("1/%.4g of them", p.Factor), "steps/k: as many examples as before", "")
	}
	s := p.State
	row("Adam's state", bytesText(s.Adam()), "2·4·params: m and v in fp32", "Kingma and Ba 2015")
	row("  first moment m", bytesText(s.First), "4·params", "")
	row("  second moment v", bytesText(s.Second), "4·params", "")
	row("master weights", bytesText(s.Master), "4·params, fp32", "Micikevicius et al. 2018")
	row("gradients", bytesText(s.Gradients), "4·params, fp32", "")
	row("all of it", bytesText(s.Total()), "16·params on each device", "")
	row("a device sends", bytesText(p.Sent), fmt.Sprintf("2(N−1)/N·%.0f·params a step", f.GradientBytes), "Patarasu and Yuan 2009")
	row("all-reduce", secondsText(p.Reduce), "that/bandwidth + 2(N−1)·latency", "in a ring")
	if f.StepTime > 0 {
		row("a step", fmt.Sprintf("%s → %s", secondsText(p.Before), secondsText(p.After)),
			fmt.Sprintf("step·B′/(N·B) + all-reduce = %s + %s", secondsText(p.Compute), secondsText(p.Reduce)), "nothing overlaps")
		row("speed-up", fmt.Sprintf("%.2f×", p.SpeedUp), "k·step before/step after", "")
	}
	w.Flush()
	if p.Halfway > 0 {
		fmt.Fprintf(out, "\n  %.4g× fewer iterations are %.4g× faster where one device's step takes %s, and faster still with longer steps or an\n  all-reduce that hides behind computing.\n",
			p.Factor, p.Factor/2, secondsText(p.Halfway))
	}
}
