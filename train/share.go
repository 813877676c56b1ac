package train

import (
	"fmt"
	"time"

	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
	"optwatch/train/data"
	"optwatch/train/objective"
)

// ModelSettings are what there is to choose of a model.
type ModelSettings = objective.Settings

// Share is what a client computes with that is in a process of its own: the
// training examples of a data set, of which it uses some or all, and a model.
type Share struct {
	over objective.Objective
}

// NewShare puts a model on the training examples of a data set, or says what is wrong
// with the combination.
func NewShare(ds *data.Dataset, model string, settings objective.Settings) (*Share, error) {
	m, err := objective.FindModel(model)
	if err != nil {
		return nil, err
	}
	if ds.Train.Len() == 0 {
		return nil, fmt.Errorf("data %s: there are no training examples", ds.Name)
	}
	over, err := m.New(objective.Examples{X: ds.Train.X, Labels: ds.Train.Labels, Targets: ds.Train.Targets, Classes: len(ds.Classes)}, settings)
	if err != nil {
		return nil, fmt.Errorf("data %s: %w", ds.Name, err)
	}
	return &Share{over: parted(over)}, nil
}

// Len is the number of examples, and Dim that of parameters.
func (s *Share) Len() int { return s.over.Len() }
func (s *Share) Dim() int { return s.over.Dim() }

// Oracle is an oracle of some rows, with a stream of a run's seed. Its batches and
// gradients are to the bit those of the client that has these rows in an experiment
// with that seed. Without rows the data set is the client's own, all of it: then
// they are those of a client whose rows are its examples, in that order, kept in
// the same way (data.Split.Storage). Instead of a gate it asks stop,
// before each draw and between the blocks of a full gradient; nil for nothing.
// Several of them may be used at the same time, each by a goroutine of its own.
func (s *Share) Oracle(rows []int32, seed, stream uint64, stop func() error) optimizers.ClientOracle {
	if rows == nil {
		rows = matrix.AllRows(s.Len())
	}
	if stop == nil {
		stop = func() error { return nil }
	}
	o := newOracleOf(s.over, rows, newSamplerOf(rows, seed, stream), newGate(NewSlots(1), time.Now))
	o.stop = stop
	o.turn.enter() // it shares the slot with nobody, and keeps it
	return o
}
