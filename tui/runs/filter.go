package runs

import (
	"regexp"
	"strconv"
	"strings"

	"optwatch/train/view"
)

// compared is a word of the filter that compares: lr>1e-4, model=resnet.
var compared = regexp.MustCompile(`^([^<>=!\s]+)(<=|>=|!=|=|<|>)(\S+)$`)

// passes says whether a run passes the filter: every word of it is part of the
// run's name or recipe, or compares what the run has and holds.
func (s *Runs) passes(r *view.Run) bool {
	if s.Filter == "" || contains(r.Name, s.Filter) || contains(r.Recipe, s.Filter) {
		return true
	}
	words := strings.Fields(s.Filter)
	for _, word := range words {
		if !holds(r, word) {
			return false
		}
	}
	return true
}

// holds says whether a word of the filter holds for a run.
func holds(r *view.Run, word string) bool {
	if contains(r.Name, word) || contains(r.Recipe, word) {
		return true
	}
	m := compared.FindStringSubmatch(word)
	if m == nil {
		return false
	}
	key, op, want := m[1], m[2], m[3]
	for _, p := range r.Parameters {
		if named(p.Key, key) && matches(p.Text, op, want) {
			return true
		}
	}
	for _, q := range r.Settings {
		if named(q.Key, key) && matches(strconv.FormatFloat(q.Value, 'g', -1, 64), op, want) {
			return true
		}
	}
	for i := range r.Series {
		if q := &r.Series[i]; named(q.Metric, key) && matches(strconv.FormatFloat(q.Last, 'g', -1, 64), op, want) {
			return true
		}
	}
	return false
}

// named says whether a key is meant by a word: whole, or its last part.
func named(key, word string) bool {
	key, word = strings.ToLower(key), strings.ToLower(word)
	return key == word || strings.HasSuffix(key, "."+word) || strings.HasSuffix(key, "/"+word)
}

// matches compares numbers as numbers, and texts by what they contain.
func matches(text, op, want string) bool {
	a, errA := strconv.ParseFloat(text, 64)
	b, errB := strconv.ParseFloat(want, 64)
	numbers := errA == nil && errB == nil
	switch op {
	case "=":
		return numbers && a == b || !numbers && contains(text, want)
	case "!=":
		return numbers && a != b || !numbers && !contains(text, want)
	case "<":
		return numbers && a < b
	case "<=":
		return numbers && a <= b
	case ">":
		return numbers && a > b
	}
	return numbers && a >= b
}
