package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"optwatch/optimizers"
	"optwatch/train/device"
	"optwatch/train/record"
)

// runsCommand is optwatch runs.
func runsCommand() *cobra.Command {
	var asJSON bool
	var prune string
	cmd := &cobra.Command{
		Use:   "runs",
		Short: "List the experiments and watches that run or have run here",
		Long: `runs lists the records in $OPTWATCH_STATE, else in the user's state folder: live
ones, which can be attached to, stopped and interrupted ones, which can go on
with "optwatch resume", and finished ones, which can be replayed. A watch that has
ended, of which it says "watch of", can be replayed.`,
		Example: `  optwatch runs --json
  optwatch runs --prune 30d`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			folder, err := record.DefaultFolder()
			if err != nil {
				return err
			}
			if cmd.Flags().Changed("prune") {
				return pruneRuns(cmd.OutOrStdout(), folder, prune)
			}
			list, err := folder.List()
			if err != nil {
				return err
			}
			if asJSON {
				return writeRuns(cmd.OutOrStdout(), list)
			}
			printRuns(cmd.OutOrStdout(), folder, list)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "write a JSON array")
	cmd.Flags().StringVar(&prune, "prune", "", "remove the records that were last written longer ago than this `age`, such as 30d or 12h")
	return cmd
}

// printRuns prints the records, a line each.
func printRuns(out io.Writer, folder record.Folder, list []record.Summary) {
	if len(list) == 0 {
		fmt.Fprintf(out, "no records in %s\n", folder.Path)
		return
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "id\tstatus\twritten\tlasted\tsize\tof\truns")
	for _, s := range list {
		if s.Damage != nil {
			fmt.Fprintf(w, "%s\tdamaged\t%s\t\t%s\t%s\t\n", device.Printable(s.Path), stamp(s.Written), byteCount(s.Size), device.Printable(s.Damage.Error()))
			continue
		}
		var names []string
		for _, r := range s.Runs {
			names = append(names, device.Printable(r.Name))
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", device.Printable(s.ID), s.Status, stamp(s.Written), s.Elapsed.Round(time.Second),
			byteCount(s.Size), device.Printable(s.Name), strings.Join(names, " "))
	}
	w.Flush()
}

// stamp is a time by the clock on the wall here.
func stamp(t time.Time) string { return t.Local().Format("2006-01-02 15:04") }

// listedRun is a record in the JSON of optwatch runs.
type listedRun struct {
	ID       string      `json:"id"`
	Name     string      `json:"name"`
	Command  string      `json:"command"` // that began it: run, fed, optwatch for the one without a name, or watch
	Status   string      `json:"status"`  // live, finished, stopped, interrupted or damaged
	Path     string      `json:"path"`
	Bytes    int64       `json:"bytes"`
	Began    string      `json:"began"`
	Written  string      `json:"written"`
	Elapsed  float64     `json:"elapsed"` // seconds
	Process  int         `json:"process"` // of a live one, else 0
	Host     string      `json:"host"`
	Program  string      `json:"program"`
	Kernels  string      `json:"kernels"`
	Inexact  bool        `json:"inexact"`
	Damage   string      `json:"damage"`
	Training []listedOne `json:"runs"`
}

type listedOne struct {
	Name   string `json:"name"`
	Recipe string `json:"recipe"`
	State  string `json:"state"`
	Reason string `json:"reason"`
}

func writeRuns(out io.Writer, list []record.Summary) error {
	all := []listedRun{}
	for _, s := range list {
		r := listedRun{
			ID: s.ID, Name: s.Name, Command: commandOf(s.About), Status: s.Status.String(), Path: s.Path, Bytes: s.Size, Began: instant(s.Began), Written: instant(s.Written),
			Elapsed: s.Elapsed.Seconds(), Process: s.Holder.PID, Host: s.Host, Program: s.Program, Kernels: kernelsAsAsked(s.Kernels), Inexact: s.Inexact, Training: []listedOne{},
		}
		if s.Damage != nil {
			r.Status, r.Damage = "damaged", s.Damage.Error()
		}
		for _, t := range s.Runs {
			r.Training = append(r.Training, listedOne{t.Name, t.Recipe, t.State, t.Reason})
		}
		all = append(all, r)
	}
	e := json.NewEncoder(out)
	e.SetIndent("", " ")
	return e.Encode(all)
}

// instant is a time for programs; "" where it is not known.
func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// pruneRuns removes old records and says which.
func pruneRuns(out io.Writer, folder record.Folder, age string) error {
	d, err := parseAge(age)
	if err != nil {
		return usageError{fmt.Errorf("--prune: %w", err)}
	}
	gone, err := folder.Prune(time.Now().Add(-d))
	freed := int64(0)
	for _, s := range gone {
		freed += s.Size
		fmt.Fprintf(out, "removed %s, written %s\n", device.Printable(s.Path), stamp(s.Written))
	}
	fmt.Fprintf(out, "%d removed, %s freed\n", len(gone), byteCount(freed))
	return err
}

// parseAge reads a duration that may be in days.
func parseAge(text string) (time.Duration, error) {
	days, isDays := strings.CutSuffix(text, "d")
	if n, err := optimizers.Decimal(days); isDays && err == nil && n >= 0 && n < 1e5 {
		return time.Duration(n * 24 * float64(time.Hour)), nil
	}
	if d, err := time.ParseDuration(text); err == nil && d >= 0 {
		return d, nil
	}
	return 0, fmt.Errorf("found %q; expected an age such as 30d or 12h", text)
}
