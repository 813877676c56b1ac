package main

import (
	"bufio"
	"context"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"optwatch/fed/hub"
	"optwatch/fed/wire"
	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/train/data"
	"optwatch/train/view"
)

// What is wrong with a command line about clients on other machines is said in a line.
func TestMachinesRefused(t *testing.T) {
	key := strings.Repeat("A", 64)
	for _, c := range []struct{ args, says string }{
		{"fed --listen box", "HOST:PORT"},
		{"fed --listen box:99999", "a port is a number"},
		{"fed --listen :1 --local 2", "want one of them"},
		{"fed --listen :1 --nats nats://box", "want one of them"},
		{"fed --local 0", "--local is 1 to 1000"},
		{"fed --local 3 --clients 4", "the same clients"},
		{"fed --local 3 --run fedavg:clients=4,partition=iid", "it is of 4 clients, and there are 3"},
		{"fed --listen :1 --creds x", "--creds is for the server of --nats"},
		{"fed --nats nats://me:secret@box", "give --creds FILE"},
		{"fed --accept", "give --listen or --nats"},
		{"fed --patience 5s", "give --listen or --nats"},
		{"fed --listen :1 --patience -5s", "--patience is above 0"},
		{"fed --listen :1 --clients 5 --max-clients 4", "--max-clients is at least --clients, which is 5"},
		{"fed --local 3 --run fedavg --rounds 3", "a recipe of --run says rounds=… instead"},
		{"fed --run sgd", "optwatch run takes a line-up of your own"},
		{"join", "join takes LINE, and got nothing"},
		{"join box", "HOST:PORT/KEY"},
		{"join box:1/short", "not whole"},
		{"join box/" + key, "begins with HOST:PORT"},
		{"join box:1/" + key + " --part -1", `"-1" for "--part": want a whole number, from 0 on`},
		{"join box:1/" + key + " --label x", "--data"},
		{"join box:1/" + key + " --creds none", "--creds none"},
	} {
		status, out, errOut := optwatch(t, strings.Fields(c.args)...)
		if status != exitUsage || !strings.Contains(errOut, c.says) || strings.Count(errOut, "\n") != 1 {
			t.Errorf("%s: exit status %d, says %q, want 2 and a line with %q\n%s", c.args, status, errOut, c.says, out)
		}
	}
}

// The line names an address that others can dial, not that of all of this machine's.
func TestHostHere(t *testing.T) {
	for _, listen := range []string{":7422", "0.0.0.0:7422", "[::]:7422"} {
		if got := hostHere(listen); got == "" || net.ParseIP(got).IsUnspecified() {
			t.Errorf("%s: others dial %q", listen, got)
		}
	}
	for _, listen := range []string{"192.0.2.7:7422", "box:7422", "[::1]:0"} {
		if got := hostHere(listen); got != "" {
			t.Errorf("%s: others dial %q", listen, got)
		}
	}
}

const overMachines = "fedavg:partition=iid,clients=3,rounds=4,lr=0.1 scaffold:partition=iid,clients=3,rounds=3,fraction=0.7,lr=0.1"

// recipeFlags are the recipes of a text as flags.
func recipeFlags(recipes string) []string {
	var out []string
	for r := range strings.FieldsSeq(recipes) {
		out = append(out, "--run", r)
	}
	return out
}

// parameters are the digests of what the runs of a result came to, by name.
func parameters(r map[string]any) map[string]string {
	out := map[string]string{}
	for _, run := range runs(r) {
		out[run["name"].(string)] = run["theta_sha256"].(string)
	}
	return out
}

// Clients that are processes come to the same bits as those of this process, in a
// result of the same form.
func TestLocalClients(t *testing.T) {
	args := append([]string{"--headless", "--data", "digits"}, recipeFlags(overMachines)...)
	want := outcome(t, append([]string{"run"}, args...)...)
	got := outcome(t, append([]string{"fed", "--local", "3"}, args...)...)
	wantSame(t, parameters(got), parameters(want))
	for i, run := range runs(want) {
		for key := range run {
			if _, ok := runs(got)[i][key]; !ok {
				t.Errorf("%v has no %q where clients are processes", run["name"], key)
			}
		}
	}
}

