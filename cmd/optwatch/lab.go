package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"optwatch/cmd/optwatch/lab"
	"optwatch/train/study"
)

// labFlags are the flags of the laboratory.
type labFlags struct {
	studyFlags
	problemFlags
	quick    bool
	workload workloadFlags
}

// labCommand is optwatch lab.
func labCommand() *cobra.Command {
	var f labFlags
	cmd := &cobra.Command{
		Use:   "lab [EXPERIMENT…]",
		Short: "Put the theory to the test",
		Long: `lab lists the experiments, or runs those named, or all. Each states what theory
claims, what follows from it in numbers, what was measured here, and what would
refute it. A claim holds if the whole interval of what was measured is what it
allows, is refuted if nothing in it is, and is not resolved otherwise.

` + experimentHelp() + `
The exit status is 0 if no claim is refuted, 1 if one is or an experiment could
not be made, 2 for a mistake in the command line, 130 if it was cut short.
--out keeps what is done, experiment by experiment, also then.`,
		Example: `  optwatch lab batch
  optwatch lab all --headless --data mnist --out report
  optwatch lab scaling --params 110e6 --batch 256 --lr 2e-4 --warmup 10000 --to-batch 2048 --devices 8 --bandwidth 10 --step-time 77ms`,
		ValidArgsFunction: completeExperiments,
		RunE:              func(cmd *cobra.Command, names []string) error { return runLab(cmd, &f, names) },
	}
	f.register(cmd)
	return cmd
}

func (f *labFlags) register(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.SortFlags = false
	include(fs, f.problemFlags.group(), "data", "model")
	fs.Lookup("data").Usage = "auto, digits, mnist or fashion-mnist"
	fs.Lookup("model").Usage = "softmax, or net for compare and adamw"
	fs.BoolVar(&f.quick, "quick", false, "fewer seeds and shorter searches")
	f.studyFlags.register(cmd)
	f.workload.register(fs)
}

// experimentHelp lists the experiments.
func experimentHelp() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, e := range lab.Experiments() {
		fmt.Fprintf(w, "  %s\t%s\n", e.Name, e.Title)
	}
	w.Flush()
	return b.String()
}

func runLab(cmd *cobra.Command, f *labFlags, names []string) error {
	if err := f.check(cmd.Flags().Changed); err != nil {
		return err
	}
	switch asked, err := f.workload.asked(names, cmd.Flags().Changed); {
	case err != nil:
		return err
	case asked:
		return f.workload.calculate(cmd, f.json)
	}
	if len(names) == 0 {
		_, err := io.WriteString(cmd.OutOrStdout(), experimentHelp())
		return err
	}
	chosen, err := lab.Find(names)
	if err != nil {
		return usageError{err}
	}
	if err := lab.CheckModel(chosen, f.model); err != nil {
		return usageError{err}
	}
	f.data.Dir = dataDirFlag(cmd)
	if cmd.Flags().Changed("model") {
		f.facts = append(f.facts, study.Fact{Name: "model", Text: f.model})
	}
	if f.quick {
		f.facts = append(f.facts, study.Fact{Name: "quick", Text: "fewer seeds and shorter searches than in a full run"})
	}
	notebook := lab.Open(chosen)
	return showStudies(cmd, &f.studyFlags, notebook, func(ctx context.Context) error {
		return lab.Run(ctx, lab.Options{Options: f.options(f.data), Quick: f.quick, Model: f.model}, chosen, notebook)
	})
}
