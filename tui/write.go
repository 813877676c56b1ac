package tui

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"optwatch/train/study"
	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
	"optwatch/tui/picture"
)

// pictured is a program whose charts can be written as pictures and as numbers.
type pictured interface {
	HasPicture() bool
	Pictures() []*study.Figure       // those on the screen that have a point
	Values() func(w io.Writer) error // their points as CSV; what it returns may be called by any goroutine
}

// wroteMsg says how writing files went.
type wroteMsg struct {
	what  string
	paths []string
	err   error
}

// file is one that is to be written, by its ending.
type file struct {
	ending string
	write  func(w io.Writer) error
}

// writeWord is the footer's word for writing the screen, in the programs that
// have room for it.
func (m *shell) writeWord() string {
	if p, ok := m.program.(pane.Roomy); ok {
		return p.WriteWord()
	}
	return ""
}

// exporter takes what is on the screen elsewhere: into files, to the clipboard.
type exporter struct{ *shell }

// mayWrite says whether files can be written for who looks at this screen: they are
// on the machine that trains, on which whoever looks from another changes nothing.
func (m *exporter) mayWrite() bool { return !m.guest }

func (m *exporter) whyNoWrite() string {
	if m.guest {
		return "Y copies to your clipboard: you look from another machine, and nothing is written on this one"
	}
	return ""
}

// canPicture says whether there is a chart on the screen to be written.
func (m *exporter) canPicture() bool {
	p, ok := m.program.(pictured)
	return ok && m.mayWrite() && p.HasPicture()
}

func (m *exporter) whyNoPicture() string {
	if _, ok := m.program.(pictured); ok && m.mayWrite() {
		return "no chart with a point is on the screen"
	}
	return m.whyNoWrite()
}

// hasPictures says whether the program ever has charts to be written.
func (m *exporter) hasPictures() bool {
	_, ok := m.program.(pictured)
	return ok && m.mayWrite()
}

// writePicture writes the charts on the screen as pictures and as numbers, off the
// screen's own path.
func (m *exporter) writePicture(string) tea.Cmd {
	p := m.program.(pictured)
	plate, paper := study.Plate(p.Pictures()), picture.Paper(m.Theme)
	for _, f := range plate {
		f.Paper = paper
	}
	what := "the charts are in "
	if len(plate) == 1 {
		what = "the chart is in "
	}
	return m.writeFiles(what, []file{{".png", plate.WritePNG}, {".svg", plate.WriteSVG}, {".csv", p.Values()}})
}

// writeTable writes the table that is open as CSV. It is put together here, where the
// snapshot is known to be the one that is seen.
func (m *exporter) writeTable(string) tea.Cmd {
	var text bytes.Buffer
	if err := m.Over.(pane.Tabular).Write(&text); err != nil {
		m.Fail(err)
		return nil
	}
	return m.writeFiles("the table is in ", []file{{"-values.csv", func(w io.Writer) error { _, err := w.Write(text.Bytes()); return err }}})
}

// writeScreen writes the screen as plain text, and with its colours as a terminal
// takes them.
func (m *exporter) writeScreen(string) tea.Cmd {
	rows := strings.Split(m.View(), "\n")
	coloured := strings.Join(rows, "\x1b[0m\n") + "\x1b[0m\n"
	for i := range rows {
		rows[i] = strings.TrimRight(ansi.Strip(rows[i]), " ")
	}
	text := strings.Join(rows, "\n") + "\n"
	put := func(s string) func(io.Writer) error {
		return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
	}
	return m.writeFiles("the screen is in ", []file{{".txt", put(text)}, {".ans", put(coloured)}})
}

// writeFiles writes files of one name that says when, where whoever looks started
// the screen.
func (m *exporter) writeFiles(what string, files []file) tea.Cmd {
	name := filepath.Join(m.folder, "optwatch-"+strings.NewReplacer(":", "-", " ", "").Replace(draw.ToTheSecond(m.Snap.Elapsed)))
	if m.far {
		name = wholePath(name)
	}
	return func() (msg tea.Msg) {
		defer func() { // a picture that cannot be drawn costs the picture
			if r := recover(); r != nil {
				msg = wroteMsg{err: fmt.Errorf("%s: cannot be drawn: %v", name, r)}
			}
		}()
		return writeNew(what, name, files)
	}
}

// mostNamesakes is how many screens of one second can be written in one folder.
const mostNamesakes = 1000

// writeNew writes files that are not there yet, all or none: where one of their name
// is, of this screen or of another, all get a number.
func writeNew(what, name string, files []file) tea.Msg {
	texts := make([]bytes.Buffer, len(files))
	for i, f := range files {
		if err := f.write(&texts[i]); err != nil {
			return wroteMsg{err: fmt.Errorf("%s%s: %w", name, f.ending, err)}
		}
	}
	first, err := name, error(fs.ErrExist)
	for n := 2; errors.Is(err, fs.ErrExist) && n <= mostNamesakes; n++ {
		var paths []string
		for i, f := range files {
			path := name + f.ending
			if err = writeOne(path, texts[i].Bytes()); err != nil {
				break
			}
			paths = append(paths, path)
		}
		if err == nil {
			return wroteMsg{what: what, paths: paths}
		}
		for _, path := range paths {
			_ = os.Remove(path)
		}
		name = fmt.Sprintf("%s-%d", first, n)
	}
	var refused *fs.PathError
	if errors.As(err, &refused) {
		err = fmt.Errorf("nothing can be written in %s: %w", wholePath(filepath.Dir(name)), refused.Err)
	}
	return wroteMsg{err: err}
}

// wholePath is a path from the root, where that is known.
func wholePath(path string) string {
	if whole, err := filepath.Abs(path); err == nil {
		return whole
	}
	return path
}

// writeOne writes a file that is not there yet, whole or not at all.
func writeOne(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		_ = os.Remove(path)
	}
	return err
}

// wrote says where the files are: the first by its name, the others by their endings.
func (m *shell) wrote(w wroteMsg) {
	if w.err != nil {
		m.Fail(w.err)
		return
	}
	text, others := w.what+w.paths[0], ""
	for i, path := range w.paths[1:] {
		between := ", "
		if i == len(w.paths)-2 {
			between = " and "
		}
		text += between + filepath.Ext(path)
		others += ", " + filepath.Ext(path)
	}
	name := filepath.Base(w.paths[0])
	shorter := []string{"in " + w.paths[0] + others, "in " + name + others, name + others, name}
	if folder := filepath.Dir(w.paths[0]); folder != "." {
		shorter[1] = "in …" + string(filepath.Separator) + name + others
	}
	m.Say(text, shorter...)
	m.Note(view.EventInfo, text)
}
