package device

import (
	"regexp"
	"slices"
	"strings"
)

// smiField is a field of nvidia-smi --query-gpu. Fields that are no metric have
// metric Metrics.
type smiField struct {
	names    []string // that it has had; the first that is known is asked for
	metric   Metric
	scale    float64
	required bool
}

// smiFields are all fields that are asked for. The units are nvidia-smi's: MiB,
// W, °C, MHz, %.
var smiFields = []smiField{
	{[]string{"uuid", "gpu_uuid"}, Metrics, 0, true},
	{[]string{"index"}, Metrics, 0, true},
	{[]string{"name", "gpu_name"}, Metrics, 0, true},
	{[]string{"pci.bus_id", "gpu_bus_id"}, Metrics, 0, false},
	{[]string{"driver_version"}, Metrics, 0, false},
	{[]string{"mig.mode.current"}, InstanceCount, 1, false},
	{[]string{"utilization.gpu"}, Busy, 1, false},
	{[]string{"utilization.memory"}, MemoryBandwidth, 1, false},
	{[]string{"memory.total"}, MemoryTotal, 1 << 20, false},
	{[]string{"memory.used"}, MemoryUsed, 1 << 20, false},
	{[]string{"memory.reserved"}, Metrics, 1 << 20, false},
	{[]string{"power.draw"}, Power, 1, false},
	{[]string{"enforced.power.limit", "power.limit"}, PowerLimit, 1, false},
	{[]string{"temperature.gpu"}, Temperature, 1, false},
	{[]string{"clocks.sm", "clocks.current.sm"}, SMClock, 1, false},
	{[]string{"clocks.mem", "clocks.current.memory"}, MemoryClock, 1, false},
	{[]string{"fan.speed"}, Fan, 1, false},
	{[]string{"ecc.errors.corrected.volatile.total"}, ECCCorrected, 1, false},
	{[]string{"ecc.errors.uncorrected.volatile.total"}, ECCUncorrected, 1, false},
	{[]string{"clocks_event_reasons.active", "clocks_throttle_reasons.active"}, ThrottleReasons, 1, false},
}

var quoted = regexp.MustCompile(`"([a-z0-9_.]+)"`)

// parseHelp finds the names of fields in the output of --help-query-gpu, where
// they are in quotes.
func parseHelp(text string) []string {
	var names []string
	for _, match := range quoted.FindAllStringSubmatch(text, -1) {
		names = append(names, match[1])
	}
	return names
}

// knownFields keeps of each field the name that is known, and names those that
// are not. A help text without any of them is not understood, and all are tried.
func knownFields(known []string) (fields []smiField, missing []string) {
	for _, f := range smiFields {
		i := slices.IndexFunc(f.names, func(name string) bool { return slices.Contains(known, name) })
		switch {
		case i >= 0:
			f.names = f.names[i : i+1]
		case f.required || len(known) == 0:
			f.names = f.names[:1]
		default:
			missing = append(missing, f.names[0])
			continue
		}
		fields = append(fields, f)
	}
	return fields, missing
}

func joinFields(fields []smiField) string {
	var names []string
	for _, f := range fields {
		names = append(names, f.names[0])
	}
	return strings.Join(names, ",")
}
