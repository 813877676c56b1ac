package fed

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"optwatch/train"
	"optwatch/train/view"
)

// judged is a server of four clients with ten examples each, and the tasks of
// its round 3, attempt 2, for clients 0, 1 and 2.
func judged(t *testing.T, recipe string) (*server, []Task) {
	s := serve(t, recipe, newOracle(leastSquares(40, 2, 1), 1), neighbours(40, 4))
	var tasks []Task
	for k := range 3 {
		tasks = append(tasks, s.tasks([]int{k}, s.theta, &tally{round: 3, attempt: 2})...)
	}
	return s, tasks
}

// good is an update that nothing speaks against.
func good(client int) *Update {
	return &Update{Round: 3, Attempt: 2, Client: client, Examples: 10, Steps: 3, Delta: []float64{1, float64(client)}, Loss: 1, Time: 1}
}

func with(client int, change func(u *Update)) *Update {
	u := good(client)
	change(u)
	return u
}

const judgedRecipe = "fedprox:clients=4,partition=iid,epochs=1,batch=4,deadline=2,max_norm=100"

func TestEachReason(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		what   string
		update *Update
		want   string
	}{
		{"nothing", good(1), ""},
		{"just in time", with(1, func(u *Update) { u.Time = 2 }), ""},
		{"just short enough", with(1, func(u *Update) { u.Delta = []float64{0, 100} }), ""},
		{"after the deadline", with(1, func(u *Update) { u.Time = 2.0001 }), late},
		{"not in the cohort", good(3), notAsked},
		{"unknown client", good(4), notAsked},
		{"negative client", good(-1), notAsked},
		{"the round before", with(1, func(u *Update) { u.Round = 2 }), wrongRound},
		{"the round after", with(1, func(u *Update) { u.Round = 4 }), wrongRound},
		{"the attempt before", with(1, func(u *Update) { u.Attempt = 1 }), wrongRound},
		{"too short", with(1, func(u *Update) { u.Delta = u.Delta[:1] }), wrongLength},
		{"too long", with(1, func(u *Update) { u.Delta = append(u.Delta, 0) }), wrongLength},
		{"nothing in it", with(1, func(u *Update) { u.Delta = nil }), wrongLength},
		{"more examples than it holds", with(1, func(u *Update) { u.Examples = 11 }), wrongCount},
		{"fewer examples", with(1, func(u *Update) { u.Examples = 0 }), wrongCount},
		{"no steps", with(1, func(u *Update) { u.Steps = 0 }), wrongCount},
		{"more steps than its epochs have", with(1, func(u *Update) { u.Steps = 4 }), wrongCount},
		{"fewer evaluations than none", with(1, func(u *Update) { u.Evaluations = -1 }), wrongCount},
		{"more clipped than there were", with(1, func(u *Update) { u.Clipped, u.Contributions = 3, 2 }), wrongCount},
		{"it says that it was late", with(1, func(u *Update) { u.Delta, u.Failed = nil, "late" }), late},
		{"it says that it broke off", with(1, func(u *Update) { u.Delta, u.Failed = nil, "broke off" }), brokeOff},
		{"it failed for no known reason", with(1, func(u *Update) { u.Failed = "not averaged" }), brokeOff},
		{"not of this round, and failed", with(1, func(u *Update) { u.Round, u.Failed = 2, "late" }), wrongRound},
		{"NaN signal", with(1, func(u *Update) { u.Signal = nan }), notFinite},
		{"NaN", with(1, func(u *Update) { u.Delta[1] = nan }), notFinite},
		{"Inf", with(1, func(u *Update) { u.Delta[0] = -inf }), notFinite},
		{"NaN loss", with(1, func(u *Update) { u.Loss = nan }), notFinite},
		{"NaN time", with(1, func(u *Update) { u.Time = nan }), notFinite},
		{"too long a way", with(1, func(u *Update) { u.Delta = []float64{0, 100.0001} }), oversized},
		{"a length beyond float64", with(1, func(u *Update) { u.Delta = []float64{1e300, 1e300} }), oversized},
	} {
		s, tasks := judged(t, judgedRecipe)
		got := s.judge(tasks).verdicts([]*Update{c.update})
		if len(got) != 1 || got[0].reason != c.want || got[0].Update != c.update {
			t.Errorf("%s: got %+v, want %q", c.what, got, c.want)
		}
	}
}

