package amdgpu

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"optwatch/train/device"
	"optwatch/train/device/host"
)

// Sampler reads AMD GPUs.
type Sampler struct {
	root    fs.FS // "/"
	devices []*gpu
	names   *host.Names // of processes
	asking  atomic.Pointer[device.ID]
}

// gpu is a GPU and where its files are.
type gpu struct {
	device.Device
	dir   string            // sys/class/drm/card0/device
	hwmon string            // "" where it has none
	temps map[string]string // label to file: edge, junction, mem
	uses  map[drmClient]drmUse
	at    time.Time // of uses
}

// New is a sampler that finds /proc and /sys under a root.
func New(root fs.FS) *Sampler { return &Sampler{root: root} }

var _ device.Sampler = (*Sampler)(nil)

// Name implements Sampler.
func (s *Sampler) Name() string { return "amdgpu" }

// Asking implements Sampler: the files of the device are being read.
func (s *Sampler) Asking() (device.ID, string) {
	if id := s.asking.Load(); id != nil {
		return *id, "reading its files"
	}
	return "", ""
}

// Diagnosis implements Sampler.
func (s *Sampler) Diagnosis() device.Diagnosis { return device.Diagnosis{Source: "/sys/class/drm"} }

var card = regexp.MustCompile(`^card[0-9]+$`)

// Open implements Sampler.
func (s *Sampler) Open(context.Context) ([]device.Device, error) {
	entries, err := fs.ReadDir(s.root, "sys/class/drm")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, &device.OpenError{Backend: s.Name(), Class: device.OpenFailed, Hint: "/sys/class/drm cannot be read", Err: err}
	}
	s.devices, s.names = nil, host.NewNames(s.root)
	s.names.Foreign = false // pids are of /proc itself, not of a driver
	cards := []string{}
	for _, e := range entries {
		if card.MatchString(e.Name()) {
			cards = append(cards, e.Name())
		}
	}
	slices.SortFunc(cards, func(x, y string) int { return cardNumber(x) - cardNumber(y) })
	var out []device.Device
	for _, name := range cards {
		dir := "sys/class/drm/" + name + "/device"
		if vendor, _ := host.ReadText(s.root, dir+"/vendor"); vendor != "0x1002" {
			continue
		}
		d := s.identify(dir, len(out))
		s.devices = append(s.devices, d)
		out = append(out, d.Device)
	}
	if len(out) == 0 {
		return nil, &device.OpenError{Backend: s.Name(), Class: device.NoLibrary, Hint: "no AMD GPU"}
	}
	return out, nil
}

func cardNumber(name string) int {
	n, _ := strconv.Atoi(strings.TrimPrefix(name, "card"))
	return n
}

// identify finds the files of a device without waking it.
func (s *Sampler) identify(dir string, index int) *gpu {
	d := &gpu{dir: dir, temps: map[string]string{}}
	d.Index, d.Name = index, "AMD GPU"
	event, _ := host.ReadText(s.root, dir+"/uevent")
	for line := range strings.Lines(event) {
		if bdf, ok := strings.CutPrefix(line, "PCI_SLOT_NAME="); ok {
			d.BDF = strings.TrimSpace(bdf)
		}
	}
	d.ID = device.ID(d.BDF)
	if id, err := host.ReadText(s.root, dir+"/unique_id"); err == nil && id != "" {
		d.ID = device.ID("AMD-" + device.Printable(id))
	}
	if d.ID == "" {
		d.ID = device.ID(path.Base(path.Dir(dir)))
	}
	if name, err := host.ReadText(s.root, dir+"/product_name"); err == nil && name != "" {
		d.Name = device.Printable(name)
	}
	d.Driver, _ = host.ReadText(s.root, "sys/module/amdgpu/version")
	if d.Driver == "" {
		d.Driver, _ = host.ReadText(s.root, "proc/sys/kernel/osrelease")
	}
	return d
}

// findSensors finds the hwmon folder and what its temperatures are of.
func (s *Sampler) findSensors(d *gpu) {
	entries, _ := fs.ReadDir(s.root, d.dir+"/hwmon")
	if len(entries) == 0 {
		return
	}
	d.hwmon = d.dir + "/hwmon/" + entries[0].Name()
	for i := range 8 {
		file := d.hwmon + "/temp" + strconv.Itoa(i+1)
		if label, err := host.ReadText(s.root, file+"_label"); err == nil {
			d.temps[label] = file
		}
	}
	if len(d.temps) == 0 {
		d.temps["edge"] = d.hwmon + "/temp1"
	}
}

// Sample implements Sampler.
func (s *Sampler) Sample(_ context.Context, tiers device.Tier) (device.Frame, error) {
	defer s.asking.Store(nil)
	var f device.Frame
	for _, d := range s.devices {
		s.asking.Store(&d.ID)
		f.Samples = append(f.Samples, s.sample(d, tiers))
	}
	return f, nil
}

func (s *Sampler) sample(d *gpu, tiers device.Tier) device.Sample {
	out := device.Sample{ID: d.ID, At: time.Now()}
	if _, err := fs.Stat(s.root, d.dir+"/vendor"); err != nil {
		out.State = device.Lost
		return out
	}
	if status, err := host.ReadText(s.root, d.dir+"/power/runtime_status"); err == nil && status == "suspended" {
		out.State = device.Asleep
		return out
	}
	if d.hwmon == "" {
		s.findSensors(d)
	}
	out.SetAll(tiers, device.Unsupported)
	if tiers&device.Fast != 0 {
		s.fast(d, &out)
	}
	if tiers&device.Slow != 0 {
		s.slow(d, &out)
	}
	if tiers&device.Processes != 0 {
		s.processes(d, &out)
	}
	return out
}

// Close implements Sampler.
func (s *Sampler) Close() error {
	s.devices = nil
	return nil
}
