package clients

import (
	"strconv"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/runs"
)

// Changes of a federation that the source has taken and not answered yet. A
// federation takes a change in between two rounds, and a round may be long:
// until then what was asked for is shown beside what is. Of several commands
// about one thing the latest counts.

// asked is what was asked of a client and is not done yet.
func (c *Clients) asked(k *view.Client) (kind view.CommandKind, pending bool) {
	for _, s := range c.Sent() {
		if s.Run == c.run && s.Client == k.ID && (s.Kind == view.DropClient || s.Kind == view.RejoinClient) {
			kind, pending = s.Kind, true
		}
	}
	done := (k.State == view.ClientDropped) == (kind == view.DropClient)
	return kind, pending && !done
}

// pendingSettings are the settings of the federation that are about to change,
// in the order in which they were asked for.
func (c *Clients) pendingSettings(r *view.Run) string {
	text, sent := "", c.Sent()
	for i, s := range sent {
		if s.Kind != view.Set || s.Run != r.ID || overtaken(s, sent[i+1:]) {
			continue
		}
		switch now := float64(c.federation.Epochs); {
		case s.Setting == runs.Epochs && s.Value != now:
			text = draw.Join(text, "E "+strconv.Itoa(c.federation.Epochs)+"→"+draw.Number(s.Value, 4)+"…")
		case s.Setting == runs.Mu && s.Value != c.federation.Mu:
			text = draw.Join(text, "μ "+draw.Number(c.federation.Mu, 3)+"→"+draw.Number(s.Value, 3)+"…")
		}
	}
	return text
}

// overtaken says whether a later command sets the same.
func overtaken(s view.Command, later []view.Command) bool {
	for _, l := range later {
		if l.Kind == view.Set && l.Run == s.Run && l.Setting == s.Setting {
			return true
		}
	}
	return false
}
