package join_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"optwatch/fed/hub"
	"optwatch/fed/join"
	"optwatch/fed/wire"
)

// What was said of a key at the door holds whatever becomes of the coordinator.

// applicant is a client, and how it ends.
type applicant struct {
	*join.Client
	ended chan error
}

func applies(t *testing.T, line wire.Line, folder string) *applicant {
	t.Helper()
	c, err := join.New(join.Settings{Line: line, Name: "a", Version: "test", Kernels: "test", Folder: folder, Part: -1, Load: load})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	a := &applicant{c, make(chan error, 1)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		a.ended <- c.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	return a
}

// is says whether the client is in a state.
func (a *applicant) is(s join.State) func() bool {
	return func() bool { return a.Status().State == s }
}

// wantRefused waits until a client has ended since it may not take part.
func (a *applicant) wantRefused(t *testing.T) {
	t.Helper()
	select {
	case err := <-a.ended:
		if refused := join.RefusedError(""); !errors.As(err, &refused) {
			t.Errorf("it ends with %v, want a refusal", err)
		}
	case <-time.After(patience):
		t.Fatalf("it is not refused: %+v", a.Status())
	}
}

// Who waits goes on to wait when the coordinator is started anew, without a new line,
// and who was turned away stays out, although it knows the line.
func TestDoorOverRestarts(t *testing.T) {
	s := hub.Settings{Clients: 3, Folder: t.TempDir(), Listen: fixed(t)}
	h := open(t, s)
	line, awayFolder := lineOf(t, h), t.TempDir()
	waits, away := applies(t, line, t.TempDir()), applies(t, line, awayFolder)
	within(t, "both wait", func() bool { return waits.is(join.Waiting)() && away.is(join.Waiting)() })
	if err := h.Admit(away.Status().Fingerprint, false); err != nil {
		t.Fatal(err)
	}
	away.wantRefused(t)
	h.Close()

	h = open(t, s)
	if m := h.Members(); len(m) != 1 || m[0].Fingerprint != waits.Status().Fingerprint {
		t.Errorf("the place of who waits is free at once: %+v", m)
	}
	if again := lineOf(t, h); again.String() != line.String() {
		t.Error("the line is another, although the first has not expired")
	}
	applies(t, line, awayFolder).wantRefused(t)
	h.Close()

	s.Now = func() time.Time { return time.Now().Add(time.Hour) }
	h = open(t, s)
	if again := lineOf(t, h); again.String() == line.String() {
		t.Error("the line is the first, which has expired")
	}
	within(t, "it has asked again", func() bool { return h.Admit(waits.Status().Fingerprint, true) == nil })
	within(t, "it takes part", func() bool { return waits.Status().Client == 0 })
}

// The port of a coordinator that is started anew may be somebody's for a moment.
func TestPortThatIsTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(300*time.Millisecond, func() { l.Close() })
	if h := open(t, hub.Settings{Clients: 1, Listen: l.Addr().String()}); h.Address() != l.Addr().String() {
		t.Errorf("it listens at %s, want %s", h.Address(), l.Addr())
	}
	_, err = hub.Open(t.Context(), hub.Settings{Clients: 1, Listen: "192.0.2.1:1", Folder: t.TempDir()}) // an address that is nobody's: RFC 5737
	if err == nil || !strings.Contains(err.Error(), "192.0.2.1:1: bind:") {
		t.Errorf("an address of another machine: %v", err)
	}
}

// unwritable lets nothing be written where a hub keeps what it knows, until it is mended.
func unwritable(t *testing.T, folder string) (mend func()) {
	t.Helper()
	path := filepath.Join(folder, "federation.json")
	text, err := os.ReadFile(path)
	if err == nil {
		err = os.Remove(path)
	}
	if err == nil {
		err = os.MkdirAll(filepath.Join(path, "in the way"), 0o700)
	}
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		t.Helper()
		err := os.RemoveAll(path)
		if err == nil {
			err = os.WriteFile(path, text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Where it cannot be written down who takes part, a client waits until it can.
func TestMembersThatCannotBeSaved(t *testing.T) {
	folder := t.TempDir()
	h := open(t, hub.Settings{Clients: 1, Folder: folder, Accept: true})
	mend := unwritable(t, folder)
	a := applies(t, lineOf(t, h), t.TempDir())
	within(t, "it waits, and knows why", func() bool { return a.is(join.Waiting)() && a.Status().Trouble != "" })
	if takePart(h) != 0 {
		t.Error("it takes part, and would be forgotten")
	}
	mend()
	within(t, "it takes part", func() bool { return a.Status().Client == 0 })
}

// Who is turned away has no rights any more, even where that cannot be written down;
// that is tried again.
func TestTurnedAwayUnsaved(t *testing.T) {
	s := hub.Settings{Clients: 1, Folder: t.TempDir(), Accept: true, Listen: fixed(t)}
	h := open(t, s)
	line, folder := lineOf(t, h), t.TempDir()
	a := applies(t, line, folder)
	within(t, "it is there as a client", func() bool { return a.Status().RoundTrip > 0 }) // over a connection that stays
	path := filepath.Join(s.Folder, "federation.json")
	mend := unwritable(t, s.Folder)
	if err := h.Admit(a.Status().Fingerprint, false); err != nil {
		t.Errorf("it is not turned away: %v", err)
	}
	a.wantRefused(t)
	mend()
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	within(t, "it is written down", func() bool {
		now, err := os.Stat(path)
		return err == nil && !os.SameFile(before, now)
	})
	h.Close()
	open(t, s)
	applies(t, line, folder).wantRefused(t)
}
