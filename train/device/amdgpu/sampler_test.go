package amdgpu

import (
	"context"
	"io/fs"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"optwatch/train/device"
	"optwatch/train/device/devicetest"
)

// refusing is a file system in which some files exist and cannot be read.
type refusing struct {
	fstest.MapFS
	errors map[string]error
}

func (r refusing) Open(name string) (fs.File, error) {
	if err := r.errors[name]; err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return r.MapFS.Open(name)
}

func (r refusing) ReadFile(name string) ([]byte, error) {
	if err := r.errors[name]; err != nil {
		return nil, &fs.PathError{Op: "read", Path: name, Err: err}
	}
	return r.MapFS.ReadFile(name)
}

const amdDir = "sys/class/drm/card0/device"

// amdTree is the files of an AMD GPU, and of a card of another vendor.
func amdTree() refusing {
	files := map[string]string{
		amdDir + "/vendor": "0x1002", amdDir + "/uevent": "DRIVER=amdgpu\nPCI_SLOT_NAME=0000:03:00.0\n",
		amdDir + "/unique_id": "18f0c2d3e4a5b697", amdDir + "/product_name": "Instinct MI210",
		amdDir + "/gpu_busy_percent": "73", amdDir + "/mem_busy_percent": "12",
		amdDir + "/mem_info_vram_used": "1073741824", amdDir + "/mem_info_vram_total": "68702699520",
		amdDir + "/power/runtime_status":     "active",
		amdDir + "/hwmon/hwmon4/temp1_label": "edge", amdDir + "/hwmon/hwmon4/temp1_input": "41000",
		amdDir + "/hwmon/hwmon4/temp2_label": "junction", amdDir + "/hwmon/hwmon4/temp2_input": "52000", amdDir + "/hwmon/hwmon4/temp2_crit": "100000",
		amdDir + "/hwmon/hwmon4/power1_average": "180000000", amdDir + "/hwmon/hwmon4/power1_cap": "300000000",
		amdDir + "/hwmon/hwmon4/freq1_input": "1700000000", amdDir + "/hwmon/hwmon4/freq2_input": "1600000000",
		amdDir + "/hwmon/hwmon4/pwm1": "51", amdDir + "/ras/umc_err_count": "ue: 1\nce: 4\n", amdDir + "/ras/gfx_err_count": "ue: 0\nce: 2\n",
		"sys/class/drm/card1/device/vendor": "0x8086", "sys/class/drm/card0-DP-1/status": "connected", "sys/class/drm/version": "drm 1.1.0",
		"sys/module/amdgpu/version": "6.7.0",
		"proc/100/fdinfo/5":         "drm-driver:\tamdgpu\ndrm-pdev:\t0000:03:00.0\ndrm-client-id:\t9\ndrm-memory-vram:\t2048 KiB\ndrm-engine-gfx:\t0 ns\ndrm-engine-compute:\t1000 ns\n",
		"proc/100/fdinfo/6":         "drm-driver:\tamdgpu\ndrm-pdev:\t0000:03:00.0\ndrm-client-id:\t9\ndrm-memory-vram:\t2048 KiB\n",
		"proc/100/fdinfo/7":         "drm-driver:\tamdgpu\ndrm-pdev:\t0000:99:00.0\ndrm-client-id:\t10\ndrm-memory-vram:\t7 KiB\n",
		"proc/100/status":           "Name:\tpython\nUid:\t4294967294\t4294967294\t0\t0\n", "proc/100/cmdline": "python\x00train.py\x00", "proc/100/comm": "python",
	}
	out := refusing{fstest.MapFS{}, map[string]error{}}
	for name, text := range files {
		out.MapFS[name] = &fstest.MapFile{Data: []byte(text + "\n")}
	}
	for _, fd := range []string{"5", "6", "7"} {
		out.MapFS["proc/100/fd/"+fd] = &fstest.MapFile{Data: []byte("/dev/dri/renderD128"), Mode: fs.ModeSymlink}
	}
	return out
}

