package record

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"optwatch/train/view"
)

// followed is a hostile source whose record is being written, in a bubble of time.
type followed struct {
	*hostile
	w    *Writer
	stop func() // ends the writing, and waits for that

	saved struct {
		sync.Mutex
		times map[int][]time.Duration // since the beginning, by run
	}
	block atomic.Pointer[chan struct{}] // saves of run 0 wait for it; nil for no wait
	fail  atomic.Bool                   // saves of run 0 fail
	size  atomic.Int64                  // of states; 0 for small ones
}

// follow begins to record a source.
func follow(t *testing.T) *followed { return followBlocked(t, nil) }

// followBlocked begins to record a source whose run 0 is saved only when wait is
// closed, or at once where there is none.
func followBlocked(t *testing.T, wait chan struct{}) *followed {
	f := &followed{hostile: newHostile(), w: created(t)}
	f.saved.times = map[int][]time.Duration{}
	if wait != nil {
		f.block.Store(&wait)
	}
	began := time.Now()
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan struct{})
	f.goOn(time.Second)
	go func() {
		defer close(over)
		f.w.Follow(ctx, f, func(run int) (Checkpoint, error) {
			f.saved.Lock()
			f.saved.times[run] = append(f.saved.times[run], time.Since(began))
			f.saved.Unlock()
			if wait := f.block.Load(); run == 0 && wait != nil {
				<-*wait
			}
			if run == 0 && f.fail.Load() {
				return Checkpoint{}, errors.New("it is torn")
			}
			c, err := f.save(run)
			if n := f.size.Load(); n > 0 {
				c.State = make([]byte, n)
			}
			return c, err
		})
	}()
	f.stop = func() {
		cancel()
		<-over
	}
	t.Cleanup(f.stop)
	return f
}

// wait lets some time pass, with steps of the runs or without.
func (f *followed) wait(d time.Duration, steps bool) {
	for end := time.Now().Add(d); time.Now().Before(end); {
		time.Sleep(min(time.Second, time.Until(end)))
		if steps {
			f.goOn(time.Second)
		}
	}
	synctest.Wait()
}

// taken is when checkpoints of a run were asked for.
func (f *followed) taken(run int) []time.Duration {
	f.saved.Lock()
	defer f.saved.Unlock()
	return append([]time.Duration(nil), f.saved.times[run]...)
}

// ask is what a query of the record tells.
func (f *followed) ask(t *testing.T, query string) string {
	t.Helper()
	r, err := Open(f.w.path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	return text(t, r, query)
}

func TestCheckpointsEveryTenSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := follow(t)
		f.wait(35*time.Second, true)
		if got := f.taken(7); len(got) != 4 || got[0] != 0 || got[1] < 10*time.Second || got[1] > 11*time.Second {
			t.Errorf("in 35 s checkpoints were taken at %v, want one at once and then one in ten seconds", got)
		}
		f.wait(time.Minute, false)
		before := len(f.taken(7))
		f.wait(5*time.Minute, false)
		if got := len(f.taken(7)); got != before {
			t.Errorf("%d checkpoints were taken of a run that stood still", got-before)
		}
		f.change(func(s *view.Snapshot) { f.event(1, view.EventPause, "paused", 0) })
		f.wait(time.Second, false)
		if got := len(f.taken(7)); got != before+1 {
			t.Errorf("a pause took %d checkpoints, want 1", got-before)
		}
		f.stop()
		if got := len(f.taken(7)); got != before+1 {
			t.Errorf("the end took another checkpoint of a run that stood still")
		}
	})
}

// Large states are saved so seldom that they come at a bounded rate, but for a pause.
func TestLargeCheckpointsAreRarer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := follow(t)
		f.size.Store(3_000_000) // of three runs, so that 36 s are to lie between two
		f.wait(4*time.Minute, true)
		times := f.taken(7)
		for i := 3; i < len(times); i++ {
			if apart := times[i] - times[i-1]; apart < 36*time.Second || apart > 38*time.Second {
				t.Errorf("checkpoint %d was taken %v after the one before, want 36 s", i, apart)
			}
		}
		if len(times) < 6 {
			t.Errorf("%d checkpoints in four minutes", len(times))
		}
		f.change(func(*view.Snapshot) { f.event(1, view.EventPause, "paused", 0) })
		f.wait(time.Second, false)
		if got := len(f.taken(7)); got != len(times)+1 {
			t.Errorf("a pause took %d checkpoints, want 1", got-len(times))
		}
	})
}

