package data

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"os"
	"strings"
)

// verify checks a file of a set against what is known of it: the SHA-256 of
// its content or of its archive. An archive's digest says nothing of a file
// that was unpacked, or packed anew, so of that only the form is checked, and
// exact is false.
func (r remote) verify(ctx context.Context, path, name string) (exact bool, err error) {
	s, err := openSource(ctx, path, &meter{})
	if err != nil {
		return false, err
	}
	defer s.Close()
	content := sha256.New()
	if err := s.copyContent(content, name, r.size); err != nil {
		return false, err
	}
	if r.content != "" {
		if got := hex.EncodeToString(content.Sum(nil)); got != r.content {
			return false, fmt.Errorf("%s: found content of SHA-256 %s, expected %s", path, got, r.content)
		}
		return true, nil
	}
	if !s.gzipped {
		return false, nil
	}
	archive, err := sumFile(path)
	if err != nil {
		return false, err
	}
	if archive != r.archive {
		return false, fmt.Errorf("%s: found a file of SHA-256 %s, expected %s", path, archive, r.archive)
	}
	return true, nil
}

// copyContent hashes a file that has to be IDX and exactly size bytes long.
func (s *source) copyContent(to hash.Hash, name string, size int64) error {
	want := uint32(labelsMagic)
	if strings.Contains(name, "images") {
		want = imagesMagic
	}
	var magic [4]byte
	if err := s.magic(magic[:], want, name); err != nil {
		return err
	}
	to.Write(binary.BigEndian.AppendUint32(nil, want))
	if _, err := io.CopyN(to, s, size-int64(len(magic))); err != nil {
		return s.fault(err, fmt.Sprintf("%d bytes of content", size))
	}
	return s.expectEnd()
}

func sumFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
