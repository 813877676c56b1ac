package data

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// source is an open data file, gunzipped on the way where the file is
// gzipped. It stops when its context does and counts what it reads.
type source struct {
	path    string
	file    io.Closer
	size    int64 // of the file as it is stored
	gzipped bool
	text    *bufio.Reader  // the content
	offset  int64          // bytes of the content read so far
	stored  *countedReader // what the content is made of
}

// sourceBuffer holds a few milliseconds of inflating, so that a cancelled
// context is seen soon.
const sourceBuffer = 64 << 10

func openSource(ctx context.Context, path string, m *meter) (*source, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s: no such file", path)
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s: found a %s, expected a data file", path, kindOf(info))
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	m.total.Add(info.Size())
	s, err := newSource(path, &meteredReader{ctx: ctx, r: file, m: m}, info.Size())
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	s.file = file
	return s, nil
}

func newSource(path string, r io.Reader, size int64) (*source, error) {
	s := &source{path: path, size: size, stored: &countedReader{r: r}}
	return s, s.gunzip(bufio.NewReaderSize(s.stored, sourceBuffer))
}

// gunzip puts the content behind s.text. Gzip is known by its first bytes, not
// by the file's name.
func (s *source) gunzip(stored *bufio.Reader) error {
	magic, err := stored.Peek(2)
	switch {
	case len(magic) == 0 && errors.Is(err, io.EOF):
		return fmt.Errorf("%s: found an empty file, expected data", s.path)
	case err != nil && !errors.Is(err, io.EOF):
		return err
	}
	s.text = stored
	if len(magic) < 2 || magic[0] != 0x1f || magic[1] != 0x8b {
		return nil
	}
	inflated, err := gzip.NewReader(stored)
	if err != nil {
		return fmt.Errorf("%s: byte 0: %w, expected a gzip header", s.path, unwrapEOF(err))
	}
	s.gzipped = true
	s.text = bufio.NewReaderSize(inflated, sourceBuffer)
	return nil
}

// What a gzip bomb inflates to is bounded: behind its first megabytes a file
// may hold so many bytes for each that is stored. Deflate reaches 1,030; text of
// hardly anything but zeros stays below 100.
const (
	bombBytes = 32 << 20
	bombRatio = 200
)

// errBomb is an inflated file beyond those bounds.
var errBomb = fmt.Errorf("found more than %d bytes for each one stored", bombRatio)

func (s *source) Read(p []byte) (int, error) {
	n, err := s.text.Read(p)
	s.offset += int64(n)
	if s.gzipped && s.offset > bombBytes && s.offset > bombRatio*s.stored.n {
		return n, errBomb
	}
	return n, err
}

// share is what part of the file has been taken out of the buffers, 0 as long as
// what is in them matters.
func (s *source) share() float64 {
	const buffered = 2 * sourceBuffer
	n := s.stored.n - buffered
	if n < 64*buffered {
		return 0
	}
	return float64(n) / float64(s.size)
}

func (s *source) Close() error { return s.file.Close() }

// readFull fills p. An end before that is an error that says what was expected.
func (s *source) readFull(p []byte, expected string) error {
	_, err := io.ReadFull(s, p)
	if err == nil {
		return nil
	}
	return s.fault(err, expected)
}

// fault words an error of reading at the present offset.
func (s *source) fault(err error, expected string) error {
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, errBomb):
		return fmt.Errorf("%s: byte %d: %w, expected data: gunzip it first if it is no gzip bomb", s.path, s.offset, err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%s: byte %d: found the end of the file, expected %s", s.path, s.offset, expected)
	}
	return fmt.Errorf("%s: byte %d: %w, expected %s", s.path, s.offset, err, expected)
}

// expectEnd is an error unless the content ends here. It looks at one byte
// only, so that a gzip bomb is left as soon as it goes on too long.
func (s *source) expectEnd() error {
	_, err := s.text.ReadByte()
	switch {
	case err == nil:
		return fmt.Errorf("%s: byte %d: found more data, expected the end of the file", s.path, s.offset)
	case errors.Is(err, io.EOF):
		return nil
	}
	return s.fault(err, "the checksum that ends a gzip file")
}

// countedReader counts what is read.
type countedReader struct {
	r io.Reader
	n int64
}

func (c *countedReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// meteredReader is a reader that a context ends and a meter counts.
type meteredReader struct {
	ctx context.Context
	r   io.Reader
	m   *meter
}

func (c *meteredReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	c.m.done.Add(int64(n))
	return n, err
}

func unwrapEOF(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("found the end of the file")
	}
	return err
}

func kindOf(info fs.FileInfo) string {
	if info.IsDir() {
		return "directory"
	}
	return "special file"
}
