package serve

import (
	"context"
	"strings"
	"testing"

	"optwatch/tui"
)

// TestTheRealScreen: the program's own screen over SSH.
func TestTheRealScreen(t *testing.T) {
	s := serving(t)
	s.Draw = func(ctx context.Context, seat *Seat, t tui.Terminal) error { return tui.Run(ctx, seat, t) }
	c := dial(t, "unix", s.socket, viewerName)
	v := look(t, c, "xterm-256color", 120, 40)
	v.await(t, "svrg")
	if err := v.WindowChange(10, 30); err != nil { // smaller than any screen
		t.Fatal(err)
	}
	v.await(t, "40×12")
	v.forget()
	if err := v.WindowChange(30, 100); err != nil {
		t.Fatal(err)
	}
	v.await(t, "svrg") // small screens take no other keys than those that quit
	v.press(t, "q")    // who may only look cuts nothing short, and is not asked
	v.wantStatus(t, 0)
	if !strings.Contains(v.String(), "\x1b[?1049l") {
		t.Error("the alternate screen is not left")
	}
	closed := look(t, c, "xterm", 80, 24)
	closed.await(t, "svrg")
	closed.Close()
	s.wantNobody(t)
	last := look(t, c, "xterm", 80, 24)
	last.await(t, "svrg")
	s.stop()
	last.wantStatus(t, 0)
	s.wantEnd(t)
}
