package logs

import "strings"

// takePairs takes a line that names a step, an iteration or an epoch and some
// numbers, in whatever way:
//
//	step=10 loss=0.5 lr=1e-3
//	INFO epoch: 3, train_loss: 0.52, val acc: 91.2%
//	Epoch [1/10], Step [100/600], Loss: 0.1234
//	Train Epoch: 1 [640/60000 (1%)]	Loss: 2.3001
//	step   20/19560 | loss 4.3211 | norm 1.2300 | lr 3.00e-04
func takePairs(t *textReader, line string, f *Found) bool {
	row := NewRow()
	found := pairsOf(line)
	values, placed := 0, false
	var total, epochs float64
	for _, p := range found {
		switch p.place() {
		case placeStep:
			row.Step, total, placed = p.value, p.of, true
		case placeEpoch:
			row.Epoch, epochs, placed = p.value, p.of, true
			if p.whole > 0 {
				row.Step, total = p.part, p.whole
			}
		default:
			if p.told() {
				values++
			}
		}
	}
	if !placed || values == 0 {
		return false
	}
	if total > 0 && row.Epoch == row.Epoch {
		row.Step, total = t.within(row.Epoch, row.Step, total), epochs*total
	}
	if total > 0 {
		f.About.Total = total
	}
	for _, p := range found {
		if p.place() == placeNone && p.told() {
			f.Put(p.key, p.value, false)
		}
	}
	f.Add(row)
	return true
}

// pair is a number with its name.
type pair struct {
	key         string
	value       float64
	of          float64 // of how many, as in 3/10; 0 where it is not told
	part, whole float64 // a fraction in brackets behind it, as in 1 [640/60000]; 0 where there is none
	joined      bool    // by = or :, and not only by space
}

// place says whether a pair says how far the run is.
func (p *pair) place() placing {
	key := strings.ToLower(p.key)
	if i := strings.LastIndexByte(key, '_'); i > 0 && key[i+1:] == "epoch" && setWords[key[:i]] {
		return placeEpoch
	}
	switch key {
	case "step", "steps", "global_step", "iter", "iteration", "batch", "update":
		return placeStep
	case "epoch":
		return placeEpoch
	}
	return placeNone
}

type placing int

const (
	placeNone placing = iota
	placeStep
	placeEpoch
)

// told says whether a pair is meant to tell a number: of words that only stand
// before one, these are few.
func (p *pair) told() bool {
	if p.joined {
		return true
	}
	key := strings.ToLower(p.key)
	for _, word := range []string{"loss", "acc", "lr", "norm", "ppl", "perplexity", "error", "reward"} {
		if key == word || strings.HasSuffix(key, "_"+word) || strings.HasSuffix(key, "/"+word) || strings.HasSuffix(key, "accuracy") {
			return true
		}
	}
	return false
}

// setWords say of which data a number is; they may stand before its name.
var setWords = map[string]bool{"train": true, "training": true, "val": true, "valid": true, "validation": true, "test": true, "eval": true, "evaluation": true, "total": true, "avg": true}

// pairsOf finds the pairs in a line.
func pairsOf(s string) []pair {
	var out []pair
	before := "" // the word before, where only a space is between
	for i := 0; i < len(s); {
		if !letter(s[i]) {
			if s[i] != ' ' {
				before = ""
			}
			i++
			for i < len(s) && i > 0 && alphanumeric(s[i-1]) && inKey(s[i]) {
				i++ // the rest of what begins with a digit is no name
			}
			continue
		}
		from := i
		for i < len(s) && inKey(s[i]) {
			i++
		}
		key := strings.TrimRight(s[from:i], "-./")
		p, n := pairValue(s[i:])
		if n == 0 {
			before = key
			continue
		}
		p.key = key
		if setWords[strings.ToLower(before)] {
			p.key = before + "_" + key
		}
		out = append(out, p)
		before = ""
		i += n
	}
	return out
}

// pairValue reads what stands behind a name: how many bytes it takes, 0 where it
// is no number.
func pairValue(s string) (p pair, n int) {
	i := spaces(s, 0)
	if i < len(s) && (s[i] == '"' || s[i] == '\'') {
		i++
	}
	if j := spaces(s, i); j < len(s) && (s[j] == '=' || s[j] == ':') {
		p.joined = true
		i = spaces(s, j+1)
	} else if i == 0 {
		return p, 0
	}
	if i < len(s) && (s[i] == '[' || s[i] == '"' || s[i] == '\'') {
		i = spaces(s, i+1)
	}
	v, n := numberAt(s[i:])
	if n == 0 {
		return p, 0
	}
	p.value = v
	i += n
	if j := spaces(s, i); j < len(s) && s[j] == '/' {
		j = spaces(s, j+1)
		if of, n := numberAt(s[j:]); n > 0 {
			p.of = of
			i = j + n
		}
	}
	if !numberEnds(s[i:]) {
		return p, 0
	}
	near := s[i:min(len(s), i+48)]
	if rest := strings.TrimLeft(near, " ]"); strings.HasPrefix(rest, "[") {
		inside, _, _ := strings.Cut(rest[1:], "]")
		inside, _, _ = strings.Cut(inside, "(")
		p.part, p.whole, _ = fraction(inside)
	}
	return p, i
}

// numberAt reads the number at the beginning of s: its value and its length, 0
// where there is none.
func numberAt(s string) (float64, int) {
	i := 0
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	}
	for _, word := range []string{"nan", "infinity", "inf"} {
		if len(s) >= i+len(word) && strings.EqualFold(s[i:i+len(word)], word) {
			v, _ := number(s[:i+len(word)])
			return v, i + len(word)
		}
	}
	digits := 0
	for ; i < len(s) && (digit(s[i]) || s[i] == '.'); i++ {
		if digit(s[i]) {
			digits++
		}
	}
	if digits == 0 {
		return 0, 0
	}
	for i > 0 && s[i-1] == '.' {
		i-- // of the sentence
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		j := i + 1
		if j < len(s) && (s[j] == '-' || s[j] == '+') {
			j++
		}
		for k := j; k < len(s) && digit(s[k]); k++ {
			i = k + 1
		}
	}
	v, ok := number(s[:i])
	if !ok {
		return 0, 0
	}
	return v, i
}

// numberEnds says whether a number ends where s begins: there may be a unit, but
// no other digits, as there are in times, dates, versions and sums.
func numberEnds(s string) bool {
	i := 0
	for i < len(s) && i < 5 && (letter(s[i]) && s[i] != '_' || s[i] == '%' || s[i] == '/') {
		i++
	}
	if i == len(s) {
		return true
	}
	switch s[i] {
	case ':', '-', '.', ',':
		return i+1 == len(s) || !digit(s[i+1])
	}
	return !alphanumeric(s[i]) && s[i] != '_'
}

func spaces(s string, i int) int {
	for i < len(s) && s[i] == ' ' {
		i++
	}
	return i
}

func digit(c byte) bool  { return c >= '0' && c <= '9' }
func letter(c byte) bool { return c == '_' || alphanumeric(c) && !digit(c) }
func inKey(c byte) bool {
	return letter(c) || digit(c) || c == '.' || c == '/' || c == '-' || c == '@'
}
