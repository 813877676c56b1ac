package device

import "time"

// Metric is one of the numbers that a device may report.
type Metric int

// The metrics.
const (
	Busy                Metric = iota // %, of time in which at least one kernel ran
	MemoryBandwidth                   // %, of time in which memory was read or written
	MemoryUsed                        // bytes, what the driver reserves included
	MemoryTotal                       // bytes
	Power                             // W
	PowerLimit                        // W, enforced
	Temperature                       // °C
	SlowdownTemperature               // °C at which the device slows itself down
	SMClock                           // MHz
	MemoryClock                       // MHz
	Fan                               // % of its maximum
	PCIeRX                            // bytes/s, by a counter
	PCIeTX                            // bytes/s, by a counter
	NVLinkRX                          // bytes/s over all links, by a counter
	NVLinkTX                          // bytes/s over all links, by a counter
	ECCCorrected                      // errors since the driver was loaded
	ECCUncorrected                    // errors since the driver was loaded
	ThrottleReasons                   // a Throttle as a number
	ProcessCount                      // OK where the list of processes is known
	InstanceCount                     // MIG instances; OK where their list is known
	Metrics                           // how many there are
)

// metrics is the table of all metrics.
var metrics = [Metrics]struct {
	name  string // as in recordings
	title string // as on screen
	unit  string
	tier  Tier
}{
	Busy:                {"busy", "busy", "%", Fast},
	MemoryBandwidth:     {"memory_bandwidth", "mem bw", "%", Fast},
	MemoryUsed:          {"memory_used", "mem", "B", Fast},
	MemoryTotal:         {"memory_total", "mem total", "B", Fast},
	Power:               {"power", "power", "W", Fast},
	PowerLimit:          {"power_limit", "power limit", "W", Slow},
	Temperature:         {"temperature", "temp", "°C", Fast},
	SlowdownTemperature: {"slowdown_temperature", "slowdown at", "°C", Slow},
	SMClock:             {"sm_clock", "sm clock", "MHz", Fast},
	MemoryClock:         {"memory_clock", "mem clock", "MHz", Fast},
	Fan:                 {"fan", "fan", "%", Slow},
	PCIeRX:              {"pcie_rx", "pcie rx", "B/s", Fast},
	PCIeTX:              {"pcie_tx", "pcie tx", "B/s", Fast},
	NVLinkRX:            {"nvlink_rx", "nvlink rx", "B/s", Fast},
	NVLinkTX:            {"nvlink_tx", "nvlink tx", "B/s", Fast},
	ECCCorrected:        {"ecc_corrected", "ecc corrected", "", Slow},
	ECCUncorrected:      {"ecc_uncorrected", "ecc uncorrected", "", Slow},
	ThrottleReasons:     {"throttle", "throttle", "", Fast},
	ProcessCount:        {"processes", "processes", "", Processes},
	InstanceCount:       {"instances", "instances", "", Slow},
}

// String is the metric's name, as in recordings.
func (m Metric) String() string { return metrics[m].name }

// Title is the metric's name on a screen.
func (m Metric) Title() string { return metrics[m].title }

// Unit is the metric's unit; "" for a count.
func (m Metric) Unit() string { return metrics[m].unit }

// Tier is how often the metric is read.
func (m Metric) Tier() Tier { return metrics[m].tier }

// Tier is a set of readings that are taken together. Tiers are bits, so that
// several can be asked for at once.
type Tier uint8

// The tiers.
const (
	Fast      Tier = 1 << iota // every second: what charts show
	Processes                  // every two seconds: processes, memory of MIG instances
	Slow                       // every ten seconds: limits, fan, ECC, list of MIG instances
	AllTiers  = Fast | Processes | Slow
)

// Period is the time between two readings of a tier.
func (t Tier) Period() time.Duration {
	switch {
	case t&Fast != 0:
		return time.Second
	case t&Processes != 0:
		return 2 * time.Second
	}
	return 10 * time.Second
}

// Patience is how long a reading of a tier stands for what is now.
func (t Tier) Patience() time.Duration { return 3*t.Period() + time.Second/2 }
