package join_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"

	"optwatch/fed"
	"optwatch/fed/client"
	"optwatch/fed/hub"
	"optwatch/fed/join"
	"optwatch/fed/wire"
	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/train/view"
)

// Who does not belong to a federation changes nothing in it. These tests go through
// the embedded server, as strangers would.

// patience is the longest that anything may take, on however slow a machine.
const patience = time.Minute

// within waits until something holds: how long that takes is up to the machine.
func within(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it still does not hold that %s", what)
		}
	}
}

// takePart is how many clients do.
func takePart(h *hub.Hub) (n int) {
	for _, m := range h.Members() {
		if m.Accepted {
			n++
		}
	}
	return n
}

// lineOf is the line that a hub shows.
func lineOf(t testing.TB, h *hub.Hub) wire.Line {
	t.Helper()
	text, _ := h.Line()
	l, err := wire.ParseLine(text)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// seeded is the key of a seed.
func seeded(b byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{b}, ed25519.SeedSize))
}

func public(k ed25519.PrivateKey) ed25519.PublicKey { return k.Public().(ed25519.PublicKey) }

// intruder is a connection that a client would not make, with the permission errors that it got.
type intruder struct {
	*nats.Conn
	mu     sync.Mutex
	denied []string
}

func (i *intruder) was(denied string) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, d := range i.denied {
		if strings.Contains(d, denied) {
			return true
		}
	}
	return false
}

// intrude connects with a key and a password.
func intrude(t testing.TB, l wire.Line, key ed25519.PrivateKey, password string) (*intruder, error) {
	t.Helper()
	i := &intruder{}
	options := []nats.Option{
		nats.Secure(&tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS13}), nats.NoReconnect(), nats.Timeout(time.Minute),
		nats.UserInfo("join", password), nats.CustomInboxPrefix("_INBOX_none"),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			i.mu.Lock()
			i.denied = append(i.denied, err.Error())
			i.mu.Unlock()
		}),
	}
	if key != nil {
		options = append(options, nats.CustomInboxPrefix("_INBOX_"+wire.Fingerprint(public(key))))
		name, err := nkeys.Encode(nkeys.PrefixByteUser, public(key))
		if err != nil {
			t.Fatal(err)
		}
		options = append(options, nats.Nkey(string(name), func(nonce []byte) ([]byte, error) { return ed25519.Sign(key, nonce), nil }))
	}
	var err error
	if i.Conn, err = nats.Connect("tls://"+l.Server, options...); err != nil {
		return nil, err
	}
	t.Cleanup(i.Close)
	return i, nil
}

func proofOf(secret []byte, key ed25519.PrivateKey) string {
	return hex.EncodeToString(wire.Proof(secret, public(key)))
}

// log keeps what a hub says.
type log struct {
	mu    sync.Mutex
	lines []string
}

func (l *log) add(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, text)
}

func (l *log) has(parts ...string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, line := range l.lines {
		all := true
		for _, p := range parts {
			all = all && strings.Contains(line, p)
		}
		if all {
			return true
		}
	}
	return false
}

// refused is how often something was, and who did it last.
func refused(h *hub.Hub, reason string) (int, string) {
	for _, r := range h.Refusals() {
		if r.Reason == reason {
			return r.Count, r.Latest
		}
	}
	return 0, ""
}

