package logs

import (
	"bytes"
	"fmt"
)

// Lines of JSON, an object each time that a program logs: what is counted under one
// of the names of steps is the place of the numbers beside it. Objects in objects
// are joined by "/". Lists, truth values and texts are no values, but for the texts
// "NaN", "Infinity" and "-Infinity", which some write because the standard has no
// word for them. An object called "config" or the like has parameters.

var jsonLines = Format{
	Name:  "jsonl",
	Title: "lines of JSON",
	Find: func(d *Folder) []string {
		found := look(d, func(name string) bool { return hasSuffix(name, ".jsonl", ".ndjson") || name == "log.txt" }, isJSONLines)
		return append(found, look(d, func(name string) bool { return hasSuffix(name, ".json") }, isManyObjects)...)
	},
	Open: func(path string) Follower { return NewTail(path, func() Reader { return &jsonlReader{} }) },
}

// isJSONLines says whether a file is a log: among its first lines, which are whole
// objects each, one counts steps or epochs and has another number, or has a loss. A
// package.json is no such thing, since its object takes many lines, nor is a file
// of texts to train with.
func isJSONLines(head []byte) bool {
	var r jsonlReader
	objects := 0
	for line := range bytes.Lines(head) {
		if line[len(line)-1] != '\n' {
			break // it may be half an object
		}
		if line = bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\ufeff"))); len(line) == 0 {
			continue
		}
		if !r.object(line) {
			return false
		}
		if objects++; objects > 20 {
			return false
		}
		if r.tells() {
			return true
		}
	}
	return false
}

// isManyObjects says whether a file whose name speaks of one object, as most such
// files have, is a log nevertheless: it has a line for each of many.
func isManyObjects(head []byte) bool {
	_, second, _ := bytes.Cut(head, []byte("\n"))
	return bytes.HasPrefix(second, []byte("{")) && isJSONLines(head)
}

// jsonlReader reads lines of JSON as they grow.
type jsonlReader struct {
	// special is asked whether a member of the outermost object is something else
	// than a place or a value.
	special func(key string, v jsonValue, f *Found) bool

	lines   lines
	tags    tagNames
	path    []byte // of the value that is being read
	members []jsonMember
	config  []Parameter
	written []byte // the configuration, as it came last
	row     Row
	values  []jsonMember
	tooMany bool // names of values, and it was said
}

// jsonMember is a member of a line's objects, by the name of its way there.
type jsonMember struct {
	tag   *tagName
	value jsonValue
}

// tagName is the name of a value.
type tagName struct {
	text string
	spot spot
	at   int // where a line's members have it, if they do
}

// tagNames are the names of values that were met, so that each is kept once.
type tagNames map[string]*tagName

// mostTags is how many names of values a log may have.
const mostTags = 20_000

// get is the name that is spelled so; nil where it is too long, or one too many.
func (t tagNames) get(path []byte) *tagName {
	if n := t[string(path)]; n != nil {
		return n
	}
	if len(path) > longestTag || len(t) >= mostTags {
		return nil
	}
	n := &tagName{text: string(path), spot: spotOf(string(path))}
	t[n.text] = n
	return n
}

// Read takes in what follows.
func (r *jsonlReader) Read(p []byte, f *Found) {
	r.lines.each(p, f, func(line []byte) { r.line(line, f) })
	clear(r.members[:cap(r.members)]) // which would keep all of p
	clear(r.values[:cap(r.values)])
}

func (r *jsonlReader) line(line []byte, f *Found) {
	if len(bytes.TrimSpace(line)) == 0 {
		return
	}
	if err := r.parse(line); err != nil {
		f.Skip(fmt.Sprintf("line %d, %v", r.lines.number, err))
		return
	}
	if r.tooMany {
		f.Skip(fmt.Sprintf("line %d: more than 20,000 names of values, or a longer one than 1,000 bytes", r.lines.number))
	}
	f.Config = append(f.Config, r.config...)
	r.place(f)
	for _, m := range r.values {
		f.Put(m.tag.text, m.value.number, false)
	}
	if len(r.values) > 0 {
		f.Add(r.row)
	}
}

