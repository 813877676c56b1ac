package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"optwatch/train"
	"optwatch/train/view"
)

// experiment trains what the flags say, from the beginning.
func experiment(cmd *cobra.Command, f *flags) error {
	if err := f.settle(cmd, !f.headless && (hasScreen(cmd) || f.held != "")); err != nil {
		return err
	}
	return f.sit(cmd, &sitting{flags: f, asked: configured(cmd, f), arguments: arguments(cmd)})
}

// settle finds what is wrong with the flags, and fills in what they leave open.
func (f *flags) settle(cmd *cobra.Command, screen bool) error {
	f.data.Dir = dataDirFlag(cmd)
	if err := f.check(cmd.Flags().Changed); err != nil {
		return err
	}
	if f.passes == 0 && f.evals == 0 && f.time == 0 {
		f.passes, f.defaulted = f.defaultPasses(screen), true
	}
	f.fill()
	return nil
}

// sit trains in a process of its own and shows its screen on this terminal, or
// trains in this process: where there is no terminal, or no other process can be made.
func (f *flags) sit(cmd *cobra.Command, s *sitting) error {
	screen := !f.headless && hasScreen(cmd)
	switch {
	case f.held != "":
		return s.run(cmd, s.linger)
	case !screen:
		if f.json == "" && f.record == noRecord && closed(cmd.OutOrStdout()) {
			return errors.New("stdout is closed and there is neither --json nor a record: the result would be lost")
		}
		s.prints = true
		return s.run(cmd, s.progress)
	case f.foreground || f.record == noRecord:
		return s.run(cmd, s.screen)
	}
	err := s.launch(cmd)
	if apart := (apartError{}); errors.As(err, &apart) {
		s.alone = apart.Error()
		return s.run(cmd, s.screen)
	}
	return err
}

// finish prints what came out, in so many columns or 0 for any number, saves it, and says how the program ends. A
// program that was cut short does not complain of what that cut short.
func finish(s *train.Report, out *careful, width int, save func(result any) error, err error, interrupted bool) error {
	if out.err == nil && len(s.Runs) > 0 {
		printTable(out, s, width)
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
	mu     sync.Mutex // writes come from several goroutines
	w      io.Writer
	failed func()
	err    error
}

// Write writes unless an earlier write failed.
func (c *careful) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
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

// printing does what a command prints, until it is done, a signal comes or stdout
// can be written no more.
func printing(cmd *cobra.Command, work func(ctx context.Context, out io.Writer) error) error {
	ctx, cancel := context.WithCancel(cmd.Context())
	defer cancel()
	out := &careful{w: cmd.OutOrStdout(), failed: cancel}
	err := work(ctx, out)
	switch {
	case out.err != nil:
		return fmt.Errorf("stdout: %w", out.err)
	case cmd.Context().Err() != nil:
		return errInterrupted
	}
	return err
}

// isTerminal says whether a stream is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(f.Fd())
}
