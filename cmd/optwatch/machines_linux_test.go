package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// processesOf are the identities of processes that have a text in their command line.
func processesOf(text string) []string {
	var out []string
	paths, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range paths {
		if line, err := os.ReadFile(path); err == nil && bytes.Contains(line, []byte(text)) {
			out = append(out, strings.Split(path, "/")[2])
		}
	}
	return out
}

// awaitProcesses waits until so many processes have a text in their command line.
func awaitProcesses(t *testing.T, text string, n int) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		switch got := processesOf(text); {
		case len(got) == n:
			return
		case time.Now().After(deadline):
			t.Fatalf("%d processes, want %d: %v", len(got), n, got)
		}
	}
}

// A coordinator that is killed takes the clients with it that it has started, and
// resumed it comes to the same bits.
func TestLocalClientsAfterAKill(t *testing.T) {
	dir := t.TempDir()
	path, result := filepath.Join(dir, "a.db"), filepath.Join(dir, "r.json")
	recipes := recipeFlags("fedavg:partition=iid,clients=3,rounds=40,lr=0.1,batch=16")
	hub := "--keys=" + filepath.Join(dir, "a.hub")
	p := program(t, filepath.Join(dir, "state"), append([]string{"fed", "--local", "3", "--headless", "--data", "digits", "--record", path, "--checkpoint", "100ms"}, recipes...)...)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	awaitProcesses(t, hub, 3)
	for _, id := range processesOf(hub) { // what lets a client in is nothing that others of the machine may see
		if line, err := os.ReadFile(filepath.Join("/proc", id, "cmdline")); err == nil && !bytes.Contains(line, []byte("\x00join\x00-\x00")) {
			t.Errorf("a client is started as %q", line)
		}
	}
	time.Sleep(time.Second) // it may be anywhere
	_ = p.Process.Signal(syscall.SIGKILL)
	_ = p.Wait()
	awaitProcesses(t, hub, 0)
	ends(t, program(t, filepath.Join(dir, "state"), "resume", path, "--headless", "--json", result))
	awaitProcesses(t, hub, 0)
	want := outcome(t, append([]string{"run", "--headless", "--data", "digits"}, recipes...)...)
	wantSame(t, parameters(decoded(t, result)), parameters(want))
}

// The screen of a coordinator shows how clients join, and a key lets one in; a
// client's screen says what it does, and what leaving means.
func TestScreensOverMachines(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("OPTWATCH_STATE", dir)
	term := newTerminal(t, 120, 40)
	term.start(t, "fed", "--listen", "127.0.0.1:0", "--clients", "1", "--data", "digits", "--run", "fedavg:partition=iid,epochs=50,batch=4,lr=0.05")
	at := term.await(t, 0, "0 of 1 clients are there")
	records, _ := filepath.Glob(filepath.Join(dir, "*.db"))
	if len(records) != 1 {
		t.Fatalf("records: %v", records)
	}
	line := strings.TrimSpace(ends(t, program(t, dir, "tell", records[0], "line")))
	client := newTerminal(t, 80, 24)
	client.start(t, append(strings.Fields(line)[1:], "--as", "lab")...)
	client.await(t, 0, "the operator compares its")
	term.await(t, at, "waits to be let in")
	term.send("J")
	term.await(t, at, "new line")
	term.send("a")
	term.await(t, at, "lab@")
	seen := client.await(t, 0, "c0 of 1")
	client.await(t, seen, "training")
	client.send("q")
	client.await(t, seen, "q again leaves: rounds wait for c0")
	client.send("q")
	wantStatus(t, client, exitOK)
	ends(t, program(t, dir, "stop", records[0]))
	term.send("q") // a screen that is left by its terminal writes how it was after the folder has gone
	wantStatus(t, term, exitOK)
}