// The first checkpoints of all runs come together.
func TestFirstCheckpointsAreOneTransaction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wait := make(chan struct{})
		f := followBlocked(t, wait)
		f.wait(5*time.Second, true)
		if got := f.ask(t, "SELECT count(*) FROM checkpoints"); got != "0" {
			t.Errorf("%s checkpoints were written before those of all runs were taken", got)
		}
		if got := f.ask(t, "SELECT count(*) FROM points WHERE run = 7 AND metric = 'train/loss'"); got < "5" {
			t.Errorf("%s points of another run were written after 5 s", got)
		}
		close(wait)
		f.wait(time.Second, true)
		if got := f.ask(t, "SELECT count(*) || ' ' || count(DISTINCT at) FROM checkpoints"); got != "3 1" {
			t.Errorf("got %s checkpoints and transactions, want 3 1", got)
		}
	})
}

// What was done to a run is told once a checkpoint holds it, and what a command
// came to, too.
func TestDoneIsWrittenWithTheCheckpoint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := follow(t)
		f.wait(3*time.Second, true)
		wait := make(chan struct{})
		f.block.Store(&wait)
		c := view.Command{ID: 9, Kind: view.Set, Run: 0, Setting: "lr", Value: 0.05}
		f.w.Commanded("ada", c)
		f.change(func(*view.Snapshot) {
			f.event(0, view.EventSetting, "lr 0.1 → 0.05", 9)
			f.event(1, view.EventInfo, "by the way", 0)
		})
		f.wait(3*time.Second, true)
		const commands = "SELECT group_concat(who || '|' || run || '|' || what || '|' || ifnull(outcome, 'open'), ';') FROM commands"
		const events = "SELECT ifnull(group_concat(text, '|'), '') FROM (SELECT text FROM events WHERE kind != 'start' ORDER BY number)"
		if got := f.ask(t, commands); got != "ada|run 0|set lr 0.05|open" {
			t.Errorf("before the checkpoint: %s", got)
		}
		if got := f.ask(t, events); got != "by the way" {
			t.Errorf("before the checkpoint the log is %q", got)
		}
		close(wait)
		f.wait(time.Second, true)
		if got := f.ask(t, commands); got != "ada|run 0|set lr 0.05|done" {
			t.Errorf("after the checkpoint: %s", got)
		}
		if got := f.ask(t, events); got != "lr 0.1 → 0.05|by the way" {
			t.Errorf("after the checkpoint the log is %q", got)
		}

		f.fail.Store(true) // a run that broke in the middle of a step has nothing to save
		f.change(func(*view.Snapshot) { f.event(0, view.EventFailed, "panic", 0) })
		f.wait(2*time.Second, true)
		if got := f.ask(t, events); !strings.HasSuffix(got, "|panic") {
			t.Errorf("after a save that failed the log is %q", got)
		}
	})
}

func TestCommands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := follow(t)
		f.wait(2*time.Second, true)
		f.w.Commanded("ada", view.Command{ID: 1, Kind: view.Switch, Run: 7, Recipe: "adam:lr=0.001"})
		f.w.Refused(view.Command{ID: 1, Kind: view.Switch, Run: 7}, errors.New("it has ended"))
		f.w.Commanded("bo'b", view.Command{ID: 2, Kind: view.Add, Recipe: "sgd\x1b[31m"})
		f.w.Commanded("ada", view.Command{ID: 3, Kind: view.Pause, Run: 14})
		f.change(func(*view.Snapshot) { f.event(2, view.EventRefused, "not now", 3) })
		f.w.Commanded("ada", view.Command{Kind: view.Finish})
		f.change(func(s *view.Snapshot) { // a run that is told something before it was looked at
			s.Runs = append(s.Runs[:len(s.Runs):len(s.Runs)], s.Runs[2])
			s.Runs[len(s.Runs)-1].ID, s.Runs[len(s.Runs)-1].Name = 21, "new"
		})
		f.w.Commanded("ada", view.Command{ID: 4, Kind: view.Pause, Run: 21})
		f.wait(2*time.Second, true)
		f.stop()
		const all = "SELECT group_concat(number || '|' || who || '|' || run || '|' || what || '|' || ifnull(outcome, 'open'), ';') FROM commands"
		want := "1|ada|run 1|switch to adam:lr=0.001|it has ended;2|bo'b||add sgd\x1b[31m|open;3|ada|run 2|pause|not now;4|ada||finish|open;5|ada|new|pause|open"
		if got := f.ask(t, all); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	})
}

