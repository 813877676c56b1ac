package record

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"optwatch/train/view"
)

// What the test binary does where it is run again as a process that dies, or
// that holds a record until it is killed.
const (
	crashAt = "RECORD_TEST_CRASH_AT" // the number of a statement
	holdIt  = "RECORD_TEST_HOLD"
	readIt  = "RECORD_TEST_READ"
	atPath  = "RECORD_TEST_PATH"
)

func TestMain(m *testing.M) {
	path := os.Getenv(atPath)
	switch {
	case os.Getenv(crashAt) != "":
		n, err := strconv.Atoi(os.Getenv(crashAt))
		if err != nil {
			panic(err)
		}
		os.Exit(crash(path, n))
	case os.Getenv(holdIt) != "":
		w, err := Create(path, someone)
		if err != nil {
			panic(err)
		}
		if err := w.Release(3, 5); err != nil {
			panic(err)
		}
		fmt.Println("held")
		select {} // until it is killed
	}
	if os.Getenv(readIt) != "" {
		r, err := Open(path)
		if err != nil {
			panic(err)
		}
		fmt.Println(r.Releases())
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// The exit statuses of a recording that ended before a statement, and of one
// that had no so many.
const (
	crashed  = 3
	survived = 4
)

// crash makes a short record, and ends the process before its n-th statement.
func crash(path string, n int) int {
	count := 0
	w, err := createWith(path, someone, func(string) error {
		if count++; count == n {
			os.Exit(crashed)
		}
		return nil
	})
	if err != nil {
		panic(err)
	}
	h := newHostile()
	f := newFollower(w, h, h.save)
	for range 3 {
		h.goOn(20 * time.Second)
		f.saves.start(f.look(), time.Now().Add(time.Hour), true)
		for f.saves.underway() > 0 {
			f.saves.arrived(<-f.saves.results)
		}
		if !f.record(f.look(), false) {
			panic(w.Trouble())
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return survived
}

// rerun runs this test binary once more as another program.
func rerun(t *testing.T, path string, settings ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), self)
	c.Env = append(append(os.Environ(), atPath+"="+path), settings...)
	c.Stderr = os.Stderr
	return c
}

// However early the process ends, the record is none yet, or is whole: of every
// run there are as many checkpoints as of any other, and they are of the same times.
func TestCrashAtEveryStatement(t *testing.T) {
	folder := t.TempDir()
	step := 1
	if testing.Short() || raceEnabled {
		step = 29
	}
	for n := 1; ; n += step {
		path := filepath.Join(folder, fmt.Sprintf("%d.db", n))
		err := rerun(t, path, fmt.Sprintf("%s=%d", crashAt, n)).Run()
		var status *exec.ExitError
		if !errors.As(err, &status) || status.ExitCode() != crashed && status.ExitCode() != survived {
			t.Fatalf("statement %d: got %v, want status %d or %d", n, err, crashed, survived)
		}
		checkAfterCrash(t, path, n)
		if status.ExitCode() == survived {
			return
		}
	}
}

func checkAfterCrash(t *testing.T, path string, n int) {
	t.Helper()
	if _, held := Held(path); held {
		t.Fatalf("statement %d: the record of a process that is gone is held", n)
	}
	r, err := Open(path)
	if err != nil {
		if !strings.Contains(err.Error(), "is empty") {
			t.Fatalf("statement %d: %v", n, err)
		}
		return
	}
	defer r.Close()
	if got := text(t, r, "PRAGMA integrity_check"); got != "ok" {
		t.Fatalf("statement %d: %s", n, got)
	}
	runs, err := r.Checkpoints()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range runs {
		if len(k.Damaged) > 0 || len(k.Whole) != len(runs[0].Whole) {
			t.Fatalf("statement %d: %s has %d checkpoints, %s %d; damaged: %v", n, k.Name, len(k.Whole), runs[0].Name, len(runs[0].Whole), k.Damaged)
		}
		for i, c := range k.Whole {
			if c.Step != runs[0].Whole[i].Step || string(c.State) != fmt.Sprintf("run %d at %d", k.ID, c.Step) {
				t.Fatalf("statement %d: %s: checkpoint %d is %+v", n, k.Name, i, c)
			}
		}
	}
	checkReopened(t, path, n)
}

// checkReopened checks that a record of which a process died can be gone on with.
func checkReopened(t *testing.T, path string, n int) {
	t.Helper()
	w, err := Reopen(path)
	if err != nil {
		t.Fatalf("statement %d: %v", n, err)
	}
	h := newHostile()
	h.goOn(time.Hour)
	f := newFollower(w, h, nil)
	if !f.record(f.look(), true) {
		t.Fatalf("statement %d: %s", n, w.Trouble())
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := readerOf(t, path)
	checkCurves(t, r, h.Snapshot())
	r.Close()
}

// A lock ends with its process, however that ends, and no sooner.
func TestLockOfAKilledProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "abc23.db")
	c := rerun(t, path, holdIt+"=1")
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 16)); err != nil {
		t.Fatal(err)
	}
	if h, held := Held(path); !held || h.PID != c.Process.Pid {
		t.Errorf("got %+v, %v; want it held by %d", h, held, c.Process.Pid)
	}
	if _, err := Reopen(path); err == nil || !strings.Contains(err.Error(), fmt.Sprint("process ", c.Process.Pid)) {
		t.Errorf("a record that another process holds: got %v", err)
	}
	checkReleases(t, path) // while it is written
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	c.Wait()
	if _, held := Held(path); held {
		t.Error("it is held by a process that was killed")
	}
	checkReleases(t, path) // from what was left
	w, err := Reopen(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Release(3, 4); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	checkReleases(t, path)
}

func checkReleases(t *testing.T, path string) {
	t.Helper()
	r := readerOf(t, path)
	defer r.Close()
	if got, err := r.Releases(); err != nil || fmt.Sprint(got) != "map[3:5]" {
		t.Errorf("releases: got %v, %v; want 5 of run 3", got, err)
	}
}

// Two writers of a record are one too many, in one process too.
func TestOneWriter(t *testing.T) {
	w := created(t)
	if err := w.Announce("/run/s.sock"); err != nil {
		t.Fatal(err)
	}
	if h, held := Held(w.path); !held || h.Socket != "/run/s.sock" || h.PID != os.Getpid() {
		t.Errorf("got %+v, %v", h, held)
	}
	link := filepath.Join(t.TempDir(), "other.db")
	if err := os.Symlink(w.path, link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{w.path, link} {
		if second, err := Reopen(path); err == nil {
			second.Close()
			t.Errorf("%s: was opened by a second writer", path)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := Reopen(w.path)
	if err != nil {
		t.Fatal(err)
	}
	second.Close()
}

// A release returns although a save of the same run waits for it.
func TestReleaseWaitsForNoSave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, h := created(t), newHostile()
		h.goOn(time.Second)
		boundary, over := make(chan struct{}), make(chan struct{})
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			defer close(over)
			w.Follow(ctx, h, func(run int) (Checkpoint, error) {
				<-boundary // the run steps until its release is written
				return h.save(run)
			})
		}()
		time.Sleep(3 * time.Second)
		if err := w.Release(0, 1); err != nil {
			t.Fatal(err)
		}
		close(boundary)
		cancel()
		<-over
		if err := w.Release(0, 2); err != nil {
			t.Error(err)
		}
		w.Close()
		if err := w.Release(0, 3); err == nil {
			t.Error("a release was recorded in a record that is closed")
		}
	})
}

var _ view.Source = (*hostile)(nil)
