package smi

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"optwatch/train/device"
	"optwatch/train/device/host"
	"optwatch/train/device/nvidia"
)

// Sampler reads NVIDIA GPUs from nvidia-smi.
type Sampler struct {
	root    fs.FS // "/"
	program string
	fields  []field
	missing []string
	devices []device.Device
	names   *host.Names // of processes
	query   *stream
	rows    gpuRows
	pmon    *stream // nil where it cannot be had
	table   pmonTable
	waiting atomic.Bool // for the program, in Open or Sample
}

// New is a sampler that finds /proc and /sys under a root.
func New(root fs.FS) *Sampler { return &Sampler{root: root} }

// quiet is how long after a line a set of lines is taken for complete.
const quiet = 250 * time.Millisecond

var _ device.Sampler = (*Sampler)(nil)

// Name implements Sampler.
func (s *Sampler) Name() string { return "nvidia-smi" }

// Asking implements Sampler: where it waits, it is the program that does not answer.
func (s *Sampler) Asking() (device.ID, string) {
	if s.waiting.Load() {
		return "", "nvidia-smi"
	}
	return "", ""
}

// Diagnosis implements Sampler.
func (s *Sampler) Diagnosis() device.Diagnosis {
	d := device.Diagnosis{Source: s.program, Missing: s.missing, Paced: true}
	if len(s.devices) > 0 {
		d.Driver = s.devices[0].Driver
	}
	return d
}

// Open implements Sampler: it asks for the fields that this version knows, since
// one that it does not know fails the whole query, and waits for the first lines.
func (s *Sampler) Open(ctx context.Context) ([]device.Device, error) {
	program, err := exec.LookPath("nvidia-smi")
	if err != nil {
		return nil, &device.OpenError{Backend: s.Name(), Class: device.NoLibrary, Hint: "no nvidia-smi", Err: err}
	}
	if err := nvidia.CheckAwake(s.root, s.Name()); err != nil {
		return nil, err
	}
	s.waiting.Store(true)
	defer s.waiting.Store(false)
	s.program, s.names = program, host.NewNames(s.root)
	s.devices, s.rows, s.table = nil, gpuRows{}, pmonTable{}
	help := exec.CommandContext(ctx, program, "--help-query-gpu")
	help.WaitDelay = time.Second
	text, err := help.Output()
	if err != nil {
		return nil, s.openError(err, string(text))
	}
	s.fields, s.missing = knownFields(parseHelp(string(text)))
	s.query = startStream(ctx, program, "--query-gpu="+joinFields(s.fields), "--format=csv,noheader,nounits", "-lms", "1000")
	if err := s.first(ctx); err != nil {
		_ = s.Close()
		return nil, err
	}
	s.pmon = startStream(ctx, program, "pmon", "-s", "um", "-o", "T", "-d", "2")
	return s.devices, nil
}

// first waits for the first lines and lists their devices.
func (s *Sampler) first(ctx context.Context) error {
	rows, err := s.next(ctx)
	if err != nil {
		return err
	}
	for _, row := range rows {
		s.devices = append(s.devices, row.device)
	}
	return nil
}

// next waits for a set of lines that is newer than the last. Of several the
// latest wins.
func (s *Sampler) next(ctx context.Context) ([]gpuRow, error) {
	for {
		var after <-chan time.Time
		if s.rows.begun() {
			after = time.After(quiet)
		}
		if rows := s.rows.take(len(s.devices)); rows != nil && len(s.query.lines) == 0 {
			return rows, nil
		}
		select {
		case l, ok := <-s.query.lines:
			if !ok {
				err := s.query.err()
				return nil, s.openError(err, s.query.said())
			}
			if row, ok := parseRow(l, s.fields); ok {
				s.rows.add(row)
			}
		case <-after:
			s.rows.end()
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// openError is what the program's end means. Its exit statuses are NVML's codes.
func (s *Sampler) openError(err error, said string) error {
	said = device.Printable(said)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		e := nvidia.Code(exit.ExitCode()).OpenError(s.Name())
		if said != "" {
			e.Err = fmt.Errorf("exit status %d, %q", exit.ExitCode(), said)
		}
		return e
	}
	return &device.OpenError{Backend: s.Name(), Class: device.OpenFailed, Hint: strings.TrimSpace("it ended " + said), Err: err}
}

// Sample implements Sampler. All fields come with every line, so that only the
// tier of processes is apart.
func (s *Sampler) Sample(ctx context.Context, tiers device.Tier) (device.Frame, error) {
	s.waiting.Store(true)
	defer s.waiting.Store(false)
	rows, err := s.next(ctx)
	if err != nil {
		return device.Frame{}, err
	}
	f := device.Frame{Devices: s.appeared(rows)}
	list, known := s.processes()
	for _, d := range s.devices {
		sample := device.Sample{ID: d.ID, At: time.Now(), State: device.Lost, Hint: "nvidia-smi no longer lists it"}
		for _, row := range rows {
			if row.device.ID == d.ID {
				sample = row.sample(tiers)
			}
		}
		if sample.State == device.Up && tiers&device.Processes != 0 {
			s.addProcesses(&sample, list[d.Index], known)
		}
		f.Samples = append(f.Samples, sample)
	}
	return f, nil
}

// appeared takes devices that were not there before, or can be named now, and
// gives the new list; nil if there are none.
func (s *Sampler) appeared(rows []gpuRow) (list []device.Device) {
	for _, row := range rows {
		i := slices.IndexFunc(s.devices, func(d device.Device) bool { return d.ID == row.device.ID })
		switch {
		case i < 0:
			s.devices = append(s.devices, row.device)
		case row.all.State == device.Up && s.devices[i] != row.device:
			s.devices[i] = row.device
		default:
			continue
		}
		list = slices.Clone(s.devices)
	}
	return list
}

// Close implements Sampler: it ends the programs that it started.
func (s *Sampler) Close() error {
	s.query.stop()
	s.pmon.stop()
	s.query, s.pmon = nil, nil
	return nil
}
