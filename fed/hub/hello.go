package hub

import (
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/nats-io/nats.go"

	"optwatch/fed/wire"
)

// listen hears those who introduce themselves, and the pulses of clients.
func (c *carrier) listen() error {
	if _, err := c.conn.Subscribe(c.hub.subjects.Hello("*"), c.hub.guarded(c.hub.hello)); err != nil {
		return err
	}
	if _, err := c.conn.Subscribe(c.hub.subjects.Pulse("*"), c.hub.guarded(c.hub.pulse)); err != nil {
		return err
	}
	return c.conn.Flush()
}

// guarded handles messages so that one of which nobody has thought costs that message alone.
func (h *Hub) guarded(handle func(m *nats.Msg)) func(m *nats.Msg) {
	return func(m *nats.Msg) {
		defer func() {
			if r := recover(); r != nil {
				h.settings.Log(fmt.Sprintf("a message on %s was too much for the coordinator: %v\n%s", m.Subject, r, debug.Stack()))
			}
		}()
		handle(m)
	}
}

// goes lets something go on beside the rest. Where it panics, the hub ends with that
// as its reason: nobody would do what is left of it. Once the hub closes, nothing
// begins any more: it would go on when all is taken to have ended.
func (h *Hub) goes(what string, on func()) {
	h.closing.Lock()
	defer h.closing.Unlock()
	if h.closed {
		return
	}
	h.work.Go(func() {
		defer func() {
			if r := recover(); r != nil {
				h.fail(fmt.Errorf("hub: panic in %s: %v\n%s", what, r, debug.Stack()))
			}
		}()
		on()
	})
}

// hello answers who introduces itself.
func (h *Hub) hello(m *nats.Msg) {
	who := short(last(m.Subject))
	if h.flow.over(wire.KindHello, who) {
		h.refuse(tooMany, who)
		return
	}
	h.flow.count(wire.KindHello, who)
	if !h.replies(m.Reply, who) {
		h.refuse(elsewhere, who)
		return
	}
	hello, why := h.read(m.Data, who)
	w := wire.Welcome{State: wire.Refused, Reason: why, Client: -1, Epoch: h.carrier.life().Epoch}
	if why != "" {
		h.refuse(why, who)
		if hello == nil { // nobody whom an answer would reach
			return
		}
		if _, known := h.members.find(hello.Key); !known { // it is told no more than that
			w.State = wire.Unknown
		}
	} else {
		w = h.welcome(hello)
	}
	w.Nonce = hello.Nonce
	if w.State != wire.Unknown {
		w.Terms = h.settings.Terms
	}
	if letter, err := h.carrier.seal(wire.KindWelcome, w, nil); err == nil {
		_ = m.Respond(letter) // who does not hear it asks again
	}
}

// replies says whether an answer goes to where its asker hears alone. The
// coordinator may publish anywhere, and does so for nobody.
func (h *Hub) replies(subject, who string) bool {
	return strings.HasPrefix(subject, h.subjects.Inbox(who)+".") || h.server == nil && strings.HasPrefix(subject, nats.InboxPrefix)
}

// read is a hello, and why it is not to be listened to.
func (h *Hub) read(letter []byte, who string) (*wire.Hello, string) {
	key, err := claimed(letter)
	if err != nil {
		return nil, err.Error()
	}
	var hello wire.Hello
	if _, err := wire.Open(key, wire.KindHello, letter, &hello); err != nil {
		return nil, err.Error()
	}
	if wire.Fingerprint(key) != who {
		return nil, "a key that is not the sender's"
	}
	if m, known := h.members.find(key); known {
		if m.state == wire.Refused {
			return &hello, "refused by the operator"
		}
		return &hello, ""
	}
	return &hello, h.secrets.admits(hello.Proof, key)
}

// claimed is the key that a hello says it is signed with.
func claimed(letter []byte) (ed25519.PublicKey, error) {
	body, err := wire.Peek(letter)
	if err != nil {
		return nil, err
	}
	var h wire.Hello
	if json.Unmarshal(body, &h) != nil || len(h.Key) != ed25519.PublicKeySize {
		return nil, wire.ErrForm
	}
	return h.Key, nil
}

