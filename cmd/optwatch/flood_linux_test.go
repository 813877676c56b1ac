package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Columns as people have them, whose scales differ a thousandfold, put a learning rate
// now above and now below the limit of stability. The log tells of that a few times and
// not several times a second, and ends with the advice that helps.
func TestUnscaledColumnsDoNotFloodTheLog(t *testing.T) {
	var text strings.Builder
	text.WriteString("age,income,hours,label\n")
	r := rand.New(rand.NewPCG(1, 2))
	for range 600 {
		age, income, hours := 18+r.IntN(70), 10_000+r.IntN(150_000), r.IntN(80)
		label := 0
		if float64(age)/70+float64(income)/150_000+float64(hours)/80+r.NormFloat64()/4 > 1.7 {
			label = 1
		}
		fmt.Fprintf(&text, "%d,%d,%d,%d\n", age, income, hours, label)
	}
	dir := t.TempDir()
	data, record, result := filepath.Join(dir, "people.csv"), filepath.Join(dir, "record"), filepath.Join(dir, "result.json")
	if err := os.WriteFile(data, []byte(text.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("OPTWATCH_STATE", dir)
	term := newTerminal(t, 120, 40)
	term.start(t, "run", "--foreground", "--record", record, "--data", data, "--passes", "400", "--run", "sgd:lr=1e-9", "--run", "svrg:lr=1e-10", "--run", "sgd:lr=3e-10,name=flat", "--run", "adam")
	term.await(t, 0, "✓ 4")
	term.wantLeft(t, false, "evals/s", "recorded as ")
	if status := run(t.Context(), []string{"export", record, "--json", result}, term.slave, term.slave, term.slave); status != exitOK {
		t.Fatalf("exported with status %d", status)
	}
	written, err := os.ReadFile(result)
	if err != nil {
		t.Fatal(err)
	}
	var out struct {
		Events []struct{ Run, Kind, Text string }
	}
	if err := json.Unmarshal(written, &out); err != nil {
		t.Fatal(err)
	}
	said := map[string][]string{}
	for _, e := range out.Events {
		if e.Kind == "diagnosis" {
			said[e.Run] = append(said[e.Run], e.Text)
		}
	}
	const most = 8
	total := 0
	for name, lines := range said {
		if total += len(lines); len(lines) > most {
			t.Errorf("%s says %d lines, want %d at most:\n%s", name, len(lines), most, strings.Join(lines, "\n"))
		}
	}
	if total == 0 {
		t.Errorf("nothing is found in %d events", len(out.Events))
	}
}
