package process

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// machine is a made-up /proc in a folder.
type machine struct {
	t    *testing.T
	root string
}

func newMachine(t *testing.T) machine {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs symbolic links")
	}
	m := machine{t, t.TempDir()}
	m.file("proc/stat", "cpu 1 2 3\nbtime 1000000\n")
	return m
}

func (m machine) system() *System { return newSystem(os.DirFS(m.root)) }

func (m machine) file(name, text string) {
	m.t.Helper()
	if err := os.WriteFile(touch(m.t, m.root, name), []byte(text), 0o600); err != nil {
		m.t.Fatal(err)
	}
}

func (m machine) link(name, to string) {
	m.t.Helper()
	name = filepath.Join(m.root, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		m.t.Fatal(err)
	}
	if err := os.Symlink(to, name); err != nil {
		m.t.Fatal(err)
	}
}

// process adds a process that started some seconds after the machine.
func (m machine) process(pid, parent, seconds int, name string, args ...string) ID {
	m.t.Helper()
	start := uint64(100 * seconds)
	m.file(entry(pid, "stat"), fmt.Sprintf("%d (%s) S %d 1 1 0 -1 4194304 1 1 1 1 1 1 1 1 20 0 1 0 %d 1 1\n", pid, name, parent, start))
	m.file(entry(pid, "status"), fmt.Sprintf("Name:\tx\nUid:\t%d\t%d\t0\t0\n", os.Geteuid(), os.Geteuid()))
	m.file(entry(pid, "cmdline"), strings.Join(args, "\x00")+"\x00")
	return ID{pid, start}
}

// writes lets a process have a file open for writing.
func (m machine) writes(pid, fd int, path string) {
	m.link(entry(pid, fmt.Sprintf("fd/%d", fd)), path)
	m.file(entry(pid, fmt.Sprintf("fdinfo/%d", fd)), "pos:\t0\nflags:\t0102001\n")
}

func TestNamesOfProcesses(t *testing.T) {
	m := newMachine(t)
	for i, name := range []string{"a b", "(x)", ") R 1 (", "a) S 7 7 7", "", "new\nline", "\x1b[2J"} {
		id := m.process(100+i, 1, 7, name)
		p, err := m.system().Process(id.PID)
		if err != nil || p.ID != id || p.Parent != 1 || p.State != 'S' || p.Name != name {
			t.Errorf("%q: got %+v, %v", name, p, err)
		}
		if want := time.Unix(1000007, 0); !p.Began.Equal(want) {
			t.Errorf("%q: got begin %v; want %v", name, p.Began, want)
		}
	}
}

func TestHostileEntries(t *testing.T) {
	m := newMachine(t)
	good := m.process(50, 1, 1, "good", "python3", "train.py")
	m.file("proc/60/stat", "")
	m.file("proc/61/stat", "61 (x")
	m.file("proc/62/stat", "62 (x) S")
	m.file("proc/63/stat", "63 (x) S -1 99999999999999999999 1 0 -1 4194304 1 1 1 1 1 1 1 1 20 0 1 0 1 1 1")
	m.file("proc/64/stat", "50 (another's) S 1 1 1 0 -1 4194304 1 1 1 1 1 1 1 1 20 0 1 0 1 1 1")
	m.file("proc/65/stat", strings.Repeat("x", 1<<20))
	m.file("proc/66/other", "") // has no stat any more
	m.file("proc/99999999999999999999/stat", "1 (x) S 1")
	m.file("proc/-5/stat", "-5 (x) S 1")
	table, err := m.system().Table(time.Now().Add(time.Minute))
	if err != nil || !table.Whole || len(table.byPID) != 1 || !table.Has(good) {
		t.Errorf("got %v, %v; want only %v", table, err, good)
	}
}

func TestTreesWithCircles(t *testing.T) {
	m := newMachine(t)
	a, _ := m.process(10, 11, 1, "a"), m.process(11, 12, 1, "b")
	m.process(12, 10, 1, "c")
	self := m.process(20, 20, 1, "d")
	table, err := m.system().Table(time.Now().Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	if got := len(table.Tree(a)); got != 3 {
		t.Errorf("got %d processes of a circle; want 3", got)
	}
	if got := len(table.Tree(self, self)); got != 1 {
		t.Errorf("got %d processes of one that is its own parent; want 1", got)
	}
}

// denying is a root of which some files may not be read.
type denying struct {
	fs.FS
	name string
}

func (d denying) Open(name string) (fs.File, error) {
	if path.Base(name) == d.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: syscall.EACCES}
	}
	return d.FS.Open(name)
}

