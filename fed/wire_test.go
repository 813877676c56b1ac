package fed

import (
	"bytes"
	"context"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sync/atomic"
	"testing"

	"optwatch/fed/client"
	"optwatch/fed/partition"
	"optwatch/optimizers"
)

// wire is a transport over which everything goes as bytes. Its clients are as
// if on machines of their own: each task is carried out by a worker of its own,
// on an oracle of the client's rows alone, and nothing of the server.
type wire struct {
	code  func(to, from any) error // through bytes
	p     problem
	rows  partition.Split
	bytes atomic.Int64
}

// byJSON and byGob copy through bytes.
func (w *wire) byJSON(to, from any) error {
	text, err := json.Marshal(from)
	if err != nil {
		return err
	}
	w.bytes.Add(int64(len(text)))
	return json.Unmarshal(text, to)
}

func (w *wire) byGob(to, from any) error {
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(from); err != nil {
		return err
	}
	w.bytes.Add(int64(b.Len()))
	return gob.NewDecoder(&b).Decode(to)
}

func (w *wire) Carry(tasks []Task, host Host, to Inbox) error {
	return host.Each(len(tasks), func(h Host, i int) error {
		var task Task
		if err := w.code(&task, tasks[i]); err != nil {
			return err
		}
		progress := func(p client.Progress) {
			var arrived client.Progress
			if err := w.byJSON(&arrived, p); err != nil { // in gob, every message by itself takes long
				panic(err)
			}
			to.Progress(arrived)
		}
		var worker client.Worker
		own := newOracle(w.p, task.Batches.Seed).Sub(slices.Clone(w.rows[task.Client]), task.Batches.Number)
		u, err := worker.Work(context.Background(), own, task, progress)
		if err != nil {
			return err
		}
		var arrived Update
		if err := w.code(&arrived, u); err != nil {
			return err
		}
		h.Count(arrived.Evaluations)
		to.Deliver(arrived)
		return nil
	})
}

// wireRecipes are federations of every strategy with every rule of its clients,
// with and without each kind of privacy, stragglers and failures.
func wireRecipes(t *testing.T, p optimizers.Problem) (recipes []string) {
	t.Helper()
	c := Catalogue(optimizers.Default())
	odd := map[string]string{"momentum": ",local_momentum=0.85", "adam": ",local_beta1=0.7", "adamw": ",local_decay=0.03", "rmsprop": ",local_eps=1e-3"}
	for _, m := range methods() {
		for _, local := range optimizers.Default().Rules {
			for _, private := range []string{"", ",clip=0.05", ",noise=0.5", ",privacy=example,clip=0.3", ",privacy=example,noise=1,clip=2", ",noise=1,private=1", ",privacy=example,noise=1,private=1"} {
				for _, faults := range []string{"", ",slow=0.4,slowness=2,drop=0.2,deadline=1.3"} {
					recipe := m.name + "+fedavgm:clients=6,partition=iid,epochs=2,batch=4,fraction=0.7,local=" + local.Name + odd[local.Name] + private + faults
					r, err := c.Parse(recipe)
					if err != nil {
						t.Fatal(err)
					}
					if _, err = c.Build(r, p); err == nil {
						recipes = append(recipes, recipe)
					}
				}
			}
		}
	}
	return recipes
}

// Tasks and updates hold all that clients need and send: where they go as bytes
// to workers who share nothing with the server, every federation comes to the
// same parameters, state, notes and view, to the bit.
func TestValuesHoldEverything(t *testing.T) {
	p, o := tiny()
	recipes := wireRecipes(t, p)
	if len(recipes) < 200 {
		t.Fatalf("only %d federations", len(recipes))
	}
	for i, recipe := range recipes {
		want := build(t, recipe, p, newOracle(o.problem, o.seed))
		want.Begin(o.seed, nil)
		got := build(t, recipe, p, newOracle(o.problem, o.seed))
		got.Begin(o.seed, nil)
		got.secret = want.secret // else no two federations with private=1 are alike
		w := &wire{p: o.problem, rows: got.partition}
		w.code = w.byJSON
		if (i+i/2)%2 == 1 { // each code with and without faults
			w.code = w.byGob
		}
		got.Transport = w
		theta, said := want.rounds(t, 3), want.Notes()
		if other := got.rounds(t, 3); !slices.Equal(other, theta) || !finite(theta) || norm(theta) == 0 {
			t.Errorf("%s: got %v, want %v", recipe, other, theta)
		}
		if notes := got.Notes(); !slices.Equal(notes, said) {
			t.Errorf("%s: it says %q, want %q", recipe, notes, said)
		}
		wantSaved(t, recipe, optimizers.Save(got.State()), optimizers.Save(want.State()))
		if a, b := fmt.Sprintf("%+v", got.View()), fmt.Sprintf("%+v", want.View()); withoutPointers(a) != withoutPointers(b) {
			t.Errorf("%s: it shows %s, want %s", recipe, a, b)
		}
		if a, b := got.View().Privacy, want.View().Privacy; a != nil && fmt.Sprintf("%+v", *a) != fmt.Sprintf("%+v", *b) {
			t.Errorf("%s: privacy is %+v, want %+v", recipe, a, b)
		}
		if a, b := got.o.shared.evals.Load(), want.o.shared.evals.Load(); a != b {
			t.Errorf("%s: %d evaluations are metered, want %d", recipe, a, b)
		}
		if w.bytes.Load() == 0 {
			t.Errorf("%s: nothing went over the wire", recipe)
		}
	}
}

