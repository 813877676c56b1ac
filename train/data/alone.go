package data

import (
	"context"
	"os"
	"time"
)

// alone waits until nobody else fetches into a folder, and keeps others out until it
// is released. A process that is killed releases it.
func alone(ctx context.Context, dir string) (release func(), err error) {
	f, err := os.Open(dir) // itself, so that no file is left in it
	if err != nil {
		return nil, err
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		had, err := flock(f)
		switch {
		case err != nil:
			f.Close()
			return nil, err
		case had:
			return func() { f.Close() }, nil
		}
		select {
		case <-ctx.Done():
			f.Close()
			return nil, ctx.Err()
		case <-tick.C:
		}
	}
}
