package follow

import (
	"math"
	"slices"
	"strings"
	"time"

	"optwatch/train/follow/alert"
	"optwatch/train/view"
)

// event is a line of the log before it has its number.
type event struct {
	at   time.Duration
	run  string
	kind view.EventKind
	text string
}

// The number of lines that the log keeps.
const mostEvents = 1000

// tell puts a line into the log.
func (w *Watch) tell(e event) {
	w.numbered++
	w.events = append(w.events, view.Event{Number: w.numbered, Elapsed: e.at, Run: e.run, Kind: e.kind, Text: e.text})
	if n := len(w.events) - mostEvents; n > 0 {
		w.events = slices.Clone(w.events[n:])
	}
	w.generation++
}

// Note puts a line into the log, once however often it is told.
func (w *Watch) Note(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.once(text)
	w.publish()
}

// once tells a trouble of the source unless it has been told.
func (w *Watch) once(text string) {
	if !w.said[text] && len(w.said) < mostEvents {
		w.said[text] = true
		w.tell(event{w.options.Now().Sub(w.clock.began), "", view.EventInfo, text})
	}
}

// alert hands something on that has just happened.
func (w *Watch) alert(r *run, n news, now time.Time) {
	if w.options.Alert == nil || n.sign == "" || w.looks <= 1 && r.heard.Before(now.Add(-2*time.Minute)) {
		return
	}
	value := math.NaN()
	if c := r.curveOf("loss"); c != nil {
		value = c.last
	}
	w.options.Alert(alert.Event{Time: now, Run: r.name, Path: r.path, Kind: n.sign, Text: n.text, Step: n.at[onStep], Value: value})
}

// happened tells what has happened to a run now: a mark, a line of the log, an alert.
func (w *Watch) happened(r *run, n news, now time.Time) {
	r.happened(n, func(n news) { w.tell(event{w.clock.elapsed(n.at, now), r.name, n.kind, n.text}) })
	w.alert(r, n, now)
}

// stand looks how the runs stand.
func (w *Watch) stand() {
	now := w.options.Now()
	for _, r := range w.runs {
		was := r.state
		r.rate.see(r.at[onStep], now)
		w.standOf(r, now)
		w.watchGPUs(r, now)
		if r.state != was {
			w.changed(r, now)
		}
	}
}

// standOf looks how a run stands.
func (w *Watch) standOf(r *run, now time.Time) {
	if r.stand(now, r.fate(), r.behind.still) {
		w.generation++
	}
}

// changed tells that a run has come to stand otherwise.
func (w *Watch) changed(r *run, now time.Time) {
	kind, sign, text := view.EventEnd, "finished", r.reason
	switch r.state {
	case view.Running:
		kind, sign, text = view.EventResume, "", "goes on"
	case view.Paused:
		kind, sign, text = view.EventPause, "", "paused"
	case view.Failed:
		kind, sign = view.EventFailed, "failed"
		if strings.HasPrefix(r.reason, view.Crashed) {
			sign = view.Crashed
		}
	case view.Silent:
		sign = "silent"
	case view.Stopped:
		sign = "stopped"
	}
	w.tell(event{w.clock.elapsed(r.at, now), r.name, kind, text})
	w.alert(r, news{sign: sign, at: r.at, text: text}, now)
}
