package hub

import (
	"bytes"
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
	bucket   jetstream.ObjectStore
	longest  int // bytes of numbers that were put into a bucket
	consume  jetstream.ConsumeContext
	buckets  map[int]jetstream.ObjectStore // of clients
}

const (
	replyIn     = 5 * time.Second  // that the server has for a request
	sameMessage = 2 * time.Minute  // in which a message that is sent again is known by its id
	watchEvery  = 2 * time.Second  // that it is looked whether the streams are there, and ours
	sayIn       = time.Minute      // that what is asked may take to reach the server
	objectOld   = time.Hour        // after which a vector in a bucket is dropped; it is put there again if it is asked for
	deliverOld  = 10 * time.Minute // after which the delivery to a client that is gone is given up
)

// errFenced is that another process coordinates the federation by now.
var errFenced = errors.New("hub: another coordinator has taken this federation over")

func newCarrier(h *Hub) *carrier {
	process := make([]byte, 16)
	if _, err := rand.Read(process); err != nil {
		panic("hub: the system gives no random numbers: " + err.Error())
	}
	return &carrier{hub: h, mine: wire.Life{Process: hex.EncodeToString(process)}, buckets: map[int]jetstream.ObjectStore{}}
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
		return fmt.Errorf("hub: %s: %w", url, err)
	}
	if c.js, err = jetstream.New(c.conn, jetstream.WithDefaultTimeout(replyIn)); err == nil {
		err = c.setUp(true)
	}
	if err == nil {
		err = c.listen()
	}
	if err != nil {
		return fmt.Errorf("hub: %w", err)
	}
	c.conn.SetReconnectHandler(func(*nats.Conn) { h.work.Go(c.again) })
	c.hailAll()
	h.work.Go(c.watch)
	return nil
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
	for _, m := range c.hub.members.all() {
		if m.Accepted {
			c.hail(m.Client)
		}
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

// publish puts letters onto the stream of tasks, in their order, and waits until
// the server has them all. It is fenced off once there is another coordinator.
func (c *carrier) publish(ctx context.Context, letters []letter) error {
	c.mu.Lock()
	sequence, epoch := c.sequence, c.hub.subjects.Epoch()
	c.mu.Unlock()
	acks := make([]jetstream.PubAckFuture, len(letters))
	for i, l := range letters {
		ack, err := c.js.PublishAsync(l.subject, l.bytes, jetstream.WithExpectLastSequenceForSubject(sequence, epoch))
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

// parcel is the letter that brings a vector: with it, or the name of the object that it is put into.
func (c *carrier) parcel(ctx context.Context, subject string, v wire.Vector, numbers []byte, bucket func(context.Context) (jetstream.ObjectStore, error)) (letter, error) {
	p, payload := wire.Parcel{Vector: v}, numbers
	if len(numbers) > wire.Inline {
		store, err := bucket(ctx)
		if err != nil {
			return letter{}, err
		}
		c.mu.Lock()
		c.longest = max(c.longest, len(numbers))
		c.mu.Unlock()
		p.Object, payload = subject, nil
		if _, err := store.Put(ctx, jetstream.ObjectMeta{Name: p.Object}, bytes.NewReader(numbers)); err != nil {
			return letter{}, fmt.Errorf("hub: %w", err)
		}
	}
	out, err := c.seal(wire.KindVector, p, payload)
	return letter{subject, out}, err
}

// common is the bucket that all clients read.
func (c *carrier) common(context.Context) (jetstream.ObjectStore, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bucket, nil
}

// of is client k's bucket, which is made when it is first asked for.
func (c *carrier) of(k int) func(context.Context) (jetstream.ObjectStore, error) {
	return func(ctx context.Context) (jetstream.ObjectStore, error) {
		c.mu.Lock()
		store, most := c.buckets[k], c.hub.mostObjects(c.longest)
		c.mu.Unlock()
		if store != nil {
			return store, nil
		}
		store, err := c.js.CreateOrUpdateObjectStore(ctx, jetstream.ObjectStoreConfig{
			Bucket: c.hub.subjects.ClientBucket(k), TTL: objectOld, MaxBytes: most,
		})
		if err != nil {
			return nil, fmt.Errorf("hub: the bucket of client %d: %w", k, err)
		}
		c.mu.Lock()
		c.buckets[k] = store
		c.mu.Unlock()
		return store, nil
	}
}

// deliver begins to bring client k what was said last, and all that is said from now on.
func (c *carrier) deliver(ctx context.Context, k int) error {
	name := "c" + number(k)
	c.mu.Lock()
	down := c.down
	c.mu.Unlock()
	if err := down.DeleteConsumer(ctx, name); err != nil && !errors.Is(err, jetstream.ErrConsumerNotFound) {
		return fmt.Errorf("hub: %w", err)
	}
	_, err := down.CreatePushConsumer(ctx, jetstream.ConsumerConfig{
		Durable: name, DeliverSubject: c.hub.subjects.Deliver(k), FilterSubjects: c.hub.subjects.For(k),
		DeliverPolicy: jetstream.DeliverLastPerSubjectPolicy, AckPolicy: jetstream.AckNonePolicy, MemoryStorage: true, InactiveThreshold: deliverOld,
	})
	if err != nil {
		return fmt.Errorf("hub: %w", err)
	}
	return nil
}

// hail makes a client say hello again, which begins the delivery to it anew: its
// end of it may be lost.
func (c *carrier) hail(k int) {
	if l, err := c.seal(wire.KindHail, wire.Halt{Epoch: c.life().Epoch}, nil); err == nil {
		_ = c.conn.Publish(c.hub.subjects.Deliver(k), l) // the next one will be heard
	}
}

// withdraw takes back what a run has asked.
func (c *carrier) withdraw(run string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.hub.ctx), replyIn)
	defer cancel()
	c.mu.Lock()
	down := c.down
	c.mu.Unlock()
	s := c.hub.subjects
	for _, subject := range []string{s.Ask("*", run), s.Own("*", run), s.Theta(run), s.Variate(run), s.Halt(run)} {
		_ = down.Purge(ctx, jetstream.WithPurgeSubject(subject)) // else it stays until the next start
	}
}

// end says that the federation has ended.
func (c *carrier) end(reason string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.hub.ctx), replyIn)
	defer cancel()
	if l, err := c.seal(wire.KindEnd, wire.End{Epoch: c.life().Epoch, Reason: reason}, nil); err == nil {
		_ = c.publish(ctx, []letter{{c.hub.subjects.End(), l}}) // clients ask for it no more than for anything
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