// A key that is not known is let in by the secret of the line that is shown, as
// often as there is room, for ten minutes; else it is refused, counted, and logged
// with its fingerprint.
func TestSecrets(t *testing.T) {
	var minutes atomic.Int64
	said := &log{}
	h := open(t, hub.Settings{
		Clients: 2, Accept: true, Now: func() time.Time { return time.Unix(1e9, 0).Add(time.Duration(minutes.Load()) * time.Minute) }, Log: said.add,
	})
	first := lineOf(t, h)
	try := func(what string, key ed25519.PrivateKey, password string) {
		t.Helper()
		before, _ := refused(h, what)
		if _, err := intrude(t, first, key, password); !errors.Is(err, nats.ErrAuthorization) {
			t.Errorf("%s: %v", what, err)
		}
		print := "127.0.0.1"
		if key != nil {
			print = wire.Fingerprint(public(key))
		}
		if n, who := refused(h, what); n != before+1 || who != print {
			t.Errorf("%s: it was refused %d times, the last time to %s, want %s", what, n-before, who, print)
		}
		if before == 0 && !said.has("refused", what, print) {
			t.Errorf("%s of %s is not in the log: %q", what, print, said.lines)
		}
	}
	try("no key", nil, proofOf(first.Secret, seeded(1)))
	try("no secret", seeded(1), "")
	try("wrong secret", seeded(1), proofOf([]byte("another secret.."), seeded(1)))
	try("wrong secret", seeded(1), proofOf(first.Secret, seeded(2))) // that another key has proved it, who listened
	try("wrong secret", seeded(1), hex.EncodeToString(first.Secret)) // the secret itself is none either
	minutes.Store(11)
	try("expired secret", seeded(1), proofOf(first.Secret, seeded(1)))
	h.Renew()
	second := lineOf(t, h)
	try("expired secret", seeded(1), proofOf(first.Secret, seeded(1)))
	folders, ends := []string{t.TempDir(), t.TempDir()}, make([]func() error, 2)
	for k := range 2 {
		ends[k] = member(t, h, k, func(s *join.Settings) { s.Folder = folders[k] })
	}
	within(t, "two clients take part", func() bool { return takePart(h) == 2 })
	try("used secret", seeded(1), proofOf(second.Secret, seeded(1)))

	// Who is known comes back without any, whenever that is.
	minutes.Store(600)
	m := h.Members()[1]
	_ = ends[1]()
	member(t, h, 1, func(s *join.Settings) { s.Folder, s.Line.Secret = folders[1], make([]byte, wire.SecretSize) })
	within(t, "it is back", func() bool { return h.Members()[1].Heard.After(m.Heard) })
}

// A client that was refused is told why, and ends.
func TestRefusedClient(t *testing.T) {
	h := open(t, hub.Settings{Clients: 2, Accept: true})
	other := open(t, hub.Settings{Clients: 2, Accept: true})
	for what, c := range map[string]struct {
		change func(*join.Settings)
		want   string
		reason string // that the coordinator counts
	}{
		"a wrong secret":                {func(s *join.Settings) { s.Line.Secret = make([]byte, wire.SecretSize) }, "does not let this key in", "wrong secret"},
		"another server at the address": {func(s *join.Settings) { s.Line.Server = lineOf(t, other).Server }, "another key than the line says", ""},
		"another version":               {func(s *join.Settings) { s.Version = "v0" }, "version v0", "version v0 of optwatch there, test here"},
		"other data": {func(s *join.Settings) {
			s.Load = func(t wire.Terms) (join.Data, error) {
				d, err := load(t)
				d.Holding.Digest = "another"
				return d, err
			}
		}, "another data set there", ""},
		"other dimensions": {func(s *join.Settings) {
			s.Load = func(t wire.Terms) (join.Data, error) {
				d, err := load(t)
				d.Holding.Own, d.Holding.Features = true, 7
				return d, err
			}
		}, "7 features there, 6 here", "7 features there, 6 here"},
		"more examples than there are": {func(s *join.Settings) {
			s.Load = func(t wire.Terms) (join.Data, error) {
				d, err := load(t)
				d.Holding.Own, d.Holding.Examples = true, 1<<60
				return d, err
			}
		}, "more examples there than there can be", "more examples there than there can be"},
		"counts that are wrong": {func(s *join.Settings) {
			s.Load = func(t wire.Terms) (join.Data, error) {
				d, err := load(t)
				d.Holding.Own, d.Holding.Counts = true, []int{-1, examples, 1, 0}
				return d, err
			}
		}, "counts of classes", "counts of classes there that are not those of its examples"},
		"a number that there is not": {func(s *join.Settings) { s.Part = 7 }, "there are clients 0 to 1", "there are clients 0 to 1, it asks to be 7"},
	} {
		line := lineOf(t, h)
		s := join.Settings{Line: line, Name: "c", Version: "test", Kernels: "test", Folder: t.TempDir(), Part: -1, Load: load}
		c.change(&s)
		k, err := join.New(s)
		if err != nil {
			t.Fatal(err)
		}
		err = k.Run(t.Context())
		why := join.RefusedError("")
		if !errors.As(err, &why) || !strings.Contains(string(why), c.want) {
			t.Errorf("%s: %v", what, err)
		}
		if n, who := refused(h, c.reason); c.reason != "" && (n == 0 || who != k.Status().Fingerprint) {
			t.Errorf("%s: it was counted %d times, of %s; %+v", what, n, who, h.Refusals())
		}
		if n := len(h.Members()); n > 0 { // it is in no longer than it must
			for _, m := range h.Members() {
				if err := h.Admit(m.Fingerprint, false); err != nil {
					t.Error(err)
				}
			}
			h.Renew()
		}
	}
	if n := len(other.Members()); n != 0 {
		t.Errorf("%d clients are at another server", n)
	}
}

