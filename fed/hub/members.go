package hub

import (
	"cmp"
	"crypto/ed25519"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"optwatch/fed/wire"
)

// Member is a client as the coordinator knows it.
type Member struct {
	Fingerprint         string // of its key
	Name, Host, Version string
	Load                string // what its machine does; "" where that is not told
	Client              int    // its number; −1 while it waits to be accepted
	Accepted            bool
	Own                 bool // it has data of its own
	Examples            int
	Counts              []int // examples of each class; nil where that is not told
	Heard               time.Time
	Since               time.Time // it has been there without a break
	Back                bool      // it was there before that
	RoundTrip           time.Duration
	Up, Down            int64 // bytes
	Sending             bool
	Doing, Sent         string // asks
}

// member is a Member with its key.
type member struct {
	Member
	key    ed25519.PublicKey
	client int
	place  string // in subjects; "" until it is accepted
	state  string
	away   time.Time // since when it is turned away; zero for not in this life
	left   bool      // it has waited, and was not heard of for so long that its place at the door is free
}

// members are all whose key has been handed in. Any goroutine may call.
type members struct {
	mu    sync.Mutex
	by    map[string]*member // by key
	in    map[int]*member    // who was accepted, by number
	most  int
	now   func() time.Time
	save  func([]keptMember) error
	place func(k int, key ed25519.PublicKey) string

	unsaved bool           // not all is written down
	give    func(keys int) // takes so many of the keys back that the line lets in, or gives them out
}

// quiet is after how long a client that was not heard of is said to be silent.
const (
	quiet = 4 * time.Second
	away  = 30 * time.Second // and to be gone
)

func newMembers(kept []keptMember, most int, now func() time.Time, save func([]keptMember) error, place func(int, ed25519.PublicKey) string, give func(keys int)) *members {
	ms := &members{by: map[string]*member{}, in: map[int]*member{}, most: most, now: now, save: save, place: place, give: give}
	for _, k := range kept {
		m := &member{
			Member: Member{Fingerprint: wire.Fingerprint(k.Key), Name: k.Name, Client: k.Client, Accepted: true, Own: k.Own, Examples: k.Examples, Counts: k.Counts, Back: true},
			key:    k.Key, client: k.Client, place: place(k.Client, k.Key), state: wire.Accepted,
		}
		ms.by[string(k.Key)], ms.in[k.Client] = m, m
	}
	return ms
}

// sweepLocked frees the places at the door of those who have waited and are gone: who
// waits says so each second. They are known if they come back, and need no other line.
func (ms *members) sweepLocked() {
	now := ms.now()
	for _, m := range ms.by {
		if !m.left && m.asks() && now.Sub(m.Heard) > away {
			m.left = true
			ms.give(1)
		}
	}
}

// asks says whether it is not decided yet whether the member takes part.
func (m *member) asks() bool { return m.state != wire.Accepted && m.state != wire.Refused }

// there says whether the member takes part, or waits to.
func (m *member) there() bool { return m.state == wire.Accepted || m.asks() && !m.left }

// find is a copy of the member with a key.
func (ms *members) find(key ed25519.PublicKey) (member, bool) {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	if m, ok := ms.by[string(key)]; ok {
		return *m, true
	}
	return member{}, false
}

// at is the accepted member with a number.
func (ms *members) at(k int) (member, bool) {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	if m := ms.in[k]; m != nil {
		return *m, true
	}
	return member{}, false
}

// change changes the accepted member with a number.
func (ms *members) change(k int, f func(m *member)) {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	if m := ms.in[k]; m != nil {
		f(m)
	}
}

// heard notes that the client lives.
func (m *member) heard(now time.Time) {
	if now.Sub(m.Heard) > quiet {
		m.Since, m.Back = now, !m.Heard.IsZero() || m.Back
	}
	m.Heard = now
}

// all are copies, the accepted by number, then those who wait.
func (ms *members) all() []Member {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	ms.sweepLocked()
	var out []Member
	for _, m := range ms.by {
		if !m.there() {
			continue
		}
		v := m.Member
		v.Counts = slices.Clone(v.Counts)
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b Member) int {
		order := func(m Member) int {
			if !m.Accepted {
				return 1 << 30
			}
			return m.Client
		}
		return cmp.Or(cmp.Compare(order(a), order(b)), cmp.Compare(a.Fingerprint, b.Fingerprint))
	})
	return out
}

// places are those of who was accepted.
func (ms *members) places() (out []string) {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	for _, m := range ms.in {
		out = append(out, m.place)
	}
	return out
}

// everyone are copies in no order, each with the number that it has or asks for.
func (ms *members) everyone() (all []Member, numbers []int) {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	for _, m := range ms.by {
		if m.there() {
			all, numbers = append(all, m.Member), append(numbers, m.client)
		}
	}
	return all, numbers
}

// accepted is how many there are.
func (ms *members) accepted() int {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	return len(ms.in)
}

// inLocked is how many take part or wait to.
func (ms *members) inLocked() (n int) {
	for _, m := range ms.by {
		if m.there() {
			n++
		}
	}
	return n
}

