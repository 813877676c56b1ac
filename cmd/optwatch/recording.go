package main

import (
	"os"
	"runtime"
	"time"

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
			err = s.writer.Inexact(kernels(), runtime.GOARCH)
		}
		return err
	}
	if s.record == noRecord {
		return nil
	}
	return s.create(s.record, s.about())
}

// about is what the record says of the experiment before its data is read.
func (s *sitting) about() record.About {
	host, _ := os.Hostname()
	return record.About{
		Configuration: s.asked.text(), Program: version, Host: host, Began: time.Now(),
		Kernels: kernels(), Architecture: runtime.GOARCH,
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
