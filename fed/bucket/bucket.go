// Package bucket keeps vectors that no message holds on a stream of a NATS server,
// in parts of half a MiB: each is the last message on a subject of its own, so that
// a new vector takes the place of the one before.
//
// It is an object store with less to say than that of the clients' library. Who
// reads a vector has its name, size and SHA-256 in a letter that is signed, so that
// nothing need be asked of the server but the parts, all at once, and nothing is
// hashed on the way. What is lost is put there again when it is asked for: a bucket
// is in files, as all streams are, and not synced.
package bucket

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"optwatch/fed/wire"
)

const (
	old    = time.Hour // after which a vector is dropped
	window = 4         // parts that are asked for at a time
)

// ErrMissing is that a part is not there, or is not as long as it must be.
var ErrMissing = errors.New("bucket: a part of the vector is not there")

// Config is the stream that a bucket is, of the subjects of some vectors' parts.
// It is of at most so many bytes; −1 for any number.
func Config(name, subjects string, most int64) jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name: name, Subjects: []string{subjects}, MaxMsgsPerSubject: 1, MaxBytes: most, MaxAge: old,
		Storage: jetstream.FileStorage, PersistMode: jetstream.AsyncPersistMode, AllowDirect: true,
	}
}

// parts is how many parts so many bytes have.
func parts(size int) int { return max(1, (size+wire.Inline-1)/wire.Inline) }

// part is the bytes of part i.
func part(b []byte, i int) []byte {
	from := min(len(b), i*wire.Inline)
	return b[from:min(len(b), from+wire.Inline)]
}

func numbered(subject string, i int) string { return subject + "." + strconv.Itoa(i) }

// Put stores bytes under a subject, and waits until the server has them.
func Put(ctx context.Context, js jetstream.JetStream, subject string, b []byte) error {
	acks := make([]jetstream.PubAckFuture, parts(len(b)))
	for i := range acks {
		ack, err := js.PublishAsync(numbered(subject, i), part(b, i))
		if err != nil {
			return fmt.Errorf("bucket: %w", err)
		}
		acks[i] = ack
	}
	for _, ack := range acks {
		select {
		case <-ack.Ok():
		case err := <-ack.Err():
			return fmt.Errorf("bucket: %w", err)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// Get reads what is stored under a subject of a bucket, which must be so many bytes.
// That they are those which are wanted is the caller's to see.
func Get(ctx context.Context, conn *nats.Conn, name, subject string, size int) ([]byte, error) {
	inbox := conn.NewInbox()
	sub, err := conn.SubscribeSync(inbox + ".*")
	if err != nil {
		return nil, fmt.Errorf("bucket: %w", err)
	}
	defer func() { _ = sub.Unsubscribe() }() // or the connection is gone, and it with it
	n, asked := parts(size), 0
	ask := func() error {
		if asked == n {
			return nil
		}
		err := conn.PublishRequest("$JS.API.DIRECT.GET."+name+"."+numbered(subject, asked), numbered(inbox, asked), nil)
		asked++
		return err
	}
	for range window {
		if err := ask(); err != nil {
			return nil, fmt.Errorf("bucket: %w", err)
		}
	}
	b := make([]byte, size)
	for range n {
		m, err := sub.NextMsgWithContext(ctx)
		if err != nil {
			return nil, fmt.Errorf("bucket: %w", err)
		}
		i, err := strconv.Atoi(m.Subject[strings.LastIndexByte(m.Subject, '.')+1:])
		if err != nil || i < 0 || i >= n || m.Header.Get("Status") != "" || len(m.Data) != len(part(b, i)) {
			return nil, ErrMissing
		}
		copy(part(b, i), m.Data)
		if err := ask(); err != nil {
			return nil, fmt.Errorf("bucket: %w", err)
		}
	}
	return b, nil
}
