package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"time"

	"optwatch/train"
	"optwatch/train/record"
)

// How a sitting is recorded.

// openRecord begins the record, or goes on with it. Where none can be written
// training goes on without one, unless it was asked for by its name.
func (s *sitting) openRecord() (err error) {
	if s.from != nil {
		s.id = s.from.about.ID
		s.writer, err = record.Reopen(s.from.path)
		s.called, s.recorded = called(s.id, s.from.path), s.from.path
		if err == nil && s.from.inexact {
			err = s.writer.Inexact(train.Kernels(), runtime.GOARCH)
		}
		return err
	}
	if s.record == noRecord {
		return nil
	}
	folder, err := record.DefaultFolder()
	path := s.record
	if err == nil {
		var fresh string
		s.id, fresh, err = s.name(folder)
		if path == "" {
			path = fresh
		}
	}
	if err == nil {
		s.writer, err = record.Create(path, s.about())
		s.called, s.recorded = called(s.id, path), path
	}
	switch {
	case err != nil && (s.record != "" || s.held != ""):
		return fmt.Errorf("the record: %w", err)
	case err != nil:
		s.lost = err.Error()
	}
	return nil
}

// name is the ID, and where its record lies if nobody says otherwise.
func (s *sitting) name(folder record.Folder) (id, path string, err error) {
	if s.held != "" {
		return s.held, folder.File(s.held), nil
	}
	return folder.New()
}

// about is what the record says of the experiment before its data is read.
func (s *sitting) about() record.About {
	host, _ := os.Hostname()
	return record.About{
		ID: s.id, Configuration: s.asked.text(), Program: version, Host: host, Began: time.Now(),
		Kernels: train.Kernels(), Architecture: runtime.GOARCH,
	}
}

// follow records the experiment. The function that it returns takes the last
// checkpoints and closes the record.
func (s *sitting) follow() (save func()) {
	if s.writer == nil {
		return func() {}
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	s.writer.Every = s.checkpoint
	go func() {
		defer close(done)
		s.writer.Follow(ctx, s.experiment, s.saveRun)
	}()
	return func() {
		stop()
		<-done
		s.saved.Store(true)
		if err := s.writer.Close(); err != nil {
			s.lost = err.Error()
		}
	}
}

// saveRun is a run at its next step boundary.
func (s *sitting) saveRun(run int) (record.Checkpoint, error) {
	state, err := s.experiment.Save(run)
	if err != nil {
		return record.Checkpoint{}, err
	}
	return record.Checkpoint{
		Run: run, Step: state.Counts.Steps, Evaluations: state.Counts.Evals,
		Parameters: state.ThetaSHA256(), State: state.Encode(), Outcome: state.Outcome(),
	}, nil
}
