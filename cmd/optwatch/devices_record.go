package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"optwatch/train/device"
	"optwatch/train/device/recording"
)

// recorder writes views to a file; a nil one writes nothing.
type recorder struct {
	file *os.File
	recording.Recorder
}

func (f *devicesFlags) recorder() (*recorder, error) {
	if f.record == "" {
		return nil, nil
	}
	flags := os.O_WRONLY | os.O_CREATE
	if info, err := os.Stat(f.record); err != nil || info.Mode().IsRegular() { // a recording is not to be lost by typing a command again
		flags |= os.O_EXCL
	}
	file, err := os.OpenFile(f.record, flags, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("--record %s: there is such a file already", f.record)
	}
	if err != nil {
		return nil, err
	}
	return &recorder{file, recording.Recorder{W: file}}, nil
}

func (r *recorder) write(v *device.View) error {
	if r == nil {
		return nil
	}
	return r.Record(v)
}

func (r *recorder) close() error {
	if r == nil {
		return nil
	}
	return r.file.Close()
}
