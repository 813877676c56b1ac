//go:build linux && (amd64 || arm64) && !nonvml

package nvml

import (
	"sync"
	"time"

	"optwatch/train/device"
	"optwatch/train/device/nvidia"
)

// How long a wait for events takes, and how long the end of one is waited for.
const (
	xidWait  = 250 // ms
	xidLimit = 2 * time.Second
)

// xidsLen is how many events are kept until they are drained.
const xidsLen = 256

// xidWatch waits for the driver's Xid errors in a goroutine of its own: it is
// the only way to hear of them without the rights to read the kernel's log.
type xidWatch struct {
	lib  *library
	set  uintptr
	quit chan struct{}
	done chan struct{}

	mu      sync.Mutex
	devices map[handle]device.ID
	events  []device.Event
}

// watchXids begins to watch; nil where the driver has no events.
func watchXids(lib *library, devices []*gpu) *xidWatch {
	if lib.newEvents == nil || lib.waitEvents == nil || lib.registerEvents == nil || lib.freeEvents == nil {
		return nil
	}
	w := &xidWatch{lib: lib, quit: make(chan struct{}), done: make(chan struct{}), devices: map[handle]device.ID{}}
	if lib.newEvents(&w.set) != nvidia.Success {
		return nil
	}
	w.watch(devices...)
	go w.run()
	return w
}

// watch registers the devices that are not registered yet. The driver is asked
// without the lock: it may hang, and drain must not wait for it.
func (w *xidWatch) watch(devices ...*gpu) {
	if w == nil {
		return
	}
	for _, d := range devices {
		if !d.known || d.state != device.Up || !w.claim(d.handle, d.ID) {
			continue
		}
		if w.lib.registerEvents(d.handle, eventXid, w.set) != nvidia.Success {
			w.disclaim(d.handle, d.ID)
		}
	}
}

// claim notes whose handle one is, and says whether that is new. It is noted before
// the handle is registered, since an event may come at once.
func (w *xidWatch) claim(h handle, id device.ID) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.devices[h] == id {
		return false
	}
	w.devices[h] = id
	return true
}

// disclaim forgets a handle that could not be registered, so that it is tried again.
func (w *xidWatch) disclaim(h handle, id device.ID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.devices[h] == id {
		delete(w.devices, h)
	}
}

// run waits for events until stop is called. A wait that fails, or returns at
// once without an event, is not repeated at once.
func (w *xidWatch) run() {
	defer close(w.done)
	for {
		var data eventData
		began := time.Now()
		c := w.lib.waitEvents(w.set, &data, xidWait)
		pause := time.Duration(0)
		switch {
		case c == nvidia.Success && data.kind == eventXid:
			w.add(data)
		case c != nvidia.Timeout || time.Since(began) < xidWait*time.Millisecond/2:
			pause = xidWait * time.Millisecond
		}
		select {
		case <-w.quit:
		case <-time.After(pause):
		}
		select {
		case <-w.quit:
			w.lib.freeEvents(w.set)
			return
		default:
		}
	}
}

func (w *xidWatch) add(data eventData) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events = append(w.events, device.XidEvent(time.Now(), w.devices[data.device], int(data.data)))
	w.events = w.events[max(0, len(w.events)-xidsLen):]
}

// drain gives the events since the last time.
func (w *xidWatch) drain() []device.Event {
	if w == nil {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	events := w.events
	w.events = nil
	return events
}

// stop ends the watch, and says whether it has ended.
func (w *xidWatch) stop() bool {
	if w == nil {
		return true
	}
	close(w.quit)
	select {
	case <-w.done:
		return true
	case <-time.After(xidLimit):
		return false
	}
}
