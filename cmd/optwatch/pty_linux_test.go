package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/train/data"
	"optwatch/tui"
	"optwatch/tui/cells/cellstest"
)

// terminal is a pseudo-terminal with a program on it: what it prints is kept,
// and its questions are answered as a terminal does, unless it is silent.
type terminal struct {
	silent        bool
	master, slave *os.File
	mu            sync.Mutex
	text          cellstest.Screen
	status        chan int
}

// newTerminal opens a pseudo-terminal of a size.
func newTerminal(tb testing.TB, cols, rows uint16) *terminal {
	tb.Helper()
	return openTerminal(tb, cols, rows, false)
}

// openTerminal is the same for one that may answer no question.
func openTerminal(tb testing.TB, cols, rows uint16, silent bool) *terminal {
	tb.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		tb.Skipf("no pseudo-terminals here: %v", err)
	}
	fd := int(master.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Col: cols, Row: rows})
	}
	if err != nil {
		tb.Fatal(err)
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		tb.Fatal(err)
	}
	t := &terminal{silent: silent, master: master, slave: slave, status: make(chan int, 1)}
	go t.read()
	tb.Cleanup(func() { master.Close(); slave.Close() })
	return t
}

// read keeps what comes, and answers questions about colour and cursor.
func (t *terminal) read() {
	buf := make([]byte, 1<<16)
	for {
		n, err := t.master.Read(buf)
		if err != nil {
			return
		}
		part := string(buf[:n])
		t.mu.Lock()
		_, _ = t.text.Write(buf[:n])
		t.mu.Unlock()
		if t.silent {
			continue
		}
		if strings.Contains(part, "\x1b]11;?") {
			t.send("\x1b]11;rgb:1818/1818/1b1b\x1b\\")
		}
		if strings.Contains(part, "\x1b[6n") {
			t.send("\x1b[1;1R")
		}
	}
}

// start runs the program on the terminal.
func (t *terminal) start(tb testing.TB, args ...string) {
	tb.Setenv("XDG_CACHE_HOME", tb.TempDir())
	tb.Setenv("TERM", "xterm-256color")
	tb.Setenv("LC_ALL", "C.UTF-8")
	go func() { t.status <- run(tb.Context(), args, t.slave, t.slave, t.slave) }()
}

func (t *terminal) send(keys string) { _, _ = t.master.WriteString(keys) }

func (t *terminal) printed() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}

// await waits until the program has printed a text since a mark, and returns a new mark.
func (t *terminal) await(tb testing.TB, since int, text string) int {
	tb.Helper()
	for deadline := time.Now().Add(120 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		if printed := t.printed(); strings.Contains(printed[since:], text) {
			return len(printed)
		}
	}
	printed := t.printed()
	tb.Fatalf("%q never came; the last of the screen is %q", text, printed[max(0, len(printed)-2000):])
	return 0
}

// wantStatus waits until the program has ended, and compares its exit status.
func wantStatus(t *testing.T, term *terminal, want int) {
	t.Helper()
	select {
	case status := <-term.status:
		if status != want {
			t.Errorf("exit status %d, want %d", status, want)
		}
	case <-time.After(120 * time.Second):
		t.Fatal("q did not quit")
	}
}

// settings are those of a terminal.
func settings(t *testing.T, term *terminal) unix.Termios {
	t.Helper()
	got, err := unix.IoctlGetTermios(int(term.slave.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return *got
}

// The program starts on a terminal, is driven with keys and ended: the terminal
// is as it was before, and the final table is on it. So it is whether it trains
// in a process of its own or in this one.
func TestScreen(t *testing.T) {
	t.Run("process of its own", func(t *testing.T) { drive(t, "leave it running", "s") })
	t.Run("this process", func(t *testing.T) { drive(t, "stop all and quit", "q", "--foreground") })
}

// drive starts the program, drives it and ends it by the answer to a question.
func drive(t *testing.T, question, answer string, args ...string) {
	t.Setenv("OPTWATCH_STATE", t.TempDir())
	term := newTerminal(t, 120, 40)
	before := settings(t, term)
	term.start(t, append(args, "--data", "digits")...)
	at := term.await(t, 0, "optwatch")
	at = term.await(t, at, "running")
	term.send(" ")
	at = term.await(t, at, "paused")
	term.send("]")
	at = term.await(t, at, "lr 0.3 → 0.375")
	term.send("q")
	term.await(t, at, question)
	term.send(answer)
	wantStatus(t, term, exitOK)
	at = term.await(t, 0, "\x1b[?1049l") // the alternate screen is left
	term.await(t, strings.LastIndex(term.printed()[:at], "\x1b[?1049l"), "evals/s")
	if after := settings(t, term); after != before {
		t.Errorf("the terminal was %+v and is %+v", before, after)
	}
}

// BenchmarkSteps is the gradient evaluations a second of two runs on two
// threads, plot points included, alone and under the screen.
func BenchmarkSteps(b *testing.B) {
	const evals = 2_000_000
	ds, err := data.Open(b.Context(), data.Options{Name: "digits", Val: -1}, nil)
	if err != nil {
		b.Fatal(err)
	}
	cache := b.TempDir()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	for _, screen := range []bool{false, true} {
		b.Run(fmt.Sprintf("screen=%v", screen), func(b *testing.B) {
			for b.Loop() {
				ctx, cancel := context.WithCancel(b.Context())
				e := train.Start(ctx, train.Config{
					Load:    func(context.Context, data.Progress) (*data.Dataset, error) { return ds, nil },
					Recipes: func(train.DataView, train.ProblemView) []optimizers.Recipe { return catalogue().Must("sgd", "adam") },
					Model:   "softmax", L2: 1e-3, Threads: 2, Budget: train.Limits{Evals: evals},
					Catalogue: optimizers.Default(), Cache: cache,
				})
				drawn := make(chan error, 1)
				if term := newTerminal(b, 120, 40); screen {
					go func() {
						drawn <- tui.Run(ctx, e, tui.Terminal{Input: term.slave, Output: term.slave, FPS: 10})
					}()
				} else {
					drawn <- nil
				}
				if err := e.WaitRuns(ctx); err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				cancel()
				<-drawn
				e.Wait()
				b.StartTimer()
			}
			b.ReportMetric(2*evals*float64(b.N)/b.Elapsed().Seconds(), "samples/s")
		})
	}
}
