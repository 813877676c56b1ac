package draw

import (
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
)

// A day is said as one, and a column of nine holds any duration.
func TestDurations(t *testing.T) {
	const day = 24 * time.Hour
	for _, test := range []struct {
		d           time.Duration
		clock, long string
	}{
		{41*time.Second + 900*time.Millisecond, "0:41", "0:41"},
		{time.Hour + 2*time.Minute + 3*time.Second, "1:02:03", "1:02:03"},
		{day - time.Second, "23:59:59", "23:59:59"},
		{day, "1 d 0 h", "1 d 0:00:00"},
		{68*day + 20*time.Hour + 28*time.Minute + 44*time.Second, "68 d 20 h", "68 d 20:28:44"},
		{100*day - time.Second, "99 d 23 h", "99 d 23:59:59"},
		{1000*day + 5*time.Hour, "1000 d", "1000 d 5:00:00"},
		{-time.Second, Unknown, Unknown},
	} {
		if got := Clock(test.d); got != test.clock || ansi.StringWidth(got) > 9 {
			t.Errorf("%d s are %q, want %q", test.d/time.Second, got, test.clock)
		}
		if got := ToTheSecond(test.d); got != test.long {
			t.Errorf("%d s are %q, want %q", test.d/time.Second, got, test.long)
		}
	}
}
