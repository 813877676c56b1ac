package amdgpu

import (
	"cmp"
	"io/fs"
	"math"
	"slices"
	"strconv"
	"strings"

	"optwatch/train/device"
	"optwatch/train/device/host"
)

// drmClient is one opening of a device by a process. Several descriptors may be of
// the same one.
type drmClient struct {
	pid int
	id  string
}

// drmUse is what a client uses of the memory, and has used of the time.
type drmUse struct {
	memory uint64 // bytes of the device
	busy   uint64 // ns of its compute and graphics engines; one client may keep several busy
}

// processes finds the processes by the descriptors that they hold, as far as
// this user may see them (Linux 5.19, drm-usage-stats.rst).
func (s *Sampler) processes(d *gpu, out *device.Sample) {
	out.Readings[device.ProcessCount], out.Processes = device.Missing(device.Unsupported, out.At), nil
	entries, err := fs.ReadDir(s.root, "proc")
	if err != nil {
		out.Readings[device.ProcessCount] = device.Missing(host.FileQuality(err), out.At)
		return
	}
	uses := map[drmClient]drmUse{}
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil {
			s.clients(d, pid, uses)
		}
	}
	elapsed := float64(out.At.Sub(d.at).Nanoseconds())
	byPID := map[int]*device.Process{}
	for c, use := range uses {
		p := byPID[c.pid]
		if p == nil {
			p = &device.Process{PID: c.pid, GI: -1, CI: -1, Memory: device.Measured(0, out.At), SM: device.Missing(device.Unknown, out.At)}
			byPID[c.pid] = p
		}
		p.Memory.Value += float64(use.memory)
		if last, ok := d.uses[c]; ok && use.busy >= last.busy && elapsed > 0 {
			percent := 100 * float64(use.busy-last.busy) / elapsed
			p.SM = device.Measured(math.Min(100, p.SM.Value+percent), out.At)
		}
	}
	d.uses, d.at = uses, out.At
	out.Processes = []device.Process{}
	for _, p := range byPID {
		s.names.Name(p)
		out.Processes = append(out.Processes, *p)
	}
	slices.SortFunc(out.Processes, func(x, y device.Process) int { return cmp.Compare(x.PID, y.PID) })
	out.Readings[device.ProcessCount] = device.Measured(float64(len(out.Processes)), out.At)
}

// clients adds the clients of a process. Another user's cannot be read.
func (s *Sampler) clients(d *gpu, pid int, uses map[drmClient]drmUse) {
	dir := "proc/" + strconv.Itoa(pid) + "/"
	entries, err := fs.ReadDir(s.root, dir+"fd")
	if err != nil {
		return
	}
	for _, e := range entries {
		target, err := fs.ReadLink(s.root, dir+"fd/"+e.Name())
		if err != nil || !strings.HasPrefix(target, "/dev/dri/") {
			continue
		}
		text, err := host.ReadText(s.root, dir+"fdinfo/"+e.Name())
		if err != nil {
			continue
		}
		bdf, client, use, ok := parseFdinfo(text)
		if ok && bdf == d.BDF {
			uses[drmClient{pid, client}] = use
		}
	}
}

// parseFdinfo reads a client's usage of amdgpu.
func parseFdinfo(text string) (bdf, client string, use drmUse, ok bool) {
	driver := ""
	for line := range strings.Lines(text) {
		name, value, found := strings.Cut(line, ":")
		fields := strings.Fields(value)
		if !found || len(fields) == 0 {
			continue
		}
		switch name {
		case "drm-driver":
			driver = fields[0]
		case "drm-pdev":
			bdf = fields[0]
		case "drm-client-id":
			client = fields[0]
		case "drm-memory-vram":
			use.memory = drmBytes(fields)
		case "drm-engine-gfx", "drm-engine-compute":
			n, _ := strconv.ParseUint(fields[0], 10, 62)
			use.busy += n
		}
	}
	return bdf, client, use, driver == "amdgpu" && client != ""
}

// drmBytes is a size with its unit; without one it is in bytes.
func drmBytes(fields []string) uint64 {
	n, err := strconv.ParseUint(fields[0], 10, 40)
	if err != nil {
		return 0
	}
	if len(fields) > 1 {
		switch fields[1] {
		case "KiB":
			return n << 10
		case "MiB":
			return n << 20
		}
	}
	return n
}
