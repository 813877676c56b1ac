package join

import (
	"context"
	"crypto/ed25519"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"optwatch/fed/client"
	"optwatch/fed/wire"
)

// An update that has come counts as sent, and its bytes with it, although the next ask
// or the end of its run comes before the server's acknowledgement; one for which there
// is no server does not.
func TestSentBeforeItIsAcknowledged(t *testing.T) {
	s := NATSServer(t, t.TempDir(), server.RANDOM_PORT)
	conn, err := nats.Connect(s.ClientURL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for name, overtake := range map[string]func(c *Client){
		"by the next ask":       func(c *Client) { c.queue(ask{wire.Ask{Run: "1", Said: 2}, "second"}) },
		"by the end of the run": func(c *Client) { c.forget("1") },
	} {
		c := sender(t, conn)
		came, err := conn.SubscribeSync(c.subjects.Up("place", "1")) // which acknowledges nothing
		if err != nil {
			t.Fatal(err)
		}
		sending := begins(c, ask{wire.Ask{Run: "1", Said: 1}, "first"})
		if _, err := came.NextMsg(time.Minute); err != nil {
			t.Fatalf("%s: nothing is sent: %v", name, err)
		}
		c.set(func() { overtake(c) })
		<-sending
		if got := c.Status(); got.Sent != 1 || got.Up == 0 || got.Trouble != "" {
			t.Errorf("overtaken %s: %d updates sent, %d bytes, %q; want 1 and some", name, got.Sent, got.Up, got.Trouble)
		}
		_ = came.Unsubscribe()
	}

	lost := sender(t, conn)
	lost.js = nil
	sending := begins(lost, ask{wire.Ask{Run: "1", Said: 1}, "first"})
	lost.mu.Lock()
	for lost.status.Trouble == "" {
		lost.changed.Wait()
	}
	lost.queue(ask{wire.Ask{Run: "1", Said: 2}, "second"})
	lost.mu.Unlock()
	<-sending
	if got := lost.Status(); got.Sent != 0 || got.Up != 0 {
		t.Errorf("without a server: %d updates sent, %d bytes; want none", got.Sent, got.Up)
	}
}

// sender is a client that has been let in.
func sender(t *testing.T, conn *nats.Conn) *Client {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(Settings{Line: wire.Line{Server: "box:1", Key: key.Public().(ed25519.PublicKey)}, Folder: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if c.js, err = jetstream.New(conn); err != nil {
		t.Fatal(err)
	}
	c.number, c.place = 0, "place"
	return c
}

// begins sends the answer to an ask, until it is there or has been overtaken.
func begins(c *Client, a ask) (ended <-chan struct{}) {
	ctx, cancel := context.WithCancel(context.Background())
	c.doing, c.cancel = a, cancel
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer cancel()
		c.send(ctx, a, c.answer(a, client.Update{Delta: []float64{1, 2}}))
	}()
	return done
}
