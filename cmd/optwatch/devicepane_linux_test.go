package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"optwatch/train/device"
)

// lossRecorded is a replay's file of a GPU that is lost in the last of some seconds.
func lossRecorded(t *testing.T, seconds int) string {
	t.Helper()
	var b strings.Builder
	began := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for i := range seconds {
		state, readings := "up", fmt.Sprintf(`"busy":%d,"power":412,"power_limit":700,"memory_used":107374182400,"memory_total":150323855360,"processes":0`, 60+i)
		if i == seconds-1 {
			state, readings = "lost", ""
		}
		fmt.Fprintf(&b, `{"schema":1,"at":%q,"backend":"nvml","devices":[{"id":"GPU-a","index":0,"name":"NVIDIA H200","state":%q,"readings":{%s}}],"host":{"cpu":94}}`+"\n",
			began.Add(time.Duration(i)*time.Second).Format(time.RFC3339), state, readings)
	}
	path := filepath.Join(t.TempDir(), "night.jsonl")
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestDevicePane plays a recording on a terminal: a busy GPU is painted, then
// its loss, and q leaves the terminal as it was before.
func TestDevicePane(t *testing.T) {
	term := newTerminal(t, 120, 40)
	before, err := unix.IoctlGetTermios(int(term.slave.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(lossRecorded(t, 3))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	cmd := &cobra.Command{RunE: func(cmd *cobra.Command, _ []string) error {
		if !hasScreen(cmd) {
			t.Error("a terminal is no screen")
		}
		return watchDevices(cmd.Context(), cmd, device.StartReplay(cmd.Context(), file, "night.jsonl", true), false, false)
	}}
	cmd.SetIn(term.slave)
	cmd.SetOut(term.slave)
	cmd.SetArgs([]string{})
	t.Setenv("TERM", "xterm-256color")
	done := make(chan error, 1)
	go func() { done <- cmd.ExecuteContext(t.Context()) }()
	term.await(t, 0, "REPLAY night.jsonl")
	term.await(t, 0, "412/700 W")
	term.await(t, 0, "60%")
	term.await(t, 0, "✖ lost")
	term.send("q")
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("q did not quit")
	}
	term.await(t, 0, "\x1b[?1049l") // the alternate screen is left
	after, err := unix.IoctlGetTermios(int(term.slave.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	if *after != *before {
		t.Errorf("the terminal was %+v and is %+v", *before, *after)
	}
}
