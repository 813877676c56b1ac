package clients

import (
	"fmt"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// leastRows are the rows of clients that what is said above them leaves.
const leastRows = 3

// incoming are the lines above the clients: how others join until all are there,
// and who waits to be let in. On a low pane the clients keep their rows.
func (c *Clients) incoming(q pane.Place) []string {
	j := c.Snap.Joining
	if j == nil {
		return nil
	}
	w, h := q.Inner()
	room := max(0, h-headRows(q)-1-leastRows)
	var lines []string
	if waits := c.waitLine(j, w); waits != "" {
		lines = append(lines, waits)
	}
	if j.There < j.Clients {
		full := append(append([]string{}, c.thereLine(j, w, j.Line != "")), c.lineToType(j.Line, w)...)
		if len(lines)+len(full) > room {
			full = []string{c.thereLine(j, w, false)}
		}
		lines = append(full, lines...)
	}
	return lines[max(0, len(lines)-room):] // who waits stays longest
}

// thereLine is how many clients are there, and how others come; told says that
// the line to type follows.
func (c *Clients) thereLine(j *view.Joining, w int, told bool) string {
	there := fmt.Sprintf("%s of %s clients are there", draw.Grouped(int64(j.There)), draw.Grouped(int64(j.Clients)))
	address := draw.Clean(j.Address)
	texts := []string{there + "; others join at " + address, there}
	switch left := c.secretLeft(j); {
	case address == "":
		texts = texts[1:]
	case told:
		within := ", within " + left
		if left == draw.Unknown {
			within = ""
		}
		texts = []string{there + "; on another machine type" + within + ":", there + "; type elsewhere:", there}
	case j.Line != "":
		texts = []string{there + "; others join at " + address + ", J shows how", there + ", J shows how others join", there}
	}
	return draw.NewLine(w).Gap(1).Put(c.Theme.Text, draw.FirstFit(texts, w-2)).String()
}

// secretLeft is how long the line to join by is of use.
func (c *Clients) secretLeft(j *view.Joining) string {
	if j.Expires.IsZero() || c.Now.IsZero() {
		return draw.Unknown
	}
	return draw.Age(max(0, j.Expires.Sub(c.Now)))
}

// lineToType is the command that a client's user types, over as many lines as it takes.
func (c *Clients) lineToType(line string, w int) []string {
	var out []string
	for _, part := range chunks(draw.Clean(line), w-2) {
		out = append(out, draw.NewLine(w).Gap(1).Put(c.Theme.Strong, part).String())
	}
	return out
}

// chunks are the parts of a text of at most n characters.
func chunks(text string, n int) []string {
	var out []string
	for r := []rune(text); len(r) > 0 && n > 0; {
		k := min(n, len(r))
		out, r = append(out, string(r[:k])), r[k:]
	}
	return out
}

// waitLine is who waits to be let in; "" for nobody.
func (c *Clients) waitLine(j *view.Joining, w int) string {
	n := len(j.Waiting)
	if n == 0 {
		return ""
	}
	first := &j.Waiting[0]
	who := machineText(first.Name, first.Host)
	key := "key " + draw.Clean(first.Key)
	more := ""
	if n > 1 {
		more = " and " + draw.Grouped(int64(n-1)) + " more"
	}
	does := ""
	if c.Accepts(view.Admit) {
		does = "; J lets in or turns away"
	}
	return draw.NewLine(w).Gap(1).Put(c.Theme.Warn, draw.FirstFit([]string{
		who + ", " + key + more + waitsWord(n) + " to be let in" + does, who + more + waitsWord(n) + " to be let in" + does,
		draw.Short(who, 16) + more + waitsWord(n) + does, draw.Grouped(int64(n)) + waitsWord(n),
	}, w-2)).String()
}

// waitsWord is the verb for so many.
func waitsWord(n int) string {
	if n == 1 {
		return " waits"
	}
	return " wait"
}
