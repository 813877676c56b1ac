package join_test

import (
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"optwatch/fed/hub"
	"optwatch/fed/join"
)

// chaos is a network between clients and a server: what passes is late, and no
// connection lasts. Some break in the middle of a message, some go silent before
// they break, and some are made twice.
type chaos struct {
	net.Listener
	server  string
	longest time.Duration // that a connection stays silent
	cuts    atomic.Int64

	mu  sync.Mutex
	rng *rand.Rand
	all []net.Conn
}

func chaotic(t *testing.T, server string, longest time.Duration) *chaos {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &chaos{Listener: l, server: server, longest: longest, rng: rand.New(rand.NewPCG(14, 2))}
	var pipes sync.WaitGroup
	pipes.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			pipes.Go(func() { c.carry(in) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		c.mu.Lock()
		for _, conn := range c.all {
			conn.Close()
		}
		c.mu.Unlock()
		pipes.Wait()
	})
	return c
}

// below draws a number.
func (c *chaos) below(n int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rng.IntN(n)
}

// carry is a connection to its end.
func (c *chaos) carry(in net.Conn) {
	defer in.Close()
	out, err := net.Dial("tcp", c.server)
	if err != nil {
		return
	}
	defer out.Close()
	c.mu.Lock()
	c.all = append(c.all, in, out)
	c.mu.Unlock()
	if c.below(4) == 0 { // one more, of which nothing comes
		if twin, err := net.Dial("tcp", c.server); err == nil {
			defer twin.Close()
		}
	}
	var left atomic.Int64
	left.Store(int64(2_000 + c.below(60_000)))
	silent := time.Duration(0)
	if c.below(3) == 0 {
		silent = time.Duration(c.below(int(c.longest)))
	}
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{in, out}, {out, in}} {
		both.Go(func() {
			c.pump(way[0], way[1], &left, silent)
			in.Close()
			out.Close()
		})
	}
	both.Wait()
}

// pump carries one way until so many bytes have passed both ways. The last of them
// are a part of what was to be sent.
func (c *chaos) pump(from, to net.Conn, left *atomic.Int64, silent time.Duration) {
	for buf := make([]byte, 8<<10); ; {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		if c.below(4) == 0 {
			time.Sleep(time.Duration(c.below(int(8 * time.Millisecond))))
		}
		if over := left.Add(-int64(n)); over < 0 {
			c.cuts.Add(1)
			_, _ = to.Write(buf[:max(0, n+int(over))])
			time.Sleep(silent)
			return
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}

// Rounds over a network that breaks again and again come to the bits of rounds that
// nothing disturbs. OPTWATCH_CHAOS=all makes 200 rounds over a network that is also
// silent for longer, in some minutes.
func TestChaos(t *testing.T) {
	recipe, longest := "scaffold:clients=3,partition=dirichlet,alpha=1,rounds=12,batch=8", 100*time.Millisecond
	if os.Getenv("OPTWATCH_CHAOS") == "all" {
		recipe, longest = "scaffold:clients=3,partition=dirichlet,alpha=1,rounds=200,batch=8", 2*time.Second
	}
	want := undisturbed(t, recipe)
	l := lives(t, hub.Settings{Clients: 3, Accept: true, Log: func(string) {}}, recipe, nil)
	c := chaotic(t, l.Address(), longest)
	for k := range 3 {
		member(t, l.Hub, k, func(s *join.Settings) {
			s.Line.Server = c.Addr().String()
			s.Log = nil
		})
	}
	l.ends(t, want)
	t.Logf("%d connections were cut", c.cuts.Load())
	if c.cuts.Load() == 0 {
		t.Error("nothing was cut")
	}
}
