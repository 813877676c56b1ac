package hub

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"net"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// mostStore is what the limits of all streams may add up to. They are limits, and
// take no room by themselves.
const mostStore = 1 << 50

// readyIn is how long the embedded server may take to listen.
const readyIn = 10 * time.Second

// serverOf starts the embedded server: JetStream in files, which are synced before
// anything is acknowledged, and TLS 1.3 with the coordinator's own key, which
// clients know from their line.
func serverOf(listen, folder string, key ed25519.PrivateKey, door server.Authentication) (*server.Server, error) {
	host, text, err := net.SplitHostPort(listen)
	if err != nil {
		return nil, fmt.Errorf("hub: --listen is HOST:PORT, got %q", listen)
	}
	port, err := strconv.Atoi(text)
	if err != nil || port < 0 || port > 65535 {
		return nil, fmt.Errorf("hub: the port of --listen is 0 to 65535, got %q", text)
	}
	if port == 0 {
		port = server.RANDOM_PORT
	} else if err := awaitFree(listen); err != nil {
		return nil, err
	}
	certificate, err := certificateOf(key)
	if err != nil {
		return nil, err
	}
	s, err := server.NewServer(&server.Options{
		ServerName: "optwatch", Host: host, Port: port, NoLog: true, NoSigs: true,
		JetStream: true, StoreDir: filepath.Join(folder, storeName), SyncAlways: true, DisableJetStreamBanner: true,
		JetStreamMaxStore: mostStore,
		MaxPayload:        server.MAX_PAYLOAD_SIZE, MaxControlLine: 4096, MaxSubs: 256,
		TLSConfig:                  &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{certificate}},
		TLSTimeout:                 5,
		AuthTimeout:                5,
		CustomClientAuthentication: door, AlwaysEnableNonce: true,
		PingInterval: 10 * time.Second, MaxPingsOut: 2, WriteDeadline: 10 * time.Second,
	})
	if err != nil {
		return nil, fmt.Errorf("hub: %w", err)
	}
	s.Start()
	if !s.ReadyForConnections(readyIn) {
		s.Shutdown()
		return nil, fmt.Errorf("hub: %s cannot be listened at", listen)
	}
	if !s.JetStreamEnabled() {
		s.Shutdown()
		return nil, errors.New("hub: the store of the embedded server cannot be opened in " + folder)
	}
	return s, nil
}

// awaitFree waits until an address can be listened at. While a coordinator is away,
// a connection of anybody on its machine may have its port for a moment.
func awaitFree(listen string) error {
	for end := time.Now().Add(readyIn); ; time.Sleep(readyIn / 50) {
		l, err := net.Listen("tcp", listen)
		if err == nil {
			return l.Close()
		}
		if !errors.Is(err, syscall.EADDRINUSE) || time.Now().After(end) {
			return fmt.Errorf("hub: %w", err)
		}
	}
}

// certificateOf is a certificate of the key for itself. Clients look at the key alone.
func certificateOf(key ed25519.PrivateKey) (tls.Certificate, error) {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "optwatch federation"},
		NotBefore: time.Unix(0, 0), NotAfter: time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), // never expires, as in RFC 5280, 4.1.2.5
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("hub: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