// Who is let in but has not been accepted may introduce itself, and nothing else. Who
// is accepted may use what is its own.
func TestPermissions(t *testing.T) {
	folder := t.TempDir()
	h := open(t, hub.Settings{Clients: 2, Accept: false, Folder: folder})
	line := lineOf(t, h)
	s := spoken(t, folder)
	stranger, err := intrude(t, line, seeded(1), proofOf(line.Secret, seeded(1)))
	if err != nil {
		t.Fatal(err)
	}
	insider := accepted(t, h, seeded(2), 0)
	mine := wire.Fingerprint(public(seeded(2)))
	own, other := placeOf(t, folder, 0, seeded(2)), placeOf(t, folder, 1, seeded(3))
	every := []string{
		s.Epoch(), s.Theta("1"), s.Variate("1"), s.End(), s.Own(own, "1"), s.Own(other, "1"),
		s.Say(s.Theta("1")), s.SayLong(s.Theta("1")) + ".0", s.Long(s.Theta("1")) + ".0",
		s.Up(other, "1"), s.Up("0", "1"), s.Pulse(other), s.Hello("other"), s.Deliver(own), s.Deliver(other), s.UpLong(other, "1") + ".0",
		"$JS.API.INFO", "$JS.API.STREAM.NAMES", "$JS.API.STREAM.LIST", "$JS.API.STREAM.CREATE.EVIL", "$JS.API.STREAM.CREATE." + s.UpStream(),
		"$JS.API.STREAM.UPDATE." + s.DownStream(), "$JS.API.STREAM.DELETE." + s.DownStream(), "$JS.API.STREAM.DELETE." + s.UpStream(),
		"$JS.API.STREAM.DELETE." + s.ClientBucket(own), "$JS.API.STREAM.UPDATE." + s.ClientBucket(own), "$JS.API.STREAM.INFO." + s.Bucket(), "$JS.API.STREAM.INFO." + s.DownStream(),
		"$JS.API.STREAM.PURGE." + s.DownStream(), "$JS.API.STREAM.PURGE." + s.UpStream(), "$JS.API.STREAM.PURGE." + s.Bucket(),
		"$JS.API.STREAM.PURGE." + s.ClientBucket(other), "$JS.API.STREAM.MSG.GET." + s.DownStream(), "$JS.API.STREAM.MSG.GET." + s.UpStream(), "$JS.API.STREAM.MSG.GET." + s.Bucket(),
		"$JS.API.STREAM.MSG.DELETE." + s.DownStream(), "$JS.API.DIRECT.GET." + s.DownStream(), "$JS.API.DIRECT.GET." + s.DownStream() + "." + s.Own(other, "1"),
		"$JS.API.DIRECT.GET." + s.ClientBucket(other), "$JS.API.DIRECT.GET." + s.Bucket(), "$JS.API.DIRECT.GET." + s.Bucket() + "." + s.Long(s.Own(other, "1")) + ".0",
		"$JS.API.CONSUMER.CREATE." + s.DownStream(), "$JS.API.CONSUMER.CREATE." + s.UpStream() + ".x", "$JS.API.CONSUMER.CREATE." + s.Bucket() + ".x",
		"$JS.API.CONSUMER.CREATE." + s.ClientBucket(own) + ".x", "$JS.API.CONSUMER.DURABLE.CREATE." + s.DownStream() + ".c" + own,
		"$JS.API.CONSUMER.DELETE." + s.DownStream() + ".c" + own, "$JS.API.CONSUMER.MSG.NEXT." + s.DownStream() + ".c" + own, "$SYS.REQ.SERVER.PING", "anything",
	}
	listen := []string{
		">", "fed.>", s.Up("*", "*"), s.Up(own, "1"), s.Pulse("*"), s.Pulse(other), s.Own(other, "1"), s.Theta("*"), s.Hello("*"), s.Hello(mine),
		s.Say(s.All()), s.SayLong(s.All()), s.Long(s.All()), s.Deliver(other), s.Deliver("*"), "_INBOX.>", s.Inbox("other") + ".>", "$JS.API.>", "$SYS.>", s.UpLong(other, "*") + ".>", "$JS.EVENT.>",
	}
	for who, c := range map[*intruder]string{stranger: "a stranger", insider: "a client"} {
		for _, subject := range every {
			if err := c2(who.Publish(subject, nil), who.Flush()); err != nil {
				t.Fatal(err)
			}
			within(t, c+" may not publish on "+subject, func() bool { return who.was(`Publish to "` + subject + `"`) })
		}
		for _, subject := range listen {
			if _, err := who.SubscribeSync(subject); err != nil {
				t.Fatal(err)
			}
			if err := who.Flush(); err != nil {
				t.Fatal(err)
			}
			within(t, c+" may not hear "+subject, func() bool { return who.was(`Subscription to "` + subject + `"`) })
		}
	}
	for _, subject := range []string{
		s.Up(own, "1"), s.Pulse(own), s.UpLong(own, "1") + ".0", "$JS.API.DIRECT.GET." + s.Bucket() + "." + s.Long(s.Theta("1")) + ".0",
		"$JS.API.DIRECT.GET." + s.Bucket() + "." + s.Long(s.Own(own, "1")) + ".0",
	} {
		if err := c2(stranger.Publish(subject, nil), stranger.Flush()); err != nil {
			t.Fatal(err)
		}
		within(t, "a stranger may not publish on "+subject, func() bool { return stranger.was(`Publish to "` + subject + `"`) })
		if err := c2(insider.Publish(subject, nil), insider.Flush()); err != nil {
			t.Fatal(err)
		}
		if insider.was(`Publish to "` + subject + `"`) {
			t.Errorf("a client may not publish on its own %s", subject)
		}
	}
}

