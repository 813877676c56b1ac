package serve

import (
	"context"
	"net"
	"os"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

// port is what "serve --listen …" has opened.
type port struct {
	*served
	address string
	said    *paper
	cancel  context.CancelFunc
	ended   chan int
}

// opening asks a server for a port that some lines of keys open.
func opening(t *testing.T, keys string, words ...string) *port {
	t.Helper()
	s := serving(t)
	if err := os.WriteFile(s.Network.Keys, []byte(keys), 0o600); err != nil {
		t.Fatal(err)
	}
	p := &port{served: s, said: &paper{}, ended: make(chan int, 1)}
	var ctx context.Context
	ctx, p.cancel = context.WithCancel(t.Context())
	t.Cleanup(p.cancel)
	go func() {
		status, _ := Ask(ctx, s.socket, append([]string{"serve", "--listen", "127.0.0.1:0"}, words...), p.said, p.said)
		p.ended <- status
	}()
	p.said.await(t, "may drive")
	first, _, _ := strings.Cut(p.said.String(), "\n")
	p.address = strings.TrimPrefix(first, "listening on ")
	return p
}

func TestRolesOverANetwork(t *testing.T) {
	ada, bob, stranger := newKey(t), newKey(t), newKey(t)
	p := opening(t, keyLine(`role="operator"`, ada, "ada")+keyLine(`role="viewer"`, bob, "bob\x1b[2J"))
	a := dial(t, "tcp", p.address, "anybody", ada)
	v := look(t, a, "xterm", 100, 30)
	v.await(t, "ada drives 100x30 fps=20")
	p.said.await(t, "ada (operator, "+ssh.FingerprintSHA256(ada.PublicKey())+") came")
	b := dial(t, "tcp", p.address, "ada", bob)
	look(t, b, "xterm", 80, 24).await(t, "bob looks")
	if out, status := command(t, b, "tell sgd pause"); status != refused {
		t.Errorf("a viewer drives: status %d: %s", status, out)
	}
	if out, status := command(t, b, "status"); status != done {
		t.Errorf("status %d: %s", status, out)
	}
	if out, status := command(t, a, "serve --listen 127.0.0.1:0"); status != notUnderstood {
		t.Errorf("a port is opened over the network: status %d: %s", status, out)
	}
	for _, keys := range [][]ssh.Signer{nil, {stranger}} {
		if c, err := tryDial("tcp", p.address, "ada", keys...); err == nil {
			c.Close()
			t.Errorf("somebody with %d strange keys is let in", len(keys))
		}
	}
	v.press(t, "q")
	v.wantStatus(t, 0)
	p.said.await(t, ") left")
	if strings.ContainsRune(p.said.String(), 0x1b) {
		t.Errorf("escape sequences are printed: %q", p.said)
	}
}

// TestForgedSignature: a key of somebody else's opens nothing.
func TestForgedSignature(t *testing.T) {
	ada, bob := newKey(t), newKey(t)
	p := opening(t, keyLine(`role="operator"`, ada, "ada")+keyLine(`role="viewer"`, bob, "bob"))
	if c, err := tryDial("tcp", p.address, "ada", forged{bob, ada.PublicKey()}); err == nil {
		c.Close()
		t.Error("it is let in")
	}
}

// forged signs with another key than it says.
type forged struct {
	ssh.Signer
	public ssh.PublicKey
}

func (f forged) PublicKey() ssh.PublicKey { return f.public }

func TestNoPasswords(t *testing.T) {
	p := opening(t, keyLine("", newKey(t), "ada"))
	asked := false
	_, err := ssh.Dial("tcp", p.address, &ssh.ClientConfig{
		User: "ada", HostKeyCallback: ssh.InsecureIgnoreHostKey(),
		Auth: []ssh.AuthMethod{
			ssh.PasswordCallback(func() (string, error) { asked = true; return "", nil }),
			ssh.KeyboardInteractive(func(string, string, []string, []bool) ([]string, error) { asked = true; return nil, nil }),
		},
	})
	if err == nil || asked {
		t.Errorf("error %v, asked %v", err, asked)
	}
}

func TestAKeyHasSoManySessions(t *testing.T) {
	ada, bob := newKey(t), newKey(t)
	p := opening(t, keyLine("", ada, "ada")+keyLine("", bob, "bob"))
	for range mostOfAKey {
		look(t, dial(t, "tcp", p.address, "x", ada), "xterm", 80, 24).await(t, "ada")
	}
	if _, err := dial(t, "tcp", p.address, "x", ada).NewSession(); err == nil || !strings.Contains(err.Error(), "as many as may") {
		t.Errorf("session %d: %v", mostOfAKey+1, err)
	}
	look(t, dial(t, "tcp", p.address, "x", bob), "xterm", 80, 24).await(t, "bob")
}

func TestAKeyHasSoManyConnections(t *testing.T) {
	ada := newKey(t)
	p := opening(t, keyLine("", ada, "ada"))
	for range mostLinesOfAKey {
		dial(t, "tcp", p.address, "x", ada)
	}
	if c, err := tryDial("tcp", p.address, "x", ada); err == nil {
		c.Close()
		t.Errorf("connection %d is let in", mostLinesOfAKey+1)
	}
}

// TestStrangersTakeNoRoom: connections that prove nothing are bounded, and the
// others keep working.
func TestStrangersTakeNoRoom(t *testing.T) {
	ada := newKey(t)
	p := opening(t, keyLine("", ada, "ada"))
	v := look(t, dial(t, "tcp", p.address, "x", ada), "xterm", 80, 24)
	var held []net.Conn
	for range mostFromOne + 1 {
		c, err := net.Dial("tcp", p.address)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		held = append(held, c)
	}
	heard := 0
	for _, c := range held {
		if n, _ := c.Read(make([]byte, 1)); n > 0 {
			heard++
		}
	}
	if heard != mostFromOne {
		t.Errorf("%d of %d strangers are heard, want %d", heard, len(held), mostFromOne)
	}
	v.press(t, "a")
	v.await(t, "key a")
	for _, c := range held {
		c.Close()
	}
	await(t, "room", func() bool {
		c, err := tryDial("tcp", p.address, "x", ada)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
}

// TestAKeyThatIsTakenOut: it opens no more sessions, on connections that it has
// opened before either.
func TestAKeyThatIsTakenOut(t *testing.T) {
	ada, bob := newKey(t), newKey(t)
	p := opening(t, keyLine("", ada, "ada"))
	c := dial(t, "tcp", p.address, "x", ada)
	look(t, c, "xterm", 80, 24).await(t, "ada drives")
	if err := os.WriteFile(p.Network.Keys, []byte(keyLine("", bob, "bob")), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := c.NewSession(); err == nil {
		t.Error("a session is opened")
	}
	if c, err := tryDial("tcp", p.address, "x", ada); err == nil {
		c.Close()
		t.Error("a connection is opened")
	}
	look(t, dial(t, "tcp", p.address, "x", bob), "xterm", 80, 24).await(t, "bob drives")
}

func TestPortLastsAsLongAsItsSession(t *testing.T) {
	ada := newKey(t)
	p := opening(t, keyLine("", ada, "ada"))
	v := look(t, dial(t, "tcp", p.address, "x", ada), "xterm", 80, 24)
	v.await(t, "ada")
	key, err := hostKey(p.Network.HostKey)
	if err != nil {
		t.Fatal(err)
	}
	p.said.await(t, ssh.FingerprintSHA256(key.PublicKey()))
	p.cancel()
	v.wantStatus(t, 0)
	v.await(t, "bye")
	<-p.ended
	await(t, "a closed port", func() bool {
		c, err := net.Dial("tcp", p.address)
		if err == nil {
			c.Close()
		}
		return err != nil
	})
	p.wantNobody(t)
}

func TestPortsThatAreNotOpened(t *testing.T) {
	s := serving(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	open := t.TempDir() + "/open"
	if err := os.WriteFile(open, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(open, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		words  string
		status int
		says   string
	}{
		{"", notUnderstood, "HOST:PORT"},
		{"--listen", notUnderstood, "value"},
		{"--listen 2222", notUnderstood, "HOST:PORT"},
		{"--open :2222", notUnderstood, "--listen"},
		{"--listen=" + taken.Addr().String(), refused, "in use"},
		{"--listen 0.0.0.0:0", refused, "no key"},
		{"--listen [::]:0", refused, ""}, // also where there is no IPv6
		{"--listen 127.0.0.1:0 --keys /nowhere", refused, "/nowhere"},
		{"--listen 127.0.0.1:0 --keys=" + open, refused, "others may write"},
	} {
		out := &paper{}
		status, err := Ask(t.Context(), s.socket, append([]string{"serve"}, strings.Fields(c.words)...), out, out)
		if err != nil || status != c.status || !strings.Contains(out.String(), c.says) {
			t.Errorf("%s: status %d, %v, want %d with %q: %s", c.words, status, err, c.status, c.says, out)
		}
	}
}
