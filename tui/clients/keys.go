package clients

import (
	"strconv"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
	"optwatch/tui/runs"
)

// Keys are the lines that the pane adds to the key table.
func (c *Clients) Keys() []pane.Binding {
	return append([]pane.Binding{
		c.seat.Key(c, 40, "focus the clients of a federated run, to drop one or take it in again", "no run is federated: there are no clients to show"),
		{In: pane.Main, Topic: pane.OnClients, Rank: 70, Name: "drop-client", Keys: []string{"d"}, Sends: []view.CommandKind{view.DropClient, view.RejoinClient}, Show: "d", Word: c.dropWord, Doc: "drop the selected client from the rounds to come, or take it in again", When: c.canDrop, Why: c.whyNot, Do: pane.Does(c.toggleDrop)},
		{In: pane.Main, Topic: pane.OnClients, Rank: 80, Name: "local-epochs", Keys: []string{"e"}, Sends: []view.CommandKind{view.Set}, Show: "e", Foot: "epochs", Doc: "local epochs of a federated run's clients", When: c.canSet(runs.Epochs), Why: c.whyNot, Do: pane.Does(func() { c.ask(runs.Epochs) })},
		{In: pane.Main, Topic: pane.OnClients, Rank: 90, Name: "proximal", Keys: []string{"u"}, Sends: []view.CommandKind{view.Set}, Show: "u", Foot: "μ", Doc: "FedProx's μ", When: c.canSet(runs.Mu), Why: c.whyNoMu, Do: pane.Does(func() { c.ask(runs.Mu) })},
	}, append(c.promptKeys(), c.doorKeys()...)...)
}

// onClients says whether the clients have the focus and there is one.
func (c *Clients) onClients() bool { return c.Ready() && c.seat.Focused() && c.client() != nil }

// can says whether the source takes a kind of command for the federation whose
// clients have the focus.
func (c *Clients) can(k view.CommandKind) bool {
	r := c.shown()
	return c.onClients() && r != nil && runs.Goes(r) && c.Accepts(k)
}

func (c *Clients) canDrop() bool { return c.onClients() && c.can(c.toggling()) }

// canSet is valid where the federation has a setting that the source changes.
func (c *Clients) canSet(setting string) func() bool {
	return func() bool { return c.can(view.Set) && runs.Has(setting)(c.shown()) }
}

// whyNot says why a key of the clients' pane does nothing.
func (c *Clients) whyNot() string {
	switch {
	case !c.Driven():
		return ""
	case !c.There():
		return "no run is federated"
	case !c.seat.Focused():
		return c.seat.Digit() + " focuses the clients, whom this key is for"
	}
	return c.WhyEnded()
}

func (c *Clients) whyNoMu() string {
	if why := c.whyNot(); why != "" || !c.can(view.Set) {
		return why
	}
	why := draw.Clean(c.shown().Name) + " has no μ"
	if c.Accepts(view.Switch) {
		why += ": o switches to a strategy that has"
	}
	return why
}

// toggling is what would change whether the selected client takes part: it is
// left out, or is about to be, or not.
func (c *Clients) toggling() view.CommandKind {
	k := c.client()
	kind, pending := c.asked(k)
	if !pending && k.State == view.ClientDropped || pending && kind == view.DropClient {
		return view.RejoinClient
	}
	return view.DropClient
}

// dropWord names the client, which may be out of sight.
func (c *Clients) dropWord() string {
	word := "drop"
	if c.toggling() == view.RejoinClient {
		word = "rejoin"
	}
	return word + " c" + strconv.Itoa(c.selected)
}

func (c *Clients) toggleDrop() {
	c.Send(view.Command{Kind: c.toggling(), Run: c.run, Client: c.selected})
}
