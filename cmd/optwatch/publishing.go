package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"optwatch/train/publish"
	"optwatch/train/view"
)

// How a sitting writes its runs as logs that other programs read.

// checkLogs reads the targets. Their folders are made absolute: they are to be the
// same for a process of its own.
func (f *recordFlags) checkLogs() error {
	texts := make([]string, len(f.logTo))
	for i, text := range f.logTo {
		texts[i] = absoluteTarget(text)
		if _, err := publish.Parse(text); err != nil {
			if format, _, _ := strings.Cut(text, ":"); !slices.Contains(publish.Formats(), format) {
				err = meant(err, format, publish.Formats())
			}
			return usageError{fmt.Errorf("--log-to: %w", err)}
		}
	}
	var err error
	if f.targets, err = publish.ParseAll(texts); err != nil {
		return usageError{fmt.Errorf("--log-to: %w", err)}
	}
	return nil
}

// absoluteTarget is a target with an absolute folder; what is none stays as it is.
func absoluteTarget(text string) string {
	t, err := publish.Parse(text)
	if err != nil {
		return text
	}
	t.Dir = absolute(t.Dir)
	return t.String()
}

// publish writes the runs as logs. The function that it returns writes what is
// left, and is for when no run goes on any more.
func (s *sitting) publish(cmd *cobra.Command) (written func()) {
	if len(s.targets) == 0 {
		return func() {}
	}
	id := s.id
	if id == "" { // it is not recorded, so that nothing of it is to be found again
		id = rand.Text()
	}
	s.publisher = &publish.Publisher{Targets: s.targets, Experiment: id, Say: s.saying(cmd)}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.publisher.Follow(ctx, s.experiment)
	}()
	return func() {
		stop()
		<-done
	}
}

// saying tells something where it is seen: in the log of the screen, or without
// one on stderr.
func (s *sitting) saying(cmd *cobra.Command) func(line string) {
	if s.headless || s.held == "" && !hasScreen(cmd) {
		return func(line string) { complain(cmd, "%s", line) }
	}
	return func(line string) { s.experiment.Note(view.EventInfo, line) }
}

// unpublished says at the end what could not be written, where a screen that is
// gone has said so.
func (s *sitting) unpublished(cmd *cobra.Command) {
	if s.publisher == nil || s.headless || s.held == "" && !hasScreen(cmd) {
		return
	}
	if trouble := s.publisher.Trouble(); trouble != "" {
		complain(cmd, "%s", trouble)
	}
}
