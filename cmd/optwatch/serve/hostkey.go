package serve

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/crypto/ssh"
)

// freshKey is a key of a server that nobody needs to know again.
func freshKey() (ssh.Signer, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	return ssh.NewSignerFromKey(private)
}

// hostKey is the key of a server by which people know it again. It is made where
// there is none.
func hostKey(path string) (ssh.Signer, error) {
	key, err := readHostKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := makeHostKey(path); err != nil {
		return nil, fmt.Errorf("the server's key: %w", err)
	}
	return readHostKey(path)
}

// readHostKey reads a key that only its user can read.
func readHostKey(path string) (ssh.Signer, error) {
	text, info, err := readSmall(path)
	switch {
	case err != nil:
		return nil, err
	case info.Mode().Perm()&0o077 != 0:
		return nil, fmt.Errorf("others may use the server's key %s (%v): want 0600", path, info.Mode().Perm())
	}
	key, err := ssh.ParsePrivateKey(text)
	if err != nil {
		return nil, fmt.Errorf("the server's key %s: %w; without the file a new one is made", path, err)
	}
	return key, nil
}

// makeHostKey writes a new key, whole or not at all. Of two processes that do so
// at once the first is heeded.
func makeHostKey(path string) error {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	block, err := ssh.MarshalPrivateKey(private, "optwatch")
	if err != nil {
		return err
	}
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(folder, ".hostkey-*") // nobody else may read it
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(pem.EncodeToMemory(block))
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	err = os.Link(f.Name(), path)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		err = os.Rename(f.Name(), path) // where files have one name each
	}
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}
