package tui

import (
	"math"
	"strconv"
	"time"

	"optwatch/train"
)

// The keys of the clients' pane: when they are valid, and the commands they send.

// ask is a change of a federation on its way: shown until the federation has it.
type ask struct {
	train.Command
	until time.Time // what is not under way by then was lost
}

// onClients says whether the clients have the focus and there is one.
func (m *model) onClients() bool {
	return m.ready() && m.focus == paneClients && m.roster.client() != nil
}

// canTell is valid where the source takes a kind of command for the
// federation whose clients have the focus.
func canTell(k train.CommandKind) func(*model) bool {
	return func(m *model) bool {
		r := m.find(m.roster.run)
		return m.onClients() && r != nil && !r.State.Ended() && m.accepts(k)
	}
}

func (m *model) canDrop() bool {
	if !m.onClients() {
		return false
	}
	if m.leaves() {
		return canTell(train.RejoinClient)(m)
	}
	return canTell(train.DropClient)(m)
}

func (m *model) hasClients() bool { return m.ready() && m.federated() }

// clientsWord offers the pane in the footer where it has not the focus.
func (m *model) clientsWord() string {
	if m.focus == paneClients {
		return ""
	}
	return "clients"
}

func (m *model) canMu() bool {
	return canTell(train.SetMu)(m) && !math.IsNaN(m.roster.view.Mu)
}

// whyNotClients says why a key of the clients' pane does nothing.
func (m *model) whyNotClients() string {
	switch {
	case len(m.snap.Accepts) == 0:
		return ""
	case !m.federated():
		return "no run is federated"
	case m.focus != paneClients:
		return strconv.Itoa(int(paneClients)+1) + " focuses the clients, whom this key is for"
	}
	return m.whyEnded()
}

func (m *model) whyNoMu() string {
	if why := m.whyNotClients(); why != "" || !canTell(train.SetMu)(m) {
		return why
	}
	return clean(m.run().Name) + " has no μ: o switches to a strategy that has"
}

func (m *model) whyNoPane() string { return "no run is federated: there are no clients to show" }

// leaves says whether the selected client is left out, or is about to be.
func (m *model) leaves() bool {
	c := m.roster.client()
	if k, asked := m.askedOf(c.ID); asked {
		return k == train.DropClient
	}
	return c.State == train.ClientDropped
}

// dropWord names the client, which may be out of sight.
func (m *model) dropWord() string {
	word := "drop"
	if m.leaves() {
		word = "rejoin"
	}
	return word + " c" + strconv.Itoa(m.roster.selected)
}

func (m *model) toggleDrop() {
	kind := train.DropClient
	if m.leaves() {
		kind = train.RejoinClient
	}
	m.tell(train.Command{Kind: kind, Run: m.roster.run, Client: m.roster.selected})
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
			text = joined(text, "E "+strconv.Itoa(f.Epochs)+"→"+number(a.Value, 4)+"…")
		case a.Kind == train.SetMu:
			text = joined(text, "μ "+number(f.Mu, 3)+"→"+number(a.Value, 3)+"…")
		}
	}
	return text
}
