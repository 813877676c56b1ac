package device

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
)

// amdgpu reads AMD GPUs from the files of their kernel driver.
//
// Reference: the Linux kernel's Documentation/gpu/amdgpu/thermal.rst,
// driver-misc.rst and drm-usage-stats.rst.
type amdgpu struct {
	root    fs.FS // "/"
	devices []*amdDevice
	who     *who
	asking  atomic.Pointer[ID]
}

// amdDevice is a GPU and where its files are.
type amdDevice struct {
	Device
	dir   string            // sys/class/drm/card0/device
	hwmon string            // "" where it has none
	temps map[string]string // label to file: edge, junction, mem
	uses  map[drmClient]drmUse
	at    time.Time // of uses
}

func newAMDGPU(root fs.FS) Sampler { return &amdgpu{root: root} }

var _ Sampler = (*amdgpu)(nil)

// Name implements Sampler.
func (s *amdgpu) Name() string { return "amdgpu" }

// Asking implements Sampler: the files of the device are being read.
func (s *amdgpu) Asking() (ID, string) {
	if id := s.asking.Load(); id != nil {
		return *id, "reading its files"
	}
	return "", ""
}

// Diagnosis implements Sampler.
func (s *amdgpu) Diagnosis() Diagnosis { return Diagnosis{Source: "/sys/class/drm"} }

var card = regexp.MustCompile(`^card[0-9]+$`)

// Open implements Sampler.
func (s *amdgpu) Open(context.Context) ([]Device, error) {
	entries, err := fs.ReadDir(s.root, "sys/class/drm")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, &OpenError{Backend: s.Name(), Class: OpenFailed, Hint: "/sys/class/drm cannot be read", Err: err}
	}
	s.devices, s.who = nil, newWho(s.root)
	s.who.foreign = false // pids are of /proc itself, not of a driver
	names := []string{}
	for _, e := range entries {
		if card.MatchString(e.Name()) {
			names = append(names, e.Name())
		}
	}
	slices.SortFunc(names, func(x, y string) int { return cardNumber(x) - cardNumber(y) })
	var out []Device
	for _, name := range names {
		dir := "sys/class/drm/" + name + "/device"
		if vendor, _ := readText(s.root, dir+"/vendor"); vendor != "0x1002" {
			continue
		}
		d := s.identify(dir, len(out))
		s.devices = append(s.devices, d)
		out = append(out, d.Device)
	}
	if len(out) == 0 {
		return nil, &OpenError{Backend: s.Name(), Class: NoLibrary, Hint: "no AMD GPU"}
	}
	return out, nil
}

func cardNumber(name string) int {
	n, _ := strconv.Atoi(strings.TrimPrefix(name, "card"))
	return n
}

// identify finds the files of a device without waking it.
func (s *amdgpu) identify(dir string, index int) *amdDevice {
	d := &amdDevice{dir: dir, temps: map[string]string{}}
	d.Index, d.Name = index, "AMD GPU"
	event, _ := readText(s.root, dir+"/uevent")
	for line := range strings.Lines(event) {
		if bdf, ok := strings.CutPrefix(line, "PCI_SLOT_NAME="); ok {
			d.BDF = strings.TrimSpace(bdf)
		}
	}
	d.ID = ID(d.BDF)
	if id, err := readText(s.root, dir+"/unique_id"); err == nil && id != "" {
		d.ID = ID("AMD-" + clean(id))
	}
	if d.ID == "" {
		d.ID = ID(path.Base(path.Dir(dir)))
	}
	if name, err := readText(s.root, dir+"/product_name"); err == nil && name != "" {
		d.Name = clean(name)
	}
	d.Driver, _ = readText(s.root, "sys/module/amdgpu/version")
	if d.Driver == "" {
		d.Driver, _ = readText(s.root, "proc/sys/kernel/osrelease")
	}
	return d
}

// findSensors finds the hwmon folder and what its temperatures are of.
func (s *amdgpu) findSensors(d *amdDevice) {
	entries, _ := fs.ReadDir(s.root, d.dir+"/hwmon")
	if len(entries) == 0 {
		return
	}
	d.hwmon = d.dir + "/hwmon/" + entries[0].Name()
	for i := range 8 {
		file := d.hwmon + "/temp" + strconv.Itoa(i+1)
		if label, err := readText(s.root, file+"_label"); err == nil {
			d.temps[label] = file
		}
	}
	if len(d.temps) == 0 {
		d.temps["edge"] = d.hwmon + "/temp1"
	}
}

// Sample implements Sampler.
func (s *amdgpu) Sample(_ context.Context, tiers Tier) (Frame, error) {
	defer s.asking.Store(nil)
	var f Frame
	for _, d := range s.devices {
		s.asking.Store(&d.ID)
		f.Samples = append(f.Samples, s.sample(d, tiers))
	}
	return f, nil
}

func (s *amdgpu) sample(d *amdDevice, tiers Tier) Sample {
	out := Sample{ID: d.ID, At: time.Now()}
	if _, err := fs.Stat(s.root, d.dir+"/vendor"); err != nil {
		out.State = Lost
		return out
	}
	if status, err := readText(s.root, d.dir+"/power/runtime_status"); err == nil && status == "suspended" {
		out.State = Asleep
		return out
	}
	if d.hwmon == "" {
		s.findSensors(d)
	}
	out.all(tiers, Unsupported)
	if tiers&Fast != 0 {
		s.fast(d, &out)
	}
	if tiers&Slow != 0 {
		s.slow(d, &out)
	}
	if tiers&Processes != 0 {
		s.processes(d, &out)
	}
	return out
}

// Close implements Sampler.
func (s *amdgpu) Close() error {
	s.devices = nil
	return nil
}
