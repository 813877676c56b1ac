package smi

import (
	"bytes"
	"context"
	"os/exec"
	"sync"
	"time"
)

// line is a line of a program's output with the time at which it came.
type line struct {
	text string
	at   time.Time
}

// stream is a program that prints lines for as long as it is wanted.
type stream struct {
	lines  chan line // closed when the program has ended
	cancel context.CancelFunc
	mu     sync.Mutex
	ended  error
	errors tail
}

// startStream starts a program. A child of it may hold its output open after
// its end, and the program may not be stoppable while the driver hangs: neither
// is waited for longer than a moment.
func startStream(ctx context.Context, program string, args ...string) *stream {
	ctx, cancel := context.WithCancel(ctx)
	s := &stream{lines: make(chan line, 256), cancel: cancel}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.WaitDelay = time.Second
	cmd.Stdout = &lineWriter{ctx: ctx, lines: s.lines}
	cmd.Stderr = &s.errors
	if err := cmd.Start(); err != nil {
		s.ended = err
		close(s.lines)
		return s
	}
	go func() {
		defer close(s.lines)
		err := cmd.Wait()
		s.mu.Lock()
		defer s.mu.Unlock()
		s.ended = err
	}()
	return s
}

// lineWriter cuts what is written into lines, and drops what is too long to be
// one.
type lineWriter struct {
	ctx   context.Context
	lines chan<- line
	part  []byte
}

const partLimit = 1 << 16

// Write fails once the lines are no longer wanted.
func (w *lineWriter) Write(p []byte) (int, error) {
	at := time.Now()
	w.part = append(w.part, p...)
	for {
		text, rest, found := bytes.Cut(w.part, []byte("\n"))
		if !found {
			break
		}
		select {
		case w.lines <- line{string(text), at}:
		case <-w.ctx.Done():
			return 0, w.ctx.Err()
		}
		w.part = rest
	}
	if len(w.part) > partLimit {
		w.part = nil
	}
	return len(p), nil
}

// err is how the program ended, once lines is closed.
func (s *stream) err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ended
}

// said is the end of what the program wrote about errors.
func (s *stream) said() string { return s.errors.String() }

// stop ends the program, and waits for nothing.
func (s *stream) stop() {
	if s != nil {
		s.cancel()
	}
}

// tail keeps the last bytes written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const tailLen = 300

// Write never fails.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	t.text = t.text[max(0, len(t.text)-tailLen):]
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text)
}
