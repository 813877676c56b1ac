// Package amdgpu reads AMD GPUs from the files of their kernel driver in /sys, and
// their processes from the descriptors that those hold open in /proc. It needs no
// library, and reads nothing of a GPU that sleeps.
//
// Reference: the Linux kernel's Documentation/gpu/amdgpu/thermal.rst,
// driver-misc.rst and drm-usage-stats.rst.
package amdgpu
