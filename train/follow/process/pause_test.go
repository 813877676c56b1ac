package process

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// states are those of the processes of a tree.
func states(t *testing.T, top ID) (running, stopped int) {
	t.Helper()
	tree, err := Here().Tree(top)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range tree {
		switch {
		case p.Stopped():
			stopped++
		case !p.Ended():
			running++
		}
	}
	return running, stopped
}

func TestPauseStandsStill(t *testing.T) {
	s, path := Here(), filepath.Join(t.TempDir(), "count")
	p := start(t, "/", "count "+path)
	pause, err := s.Stop(p.ID)
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if state, err := s.State(p.ID); state != Stopped || err != nil {
		t.Errorf("got state %v, %v; want stopped", state, err)
	}
	if _, err := s.Stop(p.ID); err == nil {
		t.Error("what is stopped was stopped again")
	}
	if err := s.Continue(pause); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a higher count", func() bool {
		now, err := os.ReadFile(path)
		return err == nil && len(now) > 0 && string(now) != string(before)
	})
}

func TestPauseOfATreeThatGrows(t *testing.T) {
	s := Here()
	p := start(t, "/", "breed")
	eventually(t, "some children", func() bool { n, _ := states(t, p.ID); return n > 5 })
	pause, err := s.Stop(p.ID)
	if err != nil {
		t.Fatal(err)
	}
	running, stopped := states(t, p.ID)
	if running > 0 || stopped != len(pause.Stopped) || stopped < 6 {
		t.Errorf("got %d running, %d stopped, %d remembered; want none running", running, stopped, len(pause.Stopped))
	}
	if pause.Stopped[0] != p.ID {
		t.Errorf("got %v stopped first; want the parent %v", pause.Stopped[0], p.ID)
	}
	if err := s.Continue(pause); err != nil {
		t.Fatal(err)
	}
	eventually(t, "no process stopped", func() bool { _, n := states(t, p.ID); return n == 0 })
}

func TestPauseLeavesWhatOthersStopped(t *testing.T) {
	s := Here()
	p := start(t, "/", "parent wait")
	eventually(t, "the child", func() bool { n, _ := states(t, p.ID); return n == 2 })
	tree, err := s.Tree(p.ID)
	if err != nil {
		t.Fatal(err)
	}
	child := tree[1]
	if err := s.signal(child.ID, stopSignal); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the child stopped", func() bool { _, n := states(t, p.ID); return n == 1 })
	pause, err := s.Stop(p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Continue(pause); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the parent running", func() bool { st, err := s.State(p.ID); return err == nil && st == Alive })
	if st, err := s.State(child.ID); st != Stopped || err != nil {
		t.Errorf("got the child in state %v, %v; want it left stopped", st, err)
	}
}

func TestPauseRefuses(t *testing.T) {
	onLinux(t)
	s := Here()
	self, err := s.Process(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	parent, err := s.Process(self.Parent)
	if err != nil {
		t.Fatal(err)
	}
	sent := 0
	s.signal = func(ID, syscall.Signal) error { sent++; return nil }
	first := find(t, 1)
	for name, id := range map[string]ID{"itself": self.ID, "its parent": parent.ID, "the first process": first.ID} {
		if _, err := s.Stop(id); err == nil {
			t.Errorf("%s: got no refusal", name)
		}
		if _, err := s.Confirm(Match{Evidence: Open, Tops: []Process{{ID: id}}}); err == nil {
			t.Errorf("%s: got a question; want a refusal", name)
		}
	}
	p := start(t, "/", "wait")
	reused := ID{p.PID, p.Start - 1}
	if _, err := s.Stop(reused); !errors.Is(err, ErrGone) {
		t.Errorf("a reused pid: got %v; want %v", err, ErrGone)
	}
	s.user++
	if _, err := s.Stop(p.ID); err == nil || !strings.Contains(err.Error(), "another user") {
		t.Errorf("another user's: got %v", err)
	}
	if sent != 0 {
		t.Errorf("got %d signals; want none", sent)
	}
}

func TestNoSignalToAReusedPID(t *testing.T) {
	p := start(t, "/", "wait")
	s := Here()
	if err := s.signal(ID{p.PID, p.Start + 1}, stopSignal); !errors.Is(err, ErrGone) {
		t.Errorf("got %v; want %v", err, ErrGone)
	}
	if st, err := s.State(p.ID); st != Alive || err != nil {
		t.Errorf("got state %v, %v; want it alive", st, err)
	}
}

// TestRefusals has machines of which a tree must not be stopped, and why.
func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(m machine)
		want string // "" where it may be stopped
	}{
		{"nothing wrong", func(m machine) { m.process(21, 20, 1, "b") }, ""},
		{"the first process", func(m machine) { m.process(1, 20, 1, "init") }, "first process"},
		{"a kernel thread", func(m machine) {
			m.file("proc/21/stat", "21 (k) S 20 0 0 0 -1 2129984 1 1 1 1 1 1 1 1 20 0 1 0 1 1 1")
		}, "a part of the kernel"},
		{"this program", func(m machine) { m.process(30, 20, 1, "optwatch") }, "this program"},
		{"its shell", func(m machine) {
			m.process(21, 20, 1, "bash")
			m.process(30, 21, 1, "optwatch")
		}, "has started this program"},
		{"another user's child", func(m machine) {
			m.process(21, 20, 1, "b")
			m.file("proc/21/status", "Uid:\t77\t77\t77\t77\n")
		}, "another user"},
		{"one that acts as another", func(m machine) {
			m.process(21, 20, 1, "b")
			m.file("proc/21/status", fmt.Sprintf("Uid:\t%d\t77\t0\t0\n", os.Geteuid()))
		}, "cannot be told to be yours"},
		{"one of which nothing is told", func(m machine) {
			m.process(21, 20, 1, "b")
			m.file("proc/21/status", "")
		}, "cannot be told to be yours"},
		{"a zombie of another", func(m machine) {
			m.file("proc/21/stat", "21 (z) Z 20 0 0 0 -1 4194304 1 1 1 1 1 1 1 1 20 0 1 0 1 1 1")
		}, ""},
	} {
		m := newMachine(t)
		top := m.process(20, 1, 1, "a")
		c.make(m)
		s := m.system()
		s.self = 30
		_, err := s.stoppable([]ID{top})
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v; want %q", c.name, err, c.want)
		}
	}
}

