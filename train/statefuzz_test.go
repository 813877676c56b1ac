package train

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"testing"
)

// seeds are saved states of methods of all kinds, in the middle of what they do.
func seeds(tb testing.TB) (states [][]byte) {
	tb.Helper()
	for _, recipe := range []string{
		"sgd:batch=3", "adam:batch=5,warm=6", "svrg:m=7", "svrg:m=7,option=2,stored=1,batch=18", "sarah+amsgrad:m=9", "saga:schedule=cosine", "full",
	} {
		e := newClockless(tb, 40, "softmax", 400)
		r, err := begun(e, recipe)
		if err != nil {
			tb.Fatal(err)
		}
		s := e.savedAt(r, 200)
		if s == nil {
			s = r.save()
		}
		states = append(states, s.Encode(), writtenAs(s, firstVersion))
	}
	return states
}

// writtenAs are the bytes of a state in one of the versions that are read.
func writtenAs(s *RunState, version int) []byte {
	c := &coder{version: version}
	c.state(s)
	return c.buf
}

// writtenAgain says whether the state that was read of bytes is written as the
// same bytes, in the version that they are of.
func writtenAgain(s *RunState, b []byte) bool {
	for version := firstVersion; version <= stateVersion; version++ {
		if bytes.Equal(writtenAs(s, version), b) {
			return true
		}
	}
	return false
}

// Whatever bytes decode are written again as the same bytes in their version;
// what cannot be the state of a run is an error and no panic, and what can be
// goes on.
func FuzzDecodeState(f *testing.F) {
	for _, b := range seeds(f) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := DecodeState(b)
		if err != nil {
			return
		}
		if !writtenAgain(s, b) {
			t.Fatal("what was read is written as other bytes")
		}
		if s.Counts.Evals > 1<<20 || s.Plot.Next < float64(s.Counts.Evals)-1<<20 {
			return // the plot points up to there are counted one by one
		}
		s.Gate = GateState{} // nobody lets a paused run go on
		e := newClockless(t, 40, "softmax", 0)
		r, err := e.restore(s, 0, s.Name)
		if err != nil {
			return
		}
		r.save().Encode()
		e.run(r, s.Counts.Evals+60)
	})
}

// Bytes that end early or are changed anywhere are refused or read as another
// state, and never believed further than they go.
func TestSpoiltBytes(t *testing.T) {
	for _, b := range seeds(t) {
		for n := 0; n < len(b); n += 1 + n/40 {
			if _, err := DecodeState(b[:n]); err == nil {
				t.Fatalf("%d of %d bytes are taken for a state", n, len(b))
			}
		}
		if _, err := DecodeState(append(slices.Clone(b), 0)); err == nil || !strings.Contains(err.Error(), "1 bytes follow the state") {
			t.Errorf("got %v", err)
		}
		for at := 0; at+8 <= len(b); at += 8 + at/16&^7 { // the larger vectors come last
			for _, v := range []uint64{math.MaxUint64, 1 << 62, 1 << 31, math.Float64bits(math.NaN())} {
				spoilt := slices.Clone(b)
				binary.LittleEndian.PutUint64(spoilt[at:], v)
				if s, err := DecodeState(spoilt); err == nil && !writtenAgain(s, spoilt) {
					t.Fatalf("what was read with %x at byte %d is written as other bytes", v, at)
				}
			}
		}
	}
}