func TestAMDGPU(t *testing.T) {
	root := amdTree()
	s := New(root)
	devices := devicetest.Opened(t, s)
	want := device.Device{ID: "AMD-18f0c2d3e4a5b697", Name: "Instinct MI210", BDF: "0000:03:00.0", Driver: "6.7.0"}
	if len(devices) != 1 || devices[0] != want {
		t.Fatalf("got %+v, want %+v", devices, want)
	}
	f := devicetest.Sampled(t, s, device.AllTiers)
	devicetest.WantReadings(t, f.Samples[0], map[device.Metric]any{
		device.Busy: 73.0, device.MemoryBandwidth: 12.0, device.MemoryUsed: 1073741824.0, device.MemoryTotal: 68702699520.0, device.Power: 180.0, device.PowerLimit: 300.0,
		device.Temperature: 52.0, device.SlowdownTemperature: 100.0, device.SMClock: 1700.0, device.MemoryClock: 1600.0, device.Fan: 20.0, device.ECCCorrected: 6.0, device.ECCUncorrected: 1.0,
		device.PCIeRX: device.Unsupported, device.ThrottleReasons: device.Unsupported, device.InstanceCount: device.Unsupported, device.ProcessCount: 1.0,
	})
	p := f.Samples[0].Processes
	if len(p) != 1 || p[0].PID != 100 || p[0].Memory.Value != 2048<<10 || p[0].Command != "python train.py" || p[0].User != "4294967294" || p[0].SM.Quality != device.Unknown {
		t.Errorf("got %+v, want pid 100 with 2 MiB, counted once", p)
	}
	if p := devicetest.Sampled(t, s, device.Processes).Samples[0].Processes; p[0].SM.Quality != device.OK || p[0].SM.Value != 0 {
		t.Errorf("got %+v, want a share of 0: it has done nothing since", p)
	}
}

// TestAMDGPURefuses: files that exist and cannot be read are a reason, not a 0.
func TestAMDGPURefuses(t *testing.T) {
	root := amdTree()
	root.errors = map[string]error{
		amdDir + "/gpu_busy_percent":            syscall.EOPNOTSUPP, // btop 1794
		amdDir + "/mem_busy_percent":            syscall.EINVAL,     // APUs
		amdDir + "/mem_info_vram_used":          syscall.EIO,
		amdDir + "/hwmon/hwmon4/temp2_input":    syscall.EACCES,
		amdDir + "/hwmon/hwmon4/power1_average": syscall.EOPNOTSUPP,
		amdDir + "/mem_info_vram_total":         fs.ErrNotExist,
	}
	root.MapFS[amdDir+"/hwmon/hwmon4/power1_input"] = &fstest.MapFile{Data: []byte("95000000\n")}
	root.MapFS[amdDir+"/hwmon/hwmon4/freq1_input"] = &fstest.MapFile{Data: []byte("fast\n")}
	s := New(root)
	devicetest.Opened(t, s)
	devicetest.WantReadings(t, devicetest.Sampled(t, s, device.AllTiers).Samples[0], map[device.Metric]any{
		device.Busy: device.Unsupported, device.MemoryBandwidth: device.Unsupported, device.MemoryUsed: device.Failed, device.MemoryTotal: device.Unsupported, device.Temperature: device.Denied, device.SMClock: device.Failed,
		device.Power: 95.0, // the other file has it
	})
}

// TestAMDGPUAsleepAndGone: a sleeping device is not read, one without files is
// lost.
func TestAMDGPUAsleepAndGone(t *testing.T) {
	root := amdTree()
	root.MapFS[amdDir+"/power/runtime_status"] = &fstest.MapFile{Data: []byte("suspended\n")}
	root.errors[amdDir+"/gpu_busy_percent"] = syscall.EIO
	s := New(root)
	devicetest.Opened(t, s)
	if f := devicetest.Sampled(t, s, device.AllTiers); f.Samples[0].State != device.Asleep {
		t.Errorf("got %v, want asleep", f.Samples[0].State)
	}
	for name := range root.MapFS {
		if strings.HasPrefix(name, "sys/class/drm/") {
			delete(root.MapFS, name)
		}
	}
	if f := devicetest.Sampled(t, s, device.AllTiers); f.Samples[0].State != device.Lost {
		t.Errorf("got %v, want lost", f.Samples[0].State)
	}
	if _, err := New(root).Open(context.Background()); err == nil || !strings.Contains(err.Error(), "no AMD GPU") {
		t.Errorf("got %v, want that there is none", err)
	}
}