func (d denying) ReadLink(name string) (string, error) { return fs.ReadLink(d.FS, name) }

func (d denying) Lstat(name string) (fs.FileInfo, error) { return fs.Lstat(d.FS, name) }

func TestOthersFilesAreCounted(t *testing.T) {
	m := newMachine(t)
	log := touch(t, t.TempDir(), "log")
	m.process(10, 1, 1, "a")
	m.writes(10, 3, log)
	s := m.system()
	s.root = denying{s.root, "fd"}
	f := NewFinder(s)
	found, err := f.Find([]Log{{Key: "a", Files: []string{log}}})
	if err != nil {
		t.Fatal(err)
	}
	want(t, found[0], None)
	if got, want := f.Reach(), (Reach{Processes: 1, Denied: 1}); got != want {
		t.Errorf("got %+v; want %+v", got, want)
	}
}

func TestLookStopsWithinItsBudget(t *testing.T) {
	m := newMachine(t)
	log := touch(t, t.TempDir(), "log")
	for pid := 10; pid < 30; pid++ {
		m.process(pid, 1, pid, "a")
		m.file(entry(pid, "fd/0"), "")
	}
	m.process(30, 1, 1, "the oldest")
	m.writes(30, 3, log)
	f := NewFinder(m.system())
	logs := []Log{{Key: "a", Files: []string{log}}}
	table, err := f.system.Table(time.Now().Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	// A budget that is over leaves all for the next look; then those that were not
	// reached come first.
	if f.open(table, logs, time.Now().Add(-time.Second)); f.reach.Looked != 0 || f.reach.Processes != 21 {
		t.Errorf("got %+v; want none of 21 looked at", f.reach)
	}
	f.sweep.round++
	for pid := 10; pid < 30; pid++ {
		p, _ := table.Process(pid)
		f.sweep.last[p.ID] = f.sweep.round
	}
	if order := f.sweep.order(f.system, table); order[0].PID != 30 {
		t.Errorf("got process %d first; want the one that has waited longest", order[0].PID)
	}
}

// TestRoots has who writes a log and what else runs, and which trees a run then has.
func TestRoots(t *testing.T) {
	const log, second = "log", "second"
	for _, c := range []struct {
		name string
		make func(m machine, log, second string)
		want []int
		too  []int // of the second log
	}{
		{"kernel threads and zombies write nothing", func(m machine, log, _ string) {
			m.process(10, 2, 1, "a")
			m.file("proc/10/stat", "10 (k) S 2 0 0 0 -1 2129984 1 1 1 1 1 1 1 1 20 0 1 0 1 1 1")
			m.writes(10, 3, log)
			m.process(11, 1, 1, "z")
			m.file("proc/11/stat", "11 (z) Z 1 0 0 0 -1 4194304 1 1 1 1 1 1 1 1 20 0 1 0 1 1 1")
			m.writes(11, 3, log)
		}, nil, nil},
		{"workers have it from their parent", func(m machine, log, _ string) {
			m.process(10, 1, 1, "python3", "python3", "train.py")
			m.process(11, 10, 2, "python3", "python3", "train.py")
			m.writes(10, 3, log)
			m.writes(11, 3, log)
		}, []int{10}, nil},
		{"a shell redirects", func(m machine, log, _ string) {
			m.process(10, 1, 1, "bash", "bash", "run.sh")
			m.process(11, 10, 2, "python3", "python3", "train.py")
			m.writes(10, 1, log)
			m.writes(11, 1, log)
		}, []int{11}, nil},
		{"only a shell", func(m machine, log, _ string) {
			m.process(10, 1, 1, "bash", "bash", "run.sh")
			m.writes(10, 1, log)
		}, []int{10}, nil},
		{"a rank of torchrun", func(m machine, log, _ string) {
			m.process(10, 1, 1, "torchrun", "/usr/bin/python3", "/usr/bin/torchrun", "train.py")
			m.process(11, 10, 2, "pt_main_thread", "/usr/bin/python3", "-u", "train.py")
			m.process(12, 10, 2, "pt_main_thread", "/usr/bin/python3", "-u", "train.py")
			m.writes(11, 3, log)
		}, []int{10}, nil},
		{"a spawned rank", func(m machine, log, _ string) {
			m.process(10, 1, 1, "python3", "python3", "train.py")
			m.process(11, 10, 2, "python3", "python3", "-c", "from multiprocessing.spawn import spawn_main; spawn_main()")
			m.writes(11, 3, log)
		}, []int{10}, nil},
		{"runs side by side in one program", func(m machine, log, second string) {
			m.process(10, 1, 1, "python3", "python3", "sweep.py")
			m.process(11, 10, 2, "python3", "python3", "-c", "from multiprocessing.spawn import spawn_main; spawn_main()")
			m.process(12, 10, 2, "python3", "python3", "-c", "from multiprocessing.spawn import spawn_main; spawn_main()")
			m.writes(11, 3, log)
			m.writes(12, 3, second)
		}, []int{11}, []int{12}},
		{"runs one after the other in one program", func(m machine, log, second string) {
			m.process(10, 1, 1, "python3", "python3", "sweep.py")
			m.writes(10, 3, log)
			m.writes(10, 4, second)
		}, []int{10}, []int{10}},
		{"ranks without a launcher", func(m machine, log, _ string) {
			m.process(11, 1, 2, "python3", "python3", "train.py")
			m.process(12, 1, 1, "python3", "python3", "train.py")
			m.writes(11, 3, log)
			m.writes(12, 3, log)
		}, []int{12, 11}, nil},
		{"wandb writes for it", func(m machine, log, _ string) {
			m.process(10, 1, 1, "python3", "python3", "train.py")
			m.process(11, 10, 2, "wandb-core", "/x/wandb-core", "--port-filename", "y")
			m.writes(11, 3, log)
		}, []int{10}, nil},
		{"wandb is left alone", func(m machine, log, _ string) {
			m.process(1, 0, 0, "systemd", "/sbin/init")
			m.process(11, 1, 2, "wandb-core", "/x/wandb-core", "--port-filename", "y")
			m.writes(11, 3, log)
		}, nil, nil},
		{"the terminal's server keeps it", func(m machine, log, _ string) {
			m.process(10, 1, 1, "screen", "SCREEN", "-L")
			m.writes(10, 3, log)
		}, nil, nil},
		{"read only", func(m machine, log, _ string) {
			m.process(10, 1, 1, "python3", "python3", "train.py")
			m.writes(10, 3, log)
			m.file("proc/10/fdinfo/3", "pos:\t0\nflags:\t0100000\n")
		}, nil, nil},
		{"a tee", func(m machine, log, _ string) {
			m.process(5, 1, 1, "bash", "-bash")
			m.process(10, 5, 2, "python3", "python3", "train.py")
			m.process(11, 5, 2, "tee", "tee", "log")
			m.link("proc/10/fd/1", "pipe:[77]")
			m.link("proc/11/fd/0", "pipe:[77]")
			m.writes(11, 3, log)
		}, []int{10}, nil},
		{"a tee of nobody", func(m machine, log, _ string) {
			m.process(5, 1, 1, "bash", "-bash")
			m.process(11, 5, 2, "tee", "tee", "log")
			m.link("proc/11/fd/0", "/dev/pts/1")
			m.writes(11, 3, log)
		}, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, dir := newMachine(t), t.TempDir()
			files := []string{touch(t, dir, log), touch(t, dir, second)}
			c.make(m, files[0], files[1])
			f := NewFinder(m.system())
			f.budget = time.Minute
			found, err := f.Find([]Log{{Key: "a", Files: files[:1]}, {Key: "b", Files: files[1:]}})
			if err != nil {
				t.Fatal(err)
			}
			for i, pids := range [][]int{c.want, c.too} {
				e := Open
				if len(pids) == 0 {
					e = None
				}
				want(t, found[i], e, pids...)
			}
		})
	}
}

