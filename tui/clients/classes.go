package clients

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"optwatch/train/view"
	"optwatch/tui/draw"
)

// classes is the column that says which classes a client holds.
type classes struct {
	title string
	width int // 0 where there are no classes
	text  func(*view.Client) string
}

const (
	mostListed  = 4  // classes of a client that are named
	widestNames = 14 // columns for their names
	mostLevels  = 16 // classes that are drawn as levels
)

// classColumn chooses one way for all clients, so that they compare: the names
// where each holds few, else a level for each class, else how many of all.
func (c *Clients) classColumn(clients []view.Client) classes {
	all := len(c.Snap.Subject.Classes)
	for i := range clients {
		all = max(all, len(clients[i].Classes))
	}
	if all == 0 || len(clients) == 0 || clients[0].Classes == nil {
		return classes{}
	}
	names := c.classNames(all)
	if w := listedWidth(clients, names); w <= widestNames {
		return classes{"classes", max(7, w), func(c *view.Client) string { return listed(c, names) }}
	}
	if all <= mostLevels {
		title := strings.Join(names, "")
		if ansi.StringWidth(title) != all || len(names) != all {
			title = draw.Short("classes", all)
		}
		ascii := c.Theme.ASCII
		return classes{title, all, func(c *view.Client) string { return levels(c, ascii) }}
	}
	of := " of " + strconv.Itoa(all)
	return classes{"classes", len(of) + len(strconv.Itoa(all)), func(c *view.Client) string {
		return strconv.Itoa(held(c)) + of
	}}
}

// classNames are the names of the classes, or their numbers.
func (c *Clients) classNames(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = strconv.Itoa(i)
		if i < len(c.Snap.Subject.Classes) {
			names[i] = draw.Clean(c.Snap.Subject.Classes[i])
		}
	}
	return names
}

// held is how many classes a client has examples of.
func held(c *view.Client) int {
	n := 0
	for _, k := range c.Classes {
		if k > 0 {
			n++
		}
	}
	return n
}

// listedWidth is the width of the longest list of names; too wide where a
// client holds more than can be listed.
func listedWidth(clients []view.Client, names []string) int {
	wide := make([]int, len(names))
	for i, s := range names {
		wide[i] = ansi.StringWidth(s) + 1
	}
	most := 0
	for i := range clients {
		w, n := -1, 0
		for k, examples := range clients[i].Classes {
			if examples > 0 {
				w += wide[k]
				n++
			}
		}
		if n > mostListed {
			return math.MaxInt
		}
		most = max(most, w)
	}
	return most
}

func listed(c *view.Client, names []string) string {
	var out []string
	for k, examples := range c.Classes {
		if examples > 0 {
			out = append(out, names[k])
		}
	}
	if len(out) == 0 {
		return draw.Unknown
	}
	return strings.Join(out, " ")
}

// levels is a bar for each class, as high as its share of the client's largest.
func levels(c *view.Client, ascii bool) string {
	ramp := "▁▂▃▄▅▆▇"
	if ascii {
		ramp = ".:-=+*#"
	}
	steps := []rune(ramp)
	most := 1
	for _, k := range c.Classes {
		most = max(most, k)
	}
	var b strings.Builder
	b.Grow(utf8.UTFMax * len(c.Classes))
	for _, k := range c.Classes {
		if k <= 0 {
			b.WriteByte(' ')
			continue
		}
		b.WriteRune(steps[min(k*len(steps)/most, len(steps)-1)])
	}
	return b.String()
}
