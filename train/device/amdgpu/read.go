package amdgpu

import (
	"strings"

	"optwatch/train/device"
	"optwatch/train/device/host"
)

// fast reads what changes from second to second. Temperatures are in m°C, power
// is in µW, clocks are in Hz.
func (s *Sampler) fast(d *gpu, out *device.Sample) {
	read := func(scale float64, files ...string) device.Reading {
		return host.ReadCount(s.root, out.At, scale, files...)
	}
	out.Readings[device.Busy] = read(1, d.dir+"/gpu_busy_percent")
	out.Readings[device.MemoryBandwidth] = read(1, d.dir+"/mem_busy_percent")
	out.Readings[device.MemoryUsed] = read(1, d.dir+"/mem_info_vram_used")
	out.Readings[device.MemoryTotal] = read(1, d.dir+"/mem_info_vram_total")
	if d.hwmon == "" {
		return
	}
	out.Readings[device.Power] = read(1e-6, d.hwmon+"/power1_average", d.hwmon+"/power1_input")
	out.Readings[device.Temperature] = read(1e-3, d.sensor("_input"))
	out.Readings[device.SMClock] = read(1e-6, d.hwmon+"/freq1_input")
	out.Readings[device.MemoryClock] = read(1e-6, d.hwmon+"/freq2_input")
}

// slow reads what hardly changes.
func (s *Sampler) slow(d *gpu, out *device.Sample) {
	out.Readings[device.InstanceCount], out.Instances = device.Missing(device.Unsupported, out.At), nil
	out.Readings[device.ECCCorrected], out.Readings[device.ECCUncorrected] = s.ras(d, out)
	if d.hwmon == "" {
		return
	}
	out.Readings[device.PowerLimit] = host.ReadCount(s.root, out.At, 1e-6, d.hwmon+"/power1_cap")
	out.Readings[device.SlowdownTemperature] = host.ReadCount(s.root, out.At, 1e-3, d.sensor("_crit"))
	pwm := host.ReadCount(s.root, out.At, 1, d.hwmon+"/pwm1")
	if pwm.Quality == device.OK {
		pwm.Value *= 100.0 / 255
	}
	out.Readings[device.Fan] = pwm
}

// sensor is a file of the temperature by which the device throttles: of the
// junction where there is one, else of the edge.
func (d *gpu) sensor(suffix string) string {
	for _, label := range []string{"junction", "edge"} {
		if file, ok := d.temps[label]; ok {
			return file + suffix
		}
	}
	return d.hwmon + "/temp1" + suffix
}

// ras adds up the memory errors of all blocks: files of two lines, "ue: 0" and
// "ce: 0".
func (s *Sampler) ras(d *gpu, out *device.Sample) (corrected, uncorrected device.Reading) {
	corrected, uncorrected = device.Missing(device.Unsupported, out.At), device.Missing(device.Unsupported, out.At)
	for _, block := range []string{"umc", "sdma", "gfx", "mmhub"} {
		text, err := host.ReadText(s.root, d.dir+"/ras/"+block+"_err_count")
		if err != nil {
			continue
		}
		for line := range strings.Lines(text) {
			name, value, _ := strings.Cut(line, ":")
			n, err := host.ParseCount(strings.TrimSpace(value))
			if err != nil || n < 0 {
				continue
			}
			switch strings.TrimSpace(name) {
			case "ce":
				corrected = device.Measured(corrected.Value+n, out.At)
			case "ue":
				uncorrected = device.Measured(uncorrected.Value+n, out.At)
			}
		}
	}
	return corrected, uncorrected
}