// withoutPointers is text up to the pointer that ends it.
func withoutPointers(view string) string {
	at := bytes.LastIndex([]byte(view), []byte("Privacy:"))
	return view[:at]
}

// SCAFFOLD's variates go with the task from the second round on, and nothing of
// other clients does.
func TestTasksHoldNoOthersVariates(t *testing.T) {
	s := serve(t, "scaffold:clients=4,partition=iid,batch=5", newOracle(leastSquares(40, 3, 1), 1), neighbours(40, 4))
	if task := s.tasks([]int{2}, s.theta, &tally{round: 1, attempt: 1})[0]; task.Variates != nil {
		t.Errorf("before the first round there are variates %v", task.Variates)
	}
	s.rounds(t, 2)
	for _, task := range s.tasks([]int{0, 3}, s.theta, &tally{round: 3, attempt: 1}) {
		v := task.Variates
		if len(v.Server) != 3 || len(v.Client) != 3 || norm(v.Server) == 0 || slices.Equal(v.Server, v.Client) {
			t.Errorf("client %d gets %v", task.Client, v)
		}
	}
}

// Progress of another attempt, of nobody, or that comes after the update, changes nothing of what is shown.
func TestStaleProgress(t *testing.T) {
	s := serve(t, "fedavg:clients=3,partition=iid,batch=5", newOracle(leastSquares(30, 2, 1), 1), neighbours(30, 3))
	s.announce([]int{0, 1}, &tally{round: 4, attempt: 2})
	in := &inbox{r: s.Round, round: 4, attempt: 2}
	now := client.Progress{Round: 4, Attempt: 2, Client: 0, Steps: 1, Evaluations: 5, Loss: 2, Time: 0.5}
	for _, change := range []func(*client.Progress){
		func(p *client.Progress) { p.Round = 3 }, func(p *client.Progress) { p.Attempt = 1 },
		func(p *client.Progress) { p.Client = -1 }, func(p *client.Progress) { p.Client = 3 },
	} {
		p := now
		change(&p)
		in.Progress(p)
		if c := s.View().Clients[0]; c.Done != 0 || !math.IsNaN(c.Loss) {
			t.Errorf("%+v is shown as %+v", p, c)
		}
	}
	in.Progress(now)
	if c := s.View().Clients[0]; c.State.String() != "training" || c.Done != 5 || c.Loss != 2 || c.Time != 0.5 {
		t.Errorf("%+v is shown as %+v", now, c)
	}
	in.Deliver(Update{Round: 4, Attempt: 2, Client: 0, Delta: []float64{1, 1}, Examples: 10, Steps: 2, Evaluations: 10, Loss: 1, Time: 1})
	in.Progress(now)
	if verdicts, vectors := in.close(); len(verdicts) != 1 || vectors != 1 {
		t.Errorf("got %d updates with %d vectors, want 1", len(verdicts), vectors)
	}
	if in.Deliver(Update{Round: 4, Attempt: 2, Client: 1, Delta: []float64{1, 1}, Examples: 10, Steps: 2}); len(in.updates) != 1 || s.View().Clients[1].State.String() != "selected" {
		t.Errorf("an update that came after the end is among %d", len(in.updates))
	}
	if c := s.View().Clients[0]; c.State.String() != "sent" || c.Done != 10 || c.Loss != 1 {
		t.Errorf("after the update it is shown as %+v", c)
	}
}