// object reads an object without a log around it.
func (r *jsonlReader) object(line []byte) bool {
	if r.parse(line) != nil {
		return false
	}
	var f Found
	r.place(&f)
	return true
}

// tells says whether the object that was read last is one of a log.
func (r *jsonlReader) tells() bool {
	counted := r.row.Step == r.row.Step || r.row.Epoch == r.row.Epoch
	for _, m := range r.values {
		if counted || isLoss(m.tag.text) {
			return true
		}
	}
	return false
}

// isLoss says whether a name is that of a loss, by its last part.
func isLoss(name string) bool { return hasSuffix(name, "loss") }

// parse reads the members of a line's object, and of those in it.
func (r *jsonlReader) parse(line []byte) error {
	if r.tags == nil {
		r.tags = tagNames{}
	}
	r.members, r.config, r.path, r.tooMany = r.members[:0], nil, r.path[:0], false
	j := jsonText{b: line}
	if err := r.objectAt(&j, 0); err != nil {
		return err
	}
	return j.end()
}

func (r *jsonlReader) objectAt(j *jsonText, depth int) error {
	if depth > deepestJSON {
		return errTooDeep
	}
	before := len(r.path)
	return j.object(func(key []byte) error {
		defer func() { r.path = r.path[:before] }()
		if before > 0 {
			r.path = append(r.path, '/')
		}
		r.path = append(r.path, key...)
		if j.next() == '{' {
			if depth == 0 && configName(key) {
				return r.configure(j)
			}
			return r.objectAt(j, depth+1)
		}
		v, err := j.valueAt(depth + 1)
		if err == nil && (v.kind == jsonNumber || v.kind == jsonString || depth == 0) {
			r.member(v)
		}
		return err
	})
}

// member notes a value. A later one of a name replaces the earlier.
func (r *jsonlReader) member(v jsonValue) {
	tag := r.tags.get(r.path)
	switch {
	case tag == nil:
		r.tooMany = r.tooMany || v.kind == jsonNumber
	case tag.at < len(r.members) && r.members[tag.at].tag == tag:
		r.members[tag.at].value = v
	default:
		tag.at = len(r.members)
		r.members = append(r.members, jsonMember{tag, v})
	}
}

// configName says whether an object of a name has parameters.
func configName(key []byte) bool {
	switch string(key) {
	case "config", "hparams", "hyperparameters", "args":
		return true
	}
	return false
}

// configure reads a configuration where it is another than that of the lines before.
func (r *jsonlReader) configure(j *jsonText) error {
	v, err := j.valueAt(1)
	if err != nil || bytes.Equal(v.raw, r.written) {
		return err
	}
	r.written = append(r.written[:0], v.raw...)
	r.config, err = jsonParameters(v.raw)
	return err
}

// place tells the values of a line from the place that they have.
func (r *jsonlReader) place(f *Found) {
	r.row, r.values = NewRow(), r.values[:0]
	var best [places]*tagName
	for _, m := range r.members {
		s := m.tag.spot
		if old := best[s.place]; s.place != nowhere && (old == nil || s.rank < old.spot.rank) {
			best[s.place] = m.tag
		}
	}
	for _, m := range r.members {
		if r.special != nil && r.special(m.tag.text, m.value, f) {
			continue
		}
		p := m.tag.spot.place
		if m.tag != best[p] {
			p = nowhere
		}
		switch m.value.kind {
		case jsonNumber:
			if p == nowhere || !r.row.put(p, m.value.number) && p == atTime {
				r.values = append(r.values, m)
			}
		case jsonString:
			if p != nowhere {
				r.row.putText(p, m.value.text())
			} else if v, ok := namedNumber(m.value.raw); ok {
				m.value.number = v
				r.values = append(r.values, m)
			}
		}
	}
}

// namedNumber is a number for which the standard has no word, as a text.
func namedNumber(raw []byte) (float64, bool) {
	switch string(raw) {
	case `"NaN"`, `"Infinity"`, `"-Infinity"`:
		return decimal(raw[1 : len(raw)-1])
	}
	return 0, false
}