// welcome is what becomes of a hello.
func (h *Hub) welcome(hello *wire.Hello) wire.Welcome {
	w := wire.Welcome{State: wire.Refused, Client: -1, Epoch: h.carrier.life().Epoch}
	if why := h.unfit(hello); why != "" {
		w.Reason = why
		h.refuse(why, wire.Fingerprint(hello.Key))
		return w
	}
	was, _ := h.members.find(hello.Key)
	m, why, err := h.members.introduce(hello, h.settings.Clients, h.settings.Accept)
	switch {
	case err != nil: // it asks again
		w.State, w.Reason = wire.Waiting, notSaved(err)
		h.refuse(w.Reason, m.Fingerprint)
	case why != "":
		w.Reason = why
		h.refuse(why, m.Fingerprint)
	case hello.Holding == nil:
		w.State = wire.Told
	case m.state != wire.Accepted:
		w.State = wire.Waiting
		if was.Examples == 0 {
			h.settings.Log(fmt.Sprintf("%s on %s asks to take part, with %d examples: key %s", m.Name, m.Host, m.Examples, m.Fingerprint))
		}
	default:
		w.State, w.Client, w.Place = wire.Accepted, m.client, m.place
		h.accepted(hello, was, m)
	}
	return w
}

// accepted begins to tell a client what it is asked.
func (h *Hub) accepted(hello *wire.Hello, was, m member) {
	if was.state != wire.Accepted {
		h.settings.Log(fmt.Sprintf("%s on %s takes part as client %d, with %d examples: key %s", m.Name, m.Host, m.client, m.Examples, m.Fingerprint))
		if k := h.settings.Terms.Kernels; hello.Kernels != k && (h.settings.SameBits == nil || !h.settings.SameBits(hello.Kernels, k)) {
			called := h.settings.Called
			if called == nil {
				called = func(kernels string) string { return kernels }
			}
			h.settings.Log(fmt.Sprintf("client %d computes with %s, the coordinator with %s: the same work can round otherwise there", m.client, called(short(hello.Kernels)), called(k)))
		}
	}
	for _, t := range h.transports() {
		t.greet(m)
	}
	h.carrier.mu.Lock()
	over := h.carrier.over
	h.carrier.mu.Unlock()
	if over != nil {
		_ = h.carrier.tell(m.place, over) // else it finds it on the stream
	}
	h.wake()
}

// unfit says why a client's data, or its program, does not go with the federation.
func (h *Hub) unfit(hello *wire.Hello) string {
	t, d := &h.settings.Terms, hello.Holding
	switch {
	case hello.Version != t.Version:
		return fmt.Sprintf("version %s of optwatch there, %s here", short(hello.Version), t.Version)
	case d == nil:
		return ""
	case d.Features != t.Features:
		return fmt.Sprintf("%d features there, %d here", d.Features, t.Features)
	case d.Classes != t.Classes:
		return fmt.Sprintf("%d classes there, %d here", d.Classes, t.Classes)
	case d.Counts != nil && len(d.Counts) != t.Classes:
		return fmt.Sprintf("counts of %d classes there, %d classes here", len(d.Counts), t.Classes)
	case !d.Own && (d.Digest != t.Digest || d.Examples != t.Examples):
		return fmt.Sprintf("another data set there: %d examples with the digest %.12s, %d with %.12s here", d.Examples, short(d.Digest), t.Examples, t.Digest)
	case d.Examples < 1:
		return "no examples there"
	case d.Examples > mostExamples:
		return "more examples there than there can be"
	case !counted(d):
		return "counts of classes there that are not those of its examples"
	}
	return ""
}

// mostExamples is the most that a client is believed to have: sums of such numbers
// are exact.
const mostExamples = 1 << 40

// counted says whether the counts of classes, where there are any, are those of all examples.
func counted(d *wire.Holding) bool {
	sum := 0
	for _, n := range d.Counts {
		if n < 0 || n > d.Examples-sum {
			return false
		}
		sum += n
	}
	return d.Counts == nil || sum == d.Examples
}

// last is the last part of a subject.
func last(subject string) string {
	for i := len(subject) - 1; i >= 0; i-- {
		if subject[i] == '.' {
			return subject[i+1:]
		}
	}
	return subject
}
