package nvidia

import (
	"io/fs"
	"strings"

	"optwatch/train/device"
	"optwatch/train/device/host"
)

// onBus counts the NVIDIA display controllers on the PCI bus, and those
// of them that sleep.
func onBus(root fs.FS) (n, sleeping int) {
	const bus = "sys/bus/pci/devices"
	entries, _ := fs.ReadDir(root, bus)
	for _, e := range entries {
		dir := bus + "/" + e.Name()
		class, _ := host.ReadText(root, dir+"/class")
		if vendor, _ := host.ReadText(root, dir+"/vendor"); vendor != "0x10de" || !strings.HasPrefix(class, "0x03") {
			continue
		}
		n++
		if host.Asleep(root, e.Name()) {
			sleeping++
		}
	}
	return n, sleeping
}

// CheckAwake is an *OpenError where all NVIDIA GPUs sleep: to open their driver
// would wake them.
func CheckAwake(root fs.FS, backend string) error {
	if n, sleeping := onBus(root); n == 0 || sleeping < n {
		return nil
	}
	return &device.OpenError{Backend: backend, Class: device.AllAsleep, Hint: "the NVIDIA GPU is powered down to save energy, and asking would wake it"}
}

// BDF is a PCI address as sysfs writes it: NVIDIA writes the domain with
// eight digits, and capitals.
func BDF(bdf string) string {
	bdf = strings.ToLower(bdf)
	if domain, rest, ok := strings.Cut(bdf, ":"); ok && len(domain) == 8 && strings.HasPrefix(domain, "0000") {
		return domain[4:] + ":" + rest
	}
	return bdf
}
