package logs

import (
	"strings"
)

// event reads an event.
func (r *eventReader) event(m message, f *Found) error {
	row := NewRow()
	row.Step = 0 // the wire leaves zeros out
	values := 0
	for len(m) > 0 {
		q, err := m.next()
		if err != nil {
			return err
		}
		switch q.number {
		case 1:
			row.Time = q.float64()
		case 2:
			row.Step = float64(int64(q.bits))
		case 5:
			n, err := r.summary(q.bytes, f)
			if values += n; err != nil {
				return err
			}
		case 7:
			row.Restart = r.session(q.bytes)
		case 10:
			f.About.Writer = sourceOf(q.bytes)
		}
	}
	if values > 0 || row.Restart {
		f.Add(row)
	}
	return nil
}

// session says whether a session that starts is another one: the run begins again.
func (r *eventReader) session(m message) bool {
	for len(m) > 0 {
		q, err := m.next()
		if err != nil {
			return false
		}
		if q.number == 1 && q.bits == 1 {
			again := r.tags.began
			r.tags.began = true
			return again
		}
	}
	return false
}

// sourceOf is the writer that a file names.
func sourceOf(m message) string {
	for len(m) > 0 {
		q, err := m.next()
		if err != nil {
			return ""
		}
		if q.number == 1 && len(q.bytes) < 200 {
			return lineOf(q.bytes)
		}
	}
	return ""
}

// summary puts the scalars of a summary, and says how many they are.
func (r *eventReader) summary(m message, f *Found) (n int, err error) {
	for len(m) > 0 {
		q, err := m.next()
		if err != nil {
			return n, err
		}
		if q.number != 1 {
			continue
		}
		v, err := r.value(q.bytes, f)
		if err != nil {
			return n, err
		}
		if v.Tag != "" {
			f.Put(v.Tag, v.Number, v.Short)
			n++
		}
	}
	return n, nil
}

// value is a scalar; one without a tag is anything else.
func (r *eventReader) value(m message, f *Found) (v Value, err error) {
	var tag, tensor, plugin, content message
	scalar, simple := false, false
	for len(m) > 0 {
		q, err := m.next()
		if err != nil {
			return v, err
		}
		switch q.number {
		case 1:
			tag = q.bytes
		case 2:
			v.Number, v.Short, simple = q.float32(), true, q.kind == wireFixed32
		case 8:
			tensor, scalar = q.bytes, true
		case 9:
			plugin, content = pluginOf(q.bytes)
		}
	}
	name := r.tag(tag)
	if len(plugin) > 0 && len(r.plugins) < mostTagged {
		if r.plugins == nil {
			r.plugins = map[string]string{}
		}
		r.plugins[name] = string(plugin)
	}
	if string(plugin) == "hparams" {
		hyperparameters(content, f)
	}
	switch known := r.plugins[name]; {
	case simple:
	case scalar && known == "scalars":
		v.Number, v.Short, simple = scalarOf(tensor)
	}
	if !simple || name == "" {
		return Value{}, nil
	}
	v.Tag = name
	return v, nil
}

// tag is a tag that is kept once.
func (r *eventReader) tag(p []byte) string {
	if s, ok := r.tags.names[string(p)]; ok {
		return s
	}
	if len(p) > 4096 {
		p = p[:4096]
	}
	s := strings.ToValidUTF8(string(p), "�")
	if len(r.tags.names) < mostTagged {
		r.tags.names[s] = s
	}
	return s
}

// pluginOf is the name and the content of the plugin that draws a tag.
func pluginOf(m message) (name, content message) {
	for len(m) > 0 {
		q, err := m.next()
		if err != nil {
			return name, content
		}
		for p := q.bytes; q.number == 1 && len(p) > 0; {
			part, err := p.next()
			if err != nil {
				break
			}
			switch part.number {
			case 1:
				name = part.bytes
			case 2:
				content = part.bytes
			}
		}
	}
	return name, content
}
