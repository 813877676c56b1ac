package device

import "time"

// Source has the views that a viewer draws: a Monitor, or a recording.Player that
// stands in for one.
type Source interface {
	// View is the state of everything now. It is cheap, never waits, and what
	// it returns never changes. It is never nil.
	View() *View
}

// View is an immutable view of all devices and the host.
type View struct {
	At         time.Time // when it was made; a replay's is the time of replaying
	Opening    bool      // backends are still being tried
	Backend    string    // "nvml", "nvidia-smi", "amdgpu", or "none"
	Absence    Absence   // why no device is shown, or why none answers
	Reason     string    // the same in words, and what opening waits for; "" for Present
	Generation int       // rises with each time that a backend is opened
	Diagnosis  Diagnosis
	Devices    []DeviceView // in the order in which they were found
	Host       Host
	Events     []Event   // the newest last; old ones are dropped
	Replaying  string    // the recording that is played; "" for a live view
	RecordedAt time.Time // what the clock said when a replay's line was written
	Ended      bool      // nothing more will come: a replay is over, or the monitor has ended
}

// DeviceView is an immutable view of a device.
type DeviceView struct {
	Device
	State        State
	Hint         string    // what the state means and what helps; "" for Up
	Since        time.Time // when the state began
	At           time.Time // when the device last answered; zero if never
	Readings     [Metrics]Reading
	Processes    []Process  // known where Readings[ProcessCount] is OK
	Instances    []Instance // known where Readings[InstanceCount] is OK
	SharedMemory bool       // its memory is the host's
	Throttling   []Episode  // for what it is being held back; a reason that flickers is one episode
	History      []Point    // the oldest first, about one a second; gaps are NaN
}

// Age is how long before a time the device last answered; negative if it never did.
func (d *DeviceView) Age(now time.Time) time.Duration {
	if d.At.IsZero() {
		return -1
	}
	return now.Sub(d.At)
}

// Stale says whether the readings are older than they should be: a viewer then
// says how old they are.
func (d *DeviceView) Stale(now time.Time) bool { return d.Age(now) > Fast.Patience() }

// Value is a reading's value, NaN where there is none.
func (d *DeviceView) Value(m Metric) float64 { return d.Readings[m].Float() }

// Throttle is why the device is held back, and whether that is known.
func (d *DeviceView) Throttle() (Throttle, bool) {
	r := d.Readings[ThrottleReasons]
	return Throttle(r.Value), r.Quality == OK
}
