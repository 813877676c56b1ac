package draw

import (
	"testing"
	"time"
)

func TestAge(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "0 s", 12 * time.Second: "12 s", 59_999 * time.Millisecond: "59 s", time.Minute: "1:00", 185 * time.Second: "3:05"} {
		if got := Age(d); got != want {
			t.Errorf("%s: got %q, want %q", d, got, want)
		}
	}
}
