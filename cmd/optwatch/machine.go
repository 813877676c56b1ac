package main

import (
	"context"
	"os"

	"optwatch/train/device"
	"optwatch/train/device/amdgpu"
	"optwatch/train/device/host"
	"optwatch/train/device/nvml"
	"optwatch/train/device/smi"
)

// samplers are the ways to this machine's GPUs, in the order in which they are
// tried: the first that has devices is used.
func samplers() []device.Sampler {
	root := os.DirFS("/")
	return []device.Sampler{nvml.New(root), smi.New(root), amdgpu.New(root)}
}

// watchMachine watches the GPUs and the host of this machine until the context ends.
func watchMachine(ctx context.Context) *device.Monitor {
	return device.Start(ctx, device.Options{Samplers: samplers(), Host: host.New(os.DirFS("/"))})
}
