package device

import "strings"

// fast reads what changes from second to second. Temperatures are in m°C, power
// is in µW, clocks are in Hz.
func (s *amdgpu) fast(d *amdDevice, out *Sample) {
	read := func(scale float64, files ...string) Reading { return readCount(s.root, out.At, scale, files...) }
	out.Readings[Busy] = read(1, d.dir+"/gpu_busy_percent")
	out.Readings[MemoryBandwidth] = read(1, d.dir+"/mem_busy_percent")
	out.Readings[MemoryUsed] = read(1, d.dir+"/mem_info_vram_used")
	out.Readings[MemoryTotal] = read(1, d.dir+"/mem_info_vram_total")
	if d.hwmon == "" {
		return
	}
	out.Readings[Power] = read(1e-6, d.hwmon+"/power1_average", d.hwmon+"/power1_input")
	out.Readings[Temperature] = read(1e-3, d.sensor("_input"))
	out.Readings[SMClock] = read(1e-6, d.hwmon+"/freq1_input")
	out.Readings[MemoryClock] = read(1e-6, d.hwmon+"/freq2_input")
}

// slow reads what hardly changes.
func (s *amdgpu) slow(d *amdDevice, out *Sample) {
	out.Readings[InstanceCount], out.Instances = bad(Unsupported, out.At), nil
	out.Readings[ECCCorrected], out.Readings[ECCUncorrected] = s.ras(d, out)
	if d.hwmon == "" {
		return
	}
	out.Readings[PowerLimit] = readCount(s.root, out.At, 1e-6, d.hwmon+"/power1_cap")
	out.Readings[SlowdownTemperature] = readCount(s.root, out.At, 1e-3, d.sensor("_crit"))
	pwm := readCount(s.root, out.At, 1, d.hwmon+"/pwm1")
	if pwm.Quality == OK {
		pwm.Value *= 100.0 / 255
	}
	out.Readings[Fan] = pwm
}

// sensor is a file of the temperature by which the device throttles: of the
// junction where there is one, else of the edge.
func (d *amdDevice) sensor(suffix string) string {
	for _, label := range []string{"junction", "edge"} {
		if file, ok := d.temps[label]; ok {
			return file + suffix
		}
	}
	return d.hwmon + "/temp1" + suffix
}

// ras adds up the memory errors of all blocks: files of two lines, "ue: 0" and
// "ce: 0".
func (s *amdgpu) ras(d *amdDevice, out *Sample) (corrected, uncorrected Reading) {
	corrected, uncorrected = bad(Unsupported, out.At), bad(Unsupported, out.At)
	for _, block := range []string{"umc", "sdma", "gfx", "mmhub"} {
		text, err := readText(s.root, d.dir+"/ras/"+block+"_err_count")
		if err != nil {
			continue
		}
		for line := range strings.Lines(text) {
			name, value, _ := strings.Cut(line, ":")
			n, err := parseCount(strings.TrimSpace(value))
			if err != nil || n < 0 {
				continue
			}
			switch strings.TrimSpace(name) {
			case "ce":
				corrected = good(corrected.Value+n, out.At)
			case "ue":
				uncorrected = good(uncorrected.Value+n, out.At)
			}
		}
	}
	return corrected, uncorrected
}
