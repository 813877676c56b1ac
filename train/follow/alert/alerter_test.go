package alert

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// told is what an alerter has told.
type told struct {
	mu    sync.Mutex
	lines []string
}

func (t *told) tell(line string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lines = append(t.lines, line)
}

// all is what was told so far.
func (t *told) all() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]string(nil), t.lines...)
}

// newAlerter is one whose commands have all the time when it is closed.
func newAlerter(t *testing.T, command string) (*Alerter, *told) {
	t.Helper()
	if _, err := exec.LookPath("/bin/sh"); err != nil {
		t.Skip("needs /bin/sh")
	}
	said := &told{}
	a := New(command, said.tell)
	a.grace = 10 * time.Minute
	t.Cleanup(a.Close)
	return a, said
}

// drain waits until all commands have run.
func drain(a *Alerter) { a.busy.Wait() }

func event(run, kind string) Event {
	return Event{Run: run, Kind: kind, Step: math.NaN(), Value: math.NaN()}
}

// lines are those of a file.
func lines(t *testing.T, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

func TestCommandGetsTheEvent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "got")
	a, said := newAlerter(t, "cat > '"+path+"'")
	a.Send(Event{
		Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Run: `runs/"a"` + "\n'$(x)", Path: "/logs/a",
		Kind: "nan", Text: "loss is NaN", Step: 1200, Value: math.NaN(),
	})
	drain(a)
	got := lines(t, path)
	const want = `{"schema":1,"time":"2026-01-02T03:04:05Z","run":"runs/\"a\"\n'$(x)","path":"/logs/a","kind":"nan","text":"loss is NaN","step":1200,"value":null,"held_back":0}`
	if len(got) != 1 || got[0] != want {
		t.Errorf("got %q; want %q", got, want)
	}
	if s := said.all(); len(s) != 0 {
		t.Errorf("got %q told; want nothing", s)
	}
}

