package logs

import "strings"

// takeKeras takes what Keras prints when an epoch is done, under the line that
// names the epoch. The bars before are means of what there was until then, which
// begin anew with each epoch, and are passed over.
//
//	Epoch 3/10
//	782/782 ━━━━━━━━━━━━━━━━━━━━ 5s 6ms/step - accuracy: 0.9012 - loss: 0.3101 - val_loss: 0.2912
func takeKeras(t *textReader, line string, f *Found) bool {
	line = strings.TrimSpace(line)
	if rest, ok := strings.CutPrefix(line, "Epoch "); ok {
		if at, of, ok := fraction(rest); ok {
			t.epoch, t.epochs = at, of
		}
		return false
	}
	count, rest, ok := strings.Cut(line, " ")
	if !ok || t.epoch < 0 {
		return false
	}
	at, total, ok := fraction(count)
	if !ok || at != total {
		return false
	}
	_, rest, ok = strings.Cut(rest, " - ")
	if !ok {
		return false
	}
	taken := false
	for _, p := range pairsOf(rest) {
		if p.joined {
			f.Put(p.key, p.value, false)
			taken = true
		}
	}
	if !taken {
		return false
	}
	row := NewRow()
	row.Epoch, row.Step = t.epoch, t.within(t.epoch, at, total)
	f.About.Total = t.epochs * total
	f.Add(row)
	return true
}
