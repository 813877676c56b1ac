package logs

import "strings"

// takeNanoGPT takes a line of nanoGPT's train.py: of a step of training, or of an
// evaluation, of which the numbers have the tags that nanoGPT gives them elsewhere.
//
//	iter 10: loss 3.2101, time 120.35ms, mfu 31.20%
//	step 250: train loss 2.1034, val loss 2.2010
func takeNanoGPT(_ *textReader, line string, f *Found) bool {
	rest, evaluation := strings.CutPrefix(line, "step ")
	if !evaluation {
		var ok bool
		if rest, ok = strings.CutPrefix(line, "iter "); !ok {
			return false
		}
	}
	step, rest, ok := strings.Cut(rest, ": ")
	row := NewRow()
	if at, is := number(step); !ok || !is {
		return false
	} else {
		row.Step = at
	}
	var tags []string
	var values []float64
	for part := range strings.SplitSeq(rest, ", ") {
		i := strings.LastIndexByte(part, ' ')
		if i < 0 {
			return false
		}
		v, ok := number(strings.TrimRight(part[i+1:], "ms%"))
		if !ok {
			return false
		}
		tags, values = append(tags, strings.ReplaceAll(part[:i], " ", "/")), append(values, v)
	}
	for i, tag := range tags {
		f.Put(tag, values[i], false)
	}
	f.Add(row)
	return true
}