// TestNamedButAnothers has machines on which a log's pid is not that of its process.
func TestNamedButAnothers(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(m machine)
		want Evidence
	}{
		{"right", func(machine) {}, Named},
		{"another user's", func(m machine) { m.file("proc/20/status", "Uid:\t77\t77\t77\t77\n") }, None},
		{"of another container", func(m machine) {
			m.link("proc/30/ns/pid", "pid:[1]")
			m.link("proc/20/ns/pid", "pid:[2]")
		}, None},
		{"of the same container", func(m machine) {
			m.link("proc/30/ns/pid", "pid:[1]")
			m.link("proc/20/ns/pid", "pid:[1]")
		}, Named},
		{"a shell", func(m machine) { m.process(20, 1, 1, "bash", "bash") }, None},
		{"a kernel thread", func(m machine) {
			m.file("proc/20/stat", "20 (k) S 2 0 0 0 -1 2129984 1 1 1 1 1 1 1 1 20 0 1 0 100 1 1")
		}, None},
	} {
		m := newMachine(t)
		m.process(20, 1, 1, "python3", "python3", "train.py")
		m.process(30, 1, 1, "optwatch", "optwatch")
		c.make(m)
		s := m.system()
		s.self, s.host = 30, "box"
		log := Log{Key: "a", Files: []string{touch(t, t.TempDir(), "log")}, PID: 20, Host: "box", Began: time.Unix(1000060, 0)}
		found, err := NewFinder(s).Find([]Log{log})
		if err != nil {
			t.Fatal(err)
		}
		if found[0].Evidence != c.want {
			t.Errorf("%s: got %q; want %q", c.name, found[0].Evidence, c.want)
		}
	}
}

