package device

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// Quality says whether a reading has a value, and if not, why.
type Quality uint8

// The qualities. The zero value is not OK, on purpose.
const (
	Unknown     Quality = iota // not asked yet
	OK                         // the value is what the device said
	Unsupported                // the device, its driver or this system does not have it
	Denied                     // this user may not read it
	Failed                     // it should be there and could not be read this time
)

var qualities = [...]string{"unknown", "ok", "unsupported", "denied", "failed"}

// String is the quality in a word, as in recordings.
func (q Quality) String() string {
	if int(q) >= len(qualities) {
		return fmt.Sprintf("quality %d", uint8(q))
	}
	return qualities[q]
}

// Reading is one number of a device with its time.
type Reading struct {
	Value   float64   // meaningful only where Quality is OK
	Quality Quality   // why there is no value, if there is none
	At      time.Time // when it was asked for
}

// Float is the value, NaN where there is none.
func (r Reading) Float() float64 {
	if r.Quality != OK {
		return math.NaN()
	}
	return r.Value
}

// Measured is a reading that has a value.
func Measured(v float64, at time.Time) Reading { return Reading{Value: v, Quality: OK, At: at} }

// Missing is a reading that has no value, and says why.
func Missing(q Quality, at time.Time) Reading { return Reading{Quality: q, At: at} }

// ParseQuality is the quality of a name, as in recordings.
func ParseQuality(name string) (Quality, bool) {
	i := slices.Index(qualities[:], name)
	return Quality(max(i, 0)), i >= 0
}
