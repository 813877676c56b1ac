package publish

import (
	"errors"
	"os"
)

// appended is a file that grows by whole pieces: what a failed write leaves of one
// is written over by the next.
type appended struct {
	file *os.File
	size int64 // of the pieces that are whole
}

// openAppended goes on with a file from a size on, or makes it.
func openAppended(path string, size int64) (*appended, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	if err := f.Truncate(size); err != nil {
		f.Close()
		return nil, err
	}
	return &appended{f, size}, nil
}

// write appends a piece.
func (a *appended) write(p []byte) error {
	_, err := a.file.WriteAt(p, a.size)
	if err != nil {
		return errors.Join(err, a.file.Truncate(a.size))
	}
	a.size += int64(len(p))
	return nil
}

// gone says whether the file has lost its name, so that nobody would find what
// is written.
func (a *appended) gone() bool {
	there, err := os.Stat(a.file.Name())
	if err != nil {
		return os.IsNotExist(err)
	}
	here, err := a.file.Stat()
	return err == nil && !os.SameFile(here, there)
}
