package main

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"optwatch/train/study"
	"optwatch/tui"
)

// showStudies follows a notebook while work writes in it, on the screen or
// without one, keeps what is to be kept, and says how the program ends: with
// nil if every study is done. The flags have been checked. Work ends soon
// after its context; an error that is not the context's ends the program with
// it.
func showStudies(cmd *cobra.Command, f *studyFlags, notebook *study.Notebook, work func(ctx context.Context) error) error {
	if f.json == "" && f.out == "" && closed(cmd.OutOrStdout()) {
		return errLost
	}
	save, err := prepareJSON(f.json)
	if err != nil {
		return err
	}
	folder, err := f.folder(cmd)
	if err != nil {
		return err
	}
	defer f.processors()()
	ctx, cancel := context.WithCancel(cmd.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- guarded(func() error { return work(ctx) }) }()
	keep := startKeeping(folder, notebook)
	out := &careful{w: plainText{cmd.OutOrStdout()}, failed: cancel}
	if !f.headless && hasScreen(cmd) {
		err = f.watchStudies(ctx, cancel, cmd, notebook, done)
	} else if err = followStudies(out, notebook, done); ctx.Err() != nil {
		err = nil // it was cut short, which is said below
	}
	kept := keep()
	if err != nil {
		return err
	}
	v := notebook.View()
	printStudies(out, v, widthOf(cmd.OutOrStdout()))
	switch {
	case out.err != nil:
		return fmt.Errorf("stdout: %w", out.err)
	case kept != nil:
		return fmt.Errorf("--out %s: %w", f.out, kept)
	}
	if err := save(resultStudies{1, v.About, v.Studies}); err != nil {
		return err
	}
	if !over(v) { // a signal that comes once all is done interrupts nothing
		return errInterrupted
	}
	return verdict(v)
}

// resultStudies is the JSON output of studies, schema 1. See
// study.Study.MarshalJSON for what is in a study.
type resultStudies struct {
	Schema  int           `json:"schema"`
	About   string        `json:"about"`
	Studies []study.Study `json:"studies"`
}

// watchStudies shows the screen until the user quits or work fails, and waits
// until work has ended, which quitting cuts short.
func (f *studyFlags) watchStudies(ctx context.Context, cancel func(), cmd *cobra.Command, notebook *study.Notebook, done <-chan error) error {
	shown, hide := context.WithCancel(ctx)
	defer hide()
	ended := make(chan error, 1)
	go func() {
		err := <-done
		if err != nil {
			hide()
		}
		ended <- err
	}()
	t := f.terminal(cmd)
	t.Memory = memory(kindLab)
	err := tui.RunStudies(shown, notebook, cmd.CommandPath(), t)
	if err != nil || shown.Err() == nil { // else work has failed by itself
		cancel()
	}
	if failed := <-ended; err == nil && ctx.Err() == nil {
		err = failed
	}
	return err
}

// guarded makes a panic the error, so that the terminal is restored and what
// was found is printed.
func guarded(work func() error) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("panic: %v\n%s", fault, debug.Stack())
		}
	}()
	return work()
}

// startKeeping writes the files of studies as they end, until the function it
// returns is called; that writes the rest, and says what went wrong. After an
// error it waits for that call before it tries again.
func startKeeping(folder *study.Folder, notebook study.Source) (finish func() error) {
	if folder == nil {
		return func() error { return nil }
	}
	keep := func() error { return guarded(func() error { return folder.Keep(notebook.View()) }) }
	last, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		tick := time.NewTicker(500 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-last:
				ended <- keep()
				return
			case <-tick.C:
				if keep() != nil {
					tick.Stop()
				}
			}
		}
	}()
	return func() error { close(last); return <-ended }
}