func c2(a, b error) error { return errors.Join(a, b) }

// accepted is a connection with the rights of client k, which does not do what a client does.
func accepted(t testing.TB, h *hub.Hub, key ed25519.PrivateKey, k int) *intruder {
	t.Helper()
	line := lineOf(t, h)
	door, err := intrude(t, line, key, proofOf(line.Secret, key))
	if err != nil {
		t.Fatal(err)
	}
	w := greet(t, h, door, key, k)
	if w.State == wire.Waiting {
		if err := h.Admit(wire.Fingerprint(public(key)), true); err != nil {
			t.Fatal(err)
		}
		w = greet(t, h, door, key, k)
	}
	if w.State != wire.Accepted || w.Client != k {
		t.Fatalf("it is %s (%s), as client %d", w.State, w.Reason, w.Client)
	}
	door.Close()
	in, err := intrude(t, line, key, "")
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// greet says hello, with parts of the coordinator's data.
func greet(t testing.TB, h *hub.Hub, in *intruder, key ed25519.PrivateKey, k int) wire.Welcome {
	t.Helper()
	line := lineOf(t, h)
	print := wire.Fingerprint(public(key))
	hello := wire.Hello{
		Key: public(key), Proof: wire.Proof(line.Secret, public(key)), Name: "intruder", Version: "test", Kernels: "test", Part: k,
		Holding: &wire.Holding{Digest: "blobs", Examples: examples, Features: features, Classes: classes},
	}
	letter, err := wire.Seal(key, wire.KindHello, hello, nil)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := in.Request(wire.Subjects{Federation: wire.Federation(line.Key)}.Hello(print), letter, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	var w wire.Welcome
	if _, err := wire.Open(line.Key, wire.KindWelcome, reply.Data, &w); err != nil {
		t.Fatal(err)
	}
	return w
}

// recipe is that of the rounds that go on while others disturb them.
const recipe = "fedavg:clients=3,partition=iid,rounds=20,batch=8"

// undisturbed is the digest that a recipe ends with in one process.
func undisturbed(t *testing.T, recipe string) string {
	t.Helper()
	return finished(t, config(fed.Catalogue(optimizers.Default()), recipe))[0].ThetaSHA256
}

// begun begins an experiment of one run over a hub, and gives what waits for its digest.
func begun(t *testing.T, h *hub.Hub, recipe string) (digest func() string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	e := train.Start(ctx, config(fed.Config{Transport: h.Transport}.Catalogue(optimizers.Default()), recipe))
	t.Cleanup(func() {
		cancel()
		e.Wait()
	})
	return func() string {
		t.Helper()
		if err := e.WaitRuns(ctx); err != nil {
			t.Fatal(err)
		}
		r := e.Report().Runs[0]
		if r.State != view.Budget {
			t.Errorf("it is %s after %d rounds: %s", r.State, r.Federated.Round, r.Reason)
		}
		return r.ThetaSHA256
	}
}

// keyIn is the key of the client whose folder that is.
func keyIn(t testing.TB, folder string) ed25519.PrivateKey {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*.key"))
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	seed, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	return ed25519.NewKeyFromSeed(seed)
}

// A round is open and waits for a client. Meanwhile its key is misused, others knock,
// scan and write nonsense. All of that is refused, counted and logged; then the
// client comes, and the rounds end with the bits that they would have had.
func TestStrangersChangeNothing(t *testing.T) {
	want, said := undisturbed(t, recipe), &log{}
	folder, mine := t.TempDir(), t.TempDir()
	h := open(t, hub.Settings{Clients: 3, MaxClients: 4, Accept: true, Folder: folder, Log: said.add})
	folders := []string{t.TempDir(), t.TempDir()}
	for k := range folders {
		member(t, h, k, func(s *join.Settings) { s.Folder = folders[k] })
	}
	absent := member(t, h, 2, func(s *join.Settings) { s.Folder = mine })
	within(t, "all take part", func() bool { return takePart(h) == 3 })
	_ = absent()
	digest := begun(t, h, recipe)
	line, key := lineOf(t, h), keyIn(t, mine)
	s, print, place := spoken(t, folder), wire.Fingerprint(public(key)), placeOf(t, folder, 2, key)
	misused, err := intrude(t, line, key, "")
	if err != nil {
		t.Fatal(err)
	}

	// Its tasks can be heard, with its key.
	asks := make(chan wire.Ask, 100)
	if _, err := misused.Subscribe(s.Deliver(place), func(m *nats.Msg) {
		var a wire.Ask
		if _, err := wire.Open(line.Key, wire.KindAsk, m.Data, &a); err == nil {
			asks <- a
		}
	}); err != nil {
		t.Fatal(err)
	}
	greet(t, h, misused, key, 2)
	ask := <-asks
	answer := func(change func(*wire.Answer)) wire.Answer {
		a, _ := wire.AnswerOf(ask.Run, ask.ID(), client.Update{Client: 2, Round: 1, Attempt: 1, Delta: make([]float64, ask.Theta.Len), Examples: 80, Steps: 10})
		change(&a)
		return a
	}
	sealed := func(by ed25519.PrivateKey, kind string, body any, payload []byte) []byte {
		letter, err := wire.Seal(by, kind, body, payload)
		if err != nil {
			t.Fatal(err)
		}
		return letter
	}
	good := make([]byte, 8*(3+ask.Theta.Len))
	refuse := func(reason string, letter []byte) {
		t.Helper()
		before, _ := refused(h, reason)
		misused.put(t, s.Up(place, ask.Run), letter)
		within(t, "it is refused: "+reason, func() bool { n, who := refused(h, reason); return n == before+1 && who == print })
		if !said.has("refused", reason, print) {
			t.Errorf("%q is not in the log with %s: %q", reason, print, said.lines)
		}
	}
	refuse("not a letter of a federation", []byte("nonsense, and more than a signature of it: "+strings.Repeat("x", 100)))
	refuse("not a letter of a federation", nil)
	refuse("signed by another key", sealed(seeded(9), wire.KindAnswer, answer(func(*wire.Answer) {}), good))
	refuse("of another kind", sealed(key, wire.KindPulse, wire.Pulse{}, nil))
	refuse("another client's subject", sealed(key, wire.KindAnswer, answer(func(a *wire.Answer) { a.Client = 0 }), good))
	refuse("of another round", sealed(key, wire.KindAnswer, answer(func(a *wire.Answer) { a.Ask = "another" }), good))
	refuse("damaged on the way", sealed(key, wire.KindAnswer, answer(func(a *wire.Answer) { a.Steps++ }), good))
	refuse("damaged on the way", append(sealed(key, wire.KindAnswer, answer(func(*wire.Answer) {}), good), 0))
	// Vectors that no message holds, of which there are none in this federation; those that
	// are there and too short are package bucket's.
	refuse("its vector cannot be fetched", sealed(key, wire.KindAnswer, answer(func(a *wire.Answer) { a.Long = true }), nil))
	for _, n := range []int{ask.Theta.Len + 1, -5, 1 << 60} {
		refuse("wrong size", sealed(key, wire.KindAnswer, answer(func(a *wire.Answer) { a.Len, a.Long = n, true }), nil))
	}

	// A vector that is longer than a message may be ends the connection.
	long := rawly(t, line, key)
	fmt.Fprintf(long, "PUB %s %d\r\n", s.Up(place, ask.Run), 8<<20)
	if said, _ := io.ReadAll(long); !strings.Contains(string(said), "Maximum Payload Violation") {
		t.Errorf("a message of 8 MiB: the server said %q", said)
	}

	// A flood is looked at no further than it must be.
	forged := sealed(seeded(9), wire.KindAnswer, answer(func(*wire.Answer) {}), good)
	for range 300 {
		for _, subject := range []string{s.Up(place, ask.Run), s.Pulse(place)} {
			if err := misused.Publish(subject, forged); err != nil {
				t.Fatal(err)
			}
		}
	}
	within(t, "a flood is refused", func() bool { n, who := refused(h, "too many messages"); return n > 0 && who == print })

	// Letters that reach clients, by whatever way, and are not the coordinator's.
	server, err := intrude(t, line, coordinatorIn(t, folder), "")
	if err != nil {
		t.Fatal(err)
	}
	first := placeOf(t, folder, 0, keyIn(t, folders[0]))
	task := ask
	task.Task.Client, task.Task.LR, task.Epoch = 0, 7, 99
	for _, kind := range []string{wire.KindAsk, wire.KindVector, wire.KindHalt, wire.KindEnd, wire.KindHail, wire.KindWelcome} {
		for _, body := range []any{wire.Halt{Run: "1", Epoch: 99, Halted: true}, task, wire.End{Epoch: 99, Reason: "forged"}, wire.Parcel{Vector: ask.Theta, Name: s.Theta("1")}} {
			for _, subject := range []string{s.Deliver(first), s.Say(s.End()), s.Say(s.Theta("1"))} {
				server.put(t, subject, sealed(key, kind, body, nil)) // by a client's key
			}
		}
	}

	// Ports are scanned, and nonsense is written to them, in the clear and under TLS.
	scan(t, line.Server)
	knocks(t, h, line)

	member(t, h, 2, func(s *join.Settings) { s.Folder = mine })
	if got := digest(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// put publishes, and waits until the server has it.
func (i *intruder) put(t testing.TB, subject string, b []byte) {
	t.Helper()
	if err := errors.Join(i.Publish(subject, b), i.FlushTimeout(time.Minute)); err != nil {
		t.Fatal(err)
	}
}

// spoken are the subjects of the coordinator whose folder that is, with their secret.
func spoken(t testing.TB, folder string) wire.Subjects {
	t.Helper()
	key := coordinatorIn(t, folder)
	return wire.Subjects{Federation: wire.Federation(public(key)), Secret: wire.SecretOf(key)}
}

// placeOf is the place of client k, with its key.
func placeOf(t testing.TB, folder string, k int, key ed25519.PrivateKey) string {
	t.Helper()
	return wire.PlaceOf(coordinatorIn(t, folder), k, public(key))
}

// coordinatorIn is the key of the coordinator whose folder that is.
func coordinatorIn(t testing.TB, folder string) ed25519.PrivateKey {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "federation.json"))
	if err != nil {
		t.Fatal(err)
	}
	var kept struct{ Seed []byte }
	if err := json.Unmarshal(text, &kept); err != nil {
		t.Fatal(err)
	}
	return ed25519.NewKeyFromSeed(kept.Seed)
}

// rawly is a connection with a key's rights that no library of clients watches over.
func rawly(t testing.TB, l wire.Line, key ed25519.PrivateKey) net.Conn {
	t.Helper()
	plain, err := net.Dial("tcp", l.Server)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { plain.Close() })
	_ = plain.SetDeadline(time.Now().Add(time.Minute))
	hello, err := bufio.NewReader(plain).ReadString('\n') // nothing follows before TLS
	if err != nil {
		t.Fatal(err)
	}
	var info struct {
		Nonce string `json:"nonce"`
	}
	if err := json.Unmarshal([]byte(strings.TrimPrefix(hello, "INFO ")), &info); err != nil {
		t.Fatal(err)
	}
	c := tls.Client(plain, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS13})
	name, err := nkeys.Encode(nkeys.PrefixByteUser, public(key))
	if err != nil {
		t.Fatal(err)
	}
	signature := base64.RawURLEncoding.EncodeToString(ed25519.Sign(key, []byte(info.Nonce)))
	fmt.Fprintf(c, "CONNECT {\"nkey\":%q,\"sig\":%q,\"verbose\":false}\r\n", name, signature)
	return c
}

