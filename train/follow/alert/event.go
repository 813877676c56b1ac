package alert

import (
	"encoding/json"
	"math"
	"time"
)

// Event is something that has happened to a run.
type Event struct {
	Time  time.Time
	Run   string
	Path  string  // of its log; "" for none
	Kind  string  // "crashed", "spike", "nan", …
	Text  string  // for a reader
	Step  float64 // NaN where it is not known, and for what has none
	Value float64 // likewise
}

// encode is an event as the command gets it, on one line. Held is how many of the
// same run and kind were held back before it.
func (e *Event) encode(held int) ([]byte, error) {
	line, err := json.Marshal(struct {
		Schema int       `json:"schema"`
		Time   time.Time `json:"time"`
		Run    string    `json:"run"`
		Path   string    `json:"path,omitempty"`
		Kind   string    `json:"kind"`
		Text   string    `json:"text"`
		Step   *float64  `json:"step"`
		Value  *float64  `json:"value"`
		Held   int       `json:"held_back"`
	}{1, e.Time, e.Run, e.Path, e.Kind, e.Text, number(e.Step), number(e.Value), held})
	return append(line, '\n'), err
}

// number is a number of JSON, which knows neither NaN nor infinities.
func number(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}