// While nothing can be written, training goes on and it is said why; what was
// missed is written once it works again.
func TestTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := follow(t)
		f.wait(90*time.Second, true)
		full := errors.New("the disk is full")
		count := 0
		f.w.writing.Lock()
		f.w.store.before = func(statement string) error {
			if count++; count%11 > 4 { // now in the midst of a transaction, now at its beginning
				return full
			}
			return nil
		}
		f.w.writing.Unlock()
		f.change(func(s *view.Snapshot) { s.Axes = append(s.Axes[:len(s.Axes):len(s.Axes)], view.Axis{Key: "new"}) })
		f.change(func(*view.Snapshot) { f.event(1, view.EventPause, "paused", 0) })
		f.wait(20*time.Second, true)
		if got := f.w.Trouble(); !strings.HasPrefix(got, "the disk is full: what happens since 1:3") || !strings.HasSuffix(got, " is not recorded") {
			t.Errorf("trouble: %q", got)
		}
		if err := f.w.Release(1, 1); err == nil {
			f.w.Release(1, 2)
		}
		f.w.writing.Lock()
		f.w.store.before = nil
		f.w.writing.Unlock()
		f.wait(40*time.Second, true)
		if got := f.w.Trouble(); got != "" {
			t.Errorf("after it works again: %q", got)
		}
		r := readerOf(t, f.w.path)
		checkCurves(t, r, f.Snapshot())
		r.Close()
		if got := f.ask(t, "SELECT text FROM events WHERE kind = 'pause'"); got != "paused" {
			t.Errorf("what happened meanwhile: %q", got)
		}
		f.stop()
	})
}

// Nothing is written into a file that nobody can find, and that is said; nor
// into another that has its name.
func TestDeleted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := follow(t)
		f.wait(5*time.Second, true)
		if err := os.Remove(f.w.path); err != nil {
			t.Fatal(err)
		}
		f.wait(5*time.Second, true)
		if got := f.w.Trouble(); !strings.HasPrefix(got, "the file of the record was deleted: what happens since 0:0") {
			t.Errorf("trouble: %q", got)
		}
		if err := os.WriteFile(f.w.path, []byte("another"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := f.w.Release(0, 1); !errors.Is(err, errDeleted) {
			t.Errorf("a release: %v", err)
		}
		f.wait(5*time.Second, true)
		f.stop()
		if err := f.w.Close(); !errors.Is(err, errDeleted) {
			t.Errorf("closing: %v", err)
		}
		if got, _ := os.ReadFile(f.w.path); string(got) != "another" {
			t.Errorf("the file that has the name holds %d other bytes", len(got))
		}
	})
}

// A record whose lock was removed is held again, and says where it is reached as
// before. Where another process was faster, nothing more is written into its record.
func TestLockIsRemoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := follow(t)
		if err := f.w.Announce("/run/s.sock"); err != nil {
			t.Fatal(err)
		}
		remove := func() {
			if err := os.Remove(beside(f.w.path, ".lock")); err != nil {
				t.Fatal(err)
			}
		}
		remove()
		f.wait(5*time.Second, true)
		if h, held := Held(f.w.path); !held || h.Socket != "/run/s.sock" || f.w.Trouble() != "" {
			t.Errorf("held: %v, by %+v; trouble: %q", held, h, f.w.Trouble())
		}
		remove()
		other, err := hold(f.w.path)
		if err != nil {
			t.Fatal(err)
		}
		f.wait(time.Minute, true)
		if got := f.w.Trouble(); !strings.Contains(got, "is being written by process") {
			t.Errorf("trouble: %q", got)
		}
		const written = "SELECT written FROM experiment"
		before := f.ask(t, written)
		f.wait(time.Minute, true)
		f.stop()
		if err := f.w.Close(); err == nil || f.ask(t, written) != before {
			t.Errorf("closing: %v; it was written %s and %s", err, before, f.ask(t, written))
		}
		if _, held := Held(f.w.path); !held {
			t.Error("the lock of the other is gone")
		}
		other.release()
	})
}

