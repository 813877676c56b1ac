package device

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// smi reads NVIDIA GPUs from nvidia-smi, where the library itself cannot be
// loaded. The program is started once and prints a line a second for each GPU:
// to start it anew for each sample costs up to seconds of the driver's time.
type smi struct {
	root    fs.FS // "/"
	program string
	fields  []smiField
	missing []string
	devices []Device
	who     *who
	query   *stream
	rows    smiRows
	pmon    *stream // nil where it cannot be had
	table   pmonTable
}

// quiet is how long after a line a set of lines is taken for complete.
const quiet = 250 * time.Millisecond

var _ Sampler = (*smi)(nil)

// Name implements Sampler.
func (s *smi) Name() string { return "nvidia-smi" }

// Asking implements Sampler: it is the program that does not answer.
func (s *smi) Asking() (ID, string) { return "", "nvidia-smi" }

// Diagnosis implements Sampler.
func (s *smi) Diagnosis() Diagnosis {
	d := Diagnosis{Source: s.program, Missing: s.missing}
	if len(s.devices) > 0 {
		d.Driver = s.devices[0].Driver
	}
	return d
}

// Open implements Sampler: it asks for the fields that this version knows, since
// one that it does not know fails the whole query, and waits for the first lines.
func (s *smi) Open(ctx context.Context) ([]Device, error) {
	program, err := exec.LookPath("nvidia-smi")
	if err != nil {
		return nil, &OpenError{Backend: s.Name(), Class: NoLibrary, Hint: "no nvidia-smi", Err: err}
	}
	if n, sleeping := nvidiaOnBus(s.root); n > 0 && n == sleeping {
		return nil, &OpenError{Backend: s.Name(), Class: AllAsleep, Hint: "the NVIDIA GPU is powered down to save energy, and asking would wake it"}
	}
	*s = smi{root: s.root, program: program, who: newWho(s.root)}
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
func (s *smi) first(ctx context.Context) error {
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
func (s *smi) next(ctx context.Context) ([]smiRow, error) {
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
func (s *smi) openError(err error, said string) error {
	said = clean(said)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		e := code(exit.ExitCode()).openError(s.Name())
		if said != "" {
			e.Err = fmt.Errorf("exit status %d, %q", exit.ExitCode(), said)
		}
		return e
	}
	return &OpenError{Backend: s.Name(), Class: OpenFailed, Hint: strings.TrimSpace("it ended " + said), Err: err}
}

// Sample implements Sampler. All fields come with every line, so that only the
// tier of processes is apart.
func (s *smi) Sample(ctx context.Context, tiers Tier) (Frame, error) {
	rows, err := s.next(ctx)
	if err != nil {
		return Frame{}, err
	}
	f := Frame{Devices: s.appeared(rows)}
	list, known := s.processes()
	for _, d := range s.devices {
		sample := Sample{ID: d.ID, At: time.Now(), State: Lost, Hint: "nvidia-smi no longer lists it"}
		for _, row := range rows {
			if row.device.ID == d.ID {
				sample = row.sample(tiers)
			}
		}
		if sample.State == Up && tiers&Processes != 0 {
			s.addProcesses(&sample, list[d.Index], known)
		}
		f.Samples = append(f.Samples, sample)
	}
	return f, nil
}

// appeared takes devices that were not there before, or can be named now, and
// gives the new list; nil if there are none.
func (s *smi) appeared(rows []smiRow) (list []Device) {
	for _, row := range rows {
		i := slices.IndexFunc(s.devices, func(d Device) bool { return d.ID == row.device.ID })
		switch {
		case i < 0:
			s.devices = append(s.devices, row.device)
		case row.all.State == Up && s.devices[i] != row.device:
			s.devices[i] = row.device
		default:
			continue
		}
		list = slices.Clone(s.devices)
	}
	return list
}

// processes takes what pmon has printed. Where it has ended, it cannot be had.
func (s *smi) processes() (map[int][]pmonRow, Quality) {
	for s.pmon != nil {
		select {
		case l, ok := <-s.pmon.lines:
			if ok {
				s.table.add(l)
				continue
			}
			s.pmon = nil
		default:
			return s.table.latest(time.Now())
		}
	}
	return nil, Unsupported
}

func (s *smi) addProcesses(sample *Sample, rows []pmonRow, known Quality) {
	if known != OK {
		sample.Readings[ProcessCount] = bad(known, sample.At)
		return
	}
	sample.Processes = []Process{}
	for _, row := range rows {
		p := Process{PID: row.pid, GI: -1, CI: -1, Memory: row.memory, SM: row.sm, Command: row.command}
		if sample.Readings[Busy].Quality != OK && p.SM.Quality != OK {
			p.SM = bad(Unsupported, sample.At)
		} else if p.SM.Quality == Unsupported { // a dash: it has done nothing
			p.SM = good(0, sample.At)
		}
		s.who.name(&p)
		sample.Processes = append(sample.Processes, p)
	}
	sample.Readings[ProcessCount] = good(float64(len(rows)), sample.At)
}

// Close implements Sampler: it ends the programs that it started.
func (s *smi) Close() error {
	s.query.stop()
	s.pmon.stop()
	s.query, s.pmon = nil, nil
	return nil
}
