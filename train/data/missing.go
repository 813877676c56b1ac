package data

import "strings"

// missing says whether a cell says that there is nothing in it, in one of the
// ways in which programs write that.
func missing(cell []byte) bool {
	switch len(cell) {
	case 0:
		return true
	case 1:
		return cell[0] == '?'
	case 2, 3, 4:
		switch strings.ToLower(string(cell)) {
		case "na", "n/a", "nan", "null", "none", "#n/a":
			return true
		}
	}
	return false
}
