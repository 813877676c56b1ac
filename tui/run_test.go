package tui

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"optwatch/train"
	"optwatch/train/view"
	"optwatch/tui/cells/cellstest"
)

// terminal takes what is printed and counts it, print by print.
type terminal struct {
	mu     sync.Mutex
	buf    cellstest.Screen
	prints []int
}

func (t *terminal) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.prints = append(t.prints, len(b))
	return t.buf.Write(b)
}

func (t *terminal) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.buf.String()
}

// live is a source that moves on with every look and obeys.
type live struct {
	mu sync.Mutex
	stub
	next  int
	panic bool
}

func newLive(runs int) *live {
	l := &live{stub: stub{snap: sample(runs, 60)}, next: 60}
	l.react = func(c view.Command) {
		if c.Kind == view.Pause {
			l.run(c.Run).State = view.Paused
		}
	}
	return l
}

func (l *live) Snapshot() *view.Snapshot {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.panic {
		panic("drawing went wrong")
	}
	s := *l.snap
	s.Runs = append([]train.RunReport(nil), s.Runs...)
	for i := range s.Runs {
		if r := &s.Runs[i]; r.State == view.Running {
			r.Curve = append(r.Curve[:len(r.Curve):len(r.Curve)], samplePoint(i, l.next, float64(r.Last.Evals)+trainN))
			r.Last = r.Curve[len(r.Curve)-1]
			r.Evals, r.Step = r.Last.Evals, r.Last.Step
		}
	}
	s.Elapsed += 100 * time.Millisecond
	l.next++
	l.snap = &s
	return l.stub.Snapshot()
}

func (l *live) Do(c view.Command) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.stub.Do(c)
}

// start runs the screen on a terminal that is none, and gives the keys' end
// and how it ended.
func start(t *testing.T, ctx context.Context, src view.Source) (*terminal, io.Writer, chan error) {
	t.Helper()
	out := &terminal{}
	in, keys := io.Pipe()
	t.Cleanup(func() { keys.Close() })
	ended := make(chan error, 1)
	go func() {
		ended <- Run(ctx, src, Terminal{Input: in, Output: out, FPS: 50})
	}()
	return out, keys, ended
}

// await waits until the terminal has been sent a text.
func await(t *testing.T, out *terminal, text string) {
	t.Helper()
	for range 6000 {
		if strings.Contains(out.String(), text) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("never printed %q", text)
}

const leaveAltScreen = "\x1b[?1049l"

func TestRun(t *testing.T) {
	src := newLive(3)
	out, keys, ended := start(t, context.Background(), src)
	await(t, out, "validation accuracy")
	io.WriteString(keys, "j ")
	await(t, out, "paused")
	io.WriteString(keys, "q")
	await(t, out, "have not ended")
	io.WriteString(keys, "q")
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
	if !strings.Contains(out.String(), leaveAltScreen) {
		t.Error("the terminal is not restored")
	}
	src.mu.Lock()
	defer src.mu.Unlock()
	wantAsked(t, &src.stub, view.Command{Kind: view.Pause, Run: 1})
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	out, _, ended := start(t, ctx, newLive(2))
	await(t, out, "validation accuracy")
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
	if !strings.Contains(out.String(), leaveAltScreen) {
		t.Error("the terminal is not restored")
	}
}

func TestPanicRestoresTheTerminal(t *testing.T) {
	src := newLive(2)
	out, _, ended := start(t, context.Background(), src)
	await(t, out, "validation accuracy")
	src.mu.Lock()
	src.panic = true
	src.mu.Unlock()
	if err := <-ended; !errors.Is(err, tea.ErrProgramPanic) {
		t.Errorf("ended with %v", err)
	}
	if !strings.Contains(out.String(), leaveAltScreen) {
		t.Error("the terminal is not restored")
	}
}

// What is sent while all curves and clients move stays within the budget of a frame.
func TestBytesAFrame(t *testing.T) {
	rounds := newLive(0)
	rounds.snap = federated(5, 60, 1000)
	for what, src := range map[string]*live{"six curves": newLive(6), "six curves and 1,000 clients": rounds} {
		m := newTestModelWith(src, 120, 40, colours, false, false)
		total, frames := 0, 60
		last := strings.Split(m.View(), "\n")
		for i := range frames {
			if src == rounds {
				src.snap = moved(src.snap, i)
			}
			tick(m, time.Unix(int64(i), 0))
			next := strings.Split(m.View(), "\n")
			bytes := 0
			for y := range next { // as bubbletea does it: a changed line is sent whole
				if bytes++; next[y] != last[y] {
					bytes += len(next[y]) + 4
				}
			}
			if bytes > 9000 { // an axis has made a stride, and every row of both charts with it
				t.Errorf("frame %d: %d bytes", i, bytes)
			}
			total += bytes
			last = next
		}
		t.Logf("%d bytes a frame while %s move, %d the first", total/frames, what, len(strings.Join(last, "\n")))
		if total/frames > 6000 {
			t.Errorf("%d bytes a frame while %s move, at most 6000 wanted", total/frames, what)
		}
	}
}
