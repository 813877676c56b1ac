package follow

import (
	"bufio"
	"bytes"
	"io"
	"os"
)

const (
	headBytes   = 64 << 10
	mostHeads   = 1_000    // that are remembered
	mostOfHeads = 8 << 20  // bytes of them
	mostPassed  = 16 << 20 // bytes of a file in which the end of its first line is looked for
)

// seenHead is what a file began with, so long as it has not changed.
type seenHead struct {
	size int64
	at   int64
	head []byte
	past []byte // what follows its first line; nil where nobody has asked
}

// head is what a regular file begins with; nil where it cannot be read.
func (w *walk) head(path string) []byte {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	old, ok := w.heads[path]
	if !ok {
		old, ok = w.before[path]
	}
	if ok && (old.size == info.Size() && old.at == info.ModTime().UnixNano() || len(old.head) == headBytes) {
		if old.size != info.Size() && len(old.past) == 0 {
			old.past = nil // its first line may have ended since
		}
		old.size, old.at = info.Size(), info.ModTime().UnixNano()
		w.remember(path, old)
		return old.head
	}
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, headBytes))
	if err != nil {
		return nil
	}
	w.remember(path, seenHead{size: info.Size(), at: info.ModTime().UnixNano(), head: head})
	return head
}

// past is what follows the line in which the head of a file ends that was looked into,
// or the zeros where it has nothing else; nil where there is nothing within what is
// looked at.
func (w *walk) past(path string) []byte {
	old := w.heads[path]
	if old.past != nil || len(old.head) < headBytes {
		return old.past
	}
	old.past = []byte{}
	if f, err := os.Open(path); err == nil {
		defer f.Close()
		r := bufio.NewReaderSize(io.LimitReader(f, mostPassed), headBytes)
		zeros := len(bytes.Trim(old.head, "\x00")) == 0
		if zeros {
			passZeros(r)
		} else {
			_, _ = r.Discard(headBytes) // what cannot be read is not there
		}
		if zeros && endsSoon(r) || passLine(r) {
			old.past, _ = io.ReadAll(io.LimitReader(r, headBytes))
		}
	}
	w.remember(path, old)
	return old.past
}

// passZeros passes over zeros.
func passZeros(r *bufio.Reader) {
	for {
		c, err := r.ReadByte()
		if err != nil {
			return
		}
		if c != 0 {
			_ = r.UnreadByte() // it was read just now
			return
		}
	}
}

// endsSoon says whether a line ends within what is looked at.
func endsSoon(r *bufio.Reader) bool {
	next, _ := r.Peek(headBytes) // which is less at the end
	return bytes.IndexByte(next, '\n') >= 0
}

// passLine passes over a line, and says whether it has an end.
func passLine(r *bufio.Reader) bool {
	for {
		_, err := r.ReadSlice('\n')
		if err != bufio.ErrBufferFull {
			return err == nil
		}
	}
}

// remember keeps a head for this walk and the next, as long as there is room: others
// are read again.
func (w *walk) remember(path string, h seenHead) {
	kept := w.kept + h.bytes() - w.heads[path].bytes()
	if len(w.heads) < mostHeads && kept <= mostOfHeads {
		w.heads[path], w.kept = h, kept
	}
}

func (h seenHead) bytes() int { return len(h.head) + len(h.past) }
