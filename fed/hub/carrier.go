package hub

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nkeys"

	"optwatch/fed/bucket"
	"optwatch/fed/wire"
)

// carrier is the connection to the server with the streams of the federation.
type carrier struct {
	hub  *Hub
	conn *nats.Conn
	js   jetstream.JetStream

	setting sync.Mutex // held to set it up

	mu       sync.Mutex
	mine     wire.Life // this one of the coordinator's
	sequence uint64    // of its message on the subject of epochs: it is fenced off once there is another
	down     jetstream.Stream
	consume  jetstream.ConsumeContext
	over     []byte         // the letter that says that the federation has ended; nil before
	buckets  map[string]int // bytes of a vector for which there is one, by the client's place
}

const (
	replyIn     = 5 * time.Second // that the server has for a request
	sameMessage = 2 * time.Minute // in which a message that is sent again is known by its id
	watchEvery  = 2 * time.Second // that it is looked whether the streams are there, and ours
	sayIn       = time.Minute     // that what is asked may take to reach the server
)

// errFenced is that another process coordinates the federation by now.
var errFenced = errors.New("hub: another coordinator has taken this federation over")

func newCarrier(h *Hub) *carrier {
	process := make([]byte, 16)
	if _, err := rand.Read(process); err != nil {
		panic("hub: the system gives no random numbers: " + err.Error())
	}
	return &carrier{hub: h, mine: wire.Life{Process: hex.EncodeToString(process)}, buckets: map[string]int{}}
}

// dial connects and takes the federation over.
func (c *carrier) dial() error {
	h := c.hub
	options, url := h.options(), h.settings.URL
	if h.server != nil {
		options = append(options, nats.InProcessServer(h.server), nats.Nkey(publicOf(h.public()), func(nonce []byte) ([]byte, error) {
			return ed25519.Sign(h.key, nonce), nil
		}))
	} else if h.settings.Creds != "" {
		options = append(options, nats.UserCredentials(h.settings.Creds))
	}
	var err error
	if c.conn, err = nats.Connect(url, options...); err != nil {
		return dialError(url, h.settings.Creds, err)
	}
	if c.js, err = jetstream.New(c.conn, jetstream.WithDefaultTimeout(replyIn), jetstream.WithPublishAsyncTimeout(sayIn)); err == nil {
		err = c.setUp(true)
	}
	if err == nil {
		err = c.listen()
	}
	switch {
	case err != nil && h.server == nil:
		return dialError(url, h.settings.Creds, err)
	case err != nil:
		return fmt.Errorf("hub: %w", err)
	}
	c.conn.SetReconnectHandler(func(*nats.Conn) { h.goes("a connection", c.again) })
	c.hailAll()
	h.goes("the watch over the server", c.watch)
	return nil
}

// dialError is why a server of the user's cannot be used, with what there is to try.
func dialError(url, creds string, err error) error {
	try := ""
	switch {
	case errors.Is(err, nats.ErrNoServers), errors.Is(err, nats.ErrTimeout):
		try = "no NATS server answers there: is it running, and is it to be reached from here?"
	case errors.Is(err, nats.ErrAuthorization) && creds == "":
		try = "the server lets nobody in without credentials: --creds FILE has them"
	case errors.Is(err, nats.ErrAuthorization):
		try = "the server does not take the credentials of " + creds
	case errors.Is(err, jetstream.ErrJetStreamNotEnabled), errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount), errors.Is(err, nats.ErrNoResponders):
		try = "the server keeps nothing: it needs JetStream, as with nats-server -js"
	default:
		return fmt.Errorf("hub: %s: %w", url, err)
	}
	return fmt.Errorf("hub: %s: %s (%w)", url, try, err)
}

// publicOf is a key in the form of nkeys.
func publicOf(key ed25519.PublicKey) string {
	text, err := nkeys.Encode(nkeys.PrefixByteUser, key)
	if err != nil {
		panic("hub: " + err.Error()) // the prefix is one that there is
	}
	return string(text)
}

// hailAll makes all clients say hello again, once there is somebody to hear it.
func (c *carrier) hailAll() {
	for _, place := range c.hub.members.places() {
		c.hail(place)
	}
}

