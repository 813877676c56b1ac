package data

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"golang.org/x/sync/errgroup"

	"optwatch/optimizers/matrix"
)

// The IDX format of MNIST: a magic number, the sizes as big-endian uint32,
// and then bytes.
//
//	images: 0x00000803, count, height, width, count·height·width pixels
//	labels: 0x00000801, count, count labels
const (
	imagesMagic  = 0x00000803
	labelsMagic  = 0x00000801
	imagesHeader = 16
	labelsHeader = 8
)

// maxPixels bounds the size of one image, and with it what is allocated on the
// word of a header.
const maxPixels = 1 << 20

// images are the pixels of an IDX file, one image a row.
type images struct {
	x             *matrix.Collector
	height, width int
}

func readImages(ctx context.Context, path string, m *meter) (images, error) {
	s, err := openSource(ctx, path, m)
	if err != nil {
		return images{}, err
	}
	defer s.Close()
	return s.images()
}

// images reads a file of images. One goroutine inflates while another packs
// the pixels.
func (s *source) images() (images, error) {
	count, height, width, err := s.imagesHeader()
	if err != nil {
		return images{}, err
	}
	pixels := height * width
	b := matrix.NewCollector(255, s.rowsHint(count, pixels), 0)
	err = s.stream(count, pixels, func(chunk []byte) {
		for ; len(chunk) > 0; chunk = chunk[pixels:] {
			b.AddBytes(chunk[:pixels])
			b.Appended(float64(b.Rows()) / float64(count))
		}
	})
	return images{b, height, width}, err
}

func (s *source) imagesHeader() (count, height, width int, err error) {
	var h [imagesHeader]byte
	if err := s.magic(h[:4], imagesMagic, "IDX images"); err != nil {
		return 0, 0, 0, err
	}
	if err := s.readFull(h[4:], "the sizes in an IDX header"); err != nil {
		return 0, 0, 0, err
	}
	n := binary.BigEndian.Uint32(h[4:])
	rows, cols := binary.BigEndian.Uint32(h[8:]), binary.BigEndian.Uint32(h[12:])
	if n == 0 || n > math.MaxInt32 {
		return 0, 0, 0, fmt.Errorf("%s: byte 4: found a count of %d images, expected 1 to %d", s.path, n, math.MaxInt32)
	}
	if p := uint64(rows) * uint64(cols); p == 0 || p > maxPixels {
		return 0, 0, 0, fmt.Errorf("%s: byte 8: found images of %d×%d pixels, expected 1 to %d pixels", s.path, rows, cols, maxPixels)
	}
	count, height, width = int(n), int(rows), int(cols)
	return count, height, width, s.checkSize(int64(imagesHeader) + int64(count)*int64(height*width))
}

// magic reads a magic number and checks it.
func (s *source) magic(p []byte, want uint32, what string) error {
	if err := s.readFull(p, what); err != nil {
		return err
	}
	if got := binary.BigEndian.Uint32(p); got != want {
		return fmt.Errorf("%s: byte 0: found the magic number 0x%08x, expected 0x%08x for %s", s.path, got, want, what)
	}
	return nil
}

// checkSize compares the size of a file that is not gzipped with what its
// header says, before anything is read.
func (s *source) checkSize(want int64) error {
	switch {
	case s.gzipped || s.size == want:
		return nil
	case s.size < want:
		return fmt.Errorf("%s: byte %d: found the end of the file, expected %d bytes as its header says", s.path, s.size, want)
	}
	return fmt.Errorf("%s: byte %d: found %d more bytes, expected the end of the file as its header says", s.path, want, s.size-want)
}

// rowsHint says for how many rows to make room beforehand: what the header promises,
// as far as a file of this size can hold it. Deflate packs at most 1032 to one.
func (s *source) rowsHint(count, pixels int) int {
	const deflateLimit = 1032
	return int(min(int64(count), s.size*deflateLimit/int64(pixels)+1))
}

// stream hands count rows of rowBytes each to pack, in order and in chunks of
// whole rows, and checks that the file ends there.
func (s *source) stream(count, rowBytes int, pack func(chunk []byte)) error {
	const chunkBytes, chunks = 256 << 10, 3
	rows := max(1, min(chunkBytes/rowBytes, count))
	free, full := make(chan []byte, chunks), make(chan []byte, chunks)
	for range chunks {
		free <- make([]byte, rows*rowBytes)
	}
	var g errgroup.Group
	g.Go(guarded(func() error {
		defer close(full)
		for left := count; left > 0; left -= rows {
			buf := (<-free)[:min(rows, left)*rowBytes]
			if n, err := io.ReadFull(s, buf); err != nil {
				return s.fault(err, fmt.Sprintf("%d more of %d images of %d bytes", left-n/rowBytes, count, rowBytes))
			}
			full <- buf
		}
		return s.expectEnd()
	}))
	g.Go(guarded(func() error {
		defer func() { // who reads goes on to the end of the file, whatever becomes of what it has read
			for buf := range full {
				free <- buf[:cap(buf)]
			}
		}()
		for buf := range full {
			pack(buf)
			free <- buf[:cap(buf)]
		}
		return nil
	}))
	return g.Wait()
}

// readLabels reads an IDX file of labels, which have to be among the classes that are
// known; nil where any are.
func readLabels(ctx context.Context, path string, known *classes, m *meter) ([]byte, error) {
	s, err := openSource(ctx, path, m)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return s.labels(known)
}

// labels reads all labels. A gzipped file does not say how many it holds, and its
// header may promise billions: the first bad one ends it.
func (s *source) labels(known *classes) ([]byte, error) {
	var h [labelsHeader]byte
	if err := s.magic(h[:4], labelsMagic, "IDX labels"); err != nil {
		return nil, err
	}
	if err := s.readFull(h[4:], "the count in an IDX header"); err != nil {
		return nil, err
	}
	count := int64(binary.BigEndian.Uint32(h[4:]))
	if count == 0 || count > math.MaxInt32 {
		return nil, fmt.Errorf("%s: byte 4: found a count of %d labels, expected 1 to %d", s.path, count, math.MaxInt32)
	}
	if err := s.checkSize(labelsHeader + count); err != nil {
		return nil, err
	}
	var labels []byte
	for chunk := make([]byte, sourceBuffer); int64(len(labels)) < count; {
		n, err := s.Read(chunk[:min(int64(len(chunk)), count-int64(len(labels)))])
		if i := slices.IndexFunc(chunk[:n], known.lacks); i >= 0 {
			return nil, fmt.Errorf("%s: byte %d: found the label %q, expected one of %s", s.path, labelsHeader+len(labels)+i, strconv.Itoa(int(chunk[i])), known.list())
		}
		labels = append(labels, chunk[:n]...)
		if err != nil && int64(len(labels)) < count {
			return nil, s.fault(err, fmt.Sprintf("%d labels as its header says", count))
		}
	}
	return labels, s.expectEnd()
}

// lacks says whether a label of an IDX file is none of some classes; no classes lack none.
func (k *classes) lacks(label byte) bool {
	if k == nil {
		return false
	}
	_, ok := k.index[strconv.Itoa(int(label))]
	return !ok
}
