package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"optwatch/train"
	"optwatch/train/view"
	"optwatch/tui"
)

// experiment trains what the flags say, on the screen or without one.
func experiment(cmd *cobra.Command, f *flags) error {
	f.data.Dir = dataDirFlag(cmd)
	if err := f.check(cmd.Flags().Changed); err != nil {
		return err
	}
	screen := !f.headless && hasScreen(cmd)
	if f.passes == 0 && f.evals == 0 && f.time == 0 {
		f.passes, f.defaulted = f.defaultPasses(screen), true
	}
	if f.json == "" && closed(cmd.OutOrStdout()) {
		return errors.New("stdout is closed and there is no --json: the result would be lost")
	}
	save, err := prepareJSON(f.json)
	if err != nil {
		return err
	}
	f.fill()
	defer f.processors()()

	ctx, cancel := context.WithCancel(cmd.Context())
	defer cancel()
	parts := catalogue()
	config := f.config(parts)
	if screen { // it ends with ctx, and nobody waits for it: a driver may hang
		config.Devices = watchMachine(ctx)
	}
	e := train.Start(ctx, config)
	out := &careful{w: cmd.OutOrStdout(), failed: cancel}
	if screen {
		err = watch(ctx, cmd, f, e)
	} else {
		err = follow(ctx, out, e)
	}
	interrupted := cmd.Context().Err() != nil
	cancel()
	e.Wait()
	if err == nil {
		err = e.Err()
	}
	return finish(e.Report(), out, save, err, interrupted)
}

// watch shows the screen until the user quits.
func watch(ctx context.Context, cmd *cobra.Command, f *flags, e *train.Experiment) error {
	return tui.Run(ctx, e, tui.Terminal{
		Input: cmd.InOrStdin(), Output: cmd.OutOrStdout(), FPS: f.frames(),
		ASCII: f.ascii, NoColor: f.colourless(), Version: version,
	})
}

// finish prints and saves what came out, and says how the program ends. A
// program that was cut short does not complain of what that cut short.
func finish(s *train.Report, out *careful, save func(result any) error, err error, interrupted bool) error {
	if out.err == nil && len(s.Runs) > 0 {
		printTable(out, s)
		if err := save(newResult(s)); err != nil {
			return err
		}
	}
	switch {
	case out.err != nil:
		return fmt.Errorf("stdout: %w", out.err)
	case interrupted:
		return errInterrupted
	case err != nil:
		return err
	}
	for _, r := range s.Runs {
		if r.State == view.Failed {
			return fmt.Errorf("%w: %s: %s", errRunFailed, r.Name, r.Reason)
		}
	}
	return nil
}

// careful remembers the first error of a writer, and calls failed on it.
type careful struct {
	w      io.Writer
	failed func()
	err    error
}

// Write writes unless an earlier write failed.
func (c *careful) Write(p []byte) (int, error) {
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.w.Write(p)
	if err != nil {
		c.err = err
		c.failed()
	}
	return n, err
}

// isTerminal says whether a stream is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(f.Fd())
}
