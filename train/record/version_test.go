package record

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"optwatch/fed"
	"optwatch/optimizers"
	"optwatch/optimizers/matrix"
	"optwatch/train"
	"optwatch/train/data"
	"optwatch/train/view"
)

// What the first version recorded of a real experiment is in testdata, and what
// the experiment itself showed in the end beside it. Whatever later versions
// write, they read that; so it is written by -record alone, by the first version.
const (
	firstRecord = "version1.db"
	firstShown  = "version1.txt"
)

var recordFirst = flag.Bool("record", false, "record the experiment that every version must read")

func TestFirstVersionIsRead(t *testing.T) {
	if *recordFirst {
		recordExperiment(t)
	}
	path := filepath.Join("testdata", firstRecord)
	if info, err := os.Stat(path); err != nil || info.Size() > 300<<10 {
		t.Fatalf("got %v (%v), want a file of 300 kB at most", info, err)
	}
	r := open(t, path)
	p, err := r.player(func() time.Time { return began })
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join("testdata", firstShown))
	if err != nil {
		t.Fatal(err)
	}
	if got := described(seek(t, p, math.Inf(1))); got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}

	if got := len(seek(t, p, lateRun.Seconds()-0.2).Runs); got != 2 {
		t.Errorf("%d runs before the third is added, want 2", got)
	}
	s, err := r.Summary()
	if err != nil || s.ID != "first" || s.Status != Finished || s.Data != "three" || len(s.Runs) != 3 || s.Damage != nil {
		t.Errorf("got %+v (%v)", s, err)
	}
	all, err := r.Checkpoints()
	if err != nil || len(all) != 3 {
		t.Fatalf("got checkpoints of %d runs (%v), want of 3", len(all), err)
	}
	for _, k := range all {
		if len(k.Whole) == 0 || len(k.Damaged) > 0 {
			t.Fatalf("%s: %d whole checkpoints, %v", k.Name, len(k.Whole), k.Damaged)
		}
		c := k.Whole[0]
		state, err := train.DecodeState(c.State)
		if err != nil || state.Name != k.Name || state.Counts.Steps != c.Step || sum(state.Theta) != c.Parameters {
			t.Errorf("%s: the checkpoint holds %+v (%v)", k.Name, state, err)
		}
	}
	var out bytes.Buffer
	if err := r.WriteJSON(&out); err != nil || out.Len() < 10_000 {
		t.Errorf("%d bytes of JSON (%v)", out.Len(), err)
	}
}

// described is what a snapshot shows of its runs, to the bit.
func described(s *view.Snapshot) string {
	text := fmt.Sprintf("%s: phase %d, %d axes, %d metrics, %d columns, %d lines\n", s.Subject.Name, s.Phase, len(s.Axes), len(s.Metrics), len(s.Columns), len(s.Events))
	for i := range s.Runs {
		r := &s.Runs[i]
		text += fmt.Sprintf("%s: %s (%s), %s, lr %v, at %v, %d marks\n", r.Name, r.State, r.Reason, r.Recipe, settingOf(r, "lr"), r.At[0], len(r.Marks))
		if r.Federation != nil {
			text += fmt.Sprintf("  round %d of %d clients, the first of %v\n", r.Federation.Round, len(r.Federation.Clients), r.Federation.Clients[0].Classes)
		}
		if d := r.Diagnosis; d != nil {
			text += fmt.Sprintf("  %d probes, the last at step %d\n", d.Probes, d.Step)
		}
		for _, m := range s.Metrics {
			if c := r.Of(m.Key); c != nil {
				text += fmt.Sprintf("  %s: %d values, %.12s, now %v\n", m.Key, len(c.Values), sum(c.Values), c.Last)
			}
		}
	}
	return text
}

func settingOf(r *view.Run, key string) float64 {
	v, _ := r.Setting(key)
	return v
}

func littleEndian(values []float64) []byte {
	var b []byte
	for _, v := range values {
		if math.IsNaN(v) {
			v = math.NaN() // of all that are no number there is one in a record
		}
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return b
}

// sum is the SHA-256 of numbers, as results give that of parameters.
func sum(values []float64) string {
	s := sha256.Sum256(littleEndian(values))
	return hex.EncodeToString(s[:])
}

// lateRun is when somebody adds the third run.
const lateRun = 1500 * time.Millisecond

// recordExperiment records a small experiment, to which a run is added.
func recordExperiment(t *testing.T) {
	catalogue := fed.Catalogue(optimizers.Default())
	e := train.Start(t.Context(), train.Config{
		Load: func(context.Context, data.Progress) (*data.Dataset, error) { return threeClasses(), nil },
		Recipes: func(train.DataView, train.ProblemView) []optimizers.Recipe {
			return catalogue.Must("sgd:batch=4", "fedprox:clients=4,epochs=2,batch=10")
		},
		Model: "softmax", L2: 1e-2, Seed: 1, Threads: 2, Catalogue: catalogue, Budget: train.Limits{Passes: 12},
	})
	path := filepath.Join("testdata", firstRecord)
	removeRecord(path)
	w, err := Create(path, About{ID: "first", Name: "three classes", Configuration: []byte(`{"passes":12}`), Program: "v1", Kernels: "any", Architecture: "any", Host: "box", Began: e.Report().Began})
	if err != nil {
		t.Fatal(err)
	}
	w.Describe("three classes", "three", "three")
	ctx, cancel := context.WithCancel(t.Context())
	followed := make(chan struct{})
	go func() {
		defer close(followed)
		w.Follow(ctx, e, func(run int) (Checkpoint, error) {
			s, err := e.Save(run)
			if err != nil {
				return Checkpoint{}, err
			}
			return Checkpoint{Run: run, Step: s.Counts.Steps, Evaluations: s.Counts.Evals, Parameters: sum(s.Theta), State: s.Encode()}, nil
		})
	}()
	time.Sleep(lateRun)
	command := view.Command{ID: 1, Kind: view.Add, Recipe: "adam"}
	w.Commanded("ann", command)
	if err := e.Do(command); err != nil {
		t.Error(err)
	}
	for len(e.Snapshot().Runs) < 3 {
		time.Sleep(time.Millisecond)
	}
	if err := e.WaitRuns(t.Context()); err != nil {
		t.Fatal(err)
	}
	cancel()
	<-followed
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("testdata", firstShown), []byte(described(e.Snapshot())), 0o644); err != nil {
		t.Fatal(err)
	}
}

// threeClasses are 300 examples of three overlapping classes in four dimensions.
func threeClasses() *data.Dataset {
	rng := rand.New(rand.NewPCG(3, 4))
	split := func(n int) data.Split {
		x, y := make([]float64, 4*n), make([]int32, n)
		for i := range y {
			y[i] = int32(i % 3)
			for j := range 4 {
				x[4*i+j] = float64((i%3)*(j+1)%3) + rng.NormFloat64()
			}
		}
		return data.Split{X: matrix.NewDense(n, 4, x), Labels: y}
	}
	return &data.Dataset{Name: "three", Train: split(300), Val: split(60), Test: split(60), Features: 4, Classes: []string{"a", "b", "c"}, Digest: "three"}
}
