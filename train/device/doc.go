// Package device has the words for what GPUs and their host do, and the monitor
// that watches them. It tells the truth about what it could not read.
//
//	Sampler    one way to the GPUs; the packages nvml, smi and amdgpu have one each
//	Monitor    asks the first sampler that has devices, at its cadence
//	Inventory  merges what a sampler answers into states, histories and events
//	View       all that a viewer sees: the latest readings, history, events
//
// Samplers import this package and not the other way round: whoever starts a
// Monitor hands it the samplers to try. Package host reads what the kernel says of
// the machine, and recording writes views to a file and plays them again.
//
// Every number is a Reading: a value with its time, or the reason why there is
// none. A reading that is not OK is a gap, never 0. Devices are known by their
// UUID; an index is for display only. What a program decides by is typed (State,
// Throttle, Absence, EventKind, Class); texts are for readers.
//
// A driver call may never return. So viewers take a monitor's latest View, which
// never changes, and wait for nothing. The monitor's goroutine, which makes the
// views, asks the samplers through another one, the worker, and goes on without it
// where it does not answer; so the end of a monitor waits for no driver either.
//
// The package draws nothing, signals no process, changes no setting of a device
// and does not wake one that sleeps. "Busy" is the percentage of time in which some
// kernel ran; it is not efficiency, and a deadlock may show 100 %.
package device
