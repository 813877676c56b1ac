package devices

import (
	"math"
	"slices"
	"strings"

	"optwatch/train/device"
	"optwatch/tui/draw"
)

// deviceName is a device's name without what all of them have, what is seen
// beside it, and how it is built in: NVIDIA H100 80GB HBM3 is H100.
func deviceName(name string) string {
	var out []string
	for _, word := range strings.Fields(draw.Clean(name)) {
		word, _, _ = strings.Cut(word, "-")
		size := strings.TrimSuffix(word, "GB")
		switch {
		case slices.Contains([]string{"NVIDIA", "AMD", "GeForce", "Tesla", "Instinct", "Radeon", "PCIe", "NVL", "Laptop", "GPU", "Graphics"}, word):
		case size != word && strings.Trim(size, "0123456789") == "" && size != "":
		case strings.HasPrefix(word, "HBM"), strings.HasPrefix(word, "SXM"):
		default:
			out = append(out, word)
		}
	}
	if len(out) == 0 {
		return strings.TrimSpace(draw.Clean(name))
	}
	return strings.Join(out, " ")
}

// memoryShare is how full a device's memory is; NaN where that is not known.
func memoryShare(d *device.DeviceView) float64 {
	total := d.Value(device.MemoryTotal)
	if !(total > 0) {
		return math.NaN()
	}
	return d.Value(device.MemoryUsed) / total
}
