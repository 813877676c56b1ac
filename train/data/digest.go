package data

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"math"
	"runtime"

	"golang.org/x/sync/errgroup"

	"optwatch/optimizers/matrix"
)

// digest is the SHA-256 of the content of a training set and a test set:
//
//	"optwatch data 1"  features  names of the classes  part(train)  part(test)
//	part:   rows  SHA-256 of each block of digestRows rows  labels or targets
//	block:  for each stored entry of each row the distance from the column
//	        before and the value; a row ends with a distance of 0
//	value:  one byte k for k/255, else 0 and the float64
//
// Numbers are uvarints, names start with their length, float64s are
// little-endian. So the digest sees what is in a file and not how it is
// written, and the blocks can be hashed on all cores.
func digest(ctx context.Context, features int, classes []string, train, test Split) (string, error) {
	h := sha256.New()
	b := append([]byte("optwatch data 1"), 0)
	b = binary.AppendUvarint(b, uint64(features))
	b = binary.AppendUvarint(b, uint64(len(classes)))
	for _, name := range classes {
		b = binary.AppendUvarint(b, uint64(len(name)))
		b = append(b, name...)
	}
	for _, s := range []Split{train, test} {
		b = binary.AppendUvarint(b, uint64(s.Len()))
		blocks, err := digestBlocks(ctx, s.X, s.Len())
		if err != nil {
			return "", err
		}
		for _, block := range blocks {
			b = append(b, block[:]...)
		}
		for _, label := range s.Labels {
			b = binary.AppendUvarint(b, uint64(label))
		}
		for _, target := range s.Targets {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(target))
		}
	}
	h.Write(b)
	return hex.EncodeToString(h.Sum(nil)), nil
}

const digestRows = 2048

func digestBlocks(ctx context.Context, x matrix.Matrix, n int) ([][sha256.Size]byte, error) {
	blocks := make([][sha256.Size]byte, (n+digestRows-1)/digestRows)
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range blocks {
		g.Go(guarded(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			blocks[i] = digestBlock(x, i*digestRows, min(n, (i+1)*digestRows))
			return nil
		}))
	}
	return blocks, g.Wait()
}

func digestBlock(x matrix.Matrix, lo, hi int) [sha256.Size]byte {
	d := blockDigest{h: sha256.New(), b: make([]byte, 0, flush+64)}
	entry := d.entry
	row := func(i int) { x.Row(i, entry) }
	switch m := x.(type) {
	case *matrix.CSR:
		if m.Compact() {
			values := byteValues(m.Divisor())
			row = func(i int) { d.compactRow(m, i, &values) }
		}
	case *matrix.Packed:
		if m.Divisor() != 0 {
			values := byteValues(m.Divisor())
			row = func(i int) { d.byteRow(m.Bytes(i), &values) }
		}
	}
	for i := lo; i < hi; i++ {
		d.before = -1
		row(i)
		d.b = append(d.b, 0)
	}
	d.h.Write(d.b)
	return [sha256.Size]byte(d.h.Sum(nil))
}

// flush is at how many bytes a block goes into its hash.
const flush = 32 << 10

// blockDigest is the digest of a block under way.
type blockDigest struct {
	h      hash.Hash
	b      []byte // of the block, that are not hashed yet
	before int    // the column of the last entry
}

func (d *blockDigest) entry(col int, value float64) {
	if value == 0 {
		return
	}
	d.b = binary.AppendUvarint(d.b, uint64(col-d.before))
	d.before = col
	d.b = appendValue(d.b, value)
	d.spill()
}

// compactRow is entry for those of a row of bytes, for each of which it is known
// what is written.
func (d *blockDigest) compactRow(m *matrix.CSR, i int, values *[256][]byte) {
	cols, bytes := m.Bytes(i)
	for p, col := range cols {
		if distance := int(col) - d.before; distance < 1<<7 {
			d.b = append(d.b, byte(distance))
		} else {
			d.b = binary.AppendUvarint(d.b, uint64(distance))
		}
		d.before = int(col)
		if value := values[bytes[p]]; len(value) == 1 {
			d.b = append(d.b, value[0])
		} else {
			d.b = append(d.b, value...)
		}
		d.spill()
	}
}

// byteRow is compactRow for a dense row.
func (d *blockDigest) byteRow(row []byte, values *[256][]byte) {
	for j, v := range row {
		if v == 0 {
			continue
		}
		if distance, value := j-d.before, values[v]; distance < 1<<7 && len(value) == 1 {
			d.b = append(d.b, byte(distance), value[0])
		} else {
			d.b = append(binary.AppendUvarint(d.b, uint64(distance)), value...)
		}
		d.before = j
		d.spill()
	}
}

func (d *blockDigest) spill() {
	if len(d.b) >= flush {
		d.h.Write(d.b)
		d.b = d.b[:0]
	}
}

// byteValues are the values of all bytes with some divisor.
func byteValues(divisor float64) (values [256][]byte) {
	for v := range values {
		values[v] = appendValue(nil, float64(v)/divisor)
	}
	return values
}

func appendValue(b []byte, value float64) []byte {
	if v := value * 255; v > 0.5 && v < 255.5 {
		if k := uint8(v + 0.5); float64(k)/255 == value {
			return append(b, k)
		}
	}
	return binary.LittleEndian.AppendUint64(append(b, 0), math.Float64bits(value))
}