// lastLife is who has coordinated last, as the server knows it: nobody where its
// store is empty, or what is there is not signed by our key.
func (c *carrier) lastLife(ctx context.Context) (last wire.Life, sequence uint64, err error) {
	c.mu.Lock()
	down := c.down
	c.mu.Unlock()
	switch m, err := down.GetLastMsgForSubject(ctx, c.hub.subjects.Epoch()); {
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return wire.Life{}, 0, nil
	case err != nil:
		return wire.Life{}, 0, fmt.Errorf("the epoch: %w", err)
	default:
		if _, err := wire.Open(c.hub.public(), wire.KindLife, m.Data, &last); err != nil {
			c.hub.refuse("a forged round", "the subject of epochs")
			last = wire.Life{}
		}
		return last, m.Sequence, nil
	}
}

// watch looks now and then whether the federation is still ours, and its streams
// are there.
func (c *carrier) watch() {
	beat := time.NewTicker(watchEvery)
	defer beat.Stop()
	for {
		select {
		case <-c.hub.ctx.Done():
			return
		case <-beat.C:
		}
		c.hub.members.settle()
		c.hub.sweep()
		if !c.conn.IsConnected() {
			continue
		}
		if err := c.isOurs(); errors.Is(err, errFenced) {
			c.hub.fail(errFenced)
			return
		} else if errors.Is(err, errLost) {
			c.again()
		}
	}
}

// errLost is that the server has lost a stream, or what was in it.
var errLost = errors.New("hub: the server had lost the federation's streams")

// isOurs says why the federation is not, as far as the server can be asked.
func (c *carrier) isOurs() error {
	ctx, cancel := context.WithTimeout(c.hub.ctx, replyIn)
	defer cancel()
	for _, stream := range []string{c.hub.subjects.DownStream(), c.hub.subjects.UpStream()} {
		// By name: where a message of a stream is asked for that is gone, nobody answers.
		if _, err := c.js.Stream(ctx, stream); errors.Is(err, jetstream.ErrStreamNotFound) {
			return errLost
		} else if err != nil {
			return err
		}
	}
	last, _, err := c.lastLife(ctx)
	mine := c.life()
	switch {
	case err != nil:
		return err
	case last.Epoch > mine.Epoch, last.Epoch == mine.Epoch && last.Process != mine.Process:
		return errFenced
	case last != mine:
		return errLost
	}
	return nil
}

// again is called when the connection is back: the server may have lost its store.
func (c *carrier) again() {
	for c.hub.ctx.Err() == nil {
		err := c.setUp(false)
		if err == nil {
			break
		}
		if errors.Is(err, errFenced) {
			c.hub.fail(errFenced)
			return
		}
		select {
		case <-time.After(time.Second):
		case <-c.hub.ctx.Done():
		}
	}
	c.hub.repeat()
	c.hailAll()
}

// seal is a letter of the coordinator.
func (c *carrier) seal(kind string, body any, payload []byte) ([]byte, error) {
	return wire.Seal(c.hub.key, kind, body, payload)
}

func (c *carrier) life() wire.Life {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.mine
}

