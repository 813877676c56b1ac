package hub

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"optwatch/fed"
	"optwatch/fed/wire"
)

// Settings are what a hub is opened with.
type Settings struct {
	Listen     string        // HOST:PORT of the embedded server; port 0 takes one that is free. "" where there is a URL
	Name       string        // HOST that clients dial, where it is not that of Listen
	URL, Creds string        // a server of the user's, and the file that lets us in
	Folder     string        // of the hub's own files
	Clients    int           // that take part
	MaxClients int           // keys that may be handed in; Clients where it is 0
	Accept     bool          // accept who knows the secret without asking the operator
	Patience   time.Duration // after which a round closes without those who have not answered; 0 for never
	Terms      wire.Terms
	SameBits   func(a, b string) bool      // whether two sets of kernels compute the same bits; nil for no two
	Called     func(kernels string) string // what a set of kernels is called by people; nil for as terms call it
	Now        func() time.Time            // by which secrets expire and clients are greeted; nil for the system's
	Log        func(text string)           // what has happened, for people; any goroutine calls it
}

// Refusal counts what was refused for one reason.
type Refusal struct {
	Reason string
	Count  int
	Latest string // who it was, by the fingerprint of the key or the address
}

// Hub is the coordinator's end. Its methods may be called by any goroutine.
type Hub struct {
	settings Settings
	key      ed25519.PrivateKey
	subjects wire.Subjects
	server   *server.Server // nil for a server of the user's
	carrier  *carrier
	members  *members
	secrets  *secrets
	ctx      context.Context
	end      context.CancelFunc
	work     sync.WaitGroup
	closing  sync.Mutex // held to begin work, and to say that none begins any more
	closed   bool
	said     atomic.Uint64 // how often anything was asked
	flow     flow
	fetching chan struct{} // as many as may be fetched at a time
	fetched  sync.Map      // asks whose answers are being fetched

	mu       sync.Mutex
	kept     *kept
	runs     map[string]*transport
	next     int   // number of the next run
	over     error // why it coordinates no more
	refusals []Refusal
}

// Open starts the server, or dials the user's, and takes the federation of the
// folder over from whoever coordinated it before.
func Open(ctx context.Context, s Settings) (*Hub, error) {
	if s.Log == nil {
		s.Log = func(string) {}
	}
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.MaxClients == 0 {
		s.MaxClients = s.Clients
	}
	if s.MaxClients < s.Clients {
		return nil, fmt.Errorf("hub: %d clients take part, and at most %d are let in", s.Clients, s.MaxClients)
	}
	k, err := load(s.Folder)
	if err != nil {
		return nil, err
	}
	s.Terms.Clients = s.Clients
	h := &Hub{settings: s, key: ed25519.NewKeyFromSeed(k.Seed), kept: k, runs: map[string]*transport{}, secrets: &secrets{now: s.Now}}
	h.fetching = make(chan struct{}, mostFetching)
	h.subjects = wire.Subjects{Federation: wire.Federation(h.public()), Secret: wire.SecretOf(h.key)}
	h.members = newMembers(k.Members, s.MaxClients, s.Now, h.keep, h.place, h.secrets.give)
	h.members.restore(k.Others)
	if !h.secrets.restore(k.Line) {
		h.secrets.renew(s.MaxClients - len(k.Members))
	}
	if err := h.members.write(); err != nil {
		return nil, err
	}
	h.ctx, h.end = context.WithCancel(ctx)
	if err := h.connect(); err != nil {
		h.Close()
		return nil, err
	}
	return h, nil
}

func (h *Hub) public() ed25519.PublicKey { return h.key.Public().(ed25519.PublicKey) }

// connect gets the server, a connection to it, and the streams on it.
func (h *Hub) connect() (err error) {
	s := h.settings
	if s.URL == "" {
		d := &door{subjects: h.subjects, coordinator: h.public(), members: h.members, secrets: h.secrets, refuse: h.refuse}
		if h.server, err = serverOf(s.Listen, s.Folder, h.key, d); err != nil {
			return err
		}
	}
	h.carrier = newCarrier(h)
	return h.carrier.dial()
}

// mostUp is how many bytes of answers the embedded server keeps: a client may send
// what it likes, and need not fill the disk. The oldest go first, which have been
// heard. Of a user's server, its operator says it.
func (h *Hub) mostUp() int64 {
	if h.server == nil {
		return -1
	}
	return 64<<20 + int64(h.settings.MaxClients)<<20
}

// mostLong is how many bytes a client's bucket holds, where vectors are so long: that
// of each of some runs.
func (h *Hub) mostLong(longest int) int64 {
	if h.server == nil {
		return -1
	}
	return 64<<20 + 32*int64(longest)
}

// place is that of a client in subjects.
func (h *Hub) place(k int, key ed25519.PublicKey) string { return wire.PlaceOf(h.key, k, key) }

// keep writes the accepted members down, with all that is known of others. The
// caller holds the lock of the members.
func (h *Hub) keep(members []keptMember) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.kept.Members, h.kept.Others, h.kept.Line = members, h.members.othersLocked(), h.secrets.kept()
	return h.kept.save(h.settings.Folder)
}

// live counts a further life of the coordinator, above one that is known elsewhere.
func (h *Hub) live(above uint64) (uint64, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.kept.Epoch = max(h.kept.Epoch, above) + 1
	return h.kept.Epoch, h.kept.save(h.settings.Folder)
}

// Address is where the embedded server listens; "" for one of the user's.
func (h *Hub) Address() string {
	if h.server == nil {
		return ""
	}
	return h.server.Addr().String()
}

