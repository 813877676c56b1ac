package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"optwatch/train/device"
)

// withoutGPU hides the GPUs of this machine, as far as that can be done.
func withoutGPU(t *testing.T) {
	t.Helper()
	t.Setenv("OPTWATCH_NVML_LIB", "/nowhere/libnvidia-ml.so.1")
	t.Setenv("PATH", t.TempDir())
	if vendors, _ := filepath.Glob("/sys/class/drm/card[0-9]*/device/vendor"); slices.ContainsFunc(vendors, func(path string) bool {
		vendor, _ := os.ReadFile(path)
		return strings.TrimSpace(string(vendor)) == "0x1002"
	}) {
		t.Skip("this machine has an AMD GPU, which cannot be hidden")
	}
}

// TestDevicesWithoutGPU shows the host and says why there is no GPU.
func TestDevicesWithoutGPU(t *testing.T) {
	withoutGPU(t)
	status, out, errOut := optwatch(t, "devices", "--once")
	if status != exitOK || errOut != "" || !strings.Contains(out, "no GPU: ") || !strings.Contains(out, "no nvidia-smi") || !strings.Contains(out, "host  cpu ") {
		t.Errorf("exit status %d\n%s%s", status, out, errOut)
	}
	status, out, errOut = optwatch(t, "devices", "--once", "--json")
	var v map[string]any
	if err := json.Unmarshal([]byte(out), &v); err != nil || status != exitOK {
		t.Fatalf("exit status %d, %v\n%s%s", status, err, out, errOut)
	}
	if v["backend"] != "none" || !strings.Contains(v["reason"].(string), "no GPU") || len(v["devices"].([]any)) != 0 {
		t.Errorf("got %v", v)
	}
	want := []string{"cores", "cpu", "load", "memory_total", "memory_used", "process_cpu", "process_memory"}
	if got := slices.Sorted(maps.Keys(v["host"].(map[string]any))); !slices.Equal(got, want) {
		t.Errorf("host has %v, want %v", got, want)
	}
	status, out, _ = optwatch(t, "devices", "--doctor")
	if status != exitOK || !strings.Contains(out, "not used  nvml: no NVIDIA driver library") || !strings.Contains(out, "backend   none") {
		t.Errorf("doctor: exit status %d\n%s", status, out)
	}
}

// lossRecording is two seconds of a device that is then lost.
const lossRecording = `{"schema":1,"at":"2026-01-02T03:04:05Z","backend":"nvml","devices":[{"id":"GPU-a","index":0,"name":"H200","state":"up","readings":{"busy":87,"power":"unsupported","processes":1},"processes":[{"pid":7,"user":"root","command":"train","memory":1073741824,"sm":70,"gi":-1,"ci":-1}]}],"host":{"cpu":40,"load":[1,2,3],"memory_used":1,"memory_total":2,"self_cpu":3,"self_rss":4}}
{"schema":1,"at":"2026-01-02T03:04:06Z","backend":"nvml","devices":[{"id":"GPU-a","index":0,"name":"H200","state":"lost"}],"host":{"cpu":"unknown","load":["failed",2,3],"memory_used":1,"memory_total":2,"self_cpu":3,"self_rss":4},"events":[{"at":"2026-01-02T03:04:06Z","id":"GPU-a","xid":79}]}
`

// TestDevicesReplay plays a recording in its own time, and says that it does.
func TestDevicesReplay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.jsonl")
	if err := os.WriteFile(path, []byte(lossRecording), 0o644); err != nil {
		t.Fatal(err)
	}
	status, out, errOut := optwatch(t, "devices", "--replay", path)
	if status != exitOK || errOut != "" {
		t.Fatalf("exit status %d\n%s%s", status, out, errOut)
	}
	for _, want := range []string{"replay 2026-01-0", "0 H200  busy 87 %  —", "✖ Xid 79: fell off the bus", "0 H200  lost: ", "cpu 40 %"} {
		if !strings.Contains(out, want) {
			t.Errorf("want %q in\n%s", want, out)
		}
	}
	if _, out, _ = optwatch(t, "devices", "--replay", path, "--once"); !strings.Contains(out, "replay of "+path) || !strings.Contains(out, "lost") || strings.Contains(out, "87 %") {
		t.Errorf("--once shows how it ended; got\n%s", out)
	}
	if err := os.WriteFile(path, []byte(lossRecording+"{}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if status, _, errOut = optwatch(t, "devices", "--replay", path, "--once"); status != exitFailed || !strings.Contains(errOut, path+":3: found schema 0") {
		t.Errorf("exit status %d, %q, want the line that is wrong", status, errOut)
	}
}

// TestLateEventIsPrinted: an event that is shown after one that happened later is
// printed all the same, and once: an Xid is heard at once and shown with a sample.
func TestLateEventIsPrinted(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	lost := device.Event{Number: 1, At: at.Add(time.Second), Kind: device.EventLost, Text: "lost"}
	xid := device.XidEvent(at, "", 79)
	xid.Number = 2
	var l deviceLines
	var out strings.Builder
	l.print(&out, &device.View{At: at.Add(time.Second), Events: []device.Event{lost}})
	l.print(&out, &device.View{At: at.Add(2 * time.Second), Events: []device.Event{lost, xid}})
	for _, want := range []string{"✖ lost", "✖ Xid 79"} {
		if strings.Count(out.String(), want) != 1 {
			t.Errorf("want %q once in\n%s", want, out.String())
		}
	}
}

// TestDevicesRecord records this machine and plays it.
func TestDevicesRecord(t *testing.T) {
	withoutGPU(t)
	path := filepath.Join(t.TempDir(), "r.jsonl")
	if status, out, errOut := optwatch(t, "devices", "--once", "--record", path); status != exitOK {
		t.Fatalf("exit status %d\n%s%s", status, out, errOut)
	}
	status, out, errOut := optwatch(t, "devices", "--replay", path, "--once")
	if status != exitOK || !strings.Contains(out, "no GPU: ") || !strings.Contains(out, "host  cpu ") {
		t.Errorf("exit status %d\n%s%s", status, out, errOut)
	}
}

func TestDevicesMistakes(t *testing.T) {
	for _, c := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"--json"}, exitUsage, "--json needs --once"},
		{[]string{"--doctor", "--once"}, exitUsage, "--doctor goes with no other flag"},
		{[]string{"--record", "a", "--replay", "b"}, exitUsage, "exclude each other"},
		{[]string{"--replay", ""}, exitUsage, "must not be empty"},
		{[]string{"gpu0"}, exitUsage, "gpu0"},
		{[]string{"--replay", "/nowhere/x"}, exitFailed, "/nowhere/x"},
		{[]string{"--once", "--record", "/nowhere/x"}, exitFailed, "/nowhere/x"},
	} {
		status, _, errOut := optwatch(t, append([]string{"devices"}, c.args...)...)
		if status != c.status || !strings.Contains(errOut, c.want) || strings.Count(errOut, "\n") != 1 {
			t.Errorf("%q: exit status %d, %q, want %d and one line with %q", c.args, status, errOut, c.status, c.want)
		}
	}
}
