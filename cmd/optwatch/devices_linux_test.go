//go:build amd64 || arm64

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// gpuBox is the real program on a machine whose GPUs are faked by a library in
// C, which answers from a file.
type gpuBox struct {
	program  string
	scenario string
	env      []string
}

// newGPUBox compiles the program and the fake library.
func newGPUBox(t *testing.T) *gpuBox {
	t.Helper()
	dir := t.TempDir()
	compiler := ""
	for _, name := range []string{os.Getenv("CC"), "cc", "gcc", "clang"} {
		if path, err := exec.LookPath(name); err == nil {
			compiler = path
			break
		}
	}
	if compiler == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("no C compiler, which CI must have: the fake NVML library cannot be made")
		}
		t.Skip("no C compiler ($CC, cc, gcc, clang): the fake NVML library cannot be made")
	}
	b := &gpuBox{program: filepath.Join(dir, "optwatch"), scenario: filepath.Join(dir, "scenario")}
	for _, args := range [][]string{
		{compiler, "-shared", "-fPIC", "-Wl,-soname,libnvidia-ml.so.1", "-o", filepath.Join(dir, "libnvidia-ml.so.1"), "../../train/device/devicetest/testdata/fakenvml.c"},
		{"go", "build", "-o", b.program, "."},
	} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", args[0], err, out)
		}
	}
	b.env = append(os.Environ(), "LD_LIBRARY_PATH="+dir, "FAKE_NVML="+b.scenario, "OPTWATCH_NVML_LIB=")
	return b
}

const gpuLine = "dev uuid=GPU-%s name=NVIDIA_H200 bdf=00000000:%s:00.0 util=%d membw=41 total=150323855360 used=107374182400 " +
	"power=412000 limit=700000 temp=64 slow=92 sm=1785 memclk=2619 throttle=4 sbe=0 dbe=0 mig=0%s\n"

// set changes what the GPUs do, at one moment.
func (b *gpuBox) set(t *testing.T, lines ...string) {
	t.Helper()
	text := "driver=570.86.10\n" + strings.Join(lines, "")
	if err := os.WriteFile(b.scenario+".next", []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(b.scenario+".next", b.scenario); err != nil {
		t.Fatal(err)
	}
}

func gpu(id, bus string, busy int, more string) string {
	return fmt.Sprintf(gpuLine, id, bus, busy, more)
}

// run runs the program to its end.
func (b *gpuBox) run(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), b.program, args...)
	cmd.Env = b.env
	var errOut bytes.Buffer
	cmd.Stderr = &errOut
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%q: %v\n%s%s", args, err, out, errOut.String())
	}
	return string(out)
}

func TestDevicesOnce(t *testing.T) {
	t.Parallel() // it mostly waits
	b := newGPUBox(t)
	b.set(t, gpu("a", "3B", 87, ""), gpu("b", "5E", 0, " PowerUsage=3"), gpu("c", "AF", 5, " ret=15"), "proc dev=0 pid=4194303 mem=1073741824 sm=70\n")
	out := b.run(t, "devices", "--once")
	for _, want := range []string{"nvml, driver 570.86.10", "NVIDIA H200", "87 %", "100.0/140.0 GiB", "412/700 W", "—/700 W", "64 °C", "power cap", "lost", "fell off the bus", "4194303", "70 %"} {
		if !strings.Contains(out, want) {
			t.Errorf("want %q in\n%s", want, out)
		}
	}
	var v map[string]any
	if err := json.Unmarshal([]byte(b.run(t, "devices", "--once", "--json")), &v); err != nil {
		t.Fatal(err)
	}
	devices := v["devices"].([]any)
	first, second := devices[0].(map[string]any), devices[1].(map[string]any)
	keys := []string{
		"busy", "id", "index", "memory_total", "memory_used", "name", "power", "power_limit", "processes", "sm_clock", "state", "temperature", "throttle",
	}
	if got := slices.Sorted(maps.Keys(first)); !slices.Equal(got, keys) {
		t.Errorf("keys: got %v, want %v", got, keys)
	}
	for key, want := range map[string]any{
		"id": "GPU-a", "index": 0.0, "name": "NVIDIA H200", "state": "up", "busy": 87.0, "memory_used": 107374182400.0, "memory_total": 150323855360.0,
		"power": 412.0, "power_limit": 700.0, "temperature": 64.0, "sm_clock": 1785.0,
	} {
		if first[key] != want {
			t.Errorf("%s: got %v, want %v", key, first[key], want)
		}
	}
	process := first["processes"].([]any)[0].(map[string]any)
	if process["pid"] != 4194303.0 || process["memory"] != 1073741824.0 || process["sm"] != 70.0 || process["user"] != nil {
		t.Errorf("process: got %v", process)
	}
	if power, known := second["power"]; !known || power != nil {
		t.Errorf("unsupported power: got %v, want null", power)
	}
	if third := devices[2].(map[string]any); third["state"] != "lost" || third["busy"] != nil || third["processes"] != nil {
		t.Errorf("lost: got %v", third)
	}
	doctor := b.run(t, "devices", "--doctor")
	if !strings.Contains(doctor, "backend   nvml, from libnvidia-ml.so.1, driver 570.86.10, 3 GPUs") || !strings.Contains(doctor, "missing   nothing") ||
		!strings.Contains(doctor, "sample    fast") {
		t.Errorf("doctor: got\n%s", doctor)
	}
}

