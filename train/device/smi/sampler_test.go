package smi

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"optwatch/train/device"
	"optwatch/train/device/devicetest"
)

func TestMain(m *testing.M) { os.Exit(devicetest.Main(m)) }

// newFakeSMI is the nvidia-smi backend on the fake program.
func newFakeSMI(tb testing.TB) *Sampler {
	tb.Helper()
	devicetest.UseProgram(tb)
	return New(os.DirFS("/"))
}

func TestSMIReadings(t *testing.T) {
	s := newFakeSMI(t)
	sc := devicetest.NewScenario(t, devicetest.GPUs(devicetest.Full, devicetest.Another))
	devices := devicetest.Opened(t, s)
	want := device.Device{ID: "GPU-aaaa", Index: 0, Name: "NVIDIA H200", BDF: "0000:3b:00.0", Driver: "570.86.10"}
	if len(devices) != 2 || devices[0] != want {
		t.Fatalf("got %+v, want two devices, the first %+v", devices, want)
	}
	f := devicetest.Sampled(t, s, device.Fast)
	devicetest.WantReadings(t, f.Samples[0], map[device.Metric]any{device.Busy: 87.0, device.Power: 412.0, device.Fan: device.Unknown, device.PCIeRX: device.Unsupported})
	devicetest.WantReadings(t, f.Samples[1], map[device.Metric]any{device.Busy: 0.0})

	sc.Write(devicetest.GPUs(strings.Replace(devicetest.Full, "power=412000 ", "", 1), devicetest.Another+" ret=15"))
	devicetest.Eventually(t, func() bool {
		f = devicetest.Sampled(t, s, device.AllTiers)
		return f.Samples[1].State == device.Lost && f.Samples[0].Readings[device.Power].Quality == device.Unsupported
	})
	devicetest.WantReadings(t, f.Samples[1], map[device.Metric]any{device.Busy: device.Unknown})
	sc.Write(devicetest.GPUs(devicetest.Full+" PowerUsage=4", devicetest.Another+" ret=16"))
	devicetest.Eventually(t, func() bool {
		f = devicetest.Sampled(t, s, device.AllTiers)
		return f.Samples[1].State == device.NeedsReset && f.Samples[0].Readings[device.Power].Quality == device.Denied
	})
	sc.Write(devicetest.GPUs(devicetest.Full)) // the second line is not printed any more
	devicetest.Eventually(t, func() bool {
		f = devicetest.Sampled(t, s, device.AllTiers)
		return f.Samples[0].State == device.Up && f.Samples[1].State == device.Lost
	})
	sc.Write(devicetest.GPUs(devicetest.Full, devicetest.Another, strings.ReplaceAll(devicetest.Another, "bbbb", "cccc")))
	devicetest.Eventually(t, func() bool {
		list := devicetest.Sampled(t, s, device.AllTiers).Devices
		return len(list) == 3 && list[2].ID == "GPU-cccc"
	})
}

// TestSMILostFromTheStart names a device as soon as it answers.
func TestSMILostFromTheStart(t *testing.T) {
	s := newFakeSMI(t)
	sc := devicetest.NewScenario(t, devicetest.GPUs(devicetest.Full+" ret=15"))
	if d := devicetest.Opened(t, s)[0]; d.ID != "GPU-aaaa" || d.Name != "GPU" || d.BDF != "" {
		t.Errorf("got %+v, want only its UUID", d)
	}
	if f := devicetest.Sampled(t, s, device.Fast); f.Samples[0].State != device.Lost {
		t.Errorf("got %v, want lost", f.Samples[0].State)
	}
	sc.Write(devicetest.GPUs(devicetest.Full))
	devicetest.Eventually(t, func() bool {
		list := devicetest.Sampled(t, s, device.Fast).Devices
		return len(list) == 1 && list[0].Name == "NVIDIA H200" && list[0].BDF == "0000:3b:00.0"
	})
}

