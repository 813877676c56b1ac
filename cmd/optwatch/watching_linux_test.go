package main

import (
	"bufio"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"optwatch/train/follow/script"
)

// A script is watched by a process of its own. The terminal is closed, and that
// goes on; two look at it again, of whom one drives the script, and others do so by
// words and over SSH where they may. They leave, "stop" ends the watch and not the
// script, and what was recorded is played.
func TestWatchIsKept(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3")
	}
	state, folder := t.TempDir(), filepath.Join(t.TempDir(), "steps")
	s := startScript(t, python, folder, "steps.py")
	first := newTerminal(t, 120, 40)
	first.startApart(t, state, "watch", "--record", folder)
	first.await(t, 0, "running")
	first.slave.Close()
	first.master.Close() // which hangs up
	<-first.status
	live := awaitListed(t, state, "live")
	if live.Command != "watch" || live.Name != "watch of "+folder {
		t.Errorf("it is listed as %q, by %q", live.Name, live.Command)
	}
	awaitAlone(t, live.Process)

	wide, small := newTerminal(t, 160, 50), newTerminal(t, 60, 20)
	wide.startApart(t, state, "attach", live.ID)
	small.startApart(t, state, "attach", "--read-only")
	at, seen := wide.await(t, 0, "running"), small.await(t, 0, "steps")
	small.send(" ") // not for those who only look
	wide.send("[")
	at = wide.await(t, at, "0.08")
	s.await("a rate", func(c *script.Controls) bool { return numberOf(c, "lr") == 0.08 })
	if s.now().State == "paused" {
		t.Error("who only looks has paused it")
	}
	wide.send(" ")
	s.await("a pause", func(c *script.Controls) bool { return c.State == "paused" })
	wide.await(t, at, "paused")
	small.await(t, seen, "paused")
	told(t, state, live.ID, "steps")
	s.await("what it was told", func(c *script.Controls) bool {
		return c.State == "running" && numberOf(c, "lr") == 0.02
	})
	served(t, state, live.ID, s)

	small.send("q")
	wide.send("q")
	at = wide.await(t, at, "end the watch")
	wide.send("q")
	wantStatus(t, small, exitOK)
	wantStatus(t, wide, exitOK)
	wide.await(t, at, live.ID+" goes on")
	awaitAlone(t, awaitListed(t, state, "live").Process)
	if said := ends(t, program(t, state, "stop", live.ID)); !strings.Contains(said, "optwatch replay "+live.ID+" plays it") || strings.Contains(said, "resume") {
		t.Errorf("stop says %q", said)
	}
	awaitListed(t, state, "stopped")
	s.further(5)
	for _, command := range []string{"resume", "attach"} {
		said, err := program(t, state, command, live.ID).CombinedOutput()
		if err == nil || !strings.Contains(string(said), "optwatch replay "+live.ID+" plays it") || strings.Contains(string(said), "optwatch resume") {
			t.Errorf("%s of it: %v\n%s", command, err, said)
		}
	}

	replay := newTerminal(t, 120, 40)
	replay.startApart(t, state, "replay", live.ID)
	mark := replay.await(t, 0, "steps")
	replay.send("G")
	mark = replay.await(t, mark, "play again")
	replay.send("8")
	replay.await(t, mark, "config of")
	replay.send("q")
	wantStatus(t, replay, exitOK)
	got := exportOf(t, state, live.ID)
	if len(got.Runs) != 1 || got.Runs[0].Path != filepath.Join(folder, "events.jsonl") {
		t.Fatalf("the record is %+v", got)
	}
	if !slices.Contains(got.Runs[0].Parameters, exportedParameter{"lr", "0.1"}) {
		t.Errorf("the run was configured with %v", got.Runs[0].Parameters)
	}
	if !slices.Contains(got.Events, exportedEvent{"steps", "checkpoint saved.pt"}) {
		t.Errorf("the log is %v", got.Events)
	}
}

// told drives a run by words.
func told(t *testing.T, state, id, run string) {
	t.Helper()
	said := ends(t, program(t, state, "tell", id, run, "lr=0.02", "optimizer=adamw", "checkpoint", "resume"))
	for _, want := range []string{"lr is 0.02", "optimizer is adamw", "checkpoint saved.pt", "resumed"} {
		if !strings.Contains(said, want) {
			t.Errorf("tell says\n%s\nwant %q", said, want)
		}
	}
	if said, err := program(t, state, "tell", id, run, "dance").CombinedOutput(); err == nil || !strings.Contains(string(said), "want pause, resume, step, stop, checkpoint, switch=KEY=VALUE") {
		t.Errorf("what it takes is told as %s (%v)", said, err)
	}
}