// startOn starts the program on a terminal that is its own.
func (b *gpuBox) startOn(t *testing.T, term *terminal, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), b.program, args...)
	cmd.Env = append(b.env, "TERM=xterm-256color")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = term.slave, term.slave, term.slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = cmd.Wait()
		term.status <- cmd.ProcessState.ExitCode()
	}()
	return cmd
}

// TestDevicesLive: a GPU is busy, goes lost, comes back and hangs. The keys live
// while the driver hangs, and q ends the program at once and restores the terminal.
func TestDevicesLive(t *testing.T) {
	t.Parallel() // it mostly waits
	b := newGPUBox(t)
	b.set(t, gpu("a", "3B", 87, ""), gpu("b", "5E", 11, " PowerUsage=3"))
	term := newTerminal(t, 120, 40)
	record := filepath.Join(t.TempDir(), "r.jsonl")
	b.startOn(t, term, "devices", "--no-color", "--record", record)
	at := term.await(t, 0, "87%")
	term.await(t, 0, "—/700 W")
	awaitRecord(t, record, `"busy":87`) // a line is written each second only
	b.set(t, gpu("a", "3B", 87, " ret=15 handle=15"), gpu("b", "5E", 22, ""))
	term.await(t, at, "✖ lost")
	term.await(t, at, "22%")     // the other goes on
	at = term.await(t, at, "✖·") // a gap in the last minutes
	b.set(t, gpu("a", "3B", 55, ""), gpu("b", "5E", 22, ""))
	at = term.await(t, at, "55%")
	awaitRecord(t, record, `"busy":55`)
	b.set(t, "load=2\n", gpu("a", "3B", 77, ""), gpu("b", "5E", 22, "")) // another driver
	at = term.await(t, at, "77%")
	b.set(t, "load=2\n", gpu("a", "3B", 66, ""), gpu("b", "5E", 22, ""), "hang dev=1 call=PowerUsage\n")
	term.await(t, at, "66%") // the other goes on
	at = term.await(t, at, "hung: nvmlDeviceGetPowerUsage has not returned for")
	term.send("j")
	at = term.await(t, at, "charts of gpu 1")
	began := time.Now()
	term.send("q")
	select {
	case status := <-term.status:
		if waited := time.Since(began); status != exitOK || waited > time.Second {
			t.Errorf("exit status %d after %v, want %d at once", status, waited, exitOK)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("q did not end it while the driver hung")
	}
	term.await(t, at, "\x1b[?1049l") // the alternate screen is left
	checkRecord(t, record)
}

// checkRecord finds the gap of the time that the first device was lost for.
// awaitRecord waits until a recording contains a text.
func awaitRecord(t *testing.T, path, text string) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if got, _ := os.ReadFile(path); strings.Contains(string(got), text) {
			return
		}
	}
	t.Fatalf("%s is never recorded", text)
}

func checkRecord(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var busy []string
	for line := range strings.Lines(string(text)) {
		var v struct {
			Devices []struct {
				State    string
				Readings map[string]any
			}
		}
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatal(err)
		}
		if len(v.Devices) == 0 {
			continue
		}
		entry := v.Devices[0].State
		if entry == "up" {
			entry = fmt.Sprint(v.Devices[0].Readings["busy"])
		} else if len(v.Devices[0].Readings) != 0 {
			t.Errorf("%s, and yet it has readings: %v", entry, v.Devices[0].Readings)
		}
		busy = append(busy, entry)
	}
	seen := slices.Compact(busy)
	if seen[0] == "<nil>" {
		seen = seen[1:]
	}
	if len(seen) < 3 || seen[0] != "87" || seen[1] != "lost" || seen[2] != "55" {
		t.Errorf("recorded %v, want 87, lost, 55", seen)
	}
}
