// Package smi reads NVIDIA GPUs from the output of nvidia-smi, where the library of
// their driver cannot be loaded: in a static build, or in some containers.
//
// The program is started once and prints a line a second for each GPU; to start
// it anew for each sample costs up to seconds of the driver's time. A second one,
// nvidia-smi pmon, prints the processes. What the program does not print second
// by second (rates of PCIe and NVLink, MIG instances) is Unsupported here.
package smi
