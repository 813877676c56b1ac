package smi

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"optwatch/train/device"
	"optwatch/train/device/nvidia"
)

// field is a field of nvidia-smi --query-gpu.
type field struct {
	names    []string // that it has had; the first that is known is asked for
	required bool
	read     func(r *gpuRow, value string, at time.Time) // puts its value into a row
}

// queryFields are all fields that are asked for. The units are nvidia-smi's: MiB,
// W, °C, MHz, %.
var queryFields = []field{
	{[]string{"uuid", "gpu_uuid"}, true, word(func(r *gpuRow, id string) { r.device.ID = device.ID(id) })},
	{[]string{"index"}, true, word(func(r *gpuRow, index string) { r.device.Index, _ = strconv.Atoi(index) })},
	{[]string{"name", "gpu_name"}, true, word(func(r *gpuRow, name string) { r.device.Name = cmp.Or(name, "GPU") })},
	{[]string{"pci.bus_id", "gpu_bus_id"}, false, word(func(r *gpuRow, bdf string) { r.device.BDF = nvidia.BDF(bdf) })},
	{[]string{"driver_version"}, false, word(func(r *gpuRow, driver string) { r.device.Driver = driver })},
	{[]string{"mig.mode.current"}, false, readMIG},
	{[]string{"utilization.gpu"}, false, metric(device.Busy, 1)},
	{[]string{"utilization.memory"}, false, metric(device.MemoryBandwidth, 1)},
	{[]string{"memory.total"}, false, metric(device.MemoryTotal, 1<<20)},
	{[]string{"memory.used"}, false, metric(device.MemoryUsed, 1<<20)},
	{[]string{"memory.reserved"}, false, readReserved},
	{[]string{"power.draw"}, false, metric(device.Power, 1)},
	{[]string{"enforced.power.limit", "power.limit"}, false, metric(device.PowerLimit, 1)},
	{[]string{"temperature.gpu"}, false, metric(device.Temperature, 1)},
	{[]string{"clocks.sm", "clocks.current.sm"}, false, metric(device.SMClock, 1)},
	{[]string{"clocks.mem", "clocks.current.memory"}, false, metric(device.MemoryClock, 1)},
	{[]string{"fan.speed"}, false, metric(device.Fan, 1)},
	{[]string{"ecc.errors.corrected.volatile.total"}, false, metric(device.ECCCorrected, 1)},
	{[]string{"ecc.errors.uncorrected.volatile.total"}, false, metric(device.ECCUncorrected, 1)},
	{[]string{"clocks_event_reasons.active", "clocks_throttle_reasons.active"}, false, readReasons},
}

// metric reads a metric in the unit that it has here, times a scale.
func metric(m device.Metric, scale float64) func(*gpuRow, string, time.Time) {
	return func(r *gpuRow, value string, at time.Time) { r.all.Readings[m] = parseToken(value, scale, at) }
}

// word reads a text about the device; "" where a message in brackets stands for
// it, as "[GPU is lost]" does.
func word(put func(*gpuRow, string)) func(*gpuRow, string, time.Time) {
	return func(r *gpuRow, value string, _ time.Time) {
		value = device.Printable(value)
		if strings.HasPrefix(value, "[") {
			value = ""
		}
		put(r, value)
	}
}

// readReserved reads the memory that the driver keeps for itself, which
// memory.used does not include.
func readReserved(r *gpuRow, value string, at time.Time) { r.reserved = parseToken(value, 1<<20, at) }

func readReasons(r *gpuRow, value string, at time.Time) {
	r.all.Readings[device.ThrottleReasons] = parseReasons(value, at)
}

// readMIG reads whether the device is divided into MIG instances. The program
// lists none: where there are some, they are not known.
func readMIG(r *gpuRow, value string, at time.Time) {
	r.all.Readings[device.InstanceCount] = device.Missing(device.Unsupported, at)
	if value == "Disabled" {
		r.all.Readings[device.InstanceCount], r.all.Instances = device.Measured(0, at), []device.Instance{}
	}
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
func knownFields(known []string) (fields []field, missing []string) {
	for _, f := range queryFields {
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

func joinFields(fields []field) string {
	var names []string
	for _, f := range fields {
		names = append(names, f.names[0])
	}
	return strings.Join(names, ",")
}