// Line is what to paste on the clients, and until when a key that is not known
// can be handed in by it.
func (h *Hub) Line() (line string, expires time.Time) {
	secret, until := h.secrets.newest()
	l := wire.Line{Server: h.settings.URL, Key: h.public(), Secret: secret}
	if h.server != nil {
		l.Server = dialled(h.settings, h.server.Addr().String())
	}
	return l.String(), until
}

// Renew makes a new line; that before lets nobody in any more.
func (h *Hub) Renew() {
	h.secrets.renew(h.settings.MaxClients - h.members.accepted())
	_ = h.members.write() // it is tried again
	h.settings.Log("there is a new line to join by, which can be used for " + secretLasts.String())
}

// Members are the clients, those who were accepted by their number first, then who waits.
func (h *Hub) Members() []Member { return h.members.all() }

// Admit lets the one in that waits with a fingerprint, or sends it away; one that
// was accepted can be sent away too.
func (h *Hub) Admit(fingerprint string, yes bool) error {
	m, err := h.members.admit(fingerprint, yes, h.settings.Clients)
	if err != nil && (yes || !isUnsaved(err)) {
		return fmt.Errorf("hub: %w", err)
	}
	if err != nil { // it is turned away all the same
		h.settings.Log(notSaved(err) + "; tried again")
	}
	if yes {
		h.settings.Log(fmt.Sprintf("%s (%s) takes part as client %d", m.Name, m.Fingerprint, m.client))
	} else {
		h.settings.Log(fmt.Sprintf("%s (%s) was sent away", m.Name, m.Fingerprint))
		h.disconnect(m.key)
	}
	h.wake()
	return nil
}

// disconnect ends the connections that a key has, with the rights that it had. The
// server lists them by the key that they have proved, whatever user they are.
func (h *Hub) disconnect(key ed25519.PublicKey) {
	if h.server == nil {
		return
	}
	there, err := h.server.Connz(&server.ConnzOptions{Username: true, User: publicOf(key)})
	if err != nil {
		h.settings.Log(fmt.Sprintf("%s cannot be disconnected: %v", wire.Fingerprint(key), err))
		return
	}
	for _, c := range there.Conns {
		_ = h.server.DisconnectClientByID(c.Cid) // else it has gone by itself
	}
}

// mostReasons is how many reasons of refusals are told apart: some have numbers in
// them that whoever is refused has chosen.
const mostReasons = 50

// Refusals are what was refused, by reason, in the order in which they came first.
func (h *Hub) Refusals() []Refusal {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.refusals)
}

// refuse counts something that was refused, and says so where it is not one of many.
func (h *Hub) refuse(reason, who string) {
	h.mu.Lock()
	i := slices.IndexFunc(h.refusals, func(r Refusal) bool { return r.Reason == reason })
	if i < 0 && len(h.refusals) >= mostReasons {
		reason = "other reasons"
		i = slices.IndexFunc(h.refusals, func(r Refusal) bool { return r.Reason == reason })
	}
	if i < 0 {
		i = len(h.refusals)
		h.refusals = append(h.refusals, Refusal{Reason: reason})
	}
	r := &h.refusals[i]
	r.Count++
	r.Latest = who
	n := r.Count
	h.mu.Unlock()
	if power(n) {
		text := fmt.Sprintf("refused: %s, %s", reason, who)
		if n > 1 {
			text += ", " + strconv.Itoa(n) + " times by now"
		}
		h.settings.Log(text)
	}
}

// power says whether a number is one of 1, 10, 100, …
func power(n int) bool {
	for n > 1 && n%10 == 0 {
		n /= 10
	}
	return n == 1
}

// Transport is that of a further run.
func (h *Hub) Transport() fed.Transport { return &transport{hub: h} }

// register gives a run its name in subjects, when it first has something to send.
func (h *Hub) register(t *transport) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.next++
	run := strconv.Itoa(h.next)
	h.runs[run] = t
	return run
}

func (h *Hub) unregister(run string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.runs, run)
}

// run is the transport of a run, nil if there is none of the name.
func (h *Hub) run(name string) *transport {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.runs[name]
}

// ended is why the hub coordinates no more; nil while it does.
func (h *Hub) ended() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.over == nil && h.ctx.Err() != nil {
		return errClosed
	}
	return h.over
}

// wake makes all rounds look again at what they wait for.
func (h *Hub) wake() {
	for _, t := range h.transports() {
		t.look()
	}
}

// transports are those of all runs. Their own locks are taken without that of the hub.
func (h *Hub) transports() []*transport {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Collect(maps.Values(h.runs))
}

// End tells the clients that the federation has ended, and how. Clients that come
// back hear it too, as long as the server is there.
func (h *Hub) End(reason string) {
	if h.ended() == nil {
		h.carrier.end(reason)
	}
}

// errClosed is what a round ends with whose hub is closed.
var errClosed = errors.New("hub: it is closed")

// Close ends the hub. Clients wait for it to come back, unless End has told them otherwise.
func (h *Hub) Close() {
	h.end()
	if h.carrier != nil {
		h.carrier.close()
	}
	h.closing.Lock()
	h.closed = true
	h.closing.Unlock()
	h.work.Wait()
	if h.server != nil {
		h.server.Shutdown()
		h.server.WaitForShutdown()
	}
}

// options are those of the coordinator's connection.
func (h *Hub) options() []nats.Option {
	return []nats.Option{
		nats.Name("optwatch coordinator"), nats.MaxReconnects(-1), nats.ReconnectWait(250 * time.Millisecond),
		nats.ReconnectBufSize(-1), // what cannot be sent is an error, and is sent again
		nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}), // as is what was lost: the library would write over the screen
	}
}
