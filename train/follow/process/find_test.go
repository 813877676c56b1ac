package process

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// search finds the process of logs as if none had been looked for before.
func search(t *testing.T, logs ...Log) []Match {
	t.Helper()
	f := NewFinder(Here())
	f.budget = time.Minute
	found, err := f.Find(logs)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// want checks which process was found, and how.
func want(t *testing.T, m Match, e Evidence, pids ...int) {
	t.Helper()
	got := []int{}
	for _, p := range m.Tops {
		got = append(got, p.PID)
	}
	same := len(got) == len(pids)
	for i := range pids {
		same = same && got[i] == pids[i]
	}
	if m.Evidence != e || !same {
		t.Errorf("got %v by %q; want %v by %q", got, m.Evidence, pids, e)
	}
}

func TestWriterHasTheLogOpen(t *testing.T) {
	dir := t.TempDir()
	path := touch(t, dir, "a b (1)", "events.out.tfevents.1")
	p := start(t, "/", "write "+path)
	start(t, "/", "read "+path)                         // it only looks
	start(t, "/", "write "+touch(t, dir, "c", "other")) // another file
	start(t, "/", "write "+touch(t, dir, "d", "events.out.tfevents.1"))
	link := filepath.Join(dir, "link")
	if err := os.Symlink(filepath.Dir(path), link); err != nil {
		t.Fatal(err)
	}
	found := search(t, Log{Key: "a", Files: []string{path}}, Log{Key: "b", Files: []string{filepath.Join(link, filepath.Base(path))}},
		Log{Key: "none", Files: []string{touch(t, dir, "nobody's")}}, Log{Key: "missing", Files: []string{filepath.Join(dir, "no")}})
	want(t, found[0], Open, p.PID)
	want(t, found[1], Open, p.PID)
	want(t, found[2], None)
	want(t, found[3], None)
}

func TestWriterOfARenamedLog(t *testing.T) {
	path := touch(t, t.TempDir(), "log")
	p := start(t, "/", "write "+path)
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	touch(t, path)
	found := search(t, Log{Key: "new", Files: []string{path}}, Log{Key: "old", Files: []string{path + ".1"}})
	want(t, found[0], None)
	want(t, found[1], Open, p.PID)
}

func TestLauncherOfAWriterIsFound(t *testing.T) {
	path := touch(t, t.TempDir(), "log")
	p := start(t, "/", "parent write "+path, "python3", "/usr/bin/torchrun", "train.py")
	eventually(t, "the launcher of a rank", func() bool {
		m := search(t, Log{Key: "a", Files: []string{path}})[0]
		return m.Evidence == Open && len(m.Tops) == 1 && m.Tops[0].PID == p.PID
	})
}

func TestWriterIsNotItsParent(t *testing.T) {
	path := touch(t, t.TempDir(), "log")
	p := start(t, "/", "parent write "+path, "python3", "sweep.py")
	eventually(t, "the writer itself", func() bool {
		m := search(t, Log{Key: "a", Files: []string{path}})[0]
		return m.Evidence == Open && len(m.Tops) == 1 && m.Tops[0].Parent == p.PID
	})
}

func TestTeeIsNotTheRun(t *testing.T) {
	onLinux(t)
	path := filepath.Join(t.TempDir(), "log")
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	run, tee := command(t, "say", "python3", "train.py"), command(t, "tee "+path, "tee", "log")
	run.Stdout, tee.Stdin = w, r
	in, err := run.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	if err := tee.Start(); err != nil {
		t.Fatal(err)
	}
	r.Close()
	w.Close()
	t.Cleanup(func() {
		in.Close()
		run.Wait()
		tee.Wait()
	})
	eventually(t, "the writer of the pipe", func() bool {
		m := search(t, Log{Key: "a", Files: []string{path}})[0]
		return m.Evidence == Open && len(m.Tops) == 1 && m.Tops[0].PID == run.Process.Pid
	})
}

func TestNamedByPID(t *testing.T) {
	dir := t.TempDir()
	log := touch(t, dir, "events")
	p := start(t, "/", "wait", "python3", "train.py")
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	for _, c := range []struct {
		name string
		log  Log
		want Evidence
	}{
		{"right", Log{PID: p.PID, Host: host, Began: now}, Named},
		{"other host", Log{PID: p.PID, Host: host + "x", Began: now}, None},
		{"no host", Log{PID: p.PID, Began: now}, None},
		{"reused", Log{PID: p.PID, Host: host, Began: now.Add(-time.Minute)}, None},
		{"of the future", Log{PID: p.PID, Host: host, Began: now.Add(time.Minute)}, None},
		{"no beginning", Log{PID: p.PID, Host: host}, None},
		{"first process", Log{PID: 1, Host: host, Began: now}, None},
		{"no process", Log{PID: 1 << 30, Host: host, Began: now}, None},
		{"negative", Log{PID: -p.PID, Host: host, Began: now}, None},
	} {
		c.log.Key, c.log.Files = "a", []string{log}
		m := search(t, c.log)[0]
		if m.Evidence != c.want || (c.want == Named && m.Tops[0].ID != p.ID) {
			t.Errorf("%s: got %q %v; want %q", c.name, m.Evidence, m.Tops, c.want)
		}
	}
}

func TestNearbyOnlyIfAlone(t *testing.T) {
	dir := t.TempDir()
	log := touch(t, dir, "runs", "a", "metrics.csv")
	l := Log{Key: "a", Files: []string{log}, Folder: filepath.Dir(log), Written: time.Now()}
	start(t, filepath.Join(dir), "wait", "bash", "run.sh")
	start(t, filepath.Join(dir), "wait", "python3", "-m", "tensorboard.main")
	start(t, filepath.Dir(log), "wait", "vim", "metrics.csv")
	want(t, search(t, l)[0], None)
	p := start(t, dir, "wait", "python3.11", "-u", "train.py")
	l.Written = time.Now()
	want(t, search(t, l)[0], Nearby, p.PID)
	before := l
	before.Written = time.Now().Add(-time.Minute) // nobody has written it since
	want(t, search(t, before)[0], None)
	other := Log{Key: "b", Files: []string{touch(t, dir, "runs", "b", "metrics.csv")}, Folder: filepath.Join(dir, "runs", "b")}
	found := search(t, l, other)
	want(t, found[0], None)
	want(t, found[1], None)
	start(t, dir, "wait", "python3", "eval.py")
	want(t, search(t, l)[0], None)
}

func TestNearbyIsNotAnotherRuns(t *testing.T) {
	dir := t.TempDir()
	a, b := touch(t, dir, "runs", "a", "log"), touch(t, dir, "runs", "b", "log")
	p := start(t, dir, "write "+a, "python3", "train.py")
	found := search(t, Log{Key: "a", Files: []string{a}, Folder: filepath.Dir(a)}, Log{Key: "b", Files: []string{b}, Folder: filepath.Dir(b)})
	want(t, found[0], Open, p.PID)
	want(t, found[1], None)
}

// A log that is found later than another may be that of the process which was near
// the other.
func TestNearbyIsForgotten(t *testing.T) {
	dir := t.TempDir()
	a, b := touch(t, dir, "runs", "a", "log"), touch(t, dir, "runs", "b", "log")
	p := start(t, dir, "write "+a, "python3", "train.py")
	f := NewFinder(Here())
	f.budget = time.Minute
	logs := []Log{{Key: "b", Files: []string{b}, Folder: filepath.Dir(b), Written: time.Now()}}
	found, err := f.Find(logs)
	if err != nil {
		t.Fatal(err)
	}
	want(t, found[0], Nearby, p.PID)
	f.next = time.Time{}
	found, err = f.Find(append(logs, Log{Key: "a", Files: []string{a}, Folder: filepath.Dir(a)}))
	if err != nil {
		t.Fatal(err)
	}
	want(t, found[0], None)
	want(t, found[1], Open, p.PID)
}

func TestProcessOfALogEnds(t *testing.T) {
	path := touch(t, t.TempDir(), "log")
	p := start(t, "/", "write "+path)
	f := NewFinder(Here())
	f.budget = time.Minute
	logs := []Log{{Key: "a", Files: []string{path}}}
	find := func() Match {
		found, err := f.Find(logs)
		if err != nil {
			t.Fatal(err)
		}
		return found[0]
	}
	if m := find(); m.Evidence != Open || m.Gone {
		t.Fatalf("got %+v; want a process that lives", m)
	}
	next := f.next
	if find(); f.next != next {
		t.Error("all processes were looked at again though that of the log is known")
	}
	kill([]Process{p}) // it stays a zombie, since nobody waits for it yet
	eventually(t, "the end of the process", func() bool { return find().Gone })
	q := start(t, "/", "write "+path)
	if m := find(); !m.Gone {
		t.Error("all processes were looked at again too soon")
	}
	f.next = time.Time{}
	m := find()
	want(t, m, Open, q.PID)
	if m.Gone {
		t.Error("got gone; want the process that writes now")
	}
}
