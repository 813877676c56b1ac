package follow

import (
	"io"
	"sync"

	"optwatch/train/follow/logs"
)

// mostWaiting is how much of a pipe may wait to be read: what comes faster is kept
// in its file alone.
const mostWaiting = 8 << 20

// Stream is what a program prints into a pipe, as a log. Whoever prints never
// waits for whoever looks, only for the copy of it.
type Stream struct {
	mu      sync.Mutex
	reader  logs.Reader
	waiting []byte
	lost    int64
	torn    bool // the last line that has come has no end
	ended   bool
	err     error
}

// NewStream reads a pipe with a reader, once Copy is called.
func NewStream(r logs.Reader) *Stream { return &Stream{reader: r} }

// Copy reads the pipe until it ends, and writes all that comes to a copy. An error
// of the copy stops the copying and not the reading: it is given back at the end.
func (s *Stream) Copy(from io.Reader, to io.Writer) error {
	buffer := make([]byte, 32<<10)
	var failed error
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			if failed == nil {
				_, failed = to.Write(buffer[:n])
			}
			s.put(buffer[:n])
		}
		if err != nil {
			s.mu.Lock()
			defer s.mu.Unlock()
			if s.torn {
				s.waiting = append(s.waiting, '\n') // nothing follows that could end it
			}
			s.ended = true
			if err != io.EOF {
				s.err = err
			}
			return failed
		}
	}
}

func (s *Stream) put(p []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.torn = p[len(p)-1] != '\n'
	if len(s.waiting)+len(p) > mostWaiting {
		s.lost += int64(len(p))
		return
	}
	s.waiting = append(s.waiting, p...)
}

// Follow reads what has come.
func (s *Stream) Follow(b *logs.Batch) (more bool, err error) {
	s.mu.Lock()
	p, ended, lost := s.waiting, s.ended, s.lost
	s.waiting, s.lost = nil, 0
	s.mu.Unlock()
	f := b.Run("")
	s.reader.Read(p, f)
	if lost > 0 {
		f.Skip("more came at once than can be read")
	}
	if ended {
		f.End = logs.End{State: logs.Finished, Text: "its output has ended"}
	}
	return false, s.err
}

// Close has nothing to close: the pipe is whoever's who opened it.
func (s *Stream) Close() error { return nil }
