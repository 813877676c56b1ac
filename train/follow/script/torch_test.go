package script

import (
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// torchPython is a Python that has PyTorch.
func torchPython(t *testing.T) string {
	t.Helper()
	for _, path := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(path, "-c", "import torch").Run() == nil {
			return path
		}
	}
	t.Skip("no python3 here has torch (Debian's package python3-torch)")
	return ""
}

// mlp starts testdata/mlp.py.
func mlp(t *testing.T, folder, steps, pace string) *process {
	t.Helper()
	path := torchPython(t)
	data := os.Getenv("OPTWATCH_DATA")
	if data == "" {
		t.Skip("OPTWATCH_DATA names no folder with mnist in it")
	}
	at := func(name string) string { return filepath.Join(data, "mnist", name) }
	return launch(t, ".", path, "testdata/mlp.py", folder, at("t10k-images-idx3-ubyte.gz"), at("t10k-labels-idx1-ubyte.gz"), steps, pace)
}

func TestTorch(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "run")
	p := mlp(t, folder, "1000000", "0.002")
	d := opened(t, folder)
	tell(t, d, "pause", "", nil)
	was := look(t, d)
	for range 20 {
		if now := look(t, d); now.Step != was.Step || now.State != "paused" {
			t.Fatalf("%s at step %v, then %v", now.State, was.Step, now.Step)
		}
	}
	tell(t, d, "resume", "", nil)
	await(t, "steps after it is resumed", func() bool { return look(t, d).Step > was.Step+5 })

	if lr := setting(t, d, "lr").Number; lr != 0.1 {
		t.Errorf("lr is %v", lr)
	}
	if a := tell(t, d, "set", "lr", 0.05); !a.OK {
		t.Errorf("%+v", a)
	}
	at := look(t, d).Step
	await(t, "steps with half the rate", func() bool { return look(t, d).Step > at+5 })
	if lr := setting(t, d, "lr").Number; math.Abs(lr-0.05) > 1e-12 {
		t.Errorf("lr is logged as %v though the schedule was halved", lr)
	}

	if a := tell(t, d, "set", "lr", 0.001); !a.OK {
		t.Errorf("%+v", a)
	}
	if a := tell(t, d, "choose", "optimizer", "adamw"); !a.OK || a.Value != "adamw" {
		t.Errorf("%+v", a)
	}
	at = look(t, d).Step
	await(t, "steps of AdamW", func() bool { return look(t, d).Step > at+20 })
	tell(t, d, "stop", "", nil)
	<-p.done
	if out := p.out.String(); !strings.Contains(out, "now AdamW\nstopped by ") || strings.Contains(out, "Warning") {
		t.Errorf("it prints %s", out)
	}
	if now := look(t, d); now.State != "stopped" {
		t.Errorf("it ended %s", now.State)
	}
}

// monitorsFolder names the folder that this program watches as TestMonitor.
const monitorsFolder = "OPTWATCH_TEST_MONITOR"

// TestMonitor is a monitor of its own, for another test to kill.
func TestMonitor(t *testing.T) {
	folder := os.Getenv(monitorsFolder)
	if folder == "" {
		t.Skip(monitorsFolder + " names no folder: it is run by TestKilledMonitor")
	}
	d, err := Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; ; i++ {
		for _, kind := range []string{"pause", "resume", "checkpoint"} {
			if _, err := d.Tell(t.Context(), Command{Kind: kind}); err != nil {
				return
			}
		}
		fmt.Println("told", i)
	}
}

func TestKilledMonitor(t *testing.T) {
	alone := mlp(t, filepath.Join(t.TempDir(), "run"), "600", "0.005")
	folder := filepath.Join(t.TempDir(), "run")
	watched := mlp(t, folder, "600", "0.005")
	d := opened(t, folder)

	tell(t, d, "pause", "", nil) // until the monitor says resume
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(monitorsFolder, folder)
	monitor := launch(t, ".", self, "-test.run=^TestMonitor$")
	await(t, "commands of a monitor", func() bool {
		return len(answersOf(d)) >= 3
	})
	if err := monitor.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-monitor.done
	// It may have been killed in a pause, or too late to matter.
	if _, err := d.Tell(t.Context(), Command{Kind: "resume"}); err != nil && !errors.Is(err, ErrOver) && !errors.Is(err, ErrGone) {
		t.Fatal(err)
	}
	<-alone.done
	<-watched.done
	a, b := alone.out.String(), watched.out.String()
	if !strings.HasPrefix(a, "weights ") || a != b {
		t.Errorf("alone it prints %swith a monitor that was killed %s", a, b)
	}
}

// answersOf are the commands that were answered so far.
func answersOf(d *Dir) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, _ = d.look() // another look follows
	return d.answers.order
}
