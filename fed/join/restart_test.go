package join_test

import (
	"context"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"optwatch/fed"
	"optwatch/fed/hub"
	"optwatch/fed/join"
	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/train/view"
)

// Anything may end at any time and be started anew: the bits are those of rounds
// that nothing has disturbed.

// life is one of the coordinator's: a hub and an experiment on it.
type life struct {
	*hub.Hub
	*train.Experiment
	end func() // as if the process was killed
}

// lives begins a life that goes on from a state, or anew.
func lives(t *testing.T, s hub.Settings, recipe string, from *train.RunState) *life {
	t.Helper()
	h := open(t, s)
	catalogue := fed.Config{Transport: h.Transport}.Catalogue(optimizers.Default())
	c := config(catalogue, recipe)
	if from != nil {
		back, err := train.DecodeState(from.Encode())
		if err != nil {
			t.Fatal(err)
		}
		c = config(catalogue)
		c.Resume = []*train.RunState{back}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Minute)
	e := train.Start(ctx, c)
	l := &life{Hub: h, Experiment: e}
	l.end = func() {
		h.Close() // in mid-round: nobody is told
		cancel()
		e.Wait()
	}
	t.Cleanup(l.end)
	return l
}

// made is how many rounds there have been.
func (l *life) made(t *testing.T) int {
	t.Helper()
	if err := l.Experiment.Err(); err != nil {
		t.Fatal(err)
	}
	r := l.Report().Runs
	if len(r) == 0 || r[0].Federated == nil {
		return 0
	}
	return r[0].Federated.Round
}

// ends waits for the end of the run, and compares its digest.
func (l *life) ends(t *testing.T, want string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Minute)
	defer cancel()
	if err := l.WaitRuns(ctx); err != nil {
		t.Fatalf("after %d rounds: %v; members %+v", l.made(t), err, l.Members())
	}
	r := l.Report().Runs[0]
	if r.ThetaSHA256 != want || r.State != view.Budget {
		t.Errorf("got %s, %s after %d rounds (%s), want %s", r.ThetaSHA256, r.State, r.Federated.Round, r.Reason, want)
	}
}

// fixed is an address that stays the same over lives.
func fixed(t *testing.T) string {
	t.Helper()
	h := open(t, hub.Settings{Clients: 1})
	defer h.Close()
	return h.Address()
}

// A coordinator that is killed in mid-round and goes on from what it has saved finds
// its clients again, who come back by themselves; whether the store is there or not.
func TestCoordinatorRestarts(t *testing.T) {
	const recipe = "scaffold:clients=3,partition=dirichlet,alpha=1,rounds=60,batch=8"
	want := undisturbed(t, recipe)
	s := hub.Settings{Clients: 3, Accept: true, Folder: t.TempDir(), Listen: fixed(t)}
	l := lives(t, s, recipe, nil)
	for k := range 3 {
		member(t, l.Hub, k, nil)
	}
	var state *train.RunState
	for n := range 3 {
		target := 15 * (n + 1)
		within(t, "there are so many rounds", func() bool { return l.made(t) >= target })
		if n != 1 { // else what was made since is made again
			var err error
			if state, err = l.Save(0); err != nil {
				t.Fatal(err)
			}
		}
		l.end()
		if n == 2 {
			if err := os.RemoveAll(filepath.Join(s.Folder, "store")); err != nil {
				t.Fatal(err)
			}
		}
		l = lives(t, s, recipe, state)
	}
	l.ends(t, want)
}

// Clients that are killed wherever they are, and started anew with their keys.
func TestClientsRestart(t *testing.T) {
	const recipe = "scaffold:clients=3,partition=iid,rounds=40,batch=8,epochs=3"
	want := undisturbed(t, recipe)
	l := lives(t, hub.Settings{Clients: 3, Accept: true}, recipe, nil)
	rng := rand.New(rand.NewPCG(14, 1))
	folders, ends := make([]string, 3), make([]func() error, 3)
	for k := range folders {
		folders[k] = t.TempDir()
		ends[k] = member(t, l.Hub, k, func(s *join.Settings) { s.Folder = folders[k] })
	}
	within(t, "there is a round", func() bool { return l.made(t) > 0 })
	for range 8 {
		k := rng.IntN(3)
		time.Sleep(time.Duration(rng.IntN(30)) * time.Millisecond)
		_ = ends[k]()
		ends[k] = member(t, l.Hub, k, func(s *join.Settings) { s.Folder = folders[k] })
	}
	l.ends(t, want)
}