// TestSMIProcesses reads pmon's table.
func TestSMIProcesses(t *testing.T) {
	s := newFakeSMI(t)
	devicetest.NewScenario(t, devicetest.GPUs(devicetest.Full, devicetest.Another, "proc dev=0 pid=4194303 mem=1048576 sm=70", "proc dev=0 pid=4194302 mem=2097152"))
	devicetest.Opened(t, s)
	var f device.Frame
	devicetest.Eventually(t, func() bool {
		f = devicetest.Sampled(t, s, device.Processes)
		return f.Samples[0].Readings[device.ProcessCount].Quality == device.OK
	})
	devicetest.WantReadings(t, f.Samples[0], map[device.Metric]any{device.ProcessCount: 2.0, device.Busy: device.Unknown})
	devicetest.WantReadings(t, f.Samples[1], map[device.Metric]any{device.ProcessCount: 0.0})
	p := f.Samples[0].Processes[0]
	if p.PID != 4194303 || p.Memory.Value != 1<<20 || p.SM.Value != 70 || p.Command != "some program" || !p.Foreign {
		t.Errorf("got %+v", p)
	}
}

// TestSMIUnknownField: a version that lacks a field is not asked for it.
func TestSMIUnknownField(t *testing.T) {
	s := newFakeSMI(t)
	devicetest.NewScenario(t, "smi_unknown=memory.reserved\n"+devicetest.GPUs(devicetest.Full))
	devicetest.Opened(t, s)
	devicetest.WantReadings(t, devicetest.Sampled(t, s, device.Fast).Samples[0], map[device.Metric]any{device.MemoryUsed: 107374182400.0})
	if got := s.Diagnosis().Missing; !slices.Contains(got, "memory.reserved") {
		t.Errorf("missing: got %v", got)
	}
}

// TestSMIEnds: its exit status is NVML's code, at the start and later.
func TestSMIEnds(t *testing.T) {
	for status, class := range map[string]device.Class{"9": device.DriverAbsent, "18": device.Mismatch, "4": device.OpenDenied, "255": device.OpenFailed} {
		s := newFakeSMI(t)
		devicetest.NewScenario(t, "smi_exit="+status+"\n"+devicetest.GPUs(devicetest.Full))
		_, err := s.Open(context.Background())
		var open *device.OpenError
		if !errors.As(err, &open) || open.Class != class {
			t.Errorf("exit status %s: got %v, want class %d", status, err, class)
		}
	}
	s := newFakeSMI(t)
	sc := devicetest.NewScenario(t, devicetest.GPUs(devicetest.Full))
	devicetest.Opened(t, s)
	sc.Write("smi_exit=18\n" + devicetest.GPUs(devicetest.Full))
	var err error
	devicetest.Eventually(t, func() bool { _, err = s.Sample(context.Background(), device.Fast); return err != nil })
	if !strings.Contains(err.Error(), "updated under the running one") {
		t.Errorf("got %v, want the mismatch", err)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := New(os.DirFS("/")).Open(context.Background()); err == nil || !strings.Contains(err.Error(), "no nvidia-smi") {
		t.Errorf("got %v, want that there is none", err)
	}
}

// TestSMISilent: a program that prints nothing more is waited for as long as the
// caller wants.
func TestSMISilent(t *testing.T) {
	s := newFakeSMI(t)
	sc := devicetest.NewScenario(t, devicetest.GPUs(devicetest.Full))
	devicetest.Opened(t, s)
	sc.Write("smi_silent=1\n" + devicetest.GPUs(devicetest.Full))
	devicetest.Eventually(t, func() bool {
		ctx, cancel := context.WithTimeout(context.Background(), 1500*time.Millisecond)
		defer cancel()
		_, err := s.Sample(ctx, device.Fast)
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
	for text, want := range map[string]device.Reading{
		"412.50": device.Measured(412.5, devicetest.Epoch), "0": device.Measured(0, devicetest.Epoch),
		"[N/A]": device.Missing(device.Unsupported, devicetest.Epoch), "N/A": device.Missing(device.Unsupported, devicetest.Epoch), "[Not Supported]": device.Missing(device.Unsupported, devicetest.Epoch),
		"[Requested functionality has been deprecated]": device.Missing(device.Unsupported, devicetest.Epoch), "": device.Missing(device.Unsupported, devicetest.Epoch),
		"[Insufficient Permissions]": device.Missing(device.Denied, devicetest.Epoch), "[Unknown Error]": device.Missing(device.Failed, devicetest.Epoch),
		"-5": device.Missing(device.Failed, devicetest.Epoch), "NaN": device.Missing(device.Failed, devicetest.Epoch), "Inf": device.Missing(device.Failed, devicetest.Epoch), "87 %": device.Missing(device.Failed, devicetest.Epoch),
	} {
		if got := parseToken(text, 1, devicetest.Epoch); got != want {
			t.Errorf("%q: got %+v, want %+v", text, got, want)
		}
	}
}
