package hub

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// kept is what a hub knows over restarts.
type kept struct {
	Schema  int
	Seed    []byte // of the coordinator's key
	Epoch   uint64 // its lives so far
	Members []keptMember
	Others  []keptOther `json:",omitempty"`
	Line    *keptSecret `json:",omitempty"`
}

// keptMember is a client that was accepted.
type keptMember struct {
	Key      []byte
	Name     string
	Client   int
	Own      bool
	Examples int
	Counts   []int `json:",omitempty"`
}

const (
	keptSchema = 1
	keptName   = "federation.json" // the coordinator's key is in it: nobody else may read it
	storeName  = "store"
)

// load reads what is kept in a folder, or begins it.
func load(folder string) (*kept, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("hub: %w", err)
	}
	text, err := os.ReadFile(filepath.Join(folder, keptName))
	if errors.Is(err, fs.ErrNotExist) {
		_, key, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			return nil, fmt.Errorf("hub: %w", err)
		}
		k := &kept{Schema: keptSchema, Seed: key.Seed()}
		return k, k.save(folder)
	}
	if err != nil {
		return nil, fmt.Errorf("hub: %w", err)
	}
	k := new(kept)
	if err := json.Unmarshal(text, k); err != nil {
		return nil, fmt.Errorf("hub: %s: %w", filepath.Join(folder, keptName), err)
	}
	if k.Schema != keptSchema || len(k.Seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("hub: %s is of another version", filepath.Join(folder, keptName))
	}
	return k, nil
}

// save writes it: all or nothing, whenever the process or the machine ends.
func (k *kept) save(folder string) error {
	text, err := json.Marshal(k)
	if err != nil {
		return fmt.Errorf("hub: %w", err)
	}
	f, err := os.CreateTemp(folder, keptName+".*") // of mode 0600
	if err != nil {
		return fmt.Errorf("hub: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if other := f.Close(); err == nil {
		err = other
	}
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(folder, keptName))
	}
	if err != nil {
		return fmt.Errorf("hub: %w", err)
	}
	if d, err := os.Open(folder); err == nil { // where folders cannot be synced, nothing can be done
		_ = d.Sync()
		_ = d.Close()
	}
	return nil
}
