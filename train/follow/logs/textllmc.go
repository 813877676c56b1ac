package logs

import "strings"

// takeLLMC takes a line of the main.log of llm.c: pairs joined by a colon, the
// first of which is the step.
//
//	s:20 trl:4.3211 lr:0.000300 norm:1.23
//	s:250 tel:3.9
func takeLLMC(_ *textReader, line string, f *Found) bool {
	rest, ok := strings.CutPrefix(line, "s:")
	if !ok {
		return false
	}
	first, rest, _ := strings.Cut(rest, " ")
	row := NewRow()
	if row.Step, ok = number(first); !ok {
		return false
	}
	type pair struct {
		tag   string
		value float64
	}
	var pairs []pair
	for word := range strings.FieldsSeq(rest) {
		tag, value, _ := strings.Cut(word, ":")
		v, ok := number(value)
		if !ok || tag == "" {
			return false
		}
		pairs = append(pairs, pair{tag, v})
	}
	for _, p := range pairs {
		f.Put(p.tag, p.value, false)
	}
	if len(pairs) > 0 {
		f.Add(row)
	}
	return len(pairs) > 0
}
