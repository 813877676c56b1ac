package draw

import (
	"strconv"
	"time"
)

// Age is how long ago something was: 12 s, 3:05.
func Age(d time.Duration) string {
	if d < time.Minute {
		return strconv.Itoa(int(d.Seconds())) + " s"
	}
	return Clock(d)
}
