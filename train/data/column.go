package data

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// column is the label column of a file, as it stands there: numbers, or names
// if the first one is no number.
type column struct {
	number []float64
	name   []string
	at     []int32 // line of each label; nil in an IDX file, where the byte is known

	seen map[string]string // the names so far, each kept once
}

// addNumber adds a label that is a number. −0 is the 0 that it equals.
func (c *column) addNumber(v float64) { c.number = append(c.number, v+0) }

// addName adds a label that is a name. The first that is one class too many is an
// error, rather than the last of a file that may be long.
func (c *column) addName(name, path string) error {
	known, ok := c.seen[name]
	if !ok {
		if c.seen == nil {
			c.seen = map[string]string{}
		}
		if known = strings.Clone(name); len(c.seen) == maxClasses {
			return fmt.Errorf("%s: %s: found %q after %d other classes, expected at most %d classes, or numbers",
				path, c.where(len(c.name)), name, maxClasses, maxClasses)
		}
		c.seen[known] = known
	}
	c.name = append(c.name, known)
	return nil
}

// where is the place of label i in its file.
func (c *column) where(i int) string {
	if c.at == nil {
		return fmt.Sprintf("byte %d", labelsHeader+i)
	}
	return fmt.Sprintf("line %d", c.at[i])
}

func (c *column) len() int { return max(len(c.number), len(c.name)) }

// text is label i as the name of a class.
func (c *column) text(i int) string {
	if c.name != nil {
		return c.name[i]
	}
	return strconv.FormatFloat(c.number[i], 'g', -1, 64)
}

// maxClasses is where integers stop to be classes and are amounts.
const maxClasses = 1000

// classes number the labels of a training file. Nil ones mean regression.
type classes struct {
	names []string
	index map[string]int32 // by column.text
}

// infer finds the classes of a training column: names in alphabetical order,
// integers in numeric order. Other numbers, and integers of more than
// maxClasses values, are targets of a regression.
func infer(c *column) *classes {
	if c.name != nil {
		return inferNames(c)
	}
	seen := make(map[float64]bool)
	for _, v := range c.number {
		if v != math.Trunc(v) || math.Abs(v) >= 1<<53 {
			return nil
		}
		if seen[v] = true; len(seen) > maxClasses {
			return nil
		}
	}
	var values []float64
	for v := range seen {
		values = append(values, v)
	}
	slices.Sort(values)
	k := &classes{index: make(map[string]int32)}
	signed := len(values) > 0 && values[0] < 0
	for i, v := range values {
		name := strconv.FormatFloat(v, 'g', -1, 64)
		k.index[name] = int32(i)
		if signed && v > 0 {
			name = "+" + name
		}
		k.names = append(k.names, name)
	}
	return k
}

func inferNames(c *column) *classes {
	k := &classes{index: make(map[string]int32)}
	for name := range c.seen {
		k.names = append(k.names, name)
	}
	slices.Sort(k.names)
	for i, name := range k.names {
		k.index[name] = int32(i)
	}
	return k
}

// tenDigits are the classes of the built-in sets, whichever of them occur.
func tenDigits() *classes {
	k := &classes{index: make(map[string]int32)}
	for i := range 10 {
		k.names = append(k.names, strconv.Itoa(i))
		k.index[k.names[i]] = int32(i)
	}
	return k
}

// number turns a column into labels. A label that the training file does not
// have is an error.
func (k *classes) number(c *column, path string) ([]int32, error) {
	labels := make([]int32, c.len())
	byValue := make(map[float64]int32) // spares the text of most labels
	for i := range labels {
		if c.name == nil {
			if label, ok := byValue[c.number[i]]; ok {
				labels[i] = label
				continue
			}
		}
		label, ok := k.index[c.text(i)]
		if !ok {
			return nil, fmt.Errorf("%s: %s: found the label %s, expected one of %s", path, c.where(i), quote(c.text(i)), k.list())
		}
		if labels[i] = label; c.name == nil {
			byValue[c.number[i]] = label
		}
	}
	return labels, nil
}

// list is the classes for a message: all of a few, the ends of many.
func (k *classes) list() string {
	const few = 4
	if n := len(k.names); n > few {
		return fmt.Sprintf("the %d classes %s … %s", n, k.names[0], k.names[n-1])
	}
	return fmt.Sprint(k.names)
}
