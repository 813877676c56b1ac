package device

import "fmt"

// Absence is why a view shows no device, or why none of those it shows answers.
// View.Reason says the same in words, for a reader; a program compares this.
type Absence uint8

// The absences.
const (
	Present  Absence = iota // nothing is absent: the backend answers
	NoGPU                   // no backend finds a GPU, and none knows of one that it may not have
	Withheld                // a driver is here and cannot be opened, or keeps its GPUs back
	Dropped                 // the backend that was open has failed; it is opened again
	Silent                  // a driver call that opens a backend has not returned
	Stopped                 // the monitor has failed, or the recording cannot be read
	absences
)

var absenceNames = [absences]string{"", "no gpu", "withheld", "dropped", "silent", "stopped"}

// String is the absence in a word or two, as in recordings; "" for Present.
func (a Absence) String() string {
	if a >= absences {
		return fmt.Sprintf("absence %d", uint8(a))
	}
	return absenceNames[a]
}

// ParseAbsence is the absence of a name, as in recordings.
func ParseAbsence(name string) (Absence, bool) {
	for a := range absences {
		if absenceNames[a] == name {
			return a, true
		}
	}
	return Present, false
}
