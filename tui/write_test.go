package tui

import (
	"bytes"
	"encoding/csv"
	"errors"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"optwatch/train"
	"optwatch/train/view"
)

func written(text string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, text); return err }
}

// Two screens of the same second are written to two files, and all files of one have
// the same name.
func TestWriteNew(t *testing.T) {
	t.Chdir(t.TempDir())
	var names []string
	for _, text := range []string{"one", "two", "three"} {
		w := writeNew("", "optwatch-0-41", []file{{".txt", written(text)}}).(wroteMsg)
		if w.err != nil {
			t.Fatal(w.err)
		}
		if got, err := os.ReadFile(w.paths[0]); err != nil || string(got) != text {
			t.Errorf("%s holds %q, %v", w.paths[0], got, err)
		}
		names = append(names, w.paths...)
	}
	if want := []string{"optwatch-0-41.txt", "optwatch-0-41-2.txt", "optwatch-0-41-3.txt"}; !slices.Equal(names, want) {
		t.Errorf("the files are %v, want %v", names, want)
	}
	w := writeNew("", "optwatch-0-41", []file{{".ans", written("a")}, {".txt", written("b")}}).(wroteMsg)
	if want := []string{"optwatch-0-41-4.ans", "optwatch-0-41-4.txt"}; !slices.Equal(w.paths, want) {
		t.Errorf("the files are %v, want %v", w.paths, want)
	}
	if left, _ := filepath.Glob("*.ans"); len(left) != 1 {
		t.Errorf("beside those that were taken there are %v", left)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	want := "nothing can be written in " + filepath.Join(here, "absent") + ": no such file or directory"
	if w := writeNew("", "absent/a", []file{{".txt", written("")}}).(wroteMsg); w.err == nil || w.err.Error() != want {
		t.Errorf("%v, want %s", w.err, want)
	}
	broken := func(io.Writer) error { return errors.New("no ink") }
	if w := writeNew("", "b", []file{{".txt", written("")}, {".png", broken}}).(wroteMsg); w.err == nil || w.err.Error() != "b.png: no ink" {
		t.Errorf("%+v", w)
	}
	if left, _ := filepath.Glob("b*"); len(left) > 0 {
		t.Errorf("of what could not be made there is %v", left)
	}
}

// done takes what a key does off the screen's path, and what comes of it.
func done(m *shell, cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, each := range msg {
			done(m, each)
		}
	default:
		m.Update(msg)
	}
}

// marked is a source of four runs of which one has been switched and one diverged.
func marked() *train.Report {
	s := sample(4, 60)
	s.Runs[0].Marks = []train.Mark{{Kind: view.EventSwitch, Evals: s.Runs[0].Curve[30].Evals}}
	s.Runs[1].Marks = []train.Mark{{Kind: view.EventDiverged, Evals: s.Runs[1].Last.Evals}}
	return s
}

// w writes the charts that are on the screen: names, colours, signs and axes as they
// are there, and the points of the runs that are drawn.
func TestWritePictures(t *testing.T) {
	t.Chdir(t.TempDir())
	m := newTestModelWith(&stub{snap: marked()}, 120, 40, termenv.ANSI256, false, false)
	m.View()
	press(m, "3", "j", "j", "v") // hides svrg
	done(m, press(m, "w"))
	want := "the charts are in optwatch-" + strings.ReplaceAll("0:41", ":", "-")
	if !strings.HasPrefix(m.Flash.Text, "the charts are in optwatch-") || !strings.HasSuffix(m.Flash.Text, ".png, .svg and .csv") {
		t.Fatalf("after w it says %q, want %s….png, .svg and .csv", m.Flash.Text, want)
	}
	stem := strings.TrimSuffix(strings.Fields(m.Flash.Text)[4], ".png,")
	picture, err := os.ReadFile(stem + ".png")
	if err != nil {
		t.Fatal(err)
	}
	if img, err := png.Decode(bytes.NewReader(picture)); err != nil || img.Bounds().Dx() != 2*1152 || img.Bounds().Dy() != 720 {
		t.Errorf("the picture: %v", err)
	}
	svg, err := os.ReadFile(stem + ".svg")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{">validation accuracy %<", ">gradient evaluations<", ">sgd<", ">adam<", ">switch<", ">diverged<", "#0087FF", "#FF8700"} {
		if !strings.Contains(string(svg), text) {
			t.Errorf("the picture lacks %s", text)
		}
	}
	if strings.Contains(string(svg), ">"+m.Snap.Runs[2].Name+"<") {
		t.Error("the picture has a run that is hidden")
	}
	text, err := os.ReadFile(stem + ".csv")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(rows[0], ","); !strings.HasPrefix(got, "run,metric,") || !strings.HasSuffix(got, ",value,low,high") {
		t.Errorf("the columns are %s", got)
	}
	if got, want := len(rows)-1, 2*3*60; got != want {
		t.Errorf("%d points, want %d of three runs in two charts", got, want)
	}
}

