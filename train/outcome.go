package train

// Outcome is what came of an attempt at a round whose clients are in other
// processes: who was averaged and who was not, which may be a clock's decision
// that nobody can take again. It is written down before it has effects.
type Outcome struct {
	Number int64 // the higher, the later, among those of a run over restarts too
	What   []byte
}

// OutcomeName is what a federation's State calls the number of the latest outcome
// that has had effects; 0 for none.
const OutcomeName = "outcome"

// Outcome is the number of the latest outcome that is in the state: a run that
// goes on from it needs those after it. 0 for none.
func (s *RunState) Outcome() int64 {
	if v := s.Method.Estimator[OutcomeName]; len(v) == 1 {
		return int64(v[0])
	}
	return 0
}

// writeOutcome writes an outcome of a run down. It gives up the run's slot:
// writing waits for a disk.
func (e *Experiment) writeOutcome(r *run, what []byte) (int64, error) {
	write := e.config.Outcome
	if write == nil {
		return 0, nil
	}
	r.gate.leave()
	defer r.gate.enter()
	return write(r.id, what)
}

// connect begins a federation for a run, after another or nil.
func (e *Experiment) connect(r *run, f, before Federation) {
	f.Begin(r.seed, before)
	f.BeforeRelease(r.writeRelease)
	f.RecordOutcomes(func(what []byte) (int64, error) { return e.writeOutcome(r, what) }, nil)
	if r.gate.halting() {
		f.Halt(true)
	}
}

// takeUp takes up what a record tells of a run beyond its state, under an identity:
// releases that are to be charged, and outcomes of rounds that are to be made again.
func (e *Experiment) takeUp(r *run, recorded int) error {
	if err := r.chargeLost(e.config.Released[recorded]); err != nil {
		return err
	}
	if f := r.stage.federation(); f != nil {
		f.RecordOutcomes(func(what []byte) (int64, error) { return e.writeOutcome(r, what) }, e.config.Outcomes[recorded])
	}
	return nil
}
