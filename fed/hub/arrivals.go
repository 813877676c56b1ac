package hub

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"optwatch/fed/bucket"
	"optwatch/fed/wire"
)

// Why what arrives is not looked at by the judge of the round.
const (
	notClient = "not of a client"
	another   = "another client's subject"
	elsewhere = "an answer that is to go elsewhere"
	stale     = "of another round"
	twice     = "came twice"
	wrongSize = "wrong size"
	tooMany   = "too many messages"

	cannotFetch = "its vector cannot be fetched"
)

// receive begins to hear the answers, the last of each client at first: the server
// may have had them while nobody heard.
func (c *carrier) receive(ctx context.Context) error {
	consumer, err := c.js.OrderedConsumer(ctx, c.hub.subjects.UpStream(), jetstream.OrderedConsumerConfig{DeliverPolicy: jetstream.DeliverLastPerSubjectPolicy})
	if err != nil {
		return fmt.Errorf("the stream of updates: %w", err)
	}
	handle := c.hub.guarded(func(m *nats.Msg) { c.hub.answered(m.Subject, m.Data) })
	consume, err := consumer.Consume(func(m jetstream.Msg) { handle(&nats.Msg{Subject: m.Subject(), Data: m.Data()}) })
	if err != nil {
		return fmt.Errorf("the stream of updates: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.consume != nil {
		c.consume.Stop()
	}
	c.consume = consume
	return nil
}

// flow bounds how many messages of no use are looked at: a signature takes a tenth
// of a millisecond to verify. Answers that were asked for are not counted, of which
// there may be many a second.
type flow struct {
	mu     sync.Mutex
	second int64
	seen   map[string]int
}

const (
	mostASecond  = 50 // messages of one sender and kind
	mostFetching = 16 // long vectors at a time
)

// over says whether a sender has sent more of a kind in this second than can be of any use.
func (f *flow) over(kind, who string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.second == time.Now().Unix() && f.seen[kind+who] >= mostASecond
}

// count counts a message of a sender.
func (f *flow) count(kind, who string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if now := time.Now().Unix(); now != f.second {
		f.second, f.seen = now, map[string]int{}
	}
	f.seen[kind+who]++
}

// useless refuses an answer that was of no use, which a client may not send many of.
func (h *Hub) useless(reason, who string) {
	h.flow.count(wire.KindAnswer, who)
	h.refuse(reason, who)
}

// answered takes an answer.
func (h *Hub) answered(subject string, letter []byte) {
	k, m, ok := h.sender(subject, 1)
	if !ok {
		return
	}
	if h.flow.over(wire.KindAnswer, m.Fingerprint) {
		h.refuse(tooMany, m.Fingerprint)
		return
	}
	var a wire.Answer
	payload, err := wire.Open(m.key, wire.KindAnswer, letter, &a)
	if err != nil {
		h.useless(err.Error(), m.Fingerprint)
		return
	}
	if a.Client != k {
		h.useless(another, m.Fingerprint)
		return
	}
	t := h.run(a.Run)
	if t == nil { // of a life before
		return
	}
	h.members.change(k, func(m *member) {
		m.heard(time.Now())
		m.Up += int64(len(letter))
	})
	if !a.Long {
		t.take(k, m.Fingerprint, a, payload)
		return
	}
	if why := t.wants(k, a); why != "" {
		h.useless(why, m.Fingerprint)
		return
	}
	h.begin(t, m, a)
}

// sender is the client whose place is in a subject, so many parts before the last.
func (h *Hub) sender(subject string, before int) (int, member, bool) {
	parts := strings.Split(subject, ".")
	place := parts[max(0, len(parts)-1-before)]
	k, _ := wire.NumberIn(place)
	m, ok := h.members.at(k)
	if !ok || m.place != place {
		h.refuse(notClient, short(subject))
		return 0, member{}, false
	}
	return k, m, true
}

// begin begins to fetch the long vector of an answer, if none is fetched for the same
// ask: a client may say as often as it likes that it has one.
func (h *Hub) begin(t *transport, m member, a wire.Answer) {
	if _, busy := h.fetched.LoadOrStore(a.Ask, a.Digest); busy {
		h.useless(tooMany, m.Fingerprint)
		return
	}
	h.goes("a vector of "+m.Fingerprint, func() {
		defer h.fetched.Delete(a.Ask)
		h.fetch(t, m, a)
	})
}

// fetch gets a long vector from the client's bucket.
func (h *Hub) fetch(t *transport, m member, a wire.Answer) {
	k, who := m.client, m.Fingerprint
	select {
	case h.fetching <- struct{}{}:
		defer func() { <-h.fetching }()
	case <-h.ctx.Done():
		return
	}
	if why := t.wants(k, a); why != "" { // it came twice while it waited
		h.useless(why, who)
		return
	}
	ctx, cancel := context.WithTimeout(h.ctx, 12*replyIn)
	defer cancel()
	payload, err := bucket.Get(ctx, h.carrier.conn, h.subjects.ClientBucket(m.place), h.subjects.UpLong(m.place, a.Run), a.Size())
	if err != nil {
		if h.ctx.Err() == nil {
			h.useless(cannotFetch, who)
		}
		return
	}
	h.members.change(k, func(m *member) { m.Up += int64(len(payload)) })
	t.take(k, who, a, payload)
}

// wants says why an answer is not wanted; "" if it is.
func (t *transport) wants(k int, a wire.Answer) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, why := t.wantsLocked(k, a)
	return why
}

