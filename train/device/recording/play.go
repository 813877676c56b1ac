package recording

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"optwatch/train/device"
)

// lineLimit is the longest line of a recording, in bytes.
const lineLimit = 8 << 20

// Player plays a recording: its views are those that were recorded, with history
// and events made anew.
type Player struct {
	latest atomic.Pointer[device.View]
	done   chan struct{}
	err    error // once done is closed

	name      string
	inventory device.Inventory
	shift     time.Duration // from the recorded time to the time of playing
	begun     bool
}

// Play begins to play what a Recorder wrote. In real time a line comes as
// long after the first as it did then, with its times moved to now; else all
// lines come at once with their own times. The context ends it.
func Play(ctx context.Context, r io.Reader, name string, realTime bool) *Player {
	p := &Player{done: make(chan struct{}), name: name}
	p.latest.Store(&device.View{At: time.Now(), Backend: "none", Opening: true, Replaying: name})
	go func() {
		defer close(p.done)
		p.err = p.play(ctx, r, realTime)
		v := *p.latest.Load()
		v.Ended, v.Opening = true, false
		if p.err != nil && !errors.Is(p.err, context.Canceled) {
			v.Absence, v.Reason = device.Stopped, p.err.Error()
		}
		p.latest.Store(&v)
	}()
	return p
}

// View is what is played now.
func (p *Player) View() *device.View { return p.latest.Load() }

// Wait returns when the recording is over, with what is wrong with it, or when
// the context has ended, with its error.
func (p *Player) Wait() error {
	<-p.done
	return p.err
}

// play plays all lines. A last line that was cut off, as a killed recorder
// leaves it, ends the recording.
func (p *Player) play(ctx context.Context, r io.Reader, realTime bool) error {
	in := bufio.NewReaderSize(r, 1<<16)
	for number := 1; ; number++ {
		text, whole, err := readLine(in)
		if err != nil {
			return fmt.Errorf("%s:%d: %w", p.name, number, err)
		}
		if len(text) == 0 && !whole {
			break
		}
		f, err := parseLine(text, p.move)
		if err != nil && !whole && p.begun {
			break
		}
		if err != nil {
			return fmt.Errorf("%s:%d: %w", p.name, number, err)
		}
		if realTime {
			if !p.begun {
				p.shift = time.Since(f.at)
				f, _ = parseLine(text, p.move)
			}
			if err := sleepUntil(ctx, p.move(f.at)); err != nil {
				return err
			}
		}
		p.show(f)
		if !whole {
			break
		}
	}
	if !p.begun {
		return fmt.Errorf("%s: is empty; expected lines that --record wrote", p.name)
	}
	return ctx.Err()
}

// move is a recorded time in the time of playing.
func (p *Player) move(t time.Time) time.Time { return t.Add(p.shift) }

// readLine reads a line, and says whether it had an end.
func readLine(in *bufio.Reader) (text []byte, whole bool, err error) {
	for {
		part, err := in.ReadSlice('\n')
		text = append(text, part...)
		switch {
		case len(text) > lineLimit:
			return nil, false, fmt.Errorf("found a line of more than %d bytes; expected what --record wrote", lineLimit)
		case err == nil:
			return text, true, nil
		case errors.Is(err, io.EOF):
			return text, false, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, false, err
		}
	}
}

func sleepUntil(ctx context.Context, t time.Time) error {
	timer := time.NewTimer(time.Until(t))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// show makes a line the latest view.
func (p *Player) show(f frame) {
	at := p.move(f.at)
	p.begun = true
	f.mergeInto(&p.inventory, at)
	v := p.inventory.View(at)
	v.Replaying, v.RecordedAt = p.name, f.at
	p.latest.Store(v)
}
