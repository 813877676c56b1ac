package join

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"optwatch/fed"
	"optwatch/fed/client"
	"optwatch/fed/partition"
	"optwatch/fed/wire"
	"optwatch/train"
)

// Data are the examples of a client, with the model on them.
type Data struct {
	Holding wire.Holding
	Share   *train.Share
	Labels  []int32 // of all examples, where they are the coordinator's data set; nil for numeric targets
	Classes int
}

// Settings are what a client is made of.
type Settings struct {
	Line       wire.Line
	Name       string // by which people know it
	Host       string // the machine's name
	Version    string
	Kernels    string
	Creds      string // file that lets it in at a server of the user's
	Folder     string // where its key is kept, one for each federation and name
	Part       int    // the number that it asks for; −1 for any
	HideLosses bool
	Load       func(wire.Terms) (Data, error) // opens the data, once it is known what the federation is about
	Machine    func() string                  // what the machine does, in a line; nil where that is not told
	Log        func(text string)
}

// Client is a client of a federation.
type Client struct {
	settings    Settings
	key         ed25519.PrivateKey
	fingerprint string
	subjects    wire.Subjects
	data        Data
	loaded      bool
	process     string // drawn at random: two processes with the same key are told apart
	sends       int    // times that an answer was sent
	told        string // of what goes wrong, latest
	worker      client.Worker
	splits      map[wire.Division]partition.Split // that were asked for

	mu      sync.Mutex
	changed sync.Cond
	status  Status
	number  int    // k; −1 before it is accepted
	place   string // in subjects, from then on
	js      jetstream.JetStream
	cut     chan struct{}      // closed when the connection is lost
	epoch   uint64             // of the newest that was heard
	vectors map[string]parcel  // by subject
	asks    map[string]ask     // by run, to be worked on
	order   []string           // runs in asks
	doing   ask                // zero while there is nothing
	cancel  context.CancelFunc // of doing
	sent    map[string]sent    // by run
	halted  map[string]bool    // by run
	over    error              // why it ends
	step    *wire.Step         // newest report of progress, nil when it is told
	latest  string             // ask that was answered latest
	sending bool
}

// ask is one with its identity.
type ask struct {
	wire.Ask
	id string
}

// parcel is a vector that was heard of.
type parcel struct {
	wire.Parcel
	payload []byte // empty where it lies in the bucket
}

// errEnded ends a client well.
var errEnded = errors.New("the federation has ended")

// RefusedError is why a client may not take part.
type RefusedError string

// Error is the reason.
func (e RefusedError) Error() string { return string(e) }

// New makes a client. Its key is that of its folder, or a new one.
func New(s Settings) (*Client, error) {
	if s.Log == nil {
		s.Log = func(string) {}
	}
	key, err := keyOf(s.Folder, wire.Federation(s.Line.Key)+"-"+s.Name)
	if err != nil {
		return nil, err
	}
	c := &Client{
		process: rand.Text(), cut: make(chan struct{}),
		settings: s, key: key, fingerprint: wire.Fingerprint(key.Public().(ed25519.PublicKey)),
		subjects: wire.Subjects{Federation: wire.Federation(s.Line.Key)}, number: -1,
		vectors: map[string]parcel{}, asks: map[string]ask{}, sent: map[string]sent{}, halted: map[string]bool{}, splits: map[wire.Division]partition.Split{},
	}
	c.changed.L = &c.mu
	c.status = Status{State: Dialling, Name: s.Name, Server: s.Line.Server, Fingerprint: c.fingerprint, Client: -1}
	return c, nil
}

// keyOf is the key of a name, which is made where there is none.
func keyOf(folder, name string) (ed25519.PrivateKey, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("join: %w", err)
	}
	clean := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '_'
	}, name)
	path := filepath.Join(folder, clean+".key")
	seed, err := os.ReadFile(path)
	switch {
	case err == nil && len(seed) == ed25519.SeedSize:
		return ed25519.NewKeyFromSeed(seed), nil
	case err == nil:
		return nil, fmt.Errorf("join: %s is not a key of %d bytes", path, ed25519.SeedSize)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("join: %w", err)
	}
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("join: %w", err)
	}
	f, err := os.CreateTemp(folder, clean+".key.*") // of mode 0600
	if err != nil {
		return nil, fmt.Errorf("join: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(key.Seed())
	if err == nil {
		err = f.Sync()
	}
	if other := f.Close(); err == nil {
		err = other
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return nil, fmt.Errorf("join: %w", err)
	}
	return key, nil
}

// again is how long it waits before it dials again.
const again = time.Second

// Run takes part until the federation ends, which is no error, until ctx ends, or
// until the client is refused (RefusedError).
func (c *Client) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var work sync.WaitGroup
	work.Go(func() {
		defer c.recovered(cancel)
		c.workOn(ctx)
	})
	context.AfterFunc(ctx, func() { c.set(func() {}) })
	err := func() error {
		defer c.recovered(cancel)
		return c.takePart(ctx)
	}()
	cancel(err)
	c.set(func() {})
	work.Wait()
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
		err = cause
	}
	if errors.Is(err, errEnded) {
		return nil
	}
	return err
}

// recovered ends the client where one of its goroutines panics.
func (c *Client) recovered(cancel context.CancelCauseFunc) {
	if p := recover(); p != nil {
		cancel(fmt.Errorf("join: panic: %v\n%s", p, debug.Stack()))
	}
}

// takePart is one session after the other.
func (c *Client) takePart(ctx context.Context) error {
	for {
		err := c.session(ctx)
		refused := RefusedError("")
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, errEnded), errors.As(err, &refused):
			return err
		case err == nil: // it is let in, or has to introduce itself anew
			continue
		}
		c.troubled(err)
		if err := rest(ctx); err != nil {
			return err
		}
	}
}

// troubled says what goes wrong and is tried again, once while it stays the same.
func (c *Client) troubled(err error) {
	if text := err.Error(); text != c.told {
		c.told = text
		c.settings.Log(text + "; tried again")
	}
	c.set(func() { c.status.State, c.status.Trouble = Dialling, err.Error() })
}

// set changes what the goroutines share, and wakes them.
func (c *Client) set(change func()) {
	c.mu.Lock()
	defer c.mu.Unlock() // whatever becomes of the change
	change()
	c.changed.Broadcast()
}

// rows are those of the client under a division.
func (c *Client) rows(d *wire.Division) ([]int32, error) {
	if d == nil {
		return nil, nil
	}
	split, ok := c.splits[*d]
	if !ok {
		scheme, err := partition.Parse(d.Scheme, d.Alpha)
		if err != nil {
			return nil, fmt.Errorf("join: %w", err)
		}
		if d.Clients < 1 || d.Clients > c.data.Holding.Examples {
			return nil, fmt.Errorf("join: %d clients of %d examples", d.Clients, c.data.Holding.Examples)
		}
		if split, err = (fed.Division{Scheme: scheme, Clients: d.Clients, Seed: d.Seed}).Split(c.data.Labels, c.data.Classes, c.data.Holding.Examples); err != nil {
			return nil, fmt.Errorf("join: %w", err)
		}
		clear(c.splits)
		c.splits[*d] = split
	}
	k := c.numberNow()
	if k < 0 || k >= len(split) {
		return nil, fmt.Errorf("join: there is no client %d of %d", k, len(split))
	}
	return split[k], nil
}

func (c *Client) numberNow() int {
	k, _ := c.placeNow()
	return k
}

// placeNow is the client's number, and its place in subjects.
func (c *Client) placeNow() (int, string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.number, c.place
}
