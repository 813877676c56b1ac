package tui

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// V shows all metrics of all runs, now or at the value cursor, and goes along with it.
func TestAllValues(t *testing.T) {
	for _, size := range [][2]int{{200, 60}, {120, 40}, {80, 24}, {40, 12}} {
		m := newTestModel(&stub{snap: sample(6, 40)}, size[0], size[1])
		press(m, "V")
		seen := map[string]bool{}
		wantSeen(t, m, "all values now")
		for range 12 {
			checkSize(t, m, size[0], size[1], "the table")
			for word := range strings.FieldsSeq(ansi.Strip(strings.Join(m.Over.Draw(size[0]-2, size[1]-2), "\n"))) {
				seen[word] = true
			}
			press(m, "tab")
		}
		for _, name := range []string{"loss", "f*", "acc", "evals", "epochs", "sgd", "svrg"} {
			if !seen[name] {
				t.Errorf("%v: the table never shows %s", size, name)
			}
		}
		press(m, "esc", "@")
		typing(m, "100k")
		press(m, "enter", "V")
		wantSeen(t, m, "all values near 100 000")
		press(m, "l")
		if title := m.Over.(pane.Tabular).Title(); title == "all values near 100 000 gradient evaluations" {
			t.Errorf("l leaves the place at %s", title)
		}
		was := m.Over.Draw(size[0]-2, size[1]-2)
		press(m, "j", "j", "j", "j", "j", "j")
		if now := strings.Join(m.Over.Draw(size[0]-2, size[1]-2), "\n"); !strings.Contains(now, "▸") || now == strings.Join(was, "\n") {
			t.Error("the selected run is not in sight")
		}
	}
}

// Each value is that which the standings have there.
func TestAllValuesAreThoseOfTheStandings(t *testing.T) {
	m := newTestModel(&stub{snap: sample(3, 40)}, 200, 60)
	press(m, "h")
	standings := ansi.Strip(m.View())
	press(m, "V")
	rows := m.Over.(pane.Tabular).Rows()
	if len(rows) != 4 {
		t.Fatalf("%d rows of three runs", len(rows))
	}
	checked := 0
	for i, head := range rows[0] {
		for _, row := range rows[1:] {
			if strings.Contains(" loss , val acc , f − f* ", " "+head+" ") {
				if checked++; !strings.Contains(standings, row[i]) {
					t.Errorf("%s of %s is %s, which the standings have not", head, row[0], row[i])
				}
			}
		}
	}
	if checked != 9 {
		t.Errorf("%d values checked of %v", checked, rows[0])
	}
}

// The table goes into a file with all its digits, and to the clipboard as it is read.
func TestAllValuesAreTakenElsewhere(t *testing.T) {
	t.Chdir(t.TempDir())
	m := newTestModelWith(&stub{snap: sample(3, 40)}, 120, 40, termenv.ANSI256, false, false)
	var out strings.Builder
	m.output = &out
	press(m, "h", "V")
	done(m, press(m, "w"))
	name := "optwatch-0-41-values.csv"
	wantSeen(t, m, "the table is in "+name)
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatalf("%v: %v", err, rows)
	}
	metric := m.Snap.Metrics[0].Key
	for i, key := range rows[0] {
		if k := m.Snap.Runs[0].Of(metric); key == metric {
			if got, _ := strconv.ParseFloat(rows[1][i], 64); math.Float64bits(got) != math.Float64bits(k.Values[len(k.Values)-1]) {
				t.Errorf("%s of the first run is %s, want %v", key, rows[1][i], k.Values[len(k.Values)-1])
			}
			metric = ""
		}
	}
	if metric != "" {
		t.Errorf("%s is not in %v", metric, rows[0])
	}
	done(m, press(m, "Y"))
	if !strings.Contains(m.Flash.Text, "copied all values near ") || out.Len() == 0 {
		t.Errorf("after Y it says %q, and %d bytes were sent", m.Flash.Text, out.Len())
	}
	m.guest = true
	if press(m, "w"); !strings.Contains(m.Flash.Text, "nothing is written") {
		t.Errorf("of a guest w says %q", m.Flash.Text)
	}
}

// A long name leaves room for a value, however narrow the screen is.
func TestAllValuesOfALongName(t *testing.T) {
	src := &stub{snap: sample(2, 40)}
	src.run(0).Name = "a name of twenty-four cells"
	m := newTestModel(src, 40, 12)
	press(m, "V")
	for range 6 {
		if got := ansi.Strip(strings.Join(m.Over.Draw(38, 10), "\n")); strings.Contains(got, "1–0") {
			t.Fatalf("no metric is shown:\n%s", got)
		}
		press(m, "tab")
	}
}

// The numbers in sentences of a source are written as those of the screen.
func TestSentencesWriteNumbersAsTablesDo(t *testing.T) {
	for _, v := range []float64{0.0028, 1.9, 46, 3e-12, 5.86e20, 1e-300} {
		if got, want := view.ShortExponents(fmt.Sprintf("%.1e", v)), draw.Scientific(v); got != want {
			t.Errorf("%g: %s in a sentence, %s in a table", v, got, want)
		}
	}
}
