package logs

import (
	"math"
	"strings"
)

// bar is a progress bar as it was seen last.
type bar struct {
	at, total float64
	laps      float64 // bars of its total that were full before it
	said      string  // around it
}

// takeTqdm takes the progress bar of tqdm, and of what draws its own like it:
//
//	Epoch 3:  45%|████▌     | 45/100 [00:03<00:04, 12.3it/s, v_num=1, train_loss=0.5]
//
// What stands behind the speed are the numbers. A bar that begins again is that of
// the next epoch.
func takeTqdm(t *textReader, line string, f *Found) bool {
	before, rest, ok := strings.Cut(line, "%|")
	if !ok {
		return false
	}
	_, rest, ok = strings.Cut(rest, "| ")
	if !ok {
		return false
	}
	count, rest, ok := strings.Cut(rest, " [")
	if !ok {
		return false
	}
	at, total, ok := fraction(strings.TrimSpace(count))
	if !ok || total <= 0 || at > total {
		return false
	}
	rest = strings.TrimSuffix(strings.TrimRight(rest, " "), "]")
	_, rest, _ = strings.Cut(rest, ", ")              // elapsed<left
	_, rest, _ = strings.Cut(rest, ", ")              // speed
	before = strings.TrimRight(before, " 0123456789") // the percents
	said := before + rest
	same := t.bar.total == total && t.bar.at == at && t.bar.said == said
	switch {
	case t.bar.total != total:
		t.bar.laps = 0
	case at < t.bar.at:
		t.bar.laps++
	}
	t.bar.at, t.bar.total, t.bar.said = at, total, said
	row := NewRow()
	row.Step = t.bar.laps*total + at
	f.About.Total = (t.bar.laps + 1) * total
	values := pairsOf(rest)
	for _, p := range pairsOf(before) {
		if p.place() == placeEpoch {
			row.Epoch, row.Step = p.value, t.within(p.value, at, total)
			f.About.Total = p.of * total
		} else if p.told() {
			values = append(values, p)
		}
	}
	taken := false
	for _, p := range values {
		if p.key != "v_num" && p.told() {
			taken = true
			if !same {
				f.Put(p.key, p.value, false)
			}
		}
	}
	if taken && !same {
		f.Add(row)
	}
	return taken
}

// within is the step that is the one of a number in an epoch, of which each has as
// many. Epochs count from 0 or from 1, whichever the first one was.
func (t *textReader) within(epoch, at, total float64) float64 {
	if epoch != epoch || math.IsInf(epoch, 0) {
		return at
	}
	if t.firstEpoch < 0 {
		t.firstEpoch = math.Min(epoch, 1)
	}
	return (epoch-t.firstEpoch)*total + at
}

// fraction reads how far something is of how much.
func fraction(s string) (at, total float64, ok bool) {
	a, b, ok := strings.Cut(s, "/")
	if !ok {
		return 0, 0, false
	}
	at, one := number(strings.TrimSpace(a))
	total, two := number(strings.TrimSpace(b))
	if !one || !two || at < 0 || total < 0 || math.IsInf(at, 0) || math.IsInf(total, 0) || at != at || total != total {
		return 0, 0, false
	}
	return at, total, true
}
