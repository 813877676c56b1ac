package join

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nkeys"

	"optwatch/fed/wire"
)

const replyIn = 5 * time.Second // that the server, and the coordinator, have for a request

// dial connects to the server of the line. The embedded server has the key that is
// in the line, or it is not the coordinator's.
// back is called when it is connected again, closed when it will not be.
func (c *Client) dial(back, closed func()) (*nats.Conn, error) {
	s := c.settings
	public := c.key.Public().(ed25519.PublicKey)
	options := []nats.Option{
		nats.Name("optwatch client"), nats.Timeout(replyIn), nats.MaxReconnects(-1), nats.ReconnectWait(again), nats.ReconnectJitter(again/2, again/2),
		nats.PingInterval(5 * time.Second), nats.MaxPingsOutstanding(2), nats.ReconnectBufSize(-1),
		nats.DisconnectErrHandler(func(*nats.Conn, error) { c.lost() }),
		nats.ReconnectHandler(func(*nats.Conn) { back() }),
		nats.ClosedHandler(func(*nats.Conn) { closed() }),                 // where its key is not let in any more
		nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}), // what was not sent is sent again
	}
	url := s.Line.Server
	if s.Line.Embedded() {
		text, err := nkeys.Encode(nkeys.PrefixByteUser, public)
		if err != nil {
			return nil, fmt.Errorf("join: %w", err)
		}
		url = "tls://" + url
		options = append(options,
			nats.Secure(pinned(s.Line.Key)),
			nats.Nkey(string(text), func(nonce []byte) ([]byte, error) { return ed25519.Sign(c.key, nonce), nil }),
			nats.UserInfo("join", hex.EncodeToString(wire.Proof(s.Line.Secret, public))),
			nats.CustomInboxPrefix(c.subjects.Inbox(c.fingerprint)),
		)
	} else if s.Creds != "" {
		options = append(options, nats.UserCredentials(s.Creds))
	}
	conn, err := nats.Connect(url, options...)
	switch {
	case errors.Is(err, nats.ErrAuthorization) && s.Line.Embedded():
		return nil, RefusedError("the coordinator does not let this key in: the line is used up, older than ten minutes or not right, or the operator has refused it; ask for a new line")
	case errors.Is(err, errOtherKey):
		return nil, RefusedError(s.Line.Server + ": " + errOtherKey.Error())
	case errors.Is(err, nats.ErrAuthorization) && s.Creds == "":
		return nil, errors.New(s.Line.Server + ": the server lets nobody in without credentials: --creds FILE has them")
	case errors.Is(err, nats.ErrAuthorization):
		return nil, errors.New(s.Line.Server + ": the server does not take the credentials of " + s.Creds)
	case errors.Is(err, nats.ErrNoServers), errors.Is(err, nats.ErrTimeout):
		return nil, fmt.Errorf("nobody answers at %s: is the coordinator running, and is it to be reached from here? (%w)", s.Line.Server, err)
	case err != nil:
		return nil, fmt.Errorf("%s: %w", s.Line.Server, err)
	}
	return conn, nil
}

var errOtherKey = errors.New("the server there has another key than the line says: it is not the coordinator's, or the line is not right")

// pinned accepts a server that has a key, and no other. There is no name to verify.
func pinned(key ed25519.PublicKey) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13, InsecureSkipVerify: true, // VerifyConnection verifies
		VerifyConnection: func(s tls.ConnectionState) error {
			if len(s.PeerCertificates) > 0 {
				if k, ok := s.PeerCertificates[0].PublicKey.(ed25519.PublicKey); ok && k.Equal(key) {
					return nil
				}
			}
			return errOtherKey
		},
	}
}

// session is from one connection to its end.
func (c *Client) session(ctx context.Context) error {
	back, closed := make(chan struct{}, 1), make(chan struct{})
	conn, err := c.dial(func() {
		select {
		case back <- struct{}{}:
		default:
		}
	}, func() { close(closed) })
	if err != nil {
		return err
	}
	defer conn.Close()
	number, place := c.placeNow()
	if number < 0 {
		return c.greet(ctx, conn) // what a client may do, a connection has from its beginning
	}
	js, err := jetstream.New(conn, jetstream.WithDefaultTimeout(replyIn), jetstream.WithPublishAsyncTimeout(12*replyIn))
	if err != nil {
		return fmt.Errorf("join: %w", err)
	}
	c.set(func() { c.js = js })
	defer c.set(func() { c.js = nil })
	return c.attend(ctx, conn, number, place, back, closed)
}

// lost breaks off what waits for an answer over a connection that is lost: none
// would come.
func (c *Client) lost() {
	c.set(func() {
		close(c.cut)
		c.cut = make(chan struct{})
	})
}

// errUnreachable is that there is no connection.
var errUnreachable = errors.New("the server is not to be reached")

// connected is the connection, for as long as it lasts and something may take.
func (c *Client) connected(ctx context.Context) (lasts context.Context, cancel context.CancelFunc, js jetstream.JetStream, err error) {
	c.mu.Lock()
	js = c.js
	c.mu.Unlock()
	lasts, cancel = c.untilCut(ctx, 12*replyIn)
	if js == nil || !js.Conn().IsConnected() {
		cancel()
		return nil, nil, nil, errUnreachable
	}
	return lasts, cancel, js, nil
}

// untilCut ends when the connection is lost that there is now, or after some time.
func (c *Client) untilCut(ctx context.Context, after time.Duration) (lasts context.Context, cancel context.CancelFunc) {
	c.mu.Lock()
	cut := c.cut
	c.mu.Unlock()
	lasts, cancel = context.WithTimeout(ctx, after)
	go func() {
		select {
		case <-cut:
			cancel()
		case <-lasts.Done():
		}
	}()
	return lasts, cancel
}
