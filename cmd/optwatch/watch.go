package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"optwatch/train/follow"
	"optwatch/tui/draw"
)

// watchFlags are the flags of optwatch watch.
type watchFlags struct {
	once     bool
	follow   bool
	json     bool
	explain  bool
	group    string
	bell     bool
	onAlert  string
	readOnly bool
	save     string
	screenFlags
	recordFlags
}

// watchCommand is optwatch watch.
func watchCommand() *cobra.Command {
	var f watchFlags
	cmd := &cobra.Command{
		Use:   "watch [PATH …|-]",
		Short: "Watch what other programs train, from their logs",
		Long: `watch finds the logs of training in folders, by default below the one it is
started in and where tools write that are not told where (trackio's folder in the
home folder, ~/ray_results, $WANDB_DIR, $MLFLOW_TRACKING_URI), and draws them
live: curves over steps, epochs or time, how the runs stand, what they were
configured with, and beside them the GPUs. "-" is what a program prints into a pipe;
it is saved in a file too:

    python train.py 2>&1 | optwatch watch -

By itself a watch leaves nothing behind. --record records it, as "optwatch run" does
experiments: it goes on in a process of its own, until q and s or "optwatch stop" end
it. What --once and --follow print as JSON is in "optwatch help json"; a script that
takes our one file can be steered too ("optwatch help script").`,
		Example: `  optwatch watch runs/
  optwatch watch --record runs/             # then attach, serve, tell, stop, replay
  optwatch watch --once --json lightning_logs | jq '.runs[].metrics'
  optwatch watch --explain .
  optwatch watch --bell --on-alert 'mail -s training me@example.org' runs/`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return watch(cmd, args, &f) },
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.BoolVar(&f.once, "once", false, "print one table and end")
	fs.BoolVar(&f.follow, "follow", false, "no screen: a line for every event")
	fs.BoolVar(&f.json, "json", false, "with --once one object, with --follow JSON lines")
	fs.BoolVar(&f.explain, "explain", false, "say of every file how it is read, or why it is not")
	fs.StringVar(&f.group, "group", "", "draw runs as one that differ in this `parameter` alone, such as seed")
	fs.BoolVar(&f.bell, "bell", false, "ring the terminal's bell at every alert")
	fs.StringVar(&f.onAlert, "on-alert", "", "run this `command` at every alert")
	fs.BoolVar(&f.readOnly, "read-only", false, "look, and drive nothing")
	fs.StringVar(&f.save, "save", "", "where a pipe is saved (default a new `file` in the state folder; none for nowhere)")
	include(fs, f.recording())
	include(fs, f.screenFlags.group())
	return cmd
}

// check finds what is wrong with the flags by themselves.
func (f *watchFlags) check(paths []string) error {
	pipe := 0
	for _, path := range paths {
		if path == "-" {
			pipe++
		}
	}
	switch {
	case f.json && !f.once && !f.follow:
		return usageError{errors.New("--json needs --once or --follow")}
	case f.once && f.follow:
		return usageError{errors.New("--once and --follow exclude each other")}
	case f.explain && (f.once || f.follow || pipe > 0):
		return usageError{errors.New("--explain goes with paths alone")}
	case pipe > 1:
		return usageError{errors.New("- may be given once")}
	case f.save != "" && pipe == 0:
		return usageError{errors.New("--save is for a pipe: optwatch watch -")}
	}
	if err := f.checkRecord(paths); err != nil {
		return err
	}
	return checkBounds(f.boundFPS())
}

func watch(cmd *cobra.Command, paths []string, f *watchFlags) error {
	if err := f.check(paths); err != nil {
		return err
	}
	return printing(cmd, func(ctx context.Context, out io.Writer) error {
		if f.explain {
			return explain(out, paths)
		}
		paths, p, err := f.pipe(cmd, paths)
		if err != nil {
			return err
		}
		if f.once {
			return f.lookOnce(ctx, out, paths, p)
		}
		return f.goOn(ctx, cmd, out, paths, p)
	})
}

// lookOnce prints how all runs stand now, or at the end of the pipe.
func (f *watchFlags) lookOnce(ctx context.Context, out io.Writer, paths []string, p *pipe) error {
	o := follow.Options{Paths: paths, Group: f.group}
	if p != nil {
		o.Stream = p.stream
	}
	w, err := follow.New(o)
	if err != nil {
		return usageError{err}
	}
	if p != nil {
		go p.copy(io.Discard)
		p.wait(ctx)
	}
	w.Look(ctx)
	return printWatched(out, w, f.json)
}

// explain says of every file how it is read.
func explain(out io.Writer, paths []string) error {
	if err := follow.Explain(paths, func(path, why string) { fmt.Fprintf(out, "%s  %s\n", draw.Clean(path), why) }); err != nil {
		return usageError{err}
	}
	return nil
}