// A run is paused while its clients work, and they halt. The coordinator is killed;
// the next one knows of no pause, and neither do they then. The first would go on for
// days, so that it does not end before a pause.
func TestPauseIsForgotten(t *testing.T) {
	const recipe = "fedavg:clients=2,partition=iid,batch=1"
	want := undisturbed(t, recipe+",rounds=10")
	s := hub.Settings{Clients: 2, Accept: true, Folder: t.TempDir(), Listen: fixed(t)}
	l := lives(t, s, recipe+",epochs=1000,rounds=1000000", nil)
	clients := []*join.Client{running(t, l.Hub, 0), running(t, l.Hub, 1)}
	are := func(s join.State) int {
		return len(slices.DeleteFunc(slices.Clone(clients), func(c *join.Client) bool { return c.Status().State != s }))
	}
	for halted := false; !halted; {
		within(t, "a client works", func() bool { return are(join.Training) > 0 })
		if err := l.Do(view.Command{Kind: view.Pause}); err != nil {
			t.Fatal(err)
		}
		within(t, "a client halts, or the pause lies between two rounds", func() bool {
			halted = are(join.Paused) > 0
			return halted || l.state() == view.Paused && are(join.Idle) == 2
		})
		if !halted {
			t.Log("a pause between two rounds: another")
			if err := l.Do(view.Command{Kind: view.Resume}); err != nil {
				t.Fatal(err)
			}
		}
	}
	l.end()
	lives(t, s, recipe+",rounds=10", nil).ends(t, want)
}

// A pause halts the clients, and they go on after it.
func TestPause(t *testing.T) {
	const recipe = "fedavg:clients=2,partition=iid,rounds=2,batch=1,epochs=1000"
	want := undisturbed(t, recipe)
	l := lives(t, hub.Settings{Clients: 2, Accept: true}, recipe, nil)
	clients := []*join.Client{running(t, l.Hub, 0), running(t, l.Hub, 1)}
	pauses := 0
	for range 3 {
		within(t, "a client works, or all is over", func() bool {
			return clients[0].Status().State == join.Training || l.state() == view.Budget
		})
		if l.Do(view.Command{Kind: view.Pause}) != nil { // it has ended
			break
		}
		within(t, "it is paused, or has ended", func() bool {
			r := l.state()
			return r == view.Paused || r == view.Budget
		})
		if l.state() == view.Paused {
			pauses++
		}
		_ = l.Do(view.Command{Kind: view.Resume}) // if it is paused
	}
	if pauses == 0 {
		t.Log("it ended before any pause: this run of the test proves nothing of them")
	}
	l.ends(t, want)
}

// state is that of the run; running before it has begun.
func (l *life) state() view.State {
	if runs := l.Report().Runs; len(runs) > 0 {
		return runs[0].State
	}
	return view.Running
}

// running is a client with a screen, as it were.
func running(t *testing.T, h *hub.Hub, k int) *join.Client {
	t.Helper()
	c, err := join.New(join.Settings{Line: lineOf(t, h), Name: "c", Version: "test", Kernels: "test", Folder: t.TempDir(), Part: k, Load: load})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = c.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	return c
}

