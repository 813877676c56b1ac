package playback

import (
	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// Keeping watches over whether what happens is recorded.
type Keeping struct {
	*pane.Screen
	troubled bool // when it was looked at last
}

// Follow keeps in the log when trouble begins, and when it is over.
func (k *Keeping) Follow() {
	trouble := k.Trouble()
	switch {
	case k.troubled == (trouble != ""):
		return
	case trouble != "":
		k.Note(view.EventFailed, "not saved: "+trouble)
	default:
		k.Note(view.EventInfo, "saved again")
	}
	k.troubled = trouble != ""
}

// Trouble is why what happens may be lost; "" where it is not.
func (k *Keeping) Trouble() string {
	if !k.Ready() {
		return ""
	}
	return draw.Clean(k.Snap.Record.Trouble)
}

// Draw is the line that stays as long as the trouble does.
func (k *Keeping) Draw(w int) string {
	t := k.Theme
	l := draw.NewLine(w)
	badge := " not saved "
	if t.Chosen.On == "" {
		badge = "[not saved]"
	}
	l.Gap(1).Put(t.Chosen, badge).Gap(1)
	return l.Put(t.Warn, draw.Short(k.Trouble(), l.Left()-1)).String()
}
