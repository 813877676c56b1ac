package bucket

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"optwatch/fed/wire"
)

// begun is a server with an empty bucket.
func begun(t *testing.T, most int64) (*nats.Conn, jetstream.JetStream) {
	t.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: t.TempDir(), NoLog: true, NoSigs: true, SyncAlways: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() {
		s.Shutdown()
		s.WaitForShutdown()
	})
	if !s.ReadyForConnections(time.Minute) {
		t.Fatal("the server does not start")
	}
	conn, err := nats.Connect(s.ClientURL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.CreateStream(t.Context(), Config("B", "b.*.*", most)); err != nil {
		t.Fatal(err)
	}
	return conn, js
}

// What was put under a subject latest is what is got, of whatever length.
func TestPutAndGet(t *testing.T) {
	conn, js := begun(t, -1)
	rng := rand.NewChaCha8([32]byte{14})
	for _, n := range []int{7*wire.Inline + 5, 0, 1, wire.Inline - 1, wire.Inline, wire.Inline + 1, 2 * wire.Inline, 20 * wire.Inline} {
		want := make([]byte, n)
		_, _ = rng.Read(want)
		if err := Put(t.Context(), js, "b.x", want); err != nil {
			t.Fatal(err)
		}
		got, err := Get(t.Context(), conn, "B", "b.x", n)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes: %d come back, the same: %v, %v", n, len(got), bytes.Equal(got, want), err)
		}
	}
}

// What is not there, or not of the length that it is said to be, is an error at once.
func TestMissing(t *testing.T) {
	conn, js := begun(t, -1)
	if err := Put(t.Context(), js, "b.x", make([]byte, wire.Inline+10)); err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		subject string
		size    int
	}{"another": {"b.y", 10}, "shorter": {"b.x", 10}, "longer": {"b.x", wire.Inline + 11}, "with more parts": {"b.x", 9 * wire.Inline}} {
		if _, err := Get(t.Context(), conn, "B", c.subject, c.size); !errors.Is(err, ErrMissing) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := Get(t.Context(), conn, "none", "b.x", 10); !errors.Is(err, nats.ErrNoResponders) {
		t.Errorf("no bucket: %v", err)
	}
	conn.Close()
	if _, err := Get(t.Context(), conn, "B", "b.x", 10); err == nil {
		t.Error("it is got over a connection that is closed")
	}
}

// A bucket holds no more than it may: the oldest parts go.
func TestBounded(t *testing.T) {
	const most = 4 * wire.Inline
	_, js := begun(t, most)
	for _, subject := range []string{"b.1", "b.2", "b.3", "b.4", "b.5"} {
		if err := Put(t.Context(), js, subject, make([]byte, 2*wire.Inline)); err != nil {
			t.Fatal(err)
		}
	}
	s, err := js.Stream(t.Context(), "B")
	if err != nil {
		t.Fatal(err)
	}
	if n := s.CachedInfo().State.Bytes; n > most {
		t.Errorf("there are %d bytes, and may be %d", n, most)
	}
}

// Who waits for what does not come gives up when its time is over.
func TestGivesUp(t *testing.T) {
	conn, _ := begun(t, -1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Get(ctx, conn, "B", "b.x", 10); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
