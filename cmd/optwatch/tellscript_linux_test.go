package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// quietScript is the folder of a script that never comes to a log call: that of a
// process, on a host.
func quietScript(t *testing.T, pid int, host string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	control := filepath.Join(folder, "control.jsonl")
	if err := os.WriteFile(control, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(control)
	if err != nil {
		t.Fatal(err)
	}
	namespace, err := os.Readlink("/proc/self/ns/pid")
	if err != nil {
		t.Fatal(err)
	}
	run := fmt.Sprintf(`{"optwatch":1,"start":"s","pid":%d,"host":%q,"namespace":%q,"uid":%d,"control":%d}`,
		pid, host, namespace, os.Getuid(), info.Sys().(*syscall.Stat_t).Ino)
	for name, text := range map[string]string{"run.json": run, "events.jsonl": `{"event":"start","time":1,"run":` + run + "}\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// Without an answer nothing was done, and who waits for one may stop waiting.
func TestScriptDoesNotAnswer(t *testing.T) {
	folder := quietScript(t, os.Getpid(), "elsewhere")
	ctx, interrupt := context.WithCancel(t.Context())
	var out, errOut growing
	ended := make(chan int)
	go func() {
		ended <- run(ctx, []string{"tell", folder, "pause", "resume"}, strings.NewReader(""), &out, &errOut)
	}()
	var told []byte
	for end := time.Now().Add(2 * time.Minute); len(told) == 0; time.Sleep(5 * time.Millisecond) {
		var err error
		if told, err = os.ReadFile(filepath.Join(folder, "control.jsonl")); err != nil || time.Now().After(end) {
			t.Fatalf("the script is not told anything, %v", err)
		}
	}
	interrupt()
	if status := <-ended; status == exitOK || out.String() != "" || strings.Count(errOut.String(), "\n") != 1 || !strings.Contains(errOut.String(), "pause: no answer yet") {
		t.Errorf("exit status %d, %q, %q", status, out.String(), errOut.String())
	}
	told, err := os.ReadFile(filepath.Join(folder, "control.jsonl"))
	var c struct{ Kind, Who, Start string }
	if err == nil {
		err = json.Unmarshal(told, &c)
	}
	if err != nil || c.Kind != "pause" || c.Start != "s" || !strings.Contains(c.Who, "@") {
		t.Errorf("the script was told %s, %v; want a pause alone", told, err)
	}
}

// A script whose process is gone is told nothing.
func TestScriptIsGone(t *testing.T) {
	gone := exec.Command(os.Args[0], "-test.run=^$")
	gone.Env = []string{}
	if err := gone.Run(); err != nil {
		t.Fatal(err)
	}
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	folder := quietScript(t, gone.Process.Pid, host)
	status, out, errOut := optwatch(t, "tell", folder, "stop")
	if want := fmt.Sprintf("the script is gone: no process %d", gone.Process.Pid); status != exitFailed || out != "" || !strings.Contains(errOut, want) {
		t.Errorf("exit status %d, %q, %q; want %q", status, out, errOut, want)
	}
	if told, err := os.ReadFile(filepath.Join(folder, "control.jsonl")); err != nil || len(told) > 0 {
		t.Errorf("it was told %q, %v", told, err)
	}
}
