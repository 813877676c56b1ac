package tui

import (
	"strconv"
	"time"

	"optwatch/train"
	"optwatch/tui/draw"
)

// ask is a change of a federation on its way: shown until the federation has it.
type ask struct {
	train.Command
	until time.Time // what is not under way by then was lost
}

// tell sends a change of a federation, and remembers it until it is made.
func (m *model) tell(c train.Command) {
	if !m.send(c) {
		return
	}
	kept := m.asks[:0]
	for _, a := range m.asks {
		if !a.about(c) {
			kept = append(kept, a)
		}
	}
	m.asks = append(kept, ask{c, m.now.Add(2 * time.Second)})
}

// about says whether a later command is about the same thing.
func (a ask) about(c train.Command) bool {
	clients := func(k train.CommandKind) bool { return k == train.DropClient || k == train.RejoinClient }
	return a.Run == c.Run && a.Client == c.Client && (a.Kind == c.Kind || clients(a.Kind) && clients(c.Kind))
}

// heard forgets what the federations have done, or what was lost.
func (m *model) heard() {
	kept := m.asks[:0]
	for _, a := range m.asks {
		r := m.find(a.Run)
		if r == nil || r.Federated == nil || a.made(r.Federated) || r.Pending == "" && a.until.Before(m.now) {
			continue
		}
		kept = append(kept, a)
	}
	m.asks = kept
}

// made says whether a federation is as it was asked to be.
func (a ask) made(f *train.FederatedView) bool {
	switch a.Kind {
	case train.SetEpochs:
		return float64(f.Epochs) == a.Value
	case train.SetMu:
		return f.Mu == a.Value
	}
	for i := range f.Clients {
		if c := &f.Clients[i]; c.ID == a.Client {
			return (c.State == train.ClientDropped) == (a.Kind == train.DropClient)
		}
	}
	return true
}

// askedOf is what was asked of a client and has not been done.
func (m *model) askedOf(client int) (train.CommandKind, bool) {
	for _, a := range m.asks {
		if a.Run == m.roster.run && a.Client == client && (a.Kind == train.DropClient || a.Kind == train.RejoinClient) {
			return a.Kind, true
		}
	}
	return 0, false
}

// pendingSettings are the settings of a federation that are about to change.
func (m *model) pendingSettings(r *train.RunView, f *train.FederatedView) string {
	text := ""
	for _, a := range m.asks {
		switch {
		case a.Run != r.ID:
		case a.Kind == train.SetEpochs:
			text = draw.Join(text, "E "+strconv.Itoa(f.Epochs)+"→"+draw.Number(a.Value, 4)+"…")
		case a.Kind == train.SetMu:
			text = draw.Join(text, "μ "+draw.Number(f.Mu, 3)+"→"+draw.Number(a.Value, 3)+"…")
		}
	}
	return text
}
