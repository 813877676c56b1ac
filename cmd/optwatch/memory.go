package main

import (
	"io"
	"os"
	"path/filepath"
	"time"

	"optwatch/train/record"
)

// The kinds of sources whose screens are remembered each by itself.
const (
	kindRace   = "race"
	kindFed    = "fed"
	kindWatch  = "watch"
	kindLab    = "lab"
	kindReplay = "replay"

	kindDevices = "devices"
)

// memory keeps how the last screen of a kind of source was left, in a small file of
// the state folder. It never keeps a screen waiting: a folder that does not answer
// holds nothing.
type memory string

// patience is how long a folder may take to answer.
const patience = 100 * time.Millisecond

// mostRemembered is how much is read of the file.
const mostRemembered = 1 << 16

func (m memory) path() (string, error) {
	folder, err := record.DefaultFolder()
	return filepath.Join(folder.Path, "screen-"+string(m)+".json"), err
}

// Load is what was kept; nil where there is nothing.
func (m memory) Load() []byte {
	found := make(chan []byte, 1)
	go func() {
		text, _ := m.read() // what cannot be read is not there
		found <- text
	}()
	return await(found)
}

func (m memory) read() ([]byte, error) {
	path, err := m.path()
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, mostRemembered))
}

// Save keeps a text instead of what was kept before, whole or not at all.
func (m memory) Save(text []byte) {
	done := make(chan []byte, 1)
	go func() {
		_ = m.write(text) // then it is not remembered, which nobody waits for
		done <- nil
	}()
	await(done)
}

func (m memory) write(text []byte) error {
	path, err := m.path()
	if err != nil {
		return err
	}
	part, err := os.CreateTemp(filepath.Dir(path), ".screen-*")
	if err != nil {
		return err
	}
	_, err = part.Write(text)
	if e := part.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(part.Name(), path)
	}
	if err != nil {
		_ = os.Remove(part.Name())
	}
	return err
}

// await is what comes soon; nil where nothing does.
func await(what <-chan []byte) []byte {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case v := <-what:
		return v
	case <-timer.C:
		return nil
	}
}