// served lets a watch be seen over SSH by one who may look and one who may drive.
func served(t *testing.T, state, id string, s *trainer) {
	t.Helper()
	keys, viewer, operator := "", newSigner(t), newSigner(t)
	keys += string(ssh.MarshalAuthorizedKey(viewer.PublicKey()))
	keys += `role="operator" ` + string(ssh.MarshalAuthorizedKey(operator.PublicKey()))
	file := filepath.Join(t.TempDir(), "team.keys")
	if err := os.WriteFile(file, []byte(keys), 0o600); err != nil {
		t.Fatal(err)
	}
	c := program(t, state, "serve", id, "--listen", "127.0.0.1:0", "--keys", file)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = c.Process.Signal(syscall.SIGINT)
		_ = c.Wait()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	address, _ := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	for _, ask := range []struct {
		by          ssh.Signer
		words, says string
		done        bool
	}{
		{viewer, "status", "steps", true},
		{viewer, "tell steps pause", "read-only", false},
		{operator, "tell steps pause", "paused", true},
		{operator, "tell steps resume", "resumed", true},
	} {
		said, err := asked(t, address, ask.by, ask.words)
		if (err == nil) != ask.done || !strings.Contains(said, ask.says) {
			t.Errorf("%s: %v\n%s\nwant %q", ask.words, err, said, ask.says)
		}
	}
	s.await("a resume", func(c *script.Controls) bool { return c.State == "running" })
}

func newSigner(t *testing.T) ssh.Signer {
	t.Helper()
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

// asked is the answer to words over SSH.
func asked(t *testing.T, address string, by ssh.Signer, words string) (string, error) {
	t.Helper()
	client, err := ssh.Dial("tcp", address, &ssh.ClientConfig{
		User: "someone", Auth: []ssh.AuthMethod{ssh.PublicKeys(by)}, HostKeyCallback: ssh.InsecureIgnoreHostKey(), Timeout: time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	session, err := client.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	said, err := session.CombinedOutput(words)
	return string(said), err
}

// exported is the JSON of a record, as far as tests of watches look at it.
type exported struct {
	Name          string
	Configuration configuration
	Runs          []struct {
		Name, Path, State string
		Parameters        []exportedParameter
		Output            []string
		Curves            []exportedCurve
	}
	Events []exportedEvent
}

type exportedCurve struct {
	Metric string
	Value  []*float64
}

type (
	exportedParameter struct{ Key, Text string }
	exportedEvent     struct{ Run, Text string }
)

// exportOf is that of a record.
func exportOf(t *testing.T, state, id string) (out exported) {
	t.Helper()
	text, err := program(t, state, "export", id, "--json", "-").Output()
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A watch in lines is recorded in its own process: the curves of logs as they grow,
// where they lie, and what is said of them.
func TestWatchInLinesIsRecorded(t *testing.T) {
	state, dir := t.TempDir(), logged(t)
	c := program(t, state, "watch", "--follow", "--record", dir)
	var out growing
	c.Stdout, c.Stderr = &out, &out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	out.await(t, "b/metrics.jsonl")
	log := filepath.Join(dir, "b", "metrics.jsonl")
	f, err := os.OpenFile(log, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("{\"step\":3,\"loss\":0.75}\n"); err != nil || f.Close() != nil {
		t.Fatal(err)
	}
	id := awaitListed(t, state, "live").ID
	for deadline := time.Now().Add(120 * time.Second); !strings.Contains(ends(t, program(t, state, "status", id)), "0.75"); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("what was logged last is never seen")
		}
	}
	_ = c.Process.Signal(syscall.SIGINT)
	_ = c.Wait()
	if code := c.ProcessState.ExitCode(); code != exitInterrupted || !strings.Contains(out.String(), "optwatch replay "+id+" plays it") {
		t.Errorf("exit status %d, %s", code, out.String())
	}
	got := exportOf(t, state, awaitListed(t, state, "stopped").ID)
	if got.Name != "watch of "+dir || fmt.Sprint(got.Configuration.Paths) != fmt.Sprint([]string{dir}) || len(got.Runs) != 2 || len(got.Events) == 0 {
		t.Fatalf("the record is %+v", got)
	}
	for _, r := range got.Runs {
		if r.Name != "b" {
			continue
		}
		i := slices.IndexFunc(r.Curves, func(c exportedCurve) bool { return c.Metric == "loss" })
		if i < 0 {
			t.Fatalf("the run is %+v", r)
		}
		v := r.Curves[i].Value
		if r.Path != log || r.State != "running" || len(v) != 3 || *v[0] != 2 || v[1] != nil || *v[2] != 0.75 { // NaN is null
			t.Errorf("the run is %+v", r)
		}
	}
}

// What comes through a pipe is recorded too, with the lines, until it ends.
func TestPipeIsRecorded(t *testing.T) {
	state := t.TempDir()
	c := program(t, state, "watch", "--follow", "--record", "--save", "none", "-")
	c.Stdin = strings.NewReader("hello\nstep=1 loss=0.5\nstep=2 loss=0.25\n")
	ends(t, c)
	list := listed(t, state)
	if len(list) != 1 || list[0].Command != "watch" || list[0].Status != "finished" {
		t.Fatalf("the records are %+v", list)
	}
	got := exportOf(t, state, list[0].ID)
	if len(got.Runs) != 1 || fmt.Sprint(got.Configuration.Paths) != "[-]" || got.Runs[0].State != "finished" || fmt.Sprint(got.Runs[0].Output) != "[hello step=1 loss=0.5 step=2 loss=0.25]" {
		t.Errorf("the record is %+v", got)
	}
}

// numberOf is what a setting is now.
func numberOf(c *script.Controls, name string) float64 {
	for _, s := range c.Settings {
		if s.Name == name {
			return s.Number
		}
	}
	return 0
}