func (t *transport) wantsLocked(k int, a wire.Answer) (*asked, string) {
	if t.round == nil {
		return nil, stale
	}
	asked, ok := t.round.asks[a.Ask]
	switch {
	case !ok || asked.ask.Task.Client != k:
		return nil, stale
	case asked.answer == a.Digest:
		return nil, twice
	case asked.others >= mostOthers:
		return nil, tooMany
	case a.Len != 0 && a.Len != t.round.theta.name.Len:
		return nil, wrongSize
	}
	return asked, ""
}

// take delivers an answer to the round that waits for it. One that came before is
// not delivered again; another one to the same ask is, and the judge sees that the
// client contradicts itself.
func (t *transport) take(k int, who string, a wire.Answer, payload []byte) {
	u, err := a.Update(payload)
	if err != nil {
		t.hub.useless(err.Error(), who)
		return
	}
	t.mu.Lock()
	asked, why := t.wantsLocked(k, a)
	first := why == "" && asked.answer == ""
	switch {
	case first:
		asked.answer = a.Digest
	case why == "":
		asked.others++
	}
	r := t.round
	t.mu.Unlock()
	if why != "" {
		t.hub.useless(why, who)
		return
	}
	r.to.Deliver(u) // without the lock: the inbox has its own
	if first {
		t.mu.Lock()
		r.left--
		t.mu.Unlock()
		t.look()
	}
}

// longestTrip is the longest to the server and back that is believed, in seconds.
const longestTrip = 3600

// pulse takes a sign of life.
func (h *Hub) pulse(of *nats.Msg) {
	k, who, ok := h.sender(of.Subject, 0)
	if !ok {
		return
	}
	if h.flow.over(wire.KindPulse, who.Fingerprint) {
		h.refuse(tooMany, who.Fingerprint)
		return
	}
	h.flow.count(wire.KindPulse, who.Fingerprint)
	var p wire.Pulse
	if _, err := wire.Open(who.key, wire.KindPulse, of.Data, &p); err != nil {
		h.refuse(err.Error(), who.Fingerprint)
		return
	}
	h.members.change(k, func(m *member) {
		m.heard(time.Now())
		m.Up += int64(len(of.Data))
		m.Doing, m.Sent, m.Sending, m.Load = p.Doing, p.Sent, p.Sending, short(p.Load)
		m.RoundTrip = time.Duration(min(max(0, p.RoundTrip), longestTrip) * float64(time.Second))
	})
	if t := h.run(p.Run); t != nil && p.Progress != nil {
		t.progress(k, p.Progress)
	}
}

// progress shows how far a client is in the round under way.
func (t *transport) progress(k int, s *wire.Step) {
	t.mu.Lock()
	r := t.round
	t.mu.Unlock()
	if r != nil && s.Client == k {
		r.to.Progress(s.Report())
	}
}
