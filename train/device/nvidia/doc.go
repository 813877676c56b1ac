// Package nvidia holds what both ways to NVIDIA's driver share, its library and
// nvidia-smi: the codes with which they answer, and the GPUs on the PCI bus, which
// are counted there before a driver is asked that would wake them.
package nvidia