// The end waits for a run that comes to no step boundary, but not for ever.
func TestEndIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := follow(t)
		f.wait(3*time.Second, true)
		wait := make(chan struct{})
		defer close(wait)
		f.block.Store(&wait)
		f.goOn(time.Second)
		began := time.Now()
		f.stop()
		if got := time.Since(began); got < endWithin || got > endWithin+5*time.Second {
			t.Errorf("it ended after %v, want about %v", got, endWithin)
		}
		if err := f.w.Close(); err != nil {
			t.Fatal(err)
		}
		r := readerOf(t, f.w.path)
		defer r.Close()
		checkCurves(t, r, f.Snapshot())
	})
}

// A record that is gone on with has no moments of a time that happens again, and
// goes on with its log.
func TestReopenGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := follow(t)
		f.w.Describe("a name", "digits", "d1")
		f.wait(20*time.Second, true)
		f.stop()
		if err := f.w.Close(); err != nil {
			t.Fatal(err)
		}
		lines := f.ask(t, "SELECT count(*) FROM events")
		w, err := Reopen(f.w.path)
		if err != nil {
			t.Fatal(err)
		}
		h := newHostile()
		for range 10 {
			h.goOn(time.Second)
		}
		n := newFollower(w, h, h.save)
		if !n.record(n.look(), true) {
			t.Fatal(w.Trouble())
		}
		if got := f.ask(t, "SELECT max(elapsed) FROM moments"); got != "10.0" && got != "10" {
			t.Errorf("the latest moment is of %s s, want 10", got)
		}
		if err := w.Inexact("generic", "arm64"); err != nil {
			t.Fatal(err)
		}
		h.goOn(time.Second)
		n.record(n.look(), true)
		n.log.release(t)
		n.record(n.look(), true)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if got := f.ask(t, "SELECT count(*) FROM events"); got != fmt.Sprint(2*3) || lines != "3" {
			t.Errorf("the log had %s lines and has %s, want 3 and 6", lines, got)
		}
		if got := f.ask(t, "SELECT name || data || data_digest || inexact || architecture FROM experiment"); got != "a namedigitsd11arm64" {
			t.Errorf("got %s", got)
		}
		r := readerOf(t, f.w.path)
		defer r.Close()
		checkCurves(t, r, h.Snapshot())
	})
}

// An axis that one process no longer declares finds its column again when a
// later one does.
func TestAxisReturns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, h := created(t), newHostile()
		defer func() { w.Close() }()
		h.goOn(time.Second)
		axes := h.snap.Axes
		for _, h.snap.Axes = range [][]view.Axis{axes, axes[:3], axes[:1], axes} {
			f := newFollower(w, h, h.save)
			if !f.record(f.look(), true) {
				t.Fatalf("%d axes: %s", len(h.snap.Axes), w.Trouble())
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			var err error
			if w, err = Reopen(w.path); err != nil {
				t.Fatal(err)
			}
		}
		checkCurves(t, readerOf(t, w.path), h.Snapshot())
	})
}

// release lets no line wait.
func (l *log) release(*testing.T) {
	for i := range l.entries {
		l.entries[i].waits = false
	}
}

// That no checkpoint can be made is told as long as it is so and the run goes on.
func TestTroubleOfCheckpoints(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := follow(t)
		f.wait(5*time.Second, true)
		if got := f.w.Trouble(); got != "" {
			t.Errorf("got %q before it began", got)
		}
		f.fail.Store(true)
		f.wait(15*time.Second, true)
		if got := f.w.Trouble(); !strings.Contains(got, "it is torn") {
			t.Errorf("got %q, want that it is torn", got)
		}
		f.fail.Store(false)
		f.wait(15*time.Second, true)
		if got := f.w.Trouble(); got != "" {
			t.Errorf("got %q after it ended", got)
		}
		f.fail.Store(true)
		f.wait(15*time.Second, true)
		f.change(func(s *view.Snapshot) { s.Runs[0].State = view.Failed })
		f.wait(2*time.Second, false)
		if got := f.w.Trouble(); got != "" {
			t.Errorf("got %q of a run that failed", got)
		}
	})
}