func wantSame(t *testing.T, got, want map[string]string) {
	t.Helper()
	if len(got) != len(want) || len(want) == 0 {
		t.Errorf("got %v, want %v", got, want)
	}
	for name, digest := range want {
		if got[name] != digest {
			t.Errorf("%s came to %s, in one process to %s", name, got[name], digest)
		}
	}
}

// coordinated is a coordinator as a process, with the line that it prints.
type coordinated struct {
	process *exec.Cmd
	line    string
	rest    chan string // all that it prints
}

func startCoordinator(t *testing.T, state string, args ...string) *coordinated {
	t.Helper()
	c := &coordinated{process: program(t, state, args...), rest: make(chan string, 1)}
	out, err := c.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.process.Stderr = os.Stderr
	if err := c.process.Start(); err != nil {
		t.Fatal(err)
	}
	from, said := bufio.NewReader(out), ""
	for c.line == "" {
		text, err := from.ReadString('\n')
		if said += text; err != nil {
			t.Fatalf("no line to join by in\n%s", said)
		}
		if line, ok := strings.CutPrefix(text, "optwatch join "); ok {
			c.line = strings.TrimSpace(line)
		}
	}
	go func() {
		text, _ := io.ReadAll(from)
		c.rest <- said + string(text)
	}()
	return c
}

// Where the data is a file, the command that is shown says what a client must add to
// it: without that the client is refused.
func TestLineOfAFile(t *testing.T) {
	for want, o := range map[string]data.Options{
		"optwatch join LINE":                                                                 {Name: "auto"},
		"optwatch join LINE --data PATH --part K":                                            {Name: "d/m2_27", Val: 5},
		"optwatch join LINE --data PATH --part K --test PATH --label outcome":                {Name: "d/a.csv", Test: "d/b.csv", Label: "outcome"},
		"optwatch join LINE --data PATH --part K --label 'it'\\''s \"$(rm)\" outcome\u00a0'": {Name: "a.csv", Label: "it's \"$(rm)\" outcome\u00a0"},
	} {
		var out strings.Builder
		s := &sitting{flags: new(flags), out: &careful{w: &out}}
		s.data = o
		k := &coordinator{sitting: s}
		k.printLine("LINE")
		if !strings.Contains(out.String(), "\n\n"+want+"\n\n") || strings.Contains(out.String(), "PATH is") != strings.Contains(want, "PATH") {
			t.Errorf("it prints\n%swant %s", out.String(), want)
		}
		if got, err := firstLine(strings.NewReader(k.command("LINE") + "\n")); got != "LINE" || err != nil {
			t.Errorf("of %q join reads %q, %v", k.command("LINE"), got, err)
		}
	}
}

