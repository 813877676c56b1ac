package tui

import (
	"bytes"
	"encoding/csv"
	"image/png"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/muesli/termenv"
)

// The screen of the devices is taken elsewhere as that of runs is: its charts as
// pictures and numbers, its text, its values and its table.
func TestDevicesAreTakenElsewhere(t *testing.T) {
	t.Chdir(t.TempDir())
	m, _ := newAloneWith(troubled(4), 120, 40, termenv.ANSI256, false, false)
	var out strings.Builder
	m.output, m.brisk = &out, true // no tick comes between
	if got := footerWords(m); !strings.Contains(got, "w export") {
		t.Errorf("footer: %s", got)
	}
	press(m, "j", "j") // to one that is held back
	done(m, press(m, "w"))
	if !strings.HasPrefix(m.Flash.Text, "the charts are in optwatch-") || !strings.HasSuffix(m.Flash.Text, ".png, .svg and .csv") {
		t.Fatalf("after w it says %q", m.Flash.Text)
	}
	stem := strings.TrimSuffix(strings.Fields(m.Flash.Text)[4], ".png,")
	picture, err := os.ReadFile(stem + ".png")
	if err != nil {
		t.Fatal(err)
	}
	if img, err := png.Decode(bytes.NewReader(picture)); err != nil || img.Bounds().Dx() != 2*1152 {
		t.Errorf("the picture: %v", err)
	}
	svg, err := os.ReadFile(stem + ".svg")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{">busy", ">power", ">limit 700 W<", ">minutes until ", ">gpu held back<", "gpu 2 H200"} {
		if !strings.Contains(string(svg), text) {
			t.Errorf("the picture lacks %s", text)
		}
	}
	text, err := os.ReadFile(stem + ".csv")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil || len(rows) < 100 || strings.Join(rows[0], ",") != "device,chart,curve,time,value" {
		t.Fatalf("%v: %d rows", err, len(rows))
	}
	if at, err := time.Parse(time.RFC3339Nano, rows[1][3]); err != nil || at.Year() < 2000 || rows[1][1] != "busy" {
		t.Errorf("the first row is %v", rows[1])
	}
	press(m, "Y")
	if got := m.View(); !strings.Contains(got, "copy to the clipboard") || !strings.Contains(got, "table") {
		t.Errorf("Y shows\n%s", got)
	}
	done(m, press(m, "t"))
	if !strings.Contains(m.Flash.Text, "copied the table of the devices, 6 lines") || out.Len() == 0 {
		t.Errorf("after Y t it says %q, and %d bytes were sent", m.Flash.Text, out.Len())
	}
	press(m, ":")
	if got := m.View(); !strings.Contains(got, "write the charts to files here") {
		t.Errorf(": shows\n%s", got)
	}
	press(m, "esc")
	done(m, press(m, "W"))
	if !strings.Contains(m.Flash.Text, "the screen is in ") {
		t.Errorf("after W it says %q", m.Flash.Text)
	}
}

// Where there is no room for a chart there is none to be written, and without any GPU
// those of the host are.
func TestDevicesWithoutCharts(t *testing.T) {
	t.Chdir(t.TempDir())
	m, _ := newAlone(troubled(20), 60, 14)
	if cmd := press(m, "w"); cmd != nil || !strings.Contains(m.Flash.Text, "no chart") {
		t.Errorf("w says %q", m.Flash.Text)
	}
	m, _ = newAlone(troubled0(0), 120, 40)
	m.brisk = true
	done(m, press(m, "w"))
	if !strings.HasPrefix(m.Flash.Text, "the charts are in ") {
		t.Errorf("w says %q", m.Flash.Text)
	}
}

// The screen of the devices begins as the last was left: the same device, charts and time.
func TestDevicesAreRemembered(t *testing.T) {
	kept := &shelfOf{}
	o := Terminal{Memory: kept}
	for _, size := range [][2]int{{120, 40}, {80, 24}} {
		m, _ := newAlone(troubled(4), size[0], size[1])
		fresh := m.View()
		press(m, "j", "m", "-")
		want := m.View()
		if want == fresh {
			t.Fatal("nothing was chosen: this test proves nothing")
		}
		leave(m, o)
		again, _ := newAlone(troubled(4), size[0], size[1])
		if again.recall(o); again.View() != want {
			t.Errorf("it begins as\n%s\nand was left as\n%s", again.View(), want)
		}
		fewer, _ := newAlone(troubled(1), size[0], size[1]) // of which the device is not there any more
		fewer.recall(o)
		checkSize(t, fewer, size[0], size[1], "a machine with fewer devices")
	}
	for _, text := range []string{"{", "[]", `{"minutes":-4,"charts":"none","selected":"gone"}`, `{"minutes":1e300}`} {
		m, _ := newAlone(troubled(2), 120, 40)
		fresh := m.View()
		if m.recall(Terminal{Memory: &shelfOf{text: []byte(text)}}); m.View() != fresh {
			t.Errorf("%q changes the screen", text)
		}
	}
}