func TestOneAMinuteForARunAndKind(t *testing.T) {
	path := filepath.Join(t.TempDir(), "got")
	a, _ := newAlerter(t, "cat >> '"+path+"'")
	now := time.Unix(1000, 0)
	a.now = func() time.Time { return now }
	for _, c := range []struct {
		after     time.Duration
		run, kind string
	}{
		{0, "a", "spike"},
		{0, "a", "spike"}, // held back
		{0, "b", "spike"},
		{0, "a", "nan"},
		{59 * time.Second, "a", "spike"}, // held back
		{time.Second, "a", "spike"},
	} {
		now = now.Add(c.after)
		a.Send(event(c.run, c.kind))
		drain(a)
	}
	var got []string
	for _, line := range lines(t, path) {
		var e struct {
			Run, Kind string
			Held      int `json:"held_back"`
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%s %s %d", e.Run, e.Kind, e.Held))
	}
	want := []string{"a spike 0", "b spike 0", "a nan 0", "a spike 2"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q; want %q", got, want)
	}
}

func TestOneAtATimeOfAKind(t *testing.T) {
	dir := t.TempDir()
	// A folder can be made by one only; whoever finds it there says so.
	a, said := newAlerter(t, fmt.Sprintf("cd '%s' && mkdir alone && echo x >> done && sleep 0.01 && rmdir alone", dir))
	for i := range 20 {
		a.Send(event(strconv.Itoa(i), "spike"))
	}
	drain(a)
	if got := len(lines(t, filepath.Join(dir, "done"))); got != 20 {
		t.Errorf("got %d commands; want 20", got)
	}
	if s := said.all(); len(s) != 0 {
		t.Errorf("got %q told; want nothing", s)
	}
}

func TestFloodOfEvents(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "got")
	a, _ := newAlerter(t, fmt.Sprintf("cd '%s'; echo x >> got; while [ ! -e go ]; do sleep 0.01; done", dir))
	for i := range 10_000 {
		a.Send(event(strconv.Itoa(i), "spike"))
	}
	if err := os.WriteFile(filepath.Join(dir, "go"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	drain(a)
	if got := len(lines(t, path)); got < waiting || got > waiting+1 {
		t.Errorf("got %d commands; want the %d that may wait and perhaps one that ran", got, waiting)
	}
}

func TestOldSubjectsAreForgotten(t *testing.T) {
	a, _ := newAlerter(t, "true")
	now := time.Unix(1000, 0)
	a.now = func() time.Time { return now }
	for i := range 20_000 {
		now = now.Add(each)
		a.due(event(strconv.Itoa(i), "spike"), true)
	}
	if got := len(a.last); got > 1000 {
		t.Errorf("got %d runs remembered; want 1000 at the most", got)
	}
}

func TestFailureIsToldOnce(t *testing.T) {
	dir := t.TempDir()
	works := filepath.Join(dir, "works")
	a, said := newAlerter(t, "test -e '"+works+"' || { echo no mail today >&2; exit 3; }")
	send := func(run string) { a.Send(event(run, "spike")); drain(a) }
	send("a")
	send("b")
	s := said.all()
	if len(s) != 1 || !strings.Contains(s[0], "exit status 3") || !strings.Contains(s[0], "no mail today") {
		t.Fatalf("got %q told; want the status and the output, once", s)
	}
	if err := os.WriteFile(works, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	send("c")
	if err := os.Remove(works); err != nil {
		t.Fatal(err)
	}
	send("d")
	if s := said.all(); len(s) != 2 {
		t.Errorf("got %q told; want one more since it has worked again", s)
	}
}

func TestCommandThatHangsIsKilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pids")
	a, said := newAlerter(t, "sleep 1000 & echo $$ $! > '"+path+"'; wait")
	// A slow machine may take long before the command says who it is.
	for a.longest = 200 * time.Millisecond; ; a.longest *= 2 {
		a.Send(event(a.longest.String(), "spike"))
		drain(a)
		if text, err := os.ReadFile(path); err == nil && len(text) > 0 {
			break
		}
	}
	if s := said.all(); len(s) != 1 || !strings.Contains(s[0], "killed after 200ms") {
		t.Errorf("got %q told; want that it was killed, once", s)
	}
	for _, pid := range strings.Fields(lines(t, path)[0]) {
		ended(t, pid)
	}
}

// ended waits until a process is gone. One that was left behind is for the first
// process of the system to bury, which need not be quick.
func ended(t *testing.T, pid string) {
	t.Helper()
	for range 3000 {
		text, err := os.ReadFile("/proc/" + pid + "/stat")
		if err != nil || strings.Contains(string(text), ") Z ") {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("process %s is still there", pid)
}

func TestNoZombies(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("needs /proc")
	}
	path := filepath.Join(t.TempDir(), "pids")
	a, _ := newAlerter(t, "echo $$ >> '"+path+"'; exit 1")
	for i := range 10 {
		a.Send(event(strconv.Itoa(i), strconv.Itoa(i)))
	}
	drain(a)
	pids := lines(t, path)
	if len(pids) != 10 {
		t.Fatalf("got %d commands; want 10", len(pids))
	}
	self := strconv.Itoa(os.Getpid())
	for _, pid := range pids {
		text, err := os.ReadFile("/proc/" + pid + "/stat")
		if _, rest, _ := strings.Cut(string(text), ") Z "); err == nil && strings.HasPrefix(rest, self+" ") {
			t.Errorf("process %s is a zombie of ours", pid)
		}
	}
}

func TestOutputIsBounded(t *testing.T) {
	a, said := newAlerter(t, `printf '\033[2J'; head -c 3000000 /dev/zero | tr '\0' x; exit 1`)
	a.Send(event("a", "spike"))
	drain(a)
	s := said.all()
	if len(s) != 1 || len(s[0]) > outputSize+200 || !strings.Contains(s[0], "xxx") || strings.Contains(s[0], "\x1b") {
		t.Errorf("got %.700q told; want a line of the beginning without escapes", s)
	}
}

func TestCommandThatDoesNotRead(t *testing.T) {
	a, said := newAlerter(t, "exec <&-; sleep 0.05")
	e := event("a", "spike")
	e.Text = strings.Repeat("x", 1<<20)
	a.Send(e)
	drain(a)
	if s := said.all(); len(s) != 0 {
		t.Errorf("got %q told; want nothing", s)
	}
}

func TestBackgroundIsNoFailure(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pid")
	a, said := newAlerter(t, "sleep 1000 & echo $! > '"+path+"'")
	a.Send(event("a", "spike"))
	drain(a)
	if s := said.all(); len(s) != 0 {
		t.Errorf("got %q told; want nothing", s)
	}
	pid, err := strconv.Atoi(lines(t, path)[0])
	if err != nil {
		t.Fatal(err)
	}
	left, err := os.FindProcess(pid)
	if err != nil {
		t.Fatal(err)
	}
	if err := left.Kill(); err != nil {
		t.Errorf("got %v; want what was left in the background to live", err)
	}
}

func TestCloseEndsWhatRuns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pid")
	a, said := newAlerter(t, "echo $$ > '"+path+"'; sleep 1000")
	a.grace = 0
	a.Send(event("a", "spike"))
	a.Send(event("b", "spike"))
	a.Close()
	a.Send(event("c", "spike"))
	a.Close()
	if s := said.all(); len(s) != 0 {
		t.Errorf("got %q told; want nothing after the end", s)
	}
	if _, err := os.Stat(path); err == nil {
		if l := lines(t, path); l[0] != "" {
			ended(t, l[0])
		}
	}
}