// publish puts letters onto the stream of what is said to all, in their order, and waits until
// the server has them all. It is fenced off once there is another coordinator.
func (c *carrier) publish(ctx context.Context, letters []letter) error {
	c.mu.Lock()
	sequence, epoch := c.sequence, c.hub.subjects.Epoch()
	c.mu.Unlock()
	acks := make([]jetstream.PubAckFuture, len(letters))
	for i, l := range letters {
		ack, err := c.js.PublishAsync(c.hub.subjects.Say(l.subject), l.bytes, jetstream.WithExpectLastSequenceForSubject(sequence, epoch))
		if err != nil {
			return fmt.Errorf("hub: %w", err)
		}
		acks[i] = ack
	}
	for _, ack := range acks {
		select {
		case <-ack.Ok():
		case err := <-ack.Err():
			if e := (*jetstream.APIError)(nil); errors.As(err, &e) && e.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence {
				return c.fenced()
			}
			return fmt.Errorf("hub: %w", err)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// fenced finds out whether there is another coordinator, or the server has lost
// its store and with it the epoch.
func (c *carrier) fenced() error {
	if err := c.setUp(false); err != nil {
		return err
	}
	return errLost
}

// letter is one for a subject.
type letter struct {
	subject string
	bytes   []byte
}

// parcel is the letter that brings a vector: with it, or once it has been put into the bucket.
func (c *carrier) parcel(ctx context.Context, v *vector) (letter, error) {
	p, payload := wire.Parcel{Vector: v.name, Name: v.subject}, v.numbers
	if len(v.numbers) > wire.Inline {
		p.Long, payload = true, nil
		if err := bucket.Put(ctx, c.js, c.hub.subjects.SayLong(v.subject), v.numbers); err != nil {
			return letter{}, fmt.Errorf("hub: %w", err)
		}
	}
	out, err := c.seal(wire.KindVector, p, payload)
	return letter{v.subject, out}, err
}

// provide makes the bucket of a client's vectors, unless it is there.
func (c *carrier) provide(ctx context.Context, place string, longest int) error {
	c.mu.Lock()
	there := c.buckets[place] >= longest
	c.mu.Unlock()
	if there {
		return nil
	}
	s := c.hub.subjects
	config := bucket.Config(s.ClientBucket(place), s.UpLong(place, "*")+".*", c.hub.mostLong(longest))
	if _, err := c.js.CreateOrUpdateStream(ctx, config); err != nil {
		return fmt.Errorf("hub: the bucket of a client: %w", err)
	}
	c.mu.Lock()
	c.buckets[place] = longest
	c.mu.Unlock()
	return nil
}

// tell sends a letter to a client, if it is there.
func (c *carrier) tell(place string, letter []byte) error {
	if err := c.conn.Publish(c.hub.subjects.Deliver(place), letter); err != nil {
		return fmt.Errorf("hub: %w", err)
	}
	return nil
}

// tellAll sends a letter to all clients that are there.
func (c *carrier) tellAll(letter []byte) error {
	for _, place := range c.hub.members.places() {
		if err := c.tell(place, letter); err != nil {
			return err
		}
	}
	return nil
}

// hail makes a client say hello again, upon which it is told anew what is asked of it.
func (c *carrier) hail(place string) {
	if l, err := c.seal(wire.KindHail, wire.Halt{Epoch: c.life().Epoch}, nil); err == nil {
		_ = c.tell(place, l) // the next one will be heard
	}
}

// withdraw takes back what a run has asked, and tells its clients that it is over.
func (c *carrier) withdraw(run string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.hub.ctx), replyIn)
	defer cancel()
	c.mu.Lock()
	down := c.down
	c.mu.Unlock()
	s := c.hub.subjects
	for _, subject := range []string{s.Theta(run), s.Variate(run)} {
		_ = down.Purge(ctx, jetstream.WithPurgeSubject(subject)) // else it stays until the next start
	}
	if long, err := c.js.Stream(ctx, s.Bucket()); err == nil {
		for _, subject := range []string{s.Own("*", run), s.Theta(run), s.Variate(run)} {
			_ = long.Purge(ctx, jetstream.WithPurgeSubject(s.Long(subject)+".*")) // else it is dropped once it is old
		}
	}
	if l, err := c.seal(wire.KindHalt, wire.Halt{Run: run, Epoch: c.life().Epoch, Over: true}, nil); err == nil {
		_ = c.tellAll(l) // else clients keep what they know of it until they end
	}
}

// end says that the federation has ended.
func (c *carrier) end(reason string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.hub.ctx), replyIn)
	defer cancel()
	if l, err := c.seal(wire.KindEnd, wire.End{Epoch: c.life().Epoch, Reason: reason}, nil); err == nil {
		c.mu.Lock()
		c.over = l
		c.mu.Unlock()
		_ = c.publish(ctx, []letter{{c.hub.subjects.End(), l}}) // who is not there finds it there later
		_ = errors.Join(c.tellAll(l), c.conn.FlushWithContext(ctx))
	}
}

func (c *carrier) close() {
	c.mu.Lock()
	if c.consume != nil {
		c.consume.Stop()
	}
	c.mu.Unlock()
	if c.conn != nil {
		c.conn.Close()
	}
}

// dialled is the address that clients dial: the host that they were told, and the port that is listened at.
func dialled(s Settings, listening string) string {
	host, port, err := net.SplitHostPort(listening)
	if err != nil {
		return listening
	}
	asked, _, err := net.SplitHostPort(s.Listen)
	if err == nil && asked != "" {
		host = asked
	}
	if s.Name != "" {
		host = s.Name
	}
	return net.JoinHostPort(host, port)
}
