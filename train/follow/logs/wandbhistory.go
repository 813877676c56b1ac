package logs

import (
	"slices"
	"strings"
)

// history is a row. Keys that begin with "_" are W&B's own.
func (r *wandbReader) history(m message, f *Found) error {
	row := NewRow()
	r.media = r.media[:0]
	for len(m) > 0 {
		q, err := m.next()
		if err == nil && q.number == 1 {
			err = r.logged(q.bytes, &row, f)
		}
		if err == nil && q.number == 2 {
			row.Step, err = wandbStep(q.bytes)
		}
		if err != nil {
			return err
		}
	}
	if len(r.media) > 0 {
		f.values = f.values[:f.taken+len(r.numbers(f.values[f.taken:]))]
	}
	if len(f.values) > f.taken {
		r.axes.add(row, f)
	}
	return nil
}

// wandbStep is the step of a row. The wire leaves zeros out.
func wandbStep(m message) (step float64, err error) {
	for len(m) > 0 {
		q, err := m.next()
		if err != nil {
			return 0, err
		}
		if q.number == 1 {
			step = float64(int64(q.bits))
		}
	}
	return step, nil
}

// numbers are those of the values that do not belong to a picture or the like, whose
// width is nothing that is learned. They are moved to the front.
func (r *wandbReader) numbers(values []Value) []Value {
	kept := values[:0]
	for _, v := range values {
		if !slices.ContainsFunc(r.media, func(outer string) bool { return strings.HasPrefix(v.Tag, outer) }) {
			kept = append(kept, v)
		}
	}
	return kept
}

// logged is what one item of a row says.
func (r *wandbReader) logged(m message, row *Row, f *Found) error {
	key, text, err := r.item(m)
	if err != nil {
		return err
	}
	if outer, ok := strings.CutSuffix(key, "._type"); ok {
		r.isMedia(outer)
		return nil
	}
	v, ok := wandbNumber(text)
	switch {
	case key == "":
	case !ok:
		if len(text) > 0 && text[0] == '{' && key[0] != '_' {
			before := len(f.values)
			if r.object(&jsonText{b: text}, key, 0, f) != nil {
				f.values = f.values[:before]
			}
		}
	case key == "_step":
		row.Step = v
	case key == "_timestamp":
		row.Time = v
	case key == "_runtime":
		row.Elapsed = v
	case strings.HasPrefix(key, "_"):
	default:
		if strings.EqualFold(key, "epoch") {
			row.Epoch = v
		}
		f.Put(key, v, false)
	}
	return nil
}

// isMedia remembers for the row that what is below a key is a picture or the like.
func (r *wandbReader) isMedia(key string) {
	if len(r.media) < mostMedia {
		r.media = append(r.media, key+".")
	}
}

// object takes the numbers in an object, as early versions wrote nested ones.
func (r *wandbReader) object(j *jsonText, outer string, depth int, f *Found) error {
	return j.object(func(inner []byte) error {
		if string(inner) == "_type" {
			r.isMedia(outer)
		}
		key := r.key([]byte(below(outer, string(inner))))
		if j.next() == '{' && depth < deepestParameters {
			return r.object(j, key, depth+1, f)
		}
		v, err := j.value()
		if err == nil && v.kind == jsonNumber {
			f.Put(key, v.number, false)
		}
		return err
	})
}

// wandbNumber is a number in JSON, bare NaN and Infinity among them; other values
// are none.
func wandbNumber(text []byte) (float64, bool) {
	j := jsonText{b: text}
	v, err := j.value()
	if err != nil || j.end() != nil || v.kind != jsonNumber {
		return 0, false
	}
	return v.number, true
}
