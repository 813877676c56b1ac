package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"strings"

	"golang.org/x/crypto/ssh"

	"optwatch/tui/draw"
)

// networkFrames is how many frames a second are drawn over a network, unless
// the viewer says otherwise.
const networkFrames = 5

// mostNews is how many lines of news may wait for who reads them.
const mostNews = 256

// serve opens a port for others, as somebody at this machine asks for it in
// words, for as long as that session lasts.
func (d *door) serve(ctx context.Context, words []string, out io.Writer) int {
	n, err := d.portOf(words)
	if err != nil {
		return say(out, notUnderstood, "%s", draw.Clean(err.Error()))
	}
	if err := d.openPort(ctx, n, out); err != nil {
		return say(out, refused, "%s", draw.Clean(err.Error()))
	}
	return done
}

// portOf is the network that words ask for.
func (d *door) portOf(words []string) (Network, error) {
	n := d.Network
	n.Listen = ""
	if n.HostKey == "" {
		return n, errors.New("no port is opened from here")
	}
	for len(words) > 0 {
		name, value, given := strings.Cut(words[0], "=")
		words = words[1:]
		if !given {
			if len(words) == 0 {
				return n, fmt.Errorf("%s: want a value, as in --listen :2222 --keys FILE", quoted(name))
			}
			value, words = words[0], words[1:]
		}
		switch name {
		case "--listen":
			n.Listen = value
		case "--keys":
			n.Keys, n.Own = value, n.Own && value == d.Network.Keys
		default:
			return n, fmt.Errorf("%s is not understood: want --listen HOST:PORT and --keys FILE", quoted(name))
		}
	}
	if _, _, err := net.SplitHostPort(n.Listen); err != nil {
		return n, fmt.Errorf("--listen %s: want HOST:PORT, e.g. localhost:2222 or :2222", quoted(n.Listen))
	}
	return n, nil
}

// openPort serves on a port until ctx ends, and tells out who comes and goes.
func (d *door) openPort(ctx context.Context, n Network, out io.Writer) error {
	keys := &keyring{path: n.Keys, own: n.Own, log: d.log}
	loaded := keys.load()
	if loaded != nil && !(n.Keys == d.Network.Keys && errors.Is(loaded, fs.ErrNotExist)) {
		return fmt.Errorf("keys: %w", loaded)
	}
	signer, err := hostKey(n.HostKey)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", n.Listen)
	if err != nil {
		return err
	}
	defer l.Close()
	here := addressOf(l.Addr()).IsLoopback()
	if keys.none() && !here {
		return fmt.Errorf("%v is open to others, and no key of %s opens it: want at least one", l.Addr(), n.Keys)
	}
	say(out, done, "listening on %v", l.Addr())
	say(out, done, "host key %s", ssh.FingerprintSHA256(signer.PublicKey()))
	say(out, done, "%s", draw.Clean(keys.String()))
	if keys.none() {
		say(out, done, "nobody can come in before there is a key")
	}
	port := newDoor(d.Server, d.log)
	port.keys = keys
	port.who = port.byKey
	port.frames = networkFrames
	news := make(chan string, mostNews)
	port.news = func(text string) {
		select {
		case news <- text:
		default: // nobody waits for who reads the news
		}
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	told := make(chan struct{})
	go func() {
		defer close(told)
		for {
			select {
			case text := <-news:
				say(out, done, "%s", draw.Clean(text))
			case <-ctx.Done():
				return
			}
		}
	}()
	err = port.open(ctx, l, signer)
	stop()
	<-told
	return err
}
