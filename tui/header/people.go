package header

import (
	"strconv"

	"optwatch/train/view"
	"optwatch/tui/draw"
)

// people say how many look and who of them drives, where it is more than one:
// the longest version first.
func (q Header) people() []string {
	n := len(q.Snap.People)
	if n < 2 {
		return nil
	}
	here := strconv.Itoa(n) + " here"
	return []string{draw.Join(here, driving(q.Snap.People)), here}
}

// driving says who drives.
func driving(people []view.Person) string {
	var names []string
	you := false
	for _, p := range people {
		switch name := draw.Short(draw.Clean(p.Name), 16); {
		case !p.Drives:
		case p.Self:
			you = true
		default:
			names = append(names, name)
		}
	}
	switch {
	case you && len(names) == 0:
		return "you drive"
	case you && len(names) == 1 && names[0] != "":
		return "you and " + names[0] + " drive"
	case you:
		return "you and " + strconv.Itoa(len(names)) + " others drive"
	case len(names) == 0:
		return "nobody drives"
	case len(names) == 1 && names[0] != "":
		return names[0] + " drives"
	case len(names) == 1:
		return "one drives"
	}
	return strconv.Itoa(len(names)) + " drive"
}