// A state that no run can be in is an error that says what is wrong with it.
func TestHostileStates(t *testing.T) {
	for _, c := range []struct {
		recipe string
		spoil  func(s *RunState)
		want   string
	}{
		{"sgd:batch=3", func(s *RunState) { s.Theta = s.Theta[1:] }, "it has 26 parameters, the model has 27"},
		{"sgd:batch=3", func(s *RunState) { s.Counts.Evals = -1 }, "a count is below 0"},
		{"sgd:batch=3", func(s *RunState) { s.Counts.LossEvals = 1 << 60 }, "a count is above 2⁵³"},
		{"sgd:batch=3", func(s *RunState) { s.Stage.From = s.Counts.Steps + 1 }, "its schedule began at step"},
		{"sgd:batch=3", func(s *RunState) { s.Sampler.Order[3] = 40 }, "its epoch has row 40 twice, or there is no such row"},
		{"sgd:batch=3", func(s *RunState) { s.Sampler.Order[3] = s.Sampler.Order[4] }, "twice, or there is no such row"},
		{"sgd:batch=3", func(s *RunState) { s.Sampler.At = 41 }, "its epoch has 40 rows and is at 41 of them; there are 40"},
		{"sgd:batch=3", func(s *RunState) { s.Sampler.Replace = true }, "its rows are drawn in another way than its stage draws them"},
		{"sgd:batch=3", func(s *RunState) { s.Method.Recipe = "sgd:batch=4" }, "*optimizers.Minibatch has Batch = 4, it was 3"},
		{"sgd:batch=3", func(s *RunState) { s.Method.Recipe = "momentum:batch=3" }, "*optimizers.Momentum has 2 settings, there were 0"},
		{"sgd:batch=3", func(s *RunState) { s.First = "sgd:batch=41" }, "batch 41 is larger than the 40 training examples"},
		{"sgd:batch=3", func(s *RunState) { s.Stage.Stepper["u"] = nil }, `there is no "u" where the next step needs it`},
		{"sgd:batch=3", func(s *RunState) { s.Stage.Stepper["lazy"] = []float64{2} }, `"lazy" is 2 of 1`},
		{"sgd:batch=3", func(s *RunState) { s.Federation = new(FederationState) }, "do not agree whether it is a federation"},
		{"sgd:batch=3", func(s *RunState) { s.Probe.Size = 20 }, "its probe looks at 20 of 40 examples"},
		{"sgd:batch=3", func(s *RunState) { s.Probe.Sharp.V = []float64{1} }, "a vector of its probe has another length than θ"},
		{"sgd:batch=3,schedule=cosine,steps=9", func(s *RunState) { s.Method.ScheduleSettings = nil }, "the settings of optimizers.Cosine do not have Steps at its place"},
		{"sgd:batch=3,warmup=5", func(s *RunState) { s.Method.ScheduleSettings[0].Value = 0.5 }, "Steps cannot be 0.5"},
		{"svrg:m=7", func(s *RunState) { s.Method.Estimator["left"] = []float64{8} }, `"left" is 8 of 7`},
		{"svrg:m=7", func(s *RunState) { s.Method.Estimator["left"] = []float64{math.NaN()} }, `saved "left" is NaN, want a count`},
		{"svrg:m=7", func(s *RunState) { s.Method.Estimator["left"] = []float64{3}; s.Method.Estimator["mu"] = nil }, `there is no "mu" where the next step needs it`},
		{"svrg:m=7", func(s *RunState) { s.Method.Estimator["snapshot"] = make([]float64, 40) }, `"snapshot" has 40 numbers, want 27`},
		{"svrg:m=7,stored=1", func(s *RunState) { s.Method.Estimator["residual"] = make([]float64, 27) }, `"residual" has 27 numbers, want 120`},
		{"saga", func(s *RunState) { s.Method.Estimator["mean"] = nil }, `there is no "mean"`},
		{"sarah:m=7", func(s *RunState) {
			s.Method.Estimator["left"] = []float64{0}
			s.Method.Estimator["chosen"] = []float64{1}
			s.Method.Estimator["pick"] = nil
		}, `there is no "pick"`},
		{"sarah:m=7", func(s *RunState) { s.Method.Estimator["v"] = make([]float64, 28) }, `"v" has 28 numbers, want 27`},
		{"adam:batch=3", func(s *RunState) { s.Method.Rule["m"] = make([]float64, 26) }, `"m" has 26 numbers, want 27`},
		{"adam:batch=3", func(s *RunState) { delete(s.Method.Rule, "v") }, "carries 3 parts, saved are 2"},
		{"sarah:m=7", func(s *RunState) { s.Stage.Stepper = s.Method.Estimator }, "it takes many steps at once, which its method does not here"},
	} {
		e := newClockless(t, 40, "softmax", 400)
		r, err := begun(e, c.recipe)
		if err != nil {
			t.Fatal(err)
		}
		s := e.savedAt(r, 200)
		c.spoil(s)
		if _, err := e.restore(through(t, s), 1, "another"); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.recipe, err, c.want)
		}
	}
}