// Of an update sent twice the first counts, and a client that contradicts
// itself is not believed; what is wrong by itself does not make it lie.
func TestSeveralUpdatesOfAClient(t *testing.T) {
	for _, c := range []struct {
		what  string
		inbox []*Update
		want  []string // in the order of clients, and of sending
	}{
		{"twice", []*Update{good(1), good(1)}, []string{"", duplicate}},
		{"again, later", []*Update{with(1, func(u *Update) { u.Time = 1.5 }), good(1)}, []string{"", duplicate}},
		{"again, too late", []*Update{with(1, func(u *Update) { u.Time = 3 }), good(1)}, []string{"", late}},
		{"thrice", []*Update{good(1), good(1), good(1)}, []string{"", duplicate, duplicate}},
		{"another", []*Update{good(1), with(1, func(u *Update) { u.Delta[0] = 2 })}, []string{contradicts, contradicts}},
		{"another number of steps", []*Update{good(1), with(1, func(u *Update) { u.Steps = 2 })}, []string{contradicts, contradicts}},
		{"another loss", []*Update{good(1), with(1, func(u *Update) { u.Loss = 2 })}, []string{contradicts, contradicts}},
		{"another, after a double", []*Update{good(1), good(1), with(1, func(u *Update) { u.Delta[0] = 2 })}, []string{contradicts, duplicate, contradicts}},
		{"a stale one first", []*Update{with(1, func(u *Update) { u.Round, u.Time, u.Delta[0] = 2, 0.5, 7 }), good(1)}, []string{wrongRound, ""}},
		{"a spoilt one first", []*Update{with(1, func(u *Update) { u.Time, u.Delta[0] = 0.5, math.NaN() }), good(1)}, []string{notFinite, ""}},
		{"of two clients", []*Update{good(2), good(0), good(2)}, []string{"", "", duplicate}},
	} {
		s, tasks := judged(t, judgedRecipe)
		var got []string
		for _, v := range s.judge(tasks).verdicts(c.inbox) {
			got = append(got, v.reason)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.what, got, c.want)
		}
	}
}

// Verdicts do not depend on the order of arrival: what is averaged, what is
// counted and what is shown are the same for every permutation.
func TestVerdictsDoNotDependOnArrival(t *testing.T) {
	inbox := []*Update{
		good(0), with(0, func(u *Update) { u.Steps = 1 }), with(0, func(u *Update) { u.Time = 1.5 }),
		good(1), good(1), with(1, func(u *Update) { u.Round = 2 }), with(1, func(u *Update) { u.Delta = []float64{math.NaN(), 0} }),
		good(2), with(2, func(u *Update) { u.Time = 9 }), with(2, func(u *Update) { u.Examples = 9 }), good(3), good(17),
	}
	type outcome struct {
		client, steps, round, examples int
		reason                         string
		time, loss                     float64
	}
	outcomes := func(seed uint64) (out []outcome) {
		s, tasks := judged(t, judgedRecipe)
		shuffled := slices.Clone(inbox)
		if seed > 0 {
			seeded(seed).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		}
		for _, v := range s.judge(tasks).verdicts(shuffled) {
			out = append(out, outcome{v.Client, v.Steps, v.Round, v.Examples, v.reason, v.Time, v.Loss})
		}
		return out
	}
	want := outcomes(0)
	for seed := range uint64(200) {
		if got := outcomes(seed + 1); !slices.Equal(got, want) {
			t.Fatalf("order %d: got %v, want %v", seed+1, got, want)
		}
	}
}

// sending is a transport that loses all work and delivers what it is told to.
type sending func(tasks []Task) []*Update

func (f sending) Carry(tasks []Task, _ Host, to Inbox) error {
	for _, u := range f(tasks) {
		to.Deliver(*u)
	}
	return nil
}

// plainly is an update for a task, of two numbers.
func plainly(task Task, examples int, delta ...float64) *Update {
	return &Update{Round: task.Round, Attempt: task.Attempt, Client: task.Client, Examples: examples, Steps: 1, Delta: delta, Loss: 1}
}

// What becomes of updates is counted and shown, client by client.
func TestRefusalsAreCountedAndShown(t *testing.T) {
	s, _ := judged(t, "fedavg:clients=4,partition=iid,deadline=2")
	s.Transport = sending(func(tasks []Task) []*Update {
		good, bad, slow := plainly(tasks[0], 10, 1, 2), plainly(tasks[1], 10, math.NaN(), 0), plainly(tasks[2], 10, 1, 1)
		slow.Time = 3
		return []*Update{good, plainly(tasks[0], 10, 1, 2), bad, slow} // and nothing of client 3
	})
	got := s.rounds(t, 2)
	wantVector(t, "θ", got, []float64{-2, -4}, 0)
	v := s.View()
	want := []view.Refusal{{Reason: late, Count: 2}, {Reason: lost, Count: 2}, {Reason: notFinite, Count: 2}, {Reason: duplicate, Count: 2}}
	if !slices.Equal(v.Refused, want) {
		t.Errorf("got %v, want %v", v.Refused, want)
	}
	for k, want := range []struct {
		state             view.ClientState
		reason            string
		accepted, refused int
	}{
		{view.ClientAccepted, "", 2, 2},
		{view.ClientRejected, notFinite, 0, 2},
		{view.ClientLate, "", 0, 2},
		{view.ClientFailed, lost, 0, 2},
	} {
		if c := v.Clients[k]; c.State != want.state || c.Reason != want.reason || c.Accepted != want.accepted || c.Refused != want.refused {
			t.Errorf("client %d: got %s (%s), %d accepted, %d refused; want %+v", k, c.State, c.Reason, c.Accepted, c.Refused, want)
		}
	}
	if v.Round != 2 || v.Underway || v.Answered != 1 || v.Cohort != 4 {
		t.Errorf("got round %d, under way %v, %d of %d answered; want 2, false, 1 of 4", v.Round, v.Underway, v.Answered, v.Cohort)
	}
	want1 := "round 1: not averaged: c2 late, c3 lost on the way, c1 not finite, c0 duplicate"
	if notes := s.Notes(); len(notes) != 2 || notes[0] != want1 {
		t.Errorf("got notes %q, want one a round, the first %q", notes, want1)
	}
	if got, want := s.Bytes(), int64(2*8*2*(4+4)); got != want { // two rounds, 2 numbers to 4 clients and 4 updates back
		t.Errorf("got %d bytes, want %d", got, want)
	}
}