func TestChildrenAreContinuedFirst(t *testing.T) {
	s := newSystem(nil)
	var got []int
	s.signal = func(id ID, sig syscall.Signal) error {
		got = append(got, id.PID)
		if id.PID == 2 {
			return ErrGone
		}
		return nil
	}
	if err := s.Continue(Pause{[]ID{{PID: 1}, {PID: 2}, {PID: 3}}}); err != nil || fmt.Sprint(got) != "[3 2 1]" {
		t.Errorf("got %v, %v; want 3, 2 and 1 continued", got, err)
	}
}

func TestAnotherMonitorContinues(t *testing.T) {
	s := Here()
	p := start(t, "/", "parent wait")
	eventually(t, "the child", func() bool { n, _ := states(t, p.ID); return n == 2 })
	if _, err := s.Stop(p.ID); err != nil {
		t.Fatal(err)
	}
	pause, err := Here().Halted(p.ID)
	if err != nil || len(pause.Stopped) != 2 {
		t.Fatalf("got %v, %v; want the parent and the child", pause, err)
	}
	if err := s.Continue(pause); err != nil {
		t.Fatal(err)
	}
	eventually(t, "both running", func() bool { n, _ := states(t, p.ID); return n == 2 })
}

func TestFailureContinuesWhatWasStopped(t *testing.T) {
	s := Here()
	p := start(t, "/", "parent wait")
	eventually(t, "the child", func() bool { n, _ := states(t, p.ID); return n == 2 })
	send := s.signal
	s.signal = func(id ID, sig syscall.Signal) error {
		if id != p.ID {
			return syscall.EPERM
		}
		return send(id, sig)
	}
	if pause, err := s.Stop(p.ID); !errors.Is(err, syscall.EPERM) || len(pause.Stopped) > 0 {
		t.Errorf("got %v, %v; want %v and nothing stopped", pause, err, syscall.EPERM)
	}
	eventually(t, "the parent running", func() bool { st, err := s.State(p.ID); return err == nil && st == Alive })
}

func TestConfirmSaysWhatItDoes(t *testing.T) {
	p := start(t, "/", "wait", "python3", "train.py", "\x1b[2J")
	text, err := Here().Confirm(Match{Evidence: Open, Tops: []Process{p}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"SIGSTOP", "SIGCONT", "GPUs", "python3 train.py", "has the log open", fmt.Sprint("-CONT ", p.PID)} {
		if !strings.Contains(text, want) {
			t.Errorf("got %q; want %q in it", text, want)
		}
	}
	if strings.Contains(text, "\x1b") {
		t.Errorf("got an escape in %q", text)
	}
}

func TestZombieIsGone(t *testing.T) {
	s := Here()
	p := start(t, "/", "zombie")
	eventually(t, "a zombie", func() bool {
		tree, err := s.Tree(p.ID)
		return err == nil && len(tree) == 2 && tree[1].State == 'Z'
	})
	tree, err := s.Tree(p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if st, err := s.State(tree[1].ID); st != Gone || err != nil {
		t.Errorf("got state %v, %v; want gone", st, err)
	}
	if st, err := s.State(ID{p.PID, p.Start + 1}); st != Gone || err != nil {
		t.Errorf("a reused pid: got state %v, %v; want gone", st, err)
	}
	pause, err := s.Stop(p.ID) // the zombie is no hindrance
	if err != nil || len(pause.Stopped) != 1 {
		t.Errorf("got %v, %v; want the parent stopped", pause, err)
	}
	if err := s.Continue(pause); err != nil {
		t.Error(err)
	}
}