// scan connects as port scanners do, and writes nonsense.
func scan(t testing.TB, address string) {
	t.Helper()
	rng := rand.NewChaCha8([32]byte{14})
	for i := range 60 {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() }) // most stay open, and say no more
		_ = c.SetDeadline(time.Now().Add(time.Minute))
		junk := make([]byte, 1+i*37)
		_, _ = rng.Read(junk)
		switch i % 5 {
		case 0:
			c.Close()
		case 1:
			_, _ = c.Write(junk)
		case 2:
			_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		case 3:
			s := tls.Client(c, &tls.Config{InsecureSkipVerify: true})
			_, _ = s.Write(junk)
		case 4:
			s := tls.Client(c, &tls.Config{InsecureSkipVerify: true})
			_, _ = io.WriteString(s, "CONNECT {}\r\nSUB > 1\r\nPUB fed.x 5\r\nhello\r\n")
		}
	}
}

// knocks are those of keys that are not known, some with the secret.
func knocks(t testing.TB, h *hub.Hub, l wire.Line) {
	t.Helper()
	if _, err := intrude(t, l, seeded(3), ""); !errors.Is(err, nats.ErrAuthorization) {
		t.Errorf("without a secret: %v", err)
	}
	known, err := intrude(t, l, seeded(4), proofOf(l.Secret, seeded(4)))
	if err != nil {
		t.Fatal(err)
	}
	for range 3 { // it cannot be a client: all are there
		if w := greet(t, h, known, seeded(4), -1); w.State != wire.Refused {
			t.Errorf("a fourth client is %s", w.State)
		}
	}
	if _, who := refused(h, "all 3 clients are there"); who != wire.Fingerprint(public(seeded(4))) {
		t.Errorf("it was not counted: %+v", h.Refusals())
	}
}

