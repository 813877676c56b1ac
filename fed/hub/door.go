package hub

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"net"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nkeys"

	"optwatch/fed/wire"
)

// door decides who may connect to the embedded server, and to which subjects. It
// is asked by goroutines of the server.
type door struct {
	subjects    wire.Subjects
	coordinator ed25519.PublicKey
	members     *members
	secrets     *secrets
	refuse      func(reason, who string)
}

var _ server.Authentication = (*door)(nil)

// Check lets a connection in, or not. Everybody proves that it holds the key that
// it names. The coordinator may do everything; who is accepted may do what a
// client must; others only introduce themselves, if they know the secret or have
// done so before.
func (d *door) Check(c server.ClientAuthentication) bool {
	opts := c.GetOpts()
	key, ok := holds(opts.Nkey, opts.Sig, c.GetNonce())
	if !ok {
		d.refuse("no key", address(c.RemoteAddress()))
		return false
	}
	if key.Equal(d.coordinator) {
		c.RegisterUser(&server.User{Username: "coordinator"})
		return true
	}
	print := wire.Fingerprint(key)
	switch m, known := d.members.find(key); {
	case known && m.state == wire.Accepted:
		c.RegisterUser(&server.User{Username: print, Permissions: d.ofClient(print, m.place)})
	case known && m.state == wire.Refused:
		d.refuse("refused by the operator", print)
		return false
	default:
		proof, _ := hex.DecodeString(opts.Password)
		if why := d.secrets.admits(proof, key); why != "" && !known {
			d.refuse(why, print)
			return false
		}
		c.RegisterUser(&server.User{Username: print, Permissions: d.ofStranger(print)})
	}
	return true
}

// holds is the key that a connection has, if it proves it.
func holds(public, signature string, nonce []byte) (ed25519.PublicKey, bool) {
	if public == "" || len(nonce) == 0 {
		return nil, false
	}
	k, err := nkeys.FromPublicKey(public)
	if err != nil {
		return nil, false
	}
	sig, err := base64.RawURLEncoding.DecodeString(signature)
	if err != nil || k.Verify(nonce, sig) != nil {
		return nil, false
	}
	raw, err := nkeys.Decode(nkeys.PrefixByteUser, []byte(public))
	if err != nil || len(raw) != ed25519.PublicKeySize {
		return nil, false
	}
	return raw, true
}

// ofStranger are the rights of who introduces itself.
func (d *door) ofStranger(fingerprint string) *server.Permissions {
	return &server.Permissions{
		Publish:   &server.SubjectPermission{Allow: []string{d.subjects.Hello(fingerprint)}},
		Subscribe: &server.SubjectPermission{Allow: []string{d.subjects.Inbox(fingerprint) + ".>"}},
	}
}

// ofClient are the rights of a client: its own subjects, and to read what is asked of
// it. It reads nothing of other clients, and asks nothing of the server but the parts
// of its vectors. What the server itself answers, such as that a message is stored,
// goes where its sender says: to no subject that counts, since those have a word in
// them that the sender does not know.
func (d *door) ofClient(fingerprint, place string) *server.Permissions {
	s := d.subjects
	publish := []string{s.Hello(fingerprint), s.Up(place, "*"), s.Pulse(place), s.UpLong(place, "*") + ".*"}
	publish = append(publish, "$JS.API.DIRECT.GET."+s.DownStream()+"."+s.End())
	for _, vector := range []string{s.Theta("*"), s.Variate("*"), s.Own(place, "*")} {
		publish = append(publish, "$JS.API.DIRECT.GET."+s.Bucket()+"."+s.Long(vector)+".*")
	}
	return &server.Permissions{
		Publish:   &server.SubjectPermission{Allow: publish},
		Subscribe: &server.SubjectPermission{Allow: []string{s.Inbox(fingerprint) + ".>", s.Deliver(place)}},
	}
}

// address is where a connection comes from.
func address(a net.Addr) string {
	if a == nil {
		return "an unknown address"
	}
	host, _, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	return host
}