// Without a screen a line that has expired is followed by another, as long as clients
// are missing.
func TestLineIsRenewed(t *testing.T) {
	now := time.Now()
	h, err := hub.Open(t.Context(), hub.Settings{
		Listen: "127.0.0.1:0", Folder: t.TempDir(), Clients: 1, Terms: wire.Terms{Version: version}, Now: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	var out strings.Builder
	s := &sitting{flags: new(flags), out: &careful{w: &out}, prints: true}
	s.federation.clients, s.federation.listen = 1, "127.0.0.1:0"
	s.coordinator = &coordinator{sitting: s}
	s.renewLine(now.Add(time.Hour)) // there is no hub yet
	s.coordinator.hub.Store(h)
	first, expires := h.Line()
	s.renewLine(expires.Add(-time.Second))
	if again, _ := h.Line(); again != first || out.Len() > 0 {
		t.Errorf("before it has expired there is another line: %q", out.String())
	}
	now = expires.Add(time.Second)
	s.renewLine(now)
	again, until := h.Line()
	if again == first || !until.After(now) || !strings.Contains(out.String(), "\noptwatch join "+again+"\n") {
		t.Errorf("it prints %q, the line is %s, which is good until %v, at %v", out.String(), again, until, now)
	}
	s.federation.clients = 0 // all are there
	now = until.Add(time.Second)
	s.renewLine(now)
	if last, _ := h.Line(); last != again {
		t.Error("nobody is missing, and there is another line")
	}
}

// Too few clients to hold two classes each are given examples of all, where nobody
// says how to divide them; --partition says it for recipes that do not.
func TestFewClients(t *testing.T) {
	args := []string{"--headless", "--data", "digits"}
	want := outcome(t, append([]string{"run"}, append(args, "--run", "fedavg:clients=2,rounds=2,partition=iid")...)...)
	got := outcome(t, append([]string{"fed", "--local", "2"}, append(args, "--run", "fedavg:rounds=2")...)...)
	wantSame(t, parameters(got), parameters(want))
	want = outcome(t, append([]string{"run"}, append(args, "--run", "fedavg:clients=2,rounds=2,partition=sizes")...)...)
	got = outcome(t, append([]string{"fed", "--local", "2", "--partition", "sizes"}, append(args, "--run", "fedavg:rounds=2")...)...)
	wantSame(t, parameters(got), parameters(want))
}

// The line to join by is the first of what is read, and no more is.
func TestFirstLine(t *testing.T) {
	in := strings.NewReader("optwatch join box:1/abc \nq")
	if got, err := firstLine(in); err != nil || got != "box:1/abc" {
		t.Errorf("got %q, %v", got, err)
	}
	if rest, _ := io.ReadAll(in); string(rest) != "q" {
		t.Errorf("%q is left", rest)
	}
	for _, r := range []io.Reader{strings.NewReader("box:1/abc"), iotest.DataErrReader(strings.NewReader("box:1/abc"))} {
		if got, err := firstLine(r); err != nil || got != "box:1/abc" {
			t.Errorf("without an end: %q, %v", got, err)
		}
	}
	for _, text := range []string{"", strings.Repeat("x", 5000)} {
		if got, err := firstLine(strings.NewReader(text)); err == nil {
			t.Errorf("%d bytes are %q", len(text), got)
		}
	}
}

// Clients join a coordinator by its line, are let in by words, and come to the
// bits of one process. Who does not fit, or does not know the secret, stays out,
// and is told why.
func TestJoin(t *testing.T) {
	dir := t.TempDir()
	result, state := filepath.Join(dir, "r.json"), filepath.Join(dir, "state")
	args := append([]string{"--headless", "--data", "digits"}, recipeFlags(overMachines)...)
	c := startCoordinator(t, state, append([]string{"fed", "--listen", "127.0.0.1:0", "--clients", "3", "--max-clients", "9", "--json", result, "--record", filepath.Join(dir, "a.db")}, args...)...)

	small := filepath.Join(dir, "small.csv")
	if err := os.WriteFile(small, []byte("1,2,a\n2,3,b\n3,1,a\n4,4,b\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	strangers := filepath.Join(dir, "strangers")
	wrong := c.line[:len(c.line)-8] + "AAAAAAAA"
	for _, s := range []struct {
		args []string
		says string
	}{
		{[]string{c.line, "--data", small}, "small.csv has 2 features, the coordinator's digits has 784"},
		{[]string{wrong, "--as", "nobody"}, "does not let this key in"},
		{[]string{c.line, "--as", "other", "--val", "100"}, "is not the coordinator's digits: 9900 examples"},
	} {
		text, err := program(t, strangers, append([]string{"join", "--headless"}, s.args...)...).CombinedOutput()
		if code := exitCode(err); code != exitFailed || !strings.Contains(string(text), s.says) {
			t.Errorf("%v: exit status %d, says %q, want 1 and %q", s.args, code, text, s.says)
		}
	}

	var clients []*exec.Cmd
	for _, name := range []string{"ada", "bob", "eve"} {
		p := program(t, filepath.Join(dir, name), "join", c.line, "--headless", "--as", name)
		p.Stdout = &strings.Builder{}
		if err := p.Start(); err != nil {
			t.Fatal(err)
		}
		clients = append(clients, p)
	}
	admitAll(t, state, filepath.Join(dir, "a.db"), 3)
	if err := c.process.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, <-c.rest)
	}
	for _, p := range clients {
		if err := p.Wait(); err != nil || !strings.Contains(p.Stdout.(*strings.Builder).String(), "the federation has ended: all runs have ended") {
			t.Errorf("a client ends with %v\n%s", err, p.Stdout)
		}
	}
	wantSame(t, parameters(decoded(t, result)), parameters(outcome(t, append([]string{"run"}, args...)...)))
}

// admitAll lets in so many clients of a federation, as they come.
func admitAll(t *testing.T, state, path string, n int) {
	t.Helper()
	for admitted, deadline := 0, time.Now().Add(time.Minute); admitted < n; {
		text, _ := program(t, state, "tell", path, "admit", "all").CombinedOutput()
		admitted += strings.Count(string(text), ": done")
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d clients were let in:\n%s", admitted, n, text)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// exitCode is how a process has ended.
func exitCode(err error) int {
	if err == nil {
		return exitOK
	}
	if exit, ok := err.(*exec.ExitError); ok {
		return exit.ExitCode()
	}
	return -1
}

// A federation whose runs cannot begin has asked nobody to join, and leaves no files.
func TestRefusedFederationLeavesNothing(t *testing.T) {
	state := t.TempDir()
	t.Setenv("OPTWATCH_STATE", state)
	status, out, errOut := optwatch(t, "fed", "--headless", "--data", "digits", "--clients", "2", "--listen", "127.0.0.1:0", "--run", "fedavg:epsilon=8")
	if status == exitOK || !strings.Contains(errOut, "needs rounds") || strings.Contains(out, "join") {
		t.Errorf("exit status %d\n%s%s", status, out, errOut)
	}
	left, err := os.ReadDir(state)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range left {
		if strings.HasSuffix(file.Name(), ".hub") || strings.HasSuffix(file.Name(), ".db") {
			t.Errorf("it leaves %s", file.Name())
		}
	}
}

// TestAnnounce: how clients join is said once the runs have begun, and not by a program
// that is to end or whose experiment has ended.
func TestAnnounce(t *testing.T) {
	ds, err := digits()
	if err != nil {
		t.Fatal(err)
	}
	over, end := context.WithCancel(t.Context())
	end()
	for what, c := range map[string]struct {
		ending, ctx context.Context
		says        bool
	}{"as it runs": {t.Context(), t.Context(), true}, "to end": {over, t.Context(), false}, "ended": {t.Context(), over, false}} {
		ctx, stop := context.WithCancel(t.Context())
		e := train.Start(ctx, train.Config{
			Load:    func(context.Context, data.Progress) (*data.Dataset, error) { return ds, nil },
			Recipes: func(train.DataView, train.ProblemView) []optimizers.Recipe { return catalogue().Must("sgd") },
			Model:   "softmax", L2: 1e-3, Seed: 1, Threads: 1, Catalogue: catalogue(),
		})
		for e.Snapshot().Phase == view.PhaseLoading {
			time.Sleep(time.Millisecond)
		}
		var out strings.Builder
		s := &sitting{flags: &flags{}, prints: true, experiment: e, out: &careful{w: &out, failed: func() {}}}
		s.ending = c.ending
		(&coordinator{sitting: s}).announce(c.ctx, "box:7422/KEY")
		said := strings.Contains(out.String(), "optwatch join box:7422/KEY")
		noted := slices.ContainsFunc(e.Snapshot().Events, func(v view.Event) bool { return strings.Contains(v.Text, "prints how they join") })
		if said != c.says || noted != c.says {
			t.Errorf("%s: printed %t, noted %t, want %t; the experiment: %v", what, said, noted, c.says, e.Err())
		}
		stop()
		e.Wait()
	}
}