// The coordinator may publish anywhere, and answers nobody but where the asker hears
// alone: what it has said last would be lost for all that way.
func TestAnswersGoNowhereElse(t *testing.T) {
	h := open(t, hub.Settings{Clients: 1, Log: func(string) {}})
	line, key := lineOf(t, h), seeded(6)
	in, err := intrude(t, line, key, proofOf(line.Secret, key))
	if err != nil {
		t.Fatal(err)
	}
	s := wire.Subjects{Federation: wire.Federation(line.Key)}
	letter, err := wire.Seal(key, wire.KindHello, wire.Hello{Key: public(key), Proof: wire.Proof(line.Secret, public(key)), Version: "test"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{s.Epoch(), s.Theta("1"), s.End(), s.Inbox("somebody-else") + ".1"} {
		if err := in.PublishRequest(s.Hello(wire.Fingerprint(public(key))), to, letter); err != nil {
			t.Fatal(err)
		}
	}
	within(t, "all were refused", func() bool { n, _ := refused(h, "an answer that is to go elsewhere"); return n == 4 })
	if len(h.Members()) > 0 {
		t.Error("who asked so is known now")
	}
}

// Refusals do not pile up: whoever chooses the words of a reason cannot fill the memory.
func TestReasonsAreBounded(t *testing.T) {
	h := open(t, hub.Settings{Clients: 1, MaxClients: 2, Log: func(string) {}})
	line, key := lineOf(t, h), seeded(5)
	in, err := intrude(t, line, key, proofOf(line.Secret, key))
	if err != nil {
		t.Fatal(err)
	}
	s := wire.Subjects{Federation: wire.Federation(line.Key)}
	for i := range 300 {
		letter, err := wire.Seal(key, wire.KindHello, wire.Hello{Key: public(key), Proof: wire.Proof(line.Secret, public(key)), Version: fmt.Sprint("v", i)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		who := wire.Fingerprint(public(key))
		if err := in.PublishRequest(s.Hello(who), s.Inbox(who)+".1", letter); err != nil {
			t.Fatal(err)
		}
	}
	counted := func() (n int) {
		for _, r := range h.Refusals() {
			n += r.Count
		}
		return n
	}
	within(t, "all were refused", func() bool { return counted() == 300 })
	if n := len(h.Refusals()); n < 3 || n > 60 {
		t.Errorf("%d reasons are told apart", n)
	}
}

// Who is sent away has no rights any more, over the connection that it had neither,
// and ends; its number is free.
func TestSentAway(t *testing.T) {
	h := open(t, hub.Settings{Clients: 1, Accept: true})
	c, err := join.New(join.Settings{Line: lineOf(t, h), Name: "c", Version: "test", Kernels: "test", Folder: t.TempDir(), Part: 0, Load: load})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Run(t.Context()) }()
	within(t, "it takes part", func() bool { m := h.Members(); return len(m) == 1 && !m[0].Heard.IsZero() })
	if err := h.Admit(h.Members()[0].Fingerprint, false); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-ended:
		if why := join.RefusedError(""); !errors.As(err, &why) {
			t.Errorf("it ends with %v", err)
		}
	case <-time.After(time.Minute):
		t.Fatal("it has not ended after a minute")
	}
	h.Renew()
	member(t, h, 0, func(s *join.Settings) { s.Name = "next" })
	within(t, "another takes its place", func() bool { m := h.Members(); return len(m) == 1 && m[0].Name == "next" && m[0].Accepted })
}

// Who asks to be let in and is gone leaves its place to others, and comes back with
// the line that it had, whenever that is.
func TestAskerIsGone(t *testing.T) {
	var seconds atomic.Int64
	h := open(t, hub.Settings{Clients: 1, Log: func(string) {}, Now: func() time.Time { return time.Unix(1e9+seconds.Load(), 0) }})
	line := lineOf(t, h)
	asks := func(b byte, proof string) wire.Welcome {
		t.Helper()
		in, err := intrude(t, line, seeded(b), proof)
		if err != nil {
			t.Fatal(err)
		}
		return greet(t, h, in, seeded(b), -1)
	}
	first, second := proofOf(line.Secret, seeded(1)), proofOf(line.Secret, seeded(2))
	if w := asks(1, first); w.State != wire.Waiting {
		t.Fatalf("it is %s: %s", w.State, w.Reason)
	}
	if _, err := intrude(t, line, seeded(2), second); !errors.Is(err, nats.ErrAuthorization) {
		t.Errorf("a second one while the first waits: %v", err)
	}
	seconds.Store(31)
	if m := h.Members(); len(m) != 0 {
		t.Errorf("it is still there: %+v", m)
	}
	if w := asks(2, second); w.State != wire.Waiting {
		t.Errorf("a second one, once the first is gone, is %s: %s", w.State, w.Reason)
	}
	if w := asks(1, ""); w.State != wire.Refused || !strings.Contains(w.Reason, "the most that are let in") {
		t.Errorf("the first, while the second waits, is %s: %s", w.State, w.Reason)
	}
	seconds.Store(3600)
	if w := asks(1, ""); w.State != wire.Waiting {
		t.Errorf("the first, back after an hour, is %s: %s", w.State, w.Reason)
	}
	if m := h.Members(); len(m) != 1 || m[0].Fingerprint != wire.Fingerprint(public(seeded(1))) {
		t.Errorf("there are %+v", m)
	}
}

// A number that is taken is refused when it is asked for, and not once the operator
// lets somebody in; it is said which are free.
func TestPartIsTaken(t *testing.T) {
	h := open(t, hub.Settings{Clients: 3, MaxClients: 5, Log: func(string) {}})
	accepted(t, h, seeded(1), 1)
	line := lineOf(t, h)
	for part, want := range map[int]string{
		1: "client 1 is taken by intruder (" + wire.Fingerprint(public(seeded(1))) + "); free: 0, 2",
		3: "there are clients 0 to 2, it asks to be 3",
	} {
		in, err := intrude(t, line, seeded(2), proofOf(line.Secret, seeded(2)))
		if err != nil {
			t.Fatal(err)
		}
		if w := greet(t, h, in, seeded(2), part); w.State != wire.Refused || w.Reason != want {
			t.Errorf("%s: %q, want %q", w.State, w.Reason, want)
		}
	}
}
