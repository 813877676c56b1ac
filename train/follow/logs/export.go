package logs

import (
	"path"
	"slices"
)

// IsExport says, of a file's name and of what it begins with, whether it is a table
// that optwatch has written of what it knows: the points of curves, whose rows are in
// the order of runs and metrics and not in that of training, or the values of all runs
// at one place. Neither is a log.
func IsExport(name string, head []byte) bool {
	names, _, _ := csvBegin(head)
	if len(names) < 5 || names[0] != "run" {
		return false
	}
	values, _ := path.Match("optwatch-*-values.csv", name)
	return values || names[1] == "metric" && slices.Equal(names[len(names)-3:], []string{"value", "low", "high"})
}
