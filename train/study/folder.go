package study

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Folder is where a session is kept as files:
//
//	report.md              every study with its claims, tables and pictures
//	NAME.json              a study, as Study.MarshalJSON says, with "schema":1
//	NAME-FIGURE.png .svg   a figure, and its points in NAME-FIGURE.csv
//	NAME-table-TABLE.csv   a table
//
// Each file is written whole or not at all, and equal studies give equal
// bytes: there is no date in them.
type Folder struct {
	dir   string
	title string
	facts []Fact
	kept  map[string]bool // studies whose files are written
	last  string          // report, as written last
}

// Fact is something that must be known of a session, such as its seed.
type Fact struct{ Name, Text string }

// NewFolder opens a folder, which is made if it is not there, for a session
// with a title of which some facts are known.
func NewFolder(dir, title string, facts ...Fact) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	probe, err := os.CreateTemp(dir, ".optwatch-*")
	if err != nil {
		return nil, err
	}
	probe.Close()
	return &Folder{dir: dir, title: title, facts: facts, kept: map[string]bool{}}, os.Remove(probe.Name())
}

// Keep writes the studies that have ended since it was called last, and the
// report. A study that never began has no files of its own.
func (f *Folder) Keep(v *View) error {
	for i := range v.Studies {
		s := &v.Studies[i]
		if !s.State.Over() || f.kept[s.Name] || s.Elapsed == 0 {
			continue
		}
		if err := f.study(s); err != nil {
			return err
		}
		f.kept[s.Name] = true
	}
	report := f.report(v)
	if report == f.last {
		return nil
	}
	f.last = report
	return f.write("report.md", func(w io.Writer) error { _, err := io.WriteString(w, report); return err })
}

func (f *Folder) study(s *Study) error {
	for i := range s.Figures {
		fig := &s.Figures[i]
		name := fileName(s.Name, fig.Name)
		for _, file := range []struct {
			ending string
			write  func(io.Writer) error
		}{{".png", fig.WritePNG}, {".svg", fig.WriteSVG}, {".csv", fig.WriteCSV}} {
			if err := f.write(name+file.ending, file.write); err != nil {
				return err
			}
		}
	}
	for i := range s.Tables {
		if err := f.write(tableName(s.Name, s.Tables[i].Name)+".csv", s.Tables[i].WriteCSV); err != nil {
			return err
		}
	}
	return f.write(fileName(s.Name, "")+".json", s.writeJSON)
}

// writeJSON writes the study and which schema that is.
func (s *Study) writeJSON(w io.Writer) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, append([]byte(`{"schema":1,`), text[1:]...), "", " "); err != nil {
		return err
	}
	out.WriteByte('\n')
	_, err = out.WriteTo(w)
	return err
}

// write writes a file beside the one it is to replace, and puts it in its
// place when it is whole.
func (f *Folder) write(name string, write func(io.Writer) error) (err error) {
	part, err := os.CreateTemp(f.dir, ".optwatch-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(part.Name())
			err = fmt.Errorf("%s: %w", name, err)
		}
	}()
	err = write(part)
	if e := part.Chmod(0o644); err == nil {
		err = e
	}
	if e := part.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return os.Rename(part.Name(), filepath.Join(f.dir, name))
}

// fileName is that of a part of a study, without an ending: the study's name
// first, and nothing that a file system could misunderstand.
func fileName(study, part string) string {
	name := study
	if part != "" && part != study {
		name += "-" + strings.TrimPrefix(part, study+"-")
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '_':
			return r
		}
		return '-'
	}, name)
}

func tableName(study, table string) string {
	return fileName(study, "table-"+strings.TrimPrefix(table, study+"-"))
}
