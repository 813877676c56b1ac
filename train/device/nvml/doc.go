// Package nvml reads NVIDIA GPUs through the library of their driver, libnvidia-ml,
// which it loads without cgo. The tag nonvml leaves it out, and so do systems
// other than 64-bit Linux: then its sampler cannot be opened, and says so.
//
// A call of the library may never return. So each device is sampled in a
// goroutine that can be left behind: it is called hung, and the others go on.
//
// Reference: NVIDIA, "NVML API reference guide", and its nvml.h.
package nvml
