package pane

import (
	"slices"
	"time"

	"optwatch/train/view"
	"optwatch/tui/draw"
)

// Screen is what all panes of a screen share. The shell owns it: it takes
// snapshots and moves the focus; panes read it, send commands and speak in the
// footer through it.
type Screen struct {
	Theme  *draw.Theme
	Source view.Source
	Viewer uint64 // tells the commands of this screen from those of others

	Snap  *view.Snapshot
	Now   time.Time // of the latest tick
	Plot  draw.Plot // what curves are drawn with
	Focus int       // the position of the pane that has it
	Alone bool      // the focused pane has the screen for itself
	Over  Overlay   // nil for none
	Keys  Table
	Flash Flash
	later Flash        // a notice that waits until nothing lies over the screen
	Notes []view.Event // the screen's own lines for the log
	Noted int          // how many there have been

	sent   []view.Command // on their way: not acknowledged yet
	counts uint64         // commands sent
	heard  uint64         // Event.Number of the latest event seen
}

// NewScreen looks at a source for the first time.
func NewScreen(t *draw.Theme, s view.Source, viewer uint64) *Screen {
	c := &Screen{Theme: t, Source: s, Viewer: viewer}
	c.Pull()
	return c
}

// Pull takes a new snapshot, and hears what has become of the commands sent.
func (s *Screen) Pull() {
	s.Snap = s.Source.Snapshot()
	events := s.Snap.Events
	if len(events) == 0 {
		return
	}
	fresh := len(events)
	for fresh > 0 && events[fresh-1].Number > s.heard {
		fresh--
	}
	for i := fresh; i < len(events); i++ {
		s.hear(&events[i])
	}
	if events[0].Number > s.heard+1 { // some were dropped unseen, and answers perhaps with them
		s.sent = nil
	}
	s.heard = events[len(events)-1].Number
}

// hear takes in an event, which may answer a command of this screen.
func (s *Screen) hear(e *view.Event) {
	i := slices.IndexFunc(s.sent, func(c view.Command) bool { return e.Command != 0 && c.ID == e.Command })
	if i < 0 {
		return
	}
	s.sent = slices.Delete(s.sent, i, i+1)
	if e.Kind == view.EventRefused {
		s.tell(Flash{Text: draw.Clean(e.Text), Bad: true})
	}
}

// Send asks the source for a change, and says whether it is taken; what the
// source has against it is shown.
func (s *Screen) Send(c view.Command) bool {
	s.counts++
	c.ID = s.Viewer<<32 | s.counts
	if err := s.Source.Do(c); err != nil {
		s.Fail(err)
		return false
	}
	s.sent = append(s.sent, c)
	return true
}

// Sent are the commands that the source has taken and not answered yet, the
// newest last.
func (s *Screen) Sent() []view.Command { return s.sent }

// Coming is a setting of a run as it will be once all commands are carried out.
func (s *Screen) Coming(run int, setting string, now float64) float64 {
	for _, c := range s.sent {
		if c.Kind == view.Set && c.Run == run && c.Setting == setting {
			now = c.Value
		}
	}
	return now
}

// Style is what curves are drawn with here: where there is nothing but ASCII, dots are
// not to be had.
func (s *Screen) Style() draw.Plot {
	if s.Theme.ASCII {
		return draw.Lines
	}
	return s.Plot
}

// Ready says whether there is something to look at.
func (s *Screen) Ready() bool {
	return s.Snap.Phase == view.PhaseTraining || s.Snap.Phase == view.PhaseEnded
}

// Accepts says whether the source takes a kind of command now.
func (s *Screen) Accepts(k view.CommandKind) bool {
	return s.Ready() && slices.Contains(s.Snap.Accepts, k)
}

// Takes says whether a key has a meaning for the source: it sends no command, or
// one that the source takes, and it acts on what is there or may come. As long as
// there is nothing to look at, all may have one.
func (s *Screen) Takes(b *Binding) bool {
	if !s.Ready() {
		return true
	}
	return s.Taken(b) && (b.About == nil || s.Driven() || b.About())
}

// Taken says whether a key sends no command, or one that the source takes now.
func (s *Screen) Taken(b *Binding) bool {
	return len(b.Sends) == 0 || slices.ContainsFunc(b.Sends, s.Accepts)
}

// Driven says whether the source takes commands for what runs in it. One that
// takes none is only looked at: what it has nothing of, such as clients, nothing
// done here brings.
func (s *Screen) Driven() bool {
	return s.Ready() && slices.ContainsFunc(s.Snap.Accepts, func(k view.CommandKind) bool { return k < view.Finish })
}

// ReadOnly says whether whoever looks at this screen may only look.
func (s *Screen) ReadOnly() bool {
	for _, p := range s.Snap.People {
		if p.Self {
			return !p.Drives
		}
	}
	return false
}

// Close takes away what lies over the screen.
func (s *Screen) Close() { s.Over = nil }

// Flash is a line that stands in the footer for some seconds. Its time is that
// of the ticks.
type Flash struct {
	Text    string
	Shorter []string // what is said instead where there is no room for the text, the longest first
	Bad     bool
	Until   time.Time
}

// In is the first of its texts that fits into w columns.
func (f *Flash) In(w int) string {
	texts := []string{draw.Clean(f.Text)}
	for _, s := range f.Shorter {
		texts = append(texts, draw.Clean(s))
	}
	return draw.FirstFit(texts, w)
}

// Age takes the line away once its time is over.
func (f *Flash) Age(now time.Time) {
	if f.Until.Before(now) {
		*f = Flash{}
	}
}

// Say shows a line for some seconds, in answer to a key: the text, or where there is no
// room for it one of the shorter ones.
func (s *Screen) Say(text string, shorter ...string) {
	s.Flash = Flash{Text: text, Shorter: shorter, Until: s.Now.Add(4 * time.Second)}
}

// Tell says what has happened without a key. What lies over the screen has its keys in
// the footer, and whoever reads it has not asked: so the line waits until it is closed.
func (s *Screen) Tell(text string, shorter ...string) { s.tell(Flash{Text: text, Shorter: shorter}) }

func (s *Screen) tell(f Flash) {
	if s.Over != nil {
		s.later = f
		return
	}
	f.Until = s.Now.Add(4 * time.Second)
	s.Flash = f
}

// Heed shows what has waited, once nothing lies over the screen and nothing else is said.
func (s *Screen) Heed() {
	if s.later.Text != "" && s.Over == nil && s.Flash.Text == "" {
		s.tell(s.later)
		s.later = Flash{}
	}
}

// Warn says for some seconds why a key does nothing. It is no event.
func (s *Screen) Warn(text string, shorter ...string) {
	s.Flash = Flash{Text: text, Shorter: shorter, Bad: true, Until: s.Now.Add(4 * time.Second)}
}

// Fail shows an error for some seconds and keeps it in the log.
func (s *Screen) Fail(err error) {
	s.Flash = Flash{Text: err.Error(), Bad: true, Until: s.Now.Add(6 * time.Second)}
	s.Note(view.EventFailed, err.Error())
}

// Note puts a line of the screen's own into the log.
func (s *Screen) Note(kind view.EventKind, text string) {
	s.Notes = append(s.Notes, view.Event{Elapsed: s.Snap.Elapsed, Kind: kind, Text: text})
	s.Noted++
	if len(s.Notes) > 100 {
		s.Notes = s.Notes[1:]
	}
}
