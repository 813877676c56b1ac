package main

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"optwatch/train/device"
	"optwatch/train/device/recording"
)

// devicesFlags are the flags of optwatch devices.
type devicesFlags struct {
	once   bool
	json   bool
	doctor bool
	record string
	replay string
	screenFlags
}

// devicesCommand is optwatch devices.
func devicesCommand() *cobra.Command {
	var f devicesFlags
	cmd := &cobra.Command{
		Use:   "devices",
		Short: "Show what GPUs and host do",
		Long: `devices shows what the GPUs and the host do: on a terminal with charts of the
last minutes, else a line a second for each until it is interrupted.

--once --json prints one object; "optwatch help json" names its fields and units.`,
		Example: `  optwatch devices --once
  optwatch devices --record night.jsonl
  optwatch devices --replay night.jsonl`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return devices(cmd, &f) },
	}
	fs := cmd.Flags()
	fs.SortFlags = false
	fs.BoolVar(&f.once, "once", false, "print one table and end")
	fs.BoolVar(&f.json, "json", false, "with --once, print JSON instead")
	fs.StringVar(&f.record, "record", "", "write what is seen to `FILE`, a JSON line a second")
	fs.StringVar(&f.replay, "replay", "", "show what was recorded in `FILE`; with --once, how it ended")
	fs.BoolVar(&f.doctor, "doctor", false, "say which backend is used, what it lacks, and what a sample costs")
	include(fs, f.screenFlags.group(), "ascii", "no-color", "no-mouse", "theme", keyFlag, "fresh")
	return cmd
}

// check finds what is wrong with the flags by themselves.
func (f *devicesFlags) check() error {
	switch {
	case f.json && !f.once:
		return usageError{errors.New("--json needs --once; for a series there is --record")}
	case f.doctor && (f.once || f.record != "" || f.replay != ""):
		return usageError{errors.New("--doctor goes with no other flag")}
	case f.record != "" && f.replay != "":
		return usageError{errors.New("--record and --replay exclude each other")}
	}
	return nil
}

func devices(cmd *cobra.Command, f *devicesFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	return printing(cmd, func(ctx context.Context, out io.Writer) error {
		switch {
		case f.doctor:
			return doctor(ctx, out)
		case !f.once && hasScreen(cmd):
			return f.watch(ctx, cmd)
		}
		return f.show(ctx, out)
	})
}

// show shows a source, and records it where that is wanted.
func (f *devicesFlags) show(ctx context.Context, out io.Writer) error {
	source, record, end, err := f.open(ctx)
	if err != nil {
		return err
	}
	defer end()
	if !f.once {
		return errors.Join(followDevices(ctx, out, source, record), record.close())
	}
	v, err := firstView(ctx, source)
	if err != nil {
		return errors.Join(err, record.close())
	}
	if err := errors.Join(record.write(v), record.close()); err != nil {
		return err
	}
	if f.json {
		return printDevicesJSON(out, v)
	}
	printDevices(out, v)
	return nil
}

// open opens what is shown, and the recording of it. end ends what is shown.
func (f *devicesFlags) open(ctx context.Context) (s device.Source, r *recorder, end func(), err error) {
	if s, end, err = f.source(ctx); err != nil {
		return nil, nil, nil, err
	}
	if r, err = f.recorder(); err != nil {
		end()
		return nil, nil, nil, err
	}
	return s, r, end, nil
}

// source is what is shown: this machine, or a recording. end ends it and waits
// for nothing that may take long.
func (f *devicesFlags) source(ctx context.Context) (s device.Source, end func(), err error) {
	ctx, cancel := context.WithCancel(ctx)
	if f.replay == "" {
		m := watchMachine(ctx)
		return m, func() { cancel(); m.Wait() }, nil
	}
	file, err := os.Open(f.replay)
	if err != nil {
		cancel()
		return nil, nil, err
	}
	return recording.Play(ctx, file, f.replay, !f.once), func() { cancel(); file.Close() }, nil
}

// replayError is what is wrong with a recording that is over.
func replayError(s device.Source) error {
	if r, ok := s.(*recording.Player); ok && s.View().Ended {
		return r.Wait()
	}
	return nil
}

// firstView waits until a source has something to say: a live one until it has
// seen all devices and the host twice, since rates need two samples.
func firstView(ctx context.Context, s device.Source) (*device.View, error) {
	began := time.Now()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		v := s.View()
		patient := time.Since(began) < 4*time.Second
		if v.Ended || !v.Opening && v.Replaying == "" && (v.Host.CPU.Quality != device.Unknown && seenTwice(v, patient)) {
			return v, replayError(s)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-tick.C:
		}
	}
}

// seenTwice says whether every device has been asked twice; and, while there is
// patience, for its processes, which nvidia-smi gives late.
func seenTwice(v *device.View, patient bool) bool {
	for i := range v.Devices {
		d := &v.Devices[i]
		if len(d.History) < 2 {
			return false
		}
		if patient && d.State == device.Up && d.Readings[device.ProcessCount].Quality == device.Unknown {
			return false
		}
	}
	return true
}
