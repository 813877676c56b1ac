package serve

import (
	"bytes"
	"fmt"
	"io/fs"
	"log"
	"net/netip"
	"os"
	"sync"
	"time"
)

// keyring is a file of public keys. It is read anew when it has changed, so that
// a key that is taken out of it opens nothing any more.
type keyring struct {
	path string
	own  bool // the file by which people log in as the user: who can do that may drive, unless its line says otherwise
	log  *log.Logger

	mu   sync.Mutex
	read fs.FileInfo // when keys were read; nil where they could not be
	keys []key
	bad  int    // lines that are no keys
	said string // why the file could not be read, as it was logged
}

// load reads the file. A line that is wrong costs nobody else's key.
func (r *keyring) load() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.loadLocked()
}

func (r *keyring) loadLocked() error {
	r.read, r.keys, r.bad = nil, nil, 0
	text, info, err := readSmall(r.path)
	switch {
	case err != nil:
		return err
	case info.Mode().Perm()&0o022 != 0:
		return fmt.Errorf("others may write to %s (%v), and so let anybody in: want chmod go-w", r.path, info.Mode().Perm())
	case !ownedByUserOrRoot(info):
		return fmt.Errorf("%s is another user's, who may let anybody in: want a file of your own", r.path)
	}
	for i, line := range bytes.Split(text, []byte("\n")) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		k, err := parseKey(line)
		if err != nil {
			r.bad++
			r.log.Printf("%s:%d: skipped: %v", r.path, i+1, err)
			continue
		}
		if r.own && !k.told && !k.limited {
			k.role = Operator
		}
		r.keys = append(r.keys, k)
	}
	r.read = info
	return nil
}

// find is the key that opens now for who comes from an address with it.
func (r *keyring) find(public string, from netip.Addr) (key, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if info, err := os.Stat(r.path); err != nil || r.read == nil || changed(info, r.read) {
		r.complainLocked(r.loadLocked())
	}
	now := time.Now()
	for _, k := range r.keys {
		if k.public == public && k.opens(now, from) {
			return k, true
		}
	}
	return key{}, false
}

// complainLocked logs why the file cannot be read, once: strangers can make it be
// read as often as they like.
func (r *keyring) complainLocked(err error) {
	said := ""
	if err != nil {
		said = err.Error()
	}
	if said != r.said && said != "" {
		r.log.Printf("keys: %s", said)
	}
	r.said = said
}

// changed says whether a file is not what it was.
func changed(now, before fs.FileInfo) bool {
	return !os.SameFile(now, before) || !now.ModTime().Equal(before.ModTime()) || now.Size() != before.Size() || now.Mode() != before.Mode()
}

// String is how many keys there are, in words.
func (r *keyring) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	drive := 0
	for _, k := range r.keys {
		if k.role == Operator {
			drive++
		}
	}
	text := fmt.Sprintf("%d keys of %s, %d of which may drive", len(r.keys), r.path, drive)
	if r.bad > 0 {
		text += fmt.Sprintf("; %d lines skipped", r.bad)
	}
	return text
}

// none says whether nobody can come in.
func (r *keyring) none() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.keys) == 0
}
