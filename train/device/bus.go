package device

import (
	"io/fs"
	"strings"
)

// nvidiaOnBus counts the NVIDIA display controllers on the PCI bus, and those
// of them that sleep.
func nvidiaOnBus(root fs.FS) (n, sleeping int) {
	const bus = "sys/bus/pci/devices"
	entries, _ := fs.ReadDir(root, bus)
	for _, e := range entries {
		dir := bus + "/" + e.Name()
		class, _ := readText(root, dir+"/class")
		if vendor, _ := readText(root, dir+"/vendor"); vendor != "0x10de" || !strings.HasPrefix(class, "0x03") {
			continue
		}
		n++
		if asleep(root, e.Name()) {
			sleeping++
		}
	}
	return n, sleeping
}

// sysfsBDF is a PCI address as sysfs writes it: NVIDIA writes the domain with
// eight digits, and capitals.
func sysfsBDF(bdf string) string {
	bdf = strings.ToLower(bdf)
	if domain, rest, ok := strings.Cut(bdf, ":"); ok && len(domain) == 8 && strings.HasPrefix(domain, "0000") {
		return domain[4:] + ":" + rest
	}
	return bdf
}
