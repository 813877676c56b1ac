package logs

import (
	"bytes"
	"errors"
	"io"
	"os"
)

// mostAtOnce is how much of a file is read before others get their turn.
const mostAtOnce = 4 << 20

// Tail follows a file as a stream, by looking at its size: no file system that
// machines share tells of changes. A file that has become another one, or shorter,
// or begins otherwise than it did, is read anew.
type Tail struct {
	path   string
	fresh  func() Reader
	reader Reader
	was    os.FileInfo // nil before the first look
	at     int64
	head   []byte // of what was read
	buffer []byte
}

// mostOfHead is how much of a file's beginning is compared with what it was, each
// time that it has grown.
const mostOfHead = 4 << 10

// TornReader is a reader that can give back the end of what it was given.
type TornReader interface {
	Reader
	// Torn is how many bytes at the end are of a record that is not whole. They are
	// given again: where a file is written through memory, or over a network, it may
	// have grown before what is written in it can be seen, and reads as zeros.
	Torn() int
}

// NewTail follows a file with a reader that fresh makes, another one each time
// that the file is read anew.
func NewTail(path string, fresh func() Reader) *Tail {
	return &Tail{path: path, fresh: fresh, reader: fresh()}
}

// Follow reads on.
func (t *Tail) Follow(b *Batch) (more bool, err error) { return t.Read(b.Run("")) }

// Read reads on into what is found of one run.
func (t *Tail) Read(f *Found) (more bool, err error) {
	info, err := os.Stat(t.path)
	if err != nil {
		return false, err
	}
	if !info.Mode().IsRegular() {
		return false, errors.New("is no file")
	}
	if t.was != nil && (info.Size() < t.at || !os.SameFile(info, t.was)) {
		t.again(f)
	}
	t.was = info
	if info.Size() == t.at {
		return false, nil
	}
	file, err := os.Open(t.path)
	if err != nil {
		return false, err
	}
	defer file.Close()
	if t.buffer == nil {
		t.buffer = make([]byte, 256<<10)
	}
	if !t.beginsAsBefore(file) {
		t.again(f)
	}
	for left := int64(mostAtOnce); left > 0; {
		n, err := file.ReadAt(t.buffer, t.at)
		if t.at < mostOfHead {
			t.head = append(t.head[:t.at], t.buffer[:min(int64(n), mostOfHead-t.at)]...)
		}
		t.at += int64(n)
		left -= int64(n)
		t.reader.Read(t.buffer[:n], f)
		switch {
		case err == io.EOF:
			t.buffer = nil
			t.giveBack()
			return false, nil
		case err != nil:
			return false, err
		}
	}
	return true, nil
}

// giveBack goes back to where the record begins that is not whole.
func (t *Tail) giveBack() {
	if r, ok := t.reader.(TornReader); ok {
		t.at -= int64(r.Torn())
		t.head = t.head[:min(int64(len(t.head)), t.at)]
	}
}

// again begins to read anew.
func (t *Tail) again(f *Found) {
	t.reader, t.at, t.head = t.fresh(), 0, nil
	f.Clear()
	f.Anew = true
}

// beginsAsBefore says whether a file still begins with what was read of it. One that
// was written anew in place may have grown at once beyond what it was.
func (t *Tail) beginsAsBefore(file *os.File) bool {
	now := t.buffer[:len(t.head)]
	n, err := file.ReadAt(now, 0)
	return err != nil && err != io.EOF || bytes.Equal(now[:n], t.head)
}

// Close has nothing to close: the file is open only while it is read.
func (t *Tail) Close() error { return nil }
