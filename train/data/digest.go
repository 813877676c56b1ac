package data

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
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
	const flush = 32 << 10
	h := sha256.New()
	b := make([]byte, 0, flush+64)
	before := -1
	visit := func(col int, value float64) {
		if value == 0 {
			return
		}
		b = binary.AppendUvarint(b, uint64(col-before))
		before = col
		b = appendValue(b, value)
		if len(b) >= flush {
			h.Write(b)
			b = b[:0]
		}
	}
	for i := lo; i < hi; i++ {
		before = -1
		x.Row(i, visit)
		b = append(b, 0)
	}
	h.Write(b)
	return [sha256.Size]byte(h.Sum(nil))
}

func appendValue(b []byte, value float64) []byte {
	if v := value * 255; v > 0.5 && v < 255.5 {
		if k := uint8(v + 0.5); float64(k)/255 == value {
			return append(b, k)
		}
	}
	return binary.LittleEndian.AppendUint64(append(b, 0), math.Float64bits(value))
}
