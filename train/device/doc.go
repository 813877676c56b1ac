// Package device reads what GPUs and their host do, and tells the truth about
// what it could not read.
//
//	Sampler  one way to the GPUs: NVML, an nvidia-smi stream, amdgpu's sysfs files
//	Monitor  asks a sampler at its cadence, and survives one that never answers
//	Replay   plays a recording of a monitor
//	View     all that a viewer sees: the latest readings, history, events
//
// Every number is a Reading: a value with its time, or the reason why there is
// none. A reading that is not OK is a gap, never 0. Devices are known by their
// UUID; an index is for display only.
//
// A driver call may never return. So a monitor's viewers take the latest View
// and wait for nothing, and neither does its end.
//
// The package draws nothing, signals no process, changes no setting of a device
// and does not wake one that sleeps. "Busy" is the share of time in which some
// kernel ran; it is not efficiency, and a deadlock may show 100 %.
package device
