package draw

import (
	"fmt"
	"strconv"
	"time"
)

const secondsOfADay = 24 * 3600

// Clock is a duration such as 0:41, 1:02:03 or 68 d 20 h, in at most nine columns;
// unknown if it is negative.
func Clock(d time.Duration) string {
	s := int64(d / time.Second)
	days, hours := s/secondsOfADay, s%secondsOfADay/3600
	switch {
	case d < 0:
		return Unknown
	case days >= 100:
		return strconv.FormatInt(days, 10) + " d"
	case days > 0:
		return fmt.Sprintf("%d d %d h", days, hours)
	case s >= 3600:
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// ToTheSecond is the same to the second: 68 d 20:28:44.
func ToTheSecond(d time.Duration) string {
	s := int64(d / time.Second)
	if s < secondsOfADay {
		return Clock(d)
	}
	return fmt.Sprintf("%d d %d:%02d:%02d", s/secondsOfADay, s%secondsOfADay/3600, s/60%60, s%60)
}

// Age is how long ago something was: 12 s, 3:05.
func Age(d time.Duration) string {
	if d < time.Minute {
		return strconv.Itoa(int(d.Seconds())) + " s"
	}
	return Clock(d)
}