// Below the quorum a round is tried again, with the cohort of another attempt,
// and in the end it fails. It never averages nothing.
func TestQuorum(t *testing.T) {
	for _, c := range []struct {
		recipe  string
		answers []int // of each attempt
		rounds  int
		want    string
	}{
		{"fedavg:quorum=0.5", []int{1, 0, 2}, 1, ""},
		{"fedavg:quorum=0.5,retries=1", []int{1, 1, 2}, 0, "round 1: 1 of 4 clients answered, 2 must, in 2 attempts"},
		{"fedavg", []int{0, 0, 0, 0, 4}, 0, "round 1: 0 of 4 clients answered, 1 must, in 4 attempts"},
		{"fedavg:retries=0", []int{0, 4}, 0, "round 1: 0 of 4 clients answered, 1 must, in 1 attempts"},
		{"fedavg:quorum=1,retries=0", []int{3}, 0, "round 1: 3 of 4 clients answered, 4 must, in 1 attempts"},
		{"fedavg:quorum=0.3,retries=0", []int{2}, 1, ""},
		{"fedavg:aggregate=krum,byzantine=0,retries=0", []int{2}, 0, "round 1: 2 of 4 clients answered, 3 must, in 1 attempts"},
	} {
		t.Run(c.recipe, func(t *testing.T) {
			recipe := c.recipe + map[bool]string{true: ",", false: ":"}[strings.Contains(c.recipe, ":")] + "clients=4,partition=iid"
			s, _ := judged(t, recipe)
			attempts := 0
			s.Transport = sending(func(tasks []Task) (us []*Update) {
				if tasks[0].Attempt != attempts+1 || tasks[0].Round != 1 {
					t.Errorf("attempt %d of round %d, want attempt %d of round 1", tasks[0].Attempt, tasks[0].Round, attempts+1)
				}
				for _, task := range tasks[:c.answers[attempts]] {
					us = append(us, plainly(task, 10, 1, 1))
				}
				attempts++
				return us
			})
			_, err := s.try()
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("got error %q, want %q", got, c.want)
			}
			if int(s.Rounds()) != c.rounds || (s.theta[0] != 0) != (c.rounds > 0) {
				t.Errorf("got %d rounds and θ = %v, want %d", s.Rounds(), s.theta, c.rounds)
			}
			refused := 0
			for _, f := range s.View().Refused {
				refused += f.Count
			}
			want := 0
			for _, n := range c.answers[:attempts] {
				want += 4 - n
			}
			if refused != want {
				t.Errorf("got %d refusals in %d attempts, want %d", refused, attempts, want)
			}
		})
	}
}

// Where all that comes is out of bounds the run has diverged, and that is not a
// failure of the round; those who are silent do not change it.
func TestDivergedClients(t *testing.T) {
	nan := []float64{math.NaN(), 0}
	for _, c := range []struct {
		what string
		send sending
		want bool
	}{
		{"all not finite", func(tasks []Task) (us []*Update) {
			for _, task := range tasks {
				us = append(us, plainly(task, 10, nan...))
			}
			return us
		}, true},
		{"one not finite, the others silent", func(tasks []Task) []*Update { return []*Update{plainly(tasks[1], 10, nan...)} }, true},
		{"one oversized, the others silent", func(tasks []Task) []*Update { return []*Update{plainly(tasks[1], 10, 1e7, 0)} }, true},
		{"all silent", func([]Task) []*Update { return nil }, false},
		{"one not finite, one of the wrong length", func(tasks []Task) []*Update {
			return []*Update{plainly(tasks[0], 10, nan...), plainly(tasks[1], 10, 1)}
		}, false},
	} {
		s, _ := judged(t, "fedavg:clients=4,partition=iid")
		s.Transport = c.send
		_, err := s.try()
		if got := errors.As(err, new(train.DivergedError)); err == nil || got != c.want {
			t.Errorf("%s: got %v; want it diverged %v", c.what, err, c.want)
		}
		if s.theta[0] != 0 || s.Rounds() != 0 || s.View().Underway {
			t.Errorf("%s: got θ = %v after %d rounds", c.what, s.theta, s.Rounds())
		}
	}
}