// introduce takes a key in, or what a known one says anew. It says why it is refused.
func (ms *members) introduce(h *wire.Hello, clients int, accept bool) (m member, refused string, err error) {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	ms.sweepLocked()
	at, known := ms.by[string(h.Key)]
	if !known || !at.there() {
		if ms.inLocked() >= ms.most {
			return member{}, fmt.Sprintf("there are %d clients already, which is the most that are let in", ms.most), nil
		}
		ms.give(-1)
	}
	if !known {
		at = &member{key: slices.Clone(ed25519.PublicKey(h.Key)), client: -1, state: wire.Waiting}
		at.Fingerprint, at.Client = wire.Fingerprint(h.Key), -1
		ms.by[string(h.Key)] = at
	}
	at.left = false
	at.Name, at.Host, at.Version = short(h.Name), short(h.Host), short(h.Version)
	at.heard(ms.now())
	if !known {
		_ = ms.saveLocked() // it is tried again
	}
	if h.Holding == nil {
		return *at, "", nil
	}
	if why := ms.differs(at, h); why != "" {
		return *at, why, nil
	}
	if at.state == wire.Waiting && h.Part >= 0 {
		if err := ms.freeLocked(h.Part, clients); err != nil {
			return *at, err.Error(), nil
		}
	}
	at.Own, at.Examples, at.Counts = h.Holding.Own, h.Holding.Examples, slices.Clone(h.Holding.Counts)
	if at.state == wire.Waiting && accept {
		err = ms.acceptLocked(at, h.Part, clients)
		if err != nil && !isUnsaved(err) {
			return *at, err.Error(), nil
		}
	}
	if h.Part >= 0 && at.state == wire.Waiting {
		at.client = h.Part // that it will be, if the operator accepts it
	}
	return *at, "", err
}

// differs says why what a member holds does not go with the others, or with what it held before.
func (ms *members) differs(m *member, h *wire.Hello) string {
	if m.state == wire.Accepted && (m.Own != h.Holding.Own || m.Own && m.Examples != h.Holding.Examples) {
		return fmt.Sprintf("this client took part with %d examples, now it has %d", m.Examples, h.Holding.Examples)
	}
	if m.state == wire.Accepted && h.Part >= 0 && h.Part != m.client {
		return fmt.Sprintf("this client is number %d, it asks to be %d", m.client, h.Part)
	}
	for _, o := range ms.by {
		if o != m && o.state == wire.Accepted && o.Own != h.Holding.Own {
			return "some clients have data of their own, others parts of the coordinator's: they do not go together"
		}
	}
	return ""
}

// freeLocked says why a number cannot be had, and which can.
func (ms *members) freeLocked(part, clients int) error {
	if part >= clients {
		return fmt.Errorf("there are clients 0 to %d, it asks to be %d", clients-1, part)
	}
	o := ms.in[part]
	if o == nil {
		return nil
	}
	var free []string
	for k := range clients {
		if ms.in[k] == nil {
			free = append(free, number(k))
		}
	}
	others := "no other is free"
	if n := len(free); n > 0 {
		others = "free: " + strings.Join(free[:min(n, mostNamed)], ", ")
		if n > mostNamed {
			others += fmt.Sprintf(" and %d more", n-mostNamed)
		}
	}
	return fmt.Errorf("client %d is taken by %s (%s); %s", part, o.Name, o.Fingerprint, others)
}

// mostNamed is how many numbers of clients are said one by one.
const mostNamed = 8

// acceptLocked gives a member the number that it asks for, or the first that is free.
func (ms *members) acceptLocked(m *member, part, clients int) error {
	if part >= 0 {
		if err := ms.freeLocked(part, clients); err != nil {
			return err
		}
	}
	for k := 0; part < 0 && k < clients; k++ {
		if ms.in[k] == nil {
			part = k
		}
	}
	if part < 0 {
		return fmt.Errorf("all %d clients are there", clients)
	}
	was := *m
	m.state, m.client, m.Client, m.Accepted, m.place = wire.Accepted, part, part, true, ms.place(part, m.key)
	ms.in[part] = m
	if err := ms.saveLocked(); err != nil {
		*m = was
		delete(ms.in, part)
		return err
	}
	return nil
}

// admit accepts or refuses the one that waits with a fingerprint.
func (ms *members) admit(fingerprint string, yes bool, clients int) (member, error) {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	for _, m := range ms.by {
		if m.Fingerprint != fingerprint {
			continue
		}
		switch {
		case m.state == wire.Accepted && !yes:
			delete(ms.in, m.client)
			m.state, m.Accepted, m.place = wire.Refused, false, ""
			m.client, m.Client, m.away = -1, -1, ms.now()
			return *m, ms.saveLocked()
		case m.state == wire.Accepted:
			return *m, fmt.Errorf("%s is accepted already", fingerprint)
		case !yes:
			m.state, m.away = wire.Refused, ms.now()
			return *m, ms.saveLocked()
		case m.Examples == 0:
			return *m, fmt.Errorf("%s has not said yet what it holds", fingerprint)
		}
		return *m, ms.acceptLocked(m, m.client, clients)
	}
	return member{}, fmt.Errorf("nobody with the key %q waits", fingerprint)
}

func (ms *members) keptLocked() []keptMember {
	var out []keptMember
	for _, m := range ms.in {
		out = append(out, keptMember{m.key, m.Name, m.client, m.Own, m.Examples, m.Counts})
	}
	slices.SortFunc(out, func(a, b keptMember) int { return cmp.Compare(a.Client, b.Client) })
	return out
}

// short is what a stranger said of itself, in a length that a table bears.
func short(text string) string {
	const most = 64
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	if r := []rune(text); len(r) > most {
		return string(r[:most])
	}
	return text
}

func number(k int) string { return strconv.Itoa(k) }
