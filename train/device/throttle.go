package device

// Throttle is why a device does not run at its full clock: the bits of
// nvmlClocksEventReasons (nvml.h).
type Throttle uint64

// The reasons.
const (
	ThrottleIdle              Throttle = 1 << iota // nothing runs; not an alarm
	ThrottleApplicationClocks                      // clocks set by the user; not an alarm
	ThrottlePowerCap                               // at its power limit: normal under full load
	ThrottleHardware                               // clocks halved: heat, or power brake
	ThrottleSyncBoost                              // held back by another device of its group
	ThrottleThermal                                // the driver lowers clocks because of heat
	ThrottleHardwareThermal                        // the hardware lowers clocks because of heat
	ThrottlePowerBrake                             // the board's power supply asks for it
	ThrottleDisplayClock                           // limited by the display
)

var throttles = []struct {
	bit   Throttle
	words string
	brief string
}{
	{ThrottlePowerCap, "power cap", "power cap"},
	{ThrottleHardware, "hardware slowdown", "hardware"},
	{ThrottleSyncBoost, "sync boost", "sync boost"},
	{ThrottleThermal, "thermal slowdown", "thermal"},
	{ThrottleHardwareThermal, "hardware thermal slowdown", "hardware thermal"},
	{ThrottlePowerBrake, "power brake", "power brake"},
	{ThrottleDisplayClock, "display clock", "display clock"},
}

// Words names the reasons that hold the device back. Being idle and clocks
// that the user has set are left out: they are no throttling.
func (t Throttle) Words() []string { return t.named(func(words, _ string) string { return words }) }

// Brief are the same in fewer words, for beside a sign of throttling.
func (t Throttle) Brief() []string { return t.named(func(_, brief string) string { return brief }) }

func (t Throttle) named(by func(words, brief string) string) []string {
	names := []string{}
	for _, r := range throttles {
		if t&r.bit != 0 {
			names = append(names, by(r.words, r.brief))
		}
	}
	return names
}

// Severe says whether a reason is an alarm. A power cap is not: it is normal
// under full load.
func (t Throttle) Severe() bool {
	return t&(ThrottleHardware|ThrottleThermal|ThrottleHardwareThermal|ThrottlePowerBrake) != 0
}