// A client that is gone is waited for, until it is dropped.
func TestDropOfAClientThatIsGone(t *testing.T) {
	l := lives(t, hub.Settings{Clients: 3, Accept: true}, "fedavg:clients=3,partition=iid,rounds=10,batch=8", nil)
	var end func() error
	for k := range 3 {
		end = member(t, l.Hub, k, nil)
	}
	within(t, "all take part", func() bool { return takePart(l.Hub) == 3 })
	_ = end()
	if err := l.Do(view.Command{Kind: view.DropClient, Client: 2}); err != nil && l.made(t) < 10 {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := l.WaitRuns(ctx); err != nil {
		t.Fatal(err)
	}
	if r := l.Report().Runs[0]; r.Federated.Round != 10 || r.State != view.Budget {
		t.Errorf("%s after %d rounds: %s", r.State, r.Federated.Round, r.Reason)
	}
}

// With patience, rounds go on without a client that is gone, and with it once it is back.
func TestPatience(t *testing.T) {
	l := lives(t, hub.Settings{Clients: 3, Accept: true, Patience: 50 * time.Millisecond}, "fedavg:clients=3,partition=iid,rounds=6,batch=8", nil)
	var end func() error
	for k := range 3 {
		end = member(t, l.Hub, k, nil)
	}
	within(t, "there is a round", func() bool { return l.made(t) > 0 })
	_ = end()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := l.WaitRuns(ctx); err != nil {
		t.Fatal(err)
	}
	if r := l.Report().Runs[0]; r.Federated.Round != 6 || r.State != view.Budget {
		t.Errorf("%s after %d rounds: %s", r.State, r.Federated.Round, r.Reason)
	}
}

// On a server of the user's: it is killed and started anew, with what it had stored
// and without; its streams are deleted under us.
func TestServerRestarts(t *testing.T) {
	const recipe = "scaffold:clients=3,partition=iid,rounds=60,batch=8"
	want := undisturbed(t, recipe)
	folder := t.TempDir()
	n := join.NATSServer(t, folder, server.RANDOM_PORT)
	url := n.ClientURL()
	port := n.Addr().(*net.TCPAddr).Port
	l := lives(t, hub.Settings{Clients: 3, Accept: true, URL: url}, recipe, nil)
	for k := range 3 {
		member(t, l.Hub, k, nil)
	}
	for i, store := range []string{folder, t.TempDir(), ""} {
		target := 15 * (i + 1)
		within(t, "there are so many rounds", func() bool { return l.made(t) >= target })
		if store == "" {
			deleteStreams(t, url)
			continue
		}
		n.Shutdown()
		n.WaitForShutdown()
		n = join.NATSServer(t, store, port)
	}
	l.ends(t, want)
}

// Streams that are deleted while nothing is said are there again soon: a client may
// have an answer to put onto one, and waits for nothing else.
func TestStreamsComeBack(t *testing.T) {
	url := join.NATSServer(t, t.TempDir(), server.RANDOM_PORT).ClientURL()
	lives(t, hub.Settings{Clients: 1, Accept: true, URL: url}, "fedavg:clients=1,partition=iid", nil)
	before := streams(t, url)
	deleteStreams(t, url)
	within(t, "the streams are there again", func() bool { return slices.Equal(streams(t, url), before) })
}

// streams are the names of the streams that JetStream has, sorted.
func streams(t *testing.T, url string) (names []string) {
	t.Helper()
	visitStreams(t, url, func(_ jetstream.JetStream, name string) { names = append(names, name) })
	slices.Sort(names)
	return names
}

// deleteStreams deletes all that JetStream has.
func deleteStreams(t *testing.T, url string) {
	t.Helper()
	visitStreams(t, url, func(js jetstream.JetStream, name string) {
		if err := js.DeleteStream(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	})
}

func visitStreams(t *testing.T, url string, visit func(js jetstream.JetStream, name string)) {
	t.Helper()
	c, err := nats.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	js, err := jetstream.New(c)
	if err != nil {
		t.Fatal(err)
	}
	for name := range js.StreamNames(t.Context()).Name() {
		visit(js, name)
	}
}

// A second coordinator, on a copy of the folder, takes the federation over, and the
// first says so. The clients hear the second.
func TestSecondCoordinator(t *testing.T) {
	const recipe = "fedavg:clients=2,partition=iid,rounds=40,batch=8"
	want := undisturbed(t, recipe)
	url := join.NATSServer(t, t.TempDir(), server.RANDOM_PORT).ClientURL()
	said := &log{}
	s := hub.Settings{Clients: 2, Accept: true, URL: url, Folder: t.TempDir(), Log: said.add}
	first := lives(t, s, recipe+",epochs=500", nil)
	for k := range 2 {
		member(t, first.Hub, k, nil)
	}
	within(t, "all take part", func() bool { return takePart(first.Hub) == 2 })
	copied := t.TempDir()
	if err := os.CopyFS(copied, os.DirFS(s.Folder)); err != nil {
		t.Fatal(err)
	}
	s.Folder, s.Log = copied, nil
	second := lives(t, s, recipe, nil)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := first.WaitRuns(ctx); err != nil {
		t.Fatal(err)
	}
	if r := first.Report().Runs[0]; r.State != view.Failed || !strings.Contains(r.Reason, "another coordinator has taken this federation over") {
		t.Errorf("the first is %s: %s", r.State, r.Reason)
	}
	if !said.has("another coordinator") {
		t.Errorf("it is not in its log: %q", said.lines)
	}
	second.ends(t, want)
}

// The federation's end is heard by clients that are there, and by one that comes back later.
func TestEnd(t *testing.T) {
	h := open(t, hub.Settings{Clients: 2, Accept: true})
	clients := []*join.Client{running(t, h, 0), running(t, h, 1)}
	within(t, "all take part", func() bool { return takePart(h) == 2 && !h.Members()[1].Heard.IsZero() })
	h.End("all runs have ended")
	for _, c := range clients {
		within(t, "it has ended", func() bool { return c.Status().State == join.Ended && c.Status().Trouble == "all runs have ended" })
	}
}
