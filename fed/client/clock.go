package client

// Clock tells a simulated client's time, which is virtual: its gradient
// evaluations times its slowness. So load, pauses and the speed of machines
// change no round.
type Clock struct {
	Unit     float64 // evaluations that take one unit of time at slowness 1, above 0
	Slowness float64 // how many times longer this client takes, at least 1
	Deadline float64 // time after which an update is late; 0 for none
}

// At is the time when so many evaluations are done.
func (c Clock) At(evaluations int) float64 { return float64(evaluations) * c.Slowness / c.Unit }

// Late says whether a time is after the deadline.
func (c Clock) Late(time float64) bool { return c.Deadline > 0 && time > c.Deadline }
