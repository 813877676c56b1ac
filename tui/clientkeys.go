package tui

import (
	"math"
	"strconv"

	"optwatch/train"
	"optwatch/tui/draw"
)

// The keys of the clients' pane: when they are valid, and the commands they send.

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
	return draw.Clean(m.run().Name) + " has no μ: o switches to a strategy that has"
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
