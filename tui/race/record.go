package race

import (
	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// keeping watches over whether what happens is recorded.
type keeping struct {
	*pane.Screen
	troubled bool // when it was looked at last
}

// Follow keeps in the log when trouble begins, and when it is over.
func (k *keeping) Follow() {
	trouble := k.trouble()
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

// trouble is why what happens may be lost; "" where it is not.
func (k *keeping) trouble() string {
	if !k.Ready() {
		return ""
	}
	return draw.Clean(k.Snap.Record.Trouble)
}

// draw is the line that stays as long as the trouble does.
func (k *keeping) draw(w int) string {
	t := k.Theme
	l := draw.NewLine(w)
	badge := " not saved "
	if t.Chosen.On == "" {
		badge = "[not saved]"
	}
	l.Gap(1).Put(t.Chosen, badge).Gap(1)
	return l.Put(t.Warn, draw.Short(k.trouble(), l.Left()-1)).String()
}
