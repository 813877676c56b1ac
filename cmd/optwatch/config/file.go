package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// Setting is one that the file may have.
type Setting struct {
	Name  string // of the flag that says the same
	Kind  Kind
	Check func(text string) error // what is wrong with a value; nil takes all of its kind
	Want  string                  // which values are right, in words
}

// Kind is what the values of a setting are.
type Kind int

// The kinds.
const (
	Text   Kind = iota
	Number      // a whole one
	Switch      // true or false
	List        // of texts
)

// Table is the one table of the file, which has an entry for each name that is changed.
const Table = "keys"

// File is what a file settles.
type File struct {
	Path   string
	There  bool                // else there is none, which settles nothing
	Values map[string][]string // of the settings in it, as a flag takes them
	Keys   map[string][]string // of the table
	Lines  map[string]int      // of both; those of the table after keys and a dot
}

// Mistake is something wrong with a file.
type Mistake struct {
	Path string
	Line int // 0 where it is about the file
	Text string
}

// Error says where it is and what it is.
func (m Mistake) Error() string {
	if m.Line == 0 {
		return m.Path + ": " + m.Text
	}
	return fmt.Sprintf("%s: line %d: %s", m.Path, m.Line, m.Text)
}

// DefaultPath is where the file is looked for, in the user's folder of configurations.
func DefaultPath() (string, error) {
	folder, err := os.UserConfigDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(folder, "optwatch", "config.toml"), nil
}

// mostBytes is how large a file may be.
const mostBytes = 1 << 20

// Read reads a file, which may be absent unless it must be there. The mistakes are in
// the order of their lines.
func Read(path string, must bool, settings []Setting, near func(word string, names []string) string) (File, []Mistake) {
	f := File{Path: path, Values: map[string][]string{}, Keys: map[string][]string{}, Lines: map[string]int{}}
	text, err := readSmall(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !must:
		return f, nil
	case err != nil:
		var inPath *fs.PathError
		if errors.As(err, &inPath) {
			err = inPath.Err
		}
		return f, []Mistake{{path, 0, err.Error()}}
	}
	f.There = true
	var all map[string]any
	if err := toml.Unmarshal(text, &all); err != nil {
		var at *toml.DecodeError
		line := 0
		if errors.As(err, &at) {
			line, _ = at.Position()
		}
		return f, []Mistake{{path, line, strings.TrimPrefix(err.Error(), "toml: ")}}
	}
	f.Lines = linesOf(text)
	r := reader{&f, settings, near, nil}
	for _, name := range slices.SortedFunc(maps.Keys(all), func(a, b string) int { return f.Lines[a] - f.Lines[b] }) {
		r.take(name, all[name])
	}
	slices.SortStableFunc(r.wrong, func(a, b Mistake) int { return a.Line - b.Line })
	return f, r.wrong
}

// readSmall is the text of a file. A pipe, which could be waited for, is none.
func readSmall(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New("no file: want one in TOML")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, mostBytes+1))
	if err == nil && len(text) > mostBytes {
		err = fmt.Errorf("more than %d bytes: want a file of some lines", mostBytes)
	}
	return text, err
}

// linesOf is the line of each entry, by its name in the file, those of a table after
// the table's name and a dot.
func linesOf(text []byte) map[string]int {
	lines := map[string]int{}
	var p unstable.Parser
	p.Reset(text)
	table := ""
	for p.NextExpression() {
		e := p.Expression()
		var parts []string
		line := 0
		for k := e.Key(); k.Next(); {
			parts = append(parts, string(k.Node().Data))
			if line == 0 {
				line = p.Shape(k.Node().Raw).Start.Line
			}
		}
		name := strings.Join(parts, ".")
		if e.Kind == unstable.KeyValue {
			name = table + name
		} else {
			table = name + "."
		}
		for whole := name; whole != ""; { // a dotted name is in its table
			if lines[whole] == 0 {
				lines[whole] = line
			}
			whole = whole[:max(0, strings.LastIndex(whole, "."))]
		}
	}
	return lines
}

// reader takes entries in.
type reader struct {
	*File
	settings []Setting
	near     func(word string, names []string) string
	wrong    []Mistake
}

func (r *reader) mistake(name, format string, args ...any) {
	r.wrong = append(r.wrong, Mistake{r.Path, r.Lines[name], fmt.Sprintf(format, args...)})
}

// take takes in a setting or the table.
func (r *reader) take(name string, v any) {
	if name == Table {
		r.table(v)
		return
	}
	i := slices.IndexFunc(r.settings, func(s Setting) bool { return s.Name == name })
	if i < 0 {
		names := []string{Table}
		for _, s := range r.settings {
			names = append(names, s.Name)
		}
		hint := r.near(name, names)
		if hint == "" {
			hint = "want " + listed(names[1:]) + " or [" + Table + "]"
		}
		r.mistake(name, "there is no setting %q: %s", name, strings.TrimSpace(hint))
		return
	}
	s := r.settings[i]
	texts, ok := s.texts(v)
	if !ok {
		r.mistake(name, "%s is %s: want %s", name, shown(v), s.Want)
		return
	}
	for _, text := range texts {
		if s.Check == nil {
			continue
		}
		if err := s.Check(text); err != nil {
			r.mistake(name, "%s: %v", name, err)
			return
		}
	}
	r.Values[name] = texts
}

// table takes in the table, whose entries are a text or a list of them.
func (r *reader) table(v any) {
	entries, ok := v.(map[string]any)
	if !ok {
		r.mistake(Table, "%s is %s: want a table, [%s]", Table, shown(v), Table)
		return
	}
	for name, v := range entries {
		s := Setting{Kind: List}
		texts, ok := s.texts(v)
		if !ok || len(texts) == 0 {
			r.mistake(Table+"."+name, "%s is %s: want a key, as a text, or a list of keys", name, shown(v))
			continue
		}
		r.Keys[name] = texts
	}
}

// texts are the values of a setting as a flag takes them; false where they are of
// another kind.
func (s *Setting) texts(v any) ([]string, bool) {
	switch v := v.(type) {
	case string:
		return []string{v}, s.Kind == Text || s.Kind == List
	case int64:
		return []string{strconv.FormatInt(v, 10)}, s.Kind == Number
	case bool:
		return []string{strconv.FormatBool(v)}, s.Kind == Switch
	case []any:
		out := make([]string, len(v))
		for i, one := range v {
			text, ok := one.(string)
			if !ok {
				return nil, false
			}
			out[i] = text
		}
		return out, s.Kind == List
	}
	return nil, false
}

// shown is a value as the file has it, or as near to that as needs be.
func shown(v any) string {
	switch v := v.(type) {
	case string:
		return strconv.Quote(v)
	case []any:
		return "a list"
	case map[string]any:
		return "a table"
	}
	return fmt.Sprint(v)
}

// listed is names in a sentence.
func listed(names []string) string { return strings.Join(names, ", ") }