func TestOurStandardInput(t *testing.T) {
	m := newMachine(t)
	m.process(5, 1, 1, "bash", "-bash")
	m.process(10, 5, 2, "python3", "python3", "train.py")
	m.process(11, 5, 2, "optwatch", "optwatch", "watch", "-")
	m.process(12, 5, 2, "python3", "python3", "other.py")
	m.link("proc/10/fd/1", "pipe:[77]")
	m.link("proc/11/fd/0", "pipe:[77]")
	m.link("proc/12/fd/1", "pipe:[78]")
	s := m.system()
	s.self = 11
	found, err := NewFinder(s).Find([]Log{{Key: "-", Piped: true}, {Key: "other"}})
	if err != nil {
		t.Fatal(err)
	}
	want(t, found[0], Piped, 10)
	want(t, found[1], None)
}

func TestRoleOf(t *testing.T) {
	for _, c := range []struct {
		exe, name string
		args      []string
		want      role
	}{
		{"python3.12", "pt_main_thread", []string{"python", "train.py"}, trainer},
		{"python3.12", "x", nil, trainer},
		{"python3-dbg", "x", nil, other},
		{"pythonista", "x", nil, other},
		{".", "torchrun", []string{"/opt/bin/python3", "-u", "/opt/bin/torchrun", "--nproc", "8"}, launcher},
		{"python3", "x", []string{"python3", "-m", "torch.distributed.run", "x.py"}, launcher},
		{"python3", "x", []string{"python3", "-W", "ignore", "-m", "tensorboard.main"}, bystander},
		{"python3", "x", []string{"python3", "-c", "tensorboard"}, trainer},
		{"python3", "x", []string{"python3", "-m"}, trainer},
		{"bash", "x", []string{"x", "python3"}, wrapper},
		{".", "tmux: server", []string{"tmux new"}, keeper},
		{"gpt2", "gpt2", []string{"./gpt2", "--lr", "1"}, other},
		{"julia", "julia", []string{"julia", "a.jl"}, trainer},
	} {
		if got := roleOf(c.exe, c.name, c.args); got != c.want {
			t.Errorf("%q %q %q: got role %d; want %d", c.exe, c.name, c.args, got, c.want)
		}
	}
}

func TestElsewhereNothingIsKnown(t *testing.T) {
	s := newSystem(nil)
	if _, err := s.Process(1); !errors.Is(err, ErrUnknown) {
		t.Errorf("a process: got %v", err)
	}
	if _, err := s.State(ID{PID: 1}); !errors.Is(err, ErrUnknown) {
		t.Errorf("its state: got %v", err)
	}
	if m, err := NewFinder(s).Find(make([]Log, 2)); !errors.Is(err, ErrUnknown) || len(m) != 2 {
		t.Errorf("the processes of logs: got %v, %v", m, err)
	}
	if _, err := s.Stop(ID{PID: 1}); !errors.Is(err, ErrUnknown) {
		t.Errorf("stopping one: got %v", err)
	}
	if _, err := s.Tree(ID{PID: 1}); !errors.Is(err, ErrUnknown) {
		t.Errorf("its tree: got %v", err)
	}
}

func FuzzStat(f *testing.F) {
	f.Add("7 (a b) S 1 1 1 0 -1 4194304 1 1 1 1 1 1 1 1 20 0 1 0 1234 1 1\n")
	f.Add("7 () S")
	f.Add(")(")
	f.Fuzz(func(t *testing.T, text string) {
		if p, err := parseStat(text); err == nil && (p.PID < 0 || p.Parent < 0) {
			t.Errorf("got %+v of %q", p, text)
		}
		parseUsers(text)
		parseBoot(text)
		parseWrites(text)
		script(strings.Split(text, " "))
	})
}
