package logs

import (
	"bytes"
	"fmt"
	"strings"
)

// whole reads a record.
func (r *wandbReader) whole(m message, f *Found) {
	at := r.at
	for len(m) > 0 {
		q, err := m.next()
		if err == nil {
			err = r.field(&q, f)
		}
		if err != nil {
			f.drop()
			f.Skip(fmt.Sprintf("the record at byte %d %v", at, err))
			return
		}
	}
}

// The fields of a record that are read.
const (
	wandbHistory  = 2
	wandbOutput   = 4
	wandbConfig   = 5
	wandbMetric   = 12
	wandbRaw      = 13
	wandbRun      = 17
	wandbExit     = 18
	wandbHeader   = 21
	wandbEnviron  = 26
	wandbItemKey  = 1
	wandbItemNest = 2
	wandbItemJSON = 16
)

func (r *wandbReader) field(q *field, f *Found) error {
	switch q.number {
	case wandbHistory:
		return r.history(q.bytes, f)
	case wandbConfig:
		return r.config(q.bytes, f)
	case wandbMetric:
		return r.metric(q.bytes)
	case wandbOutput, wandbRaw:
		r.print(q.bytes, f)
	case wandbRun:
		return r.run(q.bytes, f)
	case wandbExit:
		return r.exit(q.bytes, f)
	case wandbHeader:
		return nil
	case wandbEnviron:
		for _, host := range q.bytes.all(12) {
			f.About.Host = lineOf(host)
		}
	}
	return nil
}

// item is a key with its value in JSON.
func (r *wandbReader) item(m message) (key string, value []byte, err error) {
	var nested []string
	for len(m) > 0 {
		q, err := m.next()
		if err != nil {
			return "", nil, err
		}
		switch q.number {
		case wandbItemKey:
			key = r.key(q.bytes)
		case wandbItemNest:
			nested = append(nested, r.key(q.bytes))
		case wandbItemJSON:
			value = q.bytes
		}
	}
	switch {
	case len(nested) == 1:
		key = nested[0]
	case len(nested) > 1:
		key = strings.Join(nested, ".")
	}
	return key, value, nil
}

// key is a key that is kept once.
func (r *wandbReader) key(p []byte) string {
	if s, ok := r.keys[string(p)]; ok {
		return s
	}
	s := lineOf(p)
	if r.keys == nil {
		r.keys = map[string]string{}
	}
	if len(r.keys) < mostTagged {
		r.keys[s] = s
	}
	return s
}

// config is what the run was configured with, nested keys joined by dots.
func (r *wandbReader) config(m message, f *Found) error {
	for _, update := range m.all(1) {
		key, text, err := r.item(update)
		if err != nil {
			return err
		}
		if key == "" || strings.HasPrefix(key, "_") {
			continue
		}
		var l parameterList
		if err := l.json(&jsonText{b: text}, key, 0); err != nil {
			continue
		}
		f.Config = append(f.Config, l.out...)
	}
	return nil
}

// metric is define_metric, which may say over what values others are drawn.
func (r *wandbReader) metric(m message) error {
	name, over := "", ""
	for len(m) > 0 {
		q, err := m.next()
		if err != nil {
			return err
		}
		switch q.number {
		case 1, 2: // a name, or a pattern for some
			name = lineOf(q.bytes)
		case 4:
			over = lineOf(q.bytes)
		}
	}
	r.axes.define(name, over)
	return nil
}

// print is what the program printed. It comes as it was written, in pieces that
// need not end where lines do.
func (r *wandbReader) print(m message, f *Found) {
	var text []byte
	stream := 0 // the wire leaves zeros out
	for len(m) > 0 {
		q, err := m.next()
		if err != nil {
			return
		}
		switch {
		case q.number == 1 && q.bits == 1:
			stream = 1
		case q.number == 3:
			text = q.bytes
		}
	}
	for part := range bytes.Lines(text) {
		line := &r.printed[stream]
		line.Write(part[:min(len(part), max(0, mostPrinted-line.Len()))])
		if part[len(part)-1] == '\n' || line.Len() == mostPrinted {
			endLine(line, f)
		}
	}
}

// endLine prints a line, without what was drawn over in it.
func endLine(line *bytes.Buffer, f *Found) {
	text := bytes.TrimRight(line.Bytes(), "\r\n")
	text = text[bytes.LastIndexByte(text, '\r')+1:]
	if len(text) > 0 {
		f.Print(strings.ToValidUTF8(string(text), "�"))
	}
	line.Reset()
}

// run is what the run is called, and where and since when it runs.
func (r *wandbReader) run(m message, f *Found) error {
	for len(m) > 0 {
		q, err := m.next()
		if err != nil {
			return err
		}
		switch q.number {
		case 4:
			if err := r.config(q.bytes, f); err != nil {
				return err
			}
		case 8:
			f.About.Name = lineOf(q.bytes)
		case 13:
			f.About.Host = lineOf(q.bytes)
		case 17:
			for t := q.bytes; len(t) > 0; {
				s, err := t.next()
				if err != nil {
					return err
				}
				if s.number == 1 {
					f.About.Began = float64(int64(s.bits))
				}
			}
		}
	}
	f.End = End{State: Running}
	return nil
}

// exit is how the run ended. The wire leaves the status 0 out.
func (r *wandbReader) exit(m message, f *Found) error {
	for i := range r.printed {
		endLine(&r.printed[i], f)
	}
	f.End = End{State: Finished}
	for len(m) > 0 {
		q, err := m.next()
		if err != nil {
			return err
		}
		if q.number == 1 && int32(q.bits) != 0 {
			f.End = End{State: Failed, Code: int(int32(q.bits))}
		}
	}
	return nil
}
