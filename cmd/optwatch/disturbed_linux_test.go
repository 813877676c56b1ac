package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"optwatch/train/record"
)

// drawn is the seed of what a test draws, which it prints: OPTWATCH_SEED repeats it.
func drawn(t *testing.T) uint64 {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("OPTWATCH_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("OPTWATCH_SEED=%d", seed)
	return seed
}

// disturbed is a federation of processes in a bad world.
type disturbed struct {
	t       *testing.T
	dir     string
	recipes string
	listen  string
	longest time.Duration                  // that a life of the coordinator lasts
	enter   func(name string, c *exec.Cmd) // puts a process where it is to run; nil for here
	chance  *rand.Rand
	commits commits
	said    *spoken

	mu      sync.Mutex
	line    string      // by which clients join; "" before it was printed
	clients []*exec.Cmd // nil before that
}

func newFederation(t *testing.T, recipes string, seed uint64) *disturbed {
	f := &disturbed{t: t, dir: t.TempDir(), recipes: recipes, listen: "127.0.0.1:0", longest: 5 * time.Minute, chance: rand.New(rand.NewPCG(seed, 1)), said: new(spoken)}
	f.commits.path = f.record() + "-wal"
	t.Cleanup(f.endClients)
	return f
}

func (f *disturbed) record() string { return filepath.Join(f.dir, "a.db") }
func (f *disturbed) result() string { return filepath.Join(f.dir, "a.json") }

// lives is one life of the coordinator: to the end, or until its record has got so
// many further transactions, where that is no negative number; 0 is a moment in
// its first seconds. It says whether the coordinator has ended by itself.
func (f *disturbed) lives(transactions int) (ended bool) {
	f.t.Helper()
	args := []string{"resume", f.record(), "--headless", "--checkpoint", "100ms", "--json", f.result()}
	if _, err := os.Stat(f.record()); err != nil || !begun(f.t, f.record()) {
		args = append([]string{
			"fed", "--listen", f.listen, "--clients", "3", "--accept", "--headless", "--data", "digits",
			"--record", f.record(), "--checkpoint", "100ms", "--json", f.result(),
		}, recipeFlags(f.recipes)...)
	}
	f.commits.look()
	f.commits.n = 0
	c := f.program("coordinator", args...)
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		f.t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		f.hear(out)
		done <- c.Wait()
	}()
	moment := time.Now().Add(time.Duration(f.chance.IntN(2000)) * time.Millisecond)
	for limit := time.Now().Add(f.longest); ; time.Sleep(200 * time.Microsecond) {
		select {
		case err := <-done:
			if err != nil {
				f.t.Fatalf("%v: %v\n%s", args, err, f.said.String())
			}
			f.commits.look()
			return true
		default:
		}
		f.commits.look()
		switch {
		case transactions > 0 && f.commits.n >= transactions, transactions == 0 && time.Now().After(moment):
			_ = c.Process.Kill()
			return <-done == nil
		case time.Now().After(limit):
			_ = c.Process.Kill()
			<-done
			f.t.Fatalf("%v does not end:\n%s", args, f.said.String())
		}
	}
}

// program is a process of the federation, what it prints is kept.
func (f *disturbed) program(name string, args ...string) *exec.Cmd {
	c := program(f.t, filepath.Join(f.dir, "state"), args...)
	c.Stderr = f.said.by(name)
	if f.enter != nil {
		f.enter(name, c)
	}
	return c
}

// hear reads what the coordinator prints, and starts the clients by its line.
func (f *disturbed) hear(out io.Reader) {
	keep := f.said.by("coordinator")
	for lines := bufio.NewScanner(out); lines.Scan(); {
		fmt.Fprintln(keep, lines.Text())
		line, ok := strings.CutPrefix(lines.Text(), "optwatch join ")
		f.mu.Lock()
		if ok && f.line == "" {
			f.line = strings.TrimSpace(line)
			f.clients = make([]*exec.Cmd, 3)
			for k := range f.clients {
				f.startClient(k)
			}
		}
		f.mu.Unlock()
	}
}

// startClient starts client k. The caller holds mu.
func (f *disturbed) startClient(k int) {
	name := "c" + strconv.Itoa(k)
	c := f.program(name, "join", f.line, "--as", name, "--part", strconv.Itoa(k), "--headless", "--hide-load")
	c.Stdout = f.said.by(name)
	if err := c.Start(); err != nil {
		f.t.Error(err)
		return
	}
	f.clients[k] = c
}

// killClient kills client k and waits for it. The caller holds mu.
func (f *disturbed) killClient(k int) {
	if c := f.clients[k]; c != nil {
		_ = c.Process.Kill()
		_ = c.Wait()
		f.clients[k] = nil
	}
}

func (f *disturbed) endClients() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for k := range f.clients {
		f.killClient(k)
	}
}

// disturb kills clients at random moments, and starts them anew, until it is
// stopped. It says how often.
func (f *disturbed) disturb() (stop func() int) {
	end, ended, kills := make(chan struct{}), make(chan struct{}), 0
	chance := rand.New(rand.NewPCG(f.chance.Uint64(), 2))
	go func() {
		defer close(ended)
		for {
			select {
			case <-end:
				return
			case <-time.After(time.Duration(200+chance.IntN(4000)) * time.Millisecond):
			}
			k := chance.IntN(3)
			f.mu.Lock()
			if f.line != "" {
				f.killClient(k)
				f.startClient(k)
				kills++
			}
			f.mu.Unlock()
		}
	}()
	return func() int {
		close(end)
		<-ended
		return kills
	}
}

// loseStore deletes what the embedded server has stored.
func (f *disturbed) loseStore() {
	if err := os.RemoveAll(filepath.Join(record.HubFolder(f.record()), "store")); err != nil {
		f.t.Error(err)
	}
}

// ends compares what the runs have come to.
func (f *disturbed) ends(want map[string]string) {
	f.t.Helper()
	f.endClients()
	wantSame(f.t, parameters(decoded(f.t, f.result())), want)
}

// spoken is what several processes print.
type spoken struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// by is where one of them prints.
func (s *spoken) by(name string) io.Writer { return speaker{s, name} }

func (s *spoken) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

type speaker struct {
	to   *spoken
	name string
}

// Write keeps what is printed with when, and by whom.
func (s speaker) Write(p []byte) (int, error) {
	s.to.mu.Lock()
	defer s.to.mu.Unlock()
	for line := range bytes.Lines(p) {
		fmt.Fprintf(&s.to.text, "%s %s: %s\n", time.Now().Format("05.000"), s.name, bytes.TrimSpace(line))
	}
	return len(p), nil
}
