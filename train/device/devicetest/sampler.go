package devicetest

import (
	"context"
	"math"
	"testing"
	"time"

	"optwatch/train/device"
)

// Epoch is when the seconds of tests begin.
var Epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// Second is n seconds after Epoch.
func Second(n int) time.Time { return Epoch.Add(time.Duration(n) * time.Second) }

// Opened opens a sampler, and closes it with the test.
func Opened(tb testing.TB, s device.Sampler) []device.Device {
	tb.Helper()
	devices, err := s.Open(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { s.Close() })
	return devices
}

// Sampled asks a sampler that must answer.
func Sampled(tb testing.TB, s device.Sampler, tiers device.Tier) device.Frame {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	f, err := s.Sample(ctx, tiers)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// WantReadings compares readings: a number, or a quality.
func WantReadings(t *testing.T, s device.Sample, want map[device.Metric]any) {
	t.Helper()
	for m, w := range want {
		got := s.Readings[m]
		switch w := w.(type) {
		case device.Quality:
			if got.Quality != w {
				t.Errorf("%s of %s: got %v, %v, want %v", m, s.ID, got.Value, got.Quality, w)
			}
		case float64:
			if got.Quality != device.OK || math.Abs(got.Value-w) > 1e-9*math.Abs(w) {
				t.Errorf("%s of %s: got %v, %v, want %v", m, s.ID, got.Value, got.Quality, w)
			}
		default:
			t.Fatalf("%s: want %T", m, w)
		}
	}
}

// Sane fails a test where a reading is OK and no number that can be.
func Sane(t *testing.T, readings ...device.Reading) {
	t.Helper()
	for _, r := range readings {
		if r.Quality == device.OK && (math.IsNaN(r.Value) || math.IsInf(r.Value, 0) || r.Value < 0) {
			t.Errorf("got %+v", r)
		}
	}
}

// Eventually waits until something is so.
func Eventually(t *testing.T, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !so(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it never came")
		}
	}
}
