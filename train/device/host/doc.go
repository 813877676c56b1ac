// Package host reads what the Linux kernel says in /proc and /sys: of the machine,
// of its processes, and of the power of its PCI devices. The root of these files is
// an argument, so that tests have one of their own. Where they are missing, as on
// other systems, every reading is Unsupported.
package host
