package device

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// newFakeSMI is the nvidia-smi backend on the fake program.
func newFakeSMI(tb testing.TB) *smi {
	tb.Helper()
	script, err := os.ReadFile("testdata/nvidia-smi.sh")
	if err != nil {
		tb.Fatal(err)
	}
	dir := tb.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "nvidia-smi"), script, 0o755); err != nil {
		tb.Fatal(err)
	}
	tb.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	return &smi{root: os.DirFS("/")}
}

func TestSMIReadings(t *testing.T) {
	s := newFakeSMI(t)
	sc := newScenario(t, gpus(full, another))
	devices := opened(t, s)
	want := Device{ID: "GPU-aaaa", Index: 0, Name: "NVIDIA H200", BDF: "0000:3b:00.0", Driver: "570.86.10"}
	if len(devices) != 2 || devices[0] != want {
		t.Fatalf("got %+v, want two devices, the first %+v", devices, want)
	}
	f := sampled(t, s, Fast)
	wantReadings(t, f.Samples[0], map[Metric]any{Busy: 87.0, Power: 412.0, Fan: Unknown, PCIeRX: Unsupported})
	wantReadings(t, f.Samples[1], map[Metric]any{Busy: 0.0})

	sc.write(gpus(strings.Replace(full, "power=412000 ", "", 1), another+" ret=15"))
	eventually(t, func() bool {
		f = sampled(t, s, AllTiers)
		return f.Samples[1].State == Lost && f.Samples[0].Readings[Power].Quality == Unsupported
	})
	wantReadings(t, f.Samples[1], map[Metric]any{Busy: Unknown})
	sc.write(gpus(full+" PowerUsage=4", another+" ret=16"))
	eventually(t, func() bool {
		f = sampled(t, s, AllTiers)
		return f.Samples[1].State == NeedsReset && f.Samples[0].Readings[Power].Quality == Denied
	})
	sc.write(gpus(full)) // the second line is not printed any more
	eventually(t, func() bool {
		f = sampled(t, s, AllTiers)
		return f.Samples[0].State == Up && f.Samples[1].State == Lost
	})
	sc.write(gpus(full, another, strings.ReplaceAll(another, "bbbb", "cccc")))
	eventually(t, func() bool {
		list := sampled(t, s, AllTiers).Devices
		return len(list) == 3 && list[2].ID == "GPU-cccc"
	})
}

// eventually waits until something is so.
func eventually(t *testing.T, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !so(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it never came")
		}
	}
}

// TestSMILostFromTheStart names a device as soon as it answers.
func TestSMILostFromTheStart(t *testing.T) {
	s := newFakeSMI(t)
	sc := newScenario(t, gpus(full+" ret=15"))
	if d := opened(t, s)[0]; d.ID != "GPU-aaaa" || d.Name != "GPU" || d.BDF != "" {
		t.Errorf("got %+v, want only its UUID", d)
	}
	if f := sampled(t, s, Fast); f.Samples[0].State != Lost {
		t.Errorf("got %v, want lost", f.Samples[0].State)
	}
	sc.write(gpus(full))
	eventually(t, func() bool {
		list := sampled(t, s, Fast).Devices
		return len(list) == 1 && list[0].Name == "NVIDIA H200" && list[0].BDF == "0000:3b:00.0"
	})
}

// TestSMIProcesses reads pmon's table.
func TestSMIProcesses(t *testing.T) {
	s := newFakeSMI(t)
	newScenario(t, gpus(full, another, "proc dev=0 pid=4194303 mem=1048576 sm=70", "proc dev=0 pid=4194302 mem=2097152"))
	opened(t, s)
	var f Frame
	eventually(t, func() bool {
		f = sampled(t, s, Processes)
		return f.Samples[0].Readings[ProcessCount].Quality == OK
	})
	wantReadings(t, f.Samples[0], map[Metric]any{ProcessCount: 2.0, Busy: Unknown})
	wantReadings(t, f.Samples[1], map[Metric]any{ProcessCount: 0.0})
	p := f.Samples[0].Processes[0]
	if p.PID != 4194303 || p.Memory.Value != 1<<20 || p.SM.Value != 70 || p.Command != "some program" || !p.Foreign {
		t.Errorf("got %+v", p)
	}
}