// Pictures and values are in the order of the standings, whichever run is selected.
func TestPicturesAreInTheOrderOfTheStandings(t *testing.T) {
	t.Chdir(t.TempDir())
	m := newTestModel(&stub{snap: sample(4, 60)}, 120, 40)
	m.View()
	press(m, "1", "z")
	m.View()
	done(m, press(m, "w"))
	for _, ending := range []string{"svg", "csv"} {
		files, _ := filepath.Glob("*." + ending)
		if len(files) != 1 {
			t.Fatalf("files %v: %q", files, m.Flash.Text)
		}
		text, err := os.ReadFile(files[0])
		if err != nil {
			t.Fatal(err)
		}
		at := -1
		for i := range m.Snap.Runs {
			name := m.Snap.Runs[i].Name
			found := max(strings.LastIndex(string(text), ">"+name+"<"), strings.Index(string(text), "\n"+name+","))
			if found <= at {
				t.Errorf("%s: %s stands before others above it", ending, name)
			}
			at = found
		}
	}
}

// What is looked at through a window is written so; one chart alone is one picture.
func TestWritePictureOfAWindow(t *testing.T) {
	t.Chdir(t.TempDir())
	m := newTestModel(&stub{snap: marked()}, 120, 40)
	m.View()
	press(m, "1", "z", "=", "=")
	m.View()
	done(m, press(m, "w"))
	files, _ := filepath.Glob("*.csv")
	if len(files) != 1 || !strings.HasPrefix(m.Flash.Text, "the chart is in ") {
		t.Fatalf("files %v: %q", files, m.Flash.Text)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), "\n") - 1; n == 0 || n > 4*30 {
		t.Errorf("%d points are in the last quarter of the axis", n)
	}
}

// Without a point there is no picture, and a key that says so.
func TestNoPicture(t *testing.T) {
	t.Chdir(t.TempDir())
	m := newTestModel(&stub{snap: sample(2, 0)}, 120, 40)
	done(m, press(m, "w"))
	if left, _ := filepath.Glob("*"); len(left) > 0 || !strings.Contains(m.Flash.Text, "no chart") {
		t.Errorf("%v, %q", left, m.Flash.Text)
	}
}

// W writes the screen as it is read, and as it looks.
func TestWriteScreen(t *testing.T) {
	t.Chdir(t.TempDir())
	m := newTestModelWith(&stub{snap: marked()}, 120, 40, termenv.ANSI256, false, false)
	screen := m.View()
	done(m, press(m, "W"))
	plain, coloured := "", ""
	for _, ending := range []string{"txt", "ans"} {
		files, _ := filepath.Glob("*." + ending)
		if len(files) != 1 {
			t.Fatalf("%s: %v", ending, files)
		}
		text, err := os.ReadFile(files[0])
		if err != nil {
			t.Fatal(err)
		}
		if ending == "txt" {
			plain = string(text)
		} else {
			coloured = string(text)
		}
	}
	for i, row := range strings.Split(screen, "\n") {
		if got := strings.Split(plain, "\n")[i]; got != strings.TrimRight(ansi.Strip(row), " ") {
			t.Errorf("row %d is %q", i, got)
		}
		if got := strings.Split(coloured, "\n")[i]; got != row+"\x1b[0m" {
			t.Errorf("row %d is %q", i, got)
		}
	}
}

// Files are written where whoever looks started the screen; for who looks from
// another machine there are none, and the keys say why.
func TestWhereFilesGo(t *testing.T) {
	t.Chdir(t.TempDir())
	folder := t.TempDir()
	m := newTestModel(&stub{snap: marked()}, 120, 40)
	m.folder, m.far = folder, true
	press(m, "3") // the chain of ticks has begun
	done(m, press(m, "w"))
	if files, _ := filepath.Glob(filepath.Join(folder, "optwatch-*.svg")); len(files) != 1 || !strings.Contains(m.Flash.Text, folder) {
		t.Errorf("%v: %q", files, m.Flash.Text)
	}
	m.guest = true
	for _, key := range []string{"w", "W"} {
		cmd := press(m, key)
		if !strings.Contains(m.Flash.Text, "another machine") {
			t.Errorf("%s from another machine: %q", key, m.Flash.Text)
		}
		done(m, cmd)
	}
	for _, in := range []string{folder, "."} {
		if files, _ := filepath.Glob(filepath.Join(in, "*")); len(files) > 3 {
			t.Errorf("written for a guest: %v", files)
		}
	}
}

// The figures of a study are written as they are on the screen, and so is what it
// found copied.
func TestWriteFigures(t *testing.T) {
	t.Chdir(t.TempDir())
	m := newTestStudies(&shelf{found()}, 200, 60, termenv.ANSI256, false, false)
	m.View()
	press(m, "k", "k", "k")
	done(m, press(m, "w"))
	files, _ := filepath.Glob("*")
	if len(files) != 3 {
		t.Fatalf("the files are %v: %q", files, m.Flash.Text)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	shown := m.program.(pictured).Pictures()
	for _, f := range shown {
		if !strings.Contains(string(text), "\n"+f.Name+",") {
			t.Errorf("the values lack the figure %s", f.Name)
		}
	}
	var out bytes.Buffer
	m.output, m.environ = &out, nil
	press(m, "Y")
	done(m, press(m, "v"))
	if got := put(t, out.String()); !strings.Contains(got, "predicted") || !strings.Contains(got, "measured") {
		t.Errorf("copied %q", got)
	}
}
