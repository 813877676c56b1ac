package clients

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
	"optwatch/tui/draw"
)

// What the table says of clients that are on machines of their own. A federation
// in one process has none of these columns.

const (
	widestHost    = 20 // columns for a client's machine
	widestVersion = 10
	roomyRemote   = 150 // columns from which on what became of all updates is told too
)

// remoteDrops are how soon columns give way where clients are on machines of
// their own: who it is and whether it is heard of stays longest.
var remoteDrops = map[string]int{
	"version": 11, "down": 10, "up": 9, "time": 8, "data": 7, "drift": 6, "heard": 5, "trip": 3, "loss": 2, "host": 1,
}

// addHost adds the column that says which machine a client is on.
func (t *table) addHost(clients []view.Client) {
	widest := len("host")
	for i := range clients {
		if widest = max(widest, hostWidth(&clients[i])); widest >= widestHost {
			widest = widestHost
			break
		}
	}
	t.add("host", widest, 2, 1, hostText).Left = true
}

// addMachine adds what is known of the machine and the way to it.
func (t *table) addMachine(clients []view.Client) {
	widest := len("version")
	for i := range clients {
		widest = max(widest, min(widestVersion, ansi.StringWidth(draw.Clean(clients[i].Version))))
	}
	t.add("trip", 7, 2, 3, func(k *view.Client) string { return tripText(k.RoundTrip) })
	t.add("heard", 6, 1, 5, func(k *view.Client) string { return heardText(k) })
	t.add("up", 8, 1, 9, func(k *view.Client) string { return sentText(k, k.Up) })
	t.add("down", 8, 1, 10, func(k *view.Client) string { return sentText(k, k.Down) })
	t.add("version", widest, 2, 11, func(k *view.Client) string { return orUnknown(draw.Clean(k.Version)) }).Left = true
}

// yield makes columns give way in the order that suits clients on machines of
// their own.
func (t *table) yield() {
	for i := range t.Columns {
		c := &t.Columns[i]
		if drop, ok := remoteDrops[c.Name]; ok {
			c.Drop = drop
		} else if c.Drop > 0 { // the classes, whatever their heading is
			c.Drop = 4
		}
	}
}

// hostWidth is how wide a client's machine is, without putting its text together:
// of a thousand clients few are seen.
func hostWidth(k *view.Client) int {
	name, host := draw.Clean(k.Name), draw.Clean(k.Host)
	switch {
	case name == "" || name == host:
		return ansi.StringWidth(host)
	case host == "":
		return ansi.StringWidth(name)
	}
	return ansi.StringWidth(name) + 1 + ansi.StringWidth(host)
}

// hostText is the machine of a client, and before it the name that the client has
// given itself, if that is another.
func hostText(k *view.Client) string { return machineText(k.Name, k.Host) }

func machineText(name, host string) string {
	name, host = draw.Clean(name), draw.Clean(host)
	switch {
	case name == "" || name == host:
		return orUnknown(host)
	case host == "":
		return name
	}
	return name + "@" + host
}

// tripText is how long a message to a client and back takes.
func tripText(seconds float64) string {
	switch {
	case !draw.Known(seconds) || seconds < 0:
		return draw.Unknown
	case seconds < 0.01:
		return strconv.FormatFloat(seconds*1e3, 'f', 1, 64) + " ms"
	case seconds < 1:
		return strconv.FormatFloat(seconds*1e3, 'f', 0, 64) + " ms"
	}
	return ageText(seconds)
}

// heardText is how long ago a client was heard of.
func heardText(k *view.Client) string {
	if k.Machine == (view.Machine{}) {
		return draw.Unknown
	}
	return ageText(k.Heard)
}

// ageText is a time in seconds as an age: 7 s, 3:05.
func ageText(seconds float64) string {
	if !draw.Known(seconds) || seconds < 0 || seconds > math.MaxInt32 {
		return draw.Unknown
	}
	return draw.Age(time.Duration(seconds * float64(time.Second)))
}

// sentText are bytes from or to a client, if there has been one.
func sentText(k *view.Client, bytes int64) string {
	if k.Machine == (view.Machine{}) {
		return draw.Unknown
	}
	return draw.Bytes(float64(bytes))
}

func orUnknown(text string) string {
	if text == "" {
		return draw.Unknown
	}
	return text
}

// machineState is what a client on a machine of its own does, and for how long it
// has not been heard of.
func machineState(k *view.Client) string {
	word := k.State.String()
	if age := ageText(k.Heard); (k.State == view.ClientSilent || k.State == view.ClientGone) && age != draw.Unknown {
		word += " " + age
	}
	return word
}

// loadLine is what the machine of the selected client does, where it tells that;
// "" where not.
func (c *Clients) loadLine(w int) string {
	k := c.client()
	if k == nil || k.Load == "" {
		return ""
	}
	who := strings.TrimSpace("c" + strconv.Itoa(k.ID) + " " + hostText(k))
	l := draw.NewLine(w)
	l.Gap(1).Put(c.Theme.Dim, draw.Short(who, w/2)).Gap(2)
	return l.Put(c.Theme.Text, draw.Short(draw.Clean(k.Load), l.Left()-1)).String()
}
