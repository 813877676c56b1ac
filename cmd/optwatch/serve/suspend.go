package serve

import (
	"io"
	"os"
	"sync"
	"time"
)

// A viewer's process that is stopped loses its terminal to a shell, which gives it
// settings of its own and prints on it. Where ctrl+z asks for that the screen is
// left before; after any stop it is entered anew. The server knows nothing of it,
// and draws the whole once it is asked to.

// page is a terminal on which one screen is shown at a time: the server's, or that
// of the shell while this process is suspended.
type page struct {
	mu    sync.Mutex // held while the server's is left
	out   io.Writer
	left  bool // the server's screen is
	woken <-chan os.Signal
	mouse bool // the server's screen is told of the mouse
}

// Write shows what the server sends, once its screen is there.
func (p *page) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.Write(b)
}

// leave leaves the server's screen, so that nothing that it sends is printed, and
// says why on the shell's.
func (p *page) leave(why string) {
	p.mu.Lock()
	p.left = true
	_, _ = io.WriteString(p.out, restored+"\r"+why+"\r\n")
}

// enter is on the server's screen again, left or not.
func (p *page) enter() {
	if !p.left {
		p.mu.Lock()
	}
	p.left = false
	_, _ = io.WriteString(p.out, taken)
	if p.mouse {
		_, _ = io.WriteString(p.out, pointed)
	}
	p.mu.Unlock()
}

// suspend stops this process, and those that were started with it, until a shell
// lets it go on; where there is none that could, the system stops nothing.
func (p *page) suspend() {
	const unheeded = 200 * time.Millisecond
	stopJob()
	select {
	case <-p.woken:
	case <-time.After(unheeded):
	}
}