// TestSMIUnknownField: a version that lacks a field is not asked for it.
func TestSMIUnknownField(t *testing.T) {
	s := newFakeSMI(t)
	newScenario(t, "smi_unknown=memory.reserved\n"+gpus(full))
	opened(t, s)
	wantReadings(t, sampled(t, s, Fast).Samples[0], map[Metric]any{MemoryUsed: 107374182400.0})
	if got := s.Diagnosis().Missing; !slices.Contains(got, "memory.reserved") {
		t.Errorf("missing: got %v", got)
	}
}

// TestSMIEnds: its exit status is NVML's code, at the start and later.
func TestSMIEnds(t *testing.T) {
	for status, class := range map[string]Class{"9": DriverAbsent, "18": Mismatch, "4": OpenDenied, "255": OpenFailed} {
		s := newFakeSMI(t)
		newScenario(t, "smi_exit="+status+"\n"+gpus(full))
		_, err := s.Open(context.Background())
		var open *OpenError
		if !errors.As(err, &open) || open.Class != class {
			t.Errorf("exit status %s: got %v, want class %d", status, err, class)
		}
	}
	s := newFakeSMI(t)
	sc := newScenario(t, gpus(full))
	opened(t, s)
	sc.write("smi_exit=18\n" + gpus(full))
	var err error
	eventually(t, func() bool { _, err = s.Sample(context.Background(), Fast); return err != nil })
	if !strings.Contains(err.Error(), "updated under the running one") {
		t.Errorf("got %v, want the mismatch", err)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := (&smi{root: os.DirFS("/")}).Open(context.Background()); err == nil || !strings.Contains(err.Error(), "no nvidia-smi") {
		t.Errorf("got %v, want that there is none", err)
	}
}

// TestSMISilent: a program that prints nothing more is waited for as long as the
// caller wants.
func TestSMISilent(t *testing.T) {
	s := newFakeSMI(t)
	sc := newScenario(t, gpus(full))
	opened(t, s)
	sc.write("smi_silent=1\n" + gpus(full))
	eventually(t, func() bool {
		ctx, cancel := context.WithTimeout(context.Background(), 1500*time.Millisecond)
		defer cancel()
		_, err := s.Sample(ctx, Fast)
		return errors.Is(err, context.DeadlineExceeded)
	})
}

// TestStream: a child that holds a program's output open does not hide its end.
func TestStream(t *testing.T) {
	s := startStream(t.Context(), "/bin/sh", "-c", "echo one; echo two; echo oops >&2; sleep 20 & exit 3")
	var got []string
	began := time.Now()
	for l := range s.lines {
		got = append(got, l.text)
	}
	if !slices.Equal(got, []string{"one", "two"}) || s.said() != "oops\n" || !strings.Contains(s.err().Error(), "exit status 3") {
		t.Errorf("got %q, %q, %v", got, s.said(), s.err())
	}
	if waited := time.Since(began); waited > 10*time.Second {
		t.Errorf("waited %v for the child", waited)
	}
	if s := startStream(t.Context(), "/nowhere/program"); s.err() == nil {
		t.Error("got no error from a program that is not there")
	}
}

// TestTokens is the zoo of words that stand for no number.
func TestTokens(t *testing.T) {
	for text, want := range map[string]Reading{
		"412.50": good(412.5, epoch), "0": good(0, epoch),
		"[N/A]": bad(Unsupported, epoch), "N/A": bad(Unsupported, epoch), "[Not Supported]": bad(Unsupported, epoch),
		"[Requested functionality has been deprecated]": bad(Unsupported, epoch), "": bad(Unsupported, epoch),
		"[Insufficient Permissions]": bad(Denied, epoch), "[Unknown Error]": bad(Failed, epoch),
		"-5": bad(Failed, epoch), "NaN": bad(Failed, epoch), "Inf": bad(Failed, epoch), "87 %": bad(Failed, epoch),
	} {
		if got := parseToken(text, 1, epoch); got != want {
			t.Errorf("%q: got %+v, want %+v", text, got, want)
		}
	}
}
