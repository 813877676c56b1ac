package main

import (
	"database/sql"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"optwatch/tui"
)

var update = flag.Bool("update", false, "write the key table into the README")

// TestREADMEKeys keeps the README's keys those of the program.
func TestREADMEKeys(t *testing.T) {
	path := filepath.Join("..", "..", "README.md")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const open, end = "<!-- keys -->\n", "<!-- /keys -->"
	before, rest, ok := strings.Cut(string(text), open)
	got, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("the README has no %q … %q", open, end)
	}
	want := "\n" + strings.TrimSpace(tui.KeysMarkdown()) + "\n\n"
	if *update {
		if err := os.WriteFile(path, []byte(before+open+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != want {
		t.Errorf("the README's keys are not those of the program: go test ./cmd/optwatch -run README -update")
	}
}

// The README's query of a record gives the curves of the run's result.
func TestREADMEQuery(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, query, ok := strings.Cut(string(text), `sqlite3 RECORD "`)
	query, _, ok2 := strings.Cut(query, `"`)
	if !ok || !ok2 {
		t.Fatal("the README has no query of a record")
	}
	path := filepath.Join(t.TempDir(), "a.db")
	result := outcome(t, "run", "--headless", "--record", path, "--data", "digits", "--evals", "5000", "--run", "sgd", "--run", "adam")
	want := ""
	for _, r := range runs(result) {
		for _, p := range r["curve"].([]any) {
			p := p.(map[string]any)
			want += fmt.Sprintln(r["name"], p["evals"], p["val_accuracy"])
		}
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	got := ""
	for rows.Next() {
		var name string
		var evals, value float64
		if err := rows.Scan(&name, &evals, &value); err != nil {
			t.Fatal(err)
		}
		got += fmt.Sprintln(name, evals, value)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if got != want || want == "" {
		t.Errorf("%s\ngot\n%swant\n%s", query, got, want)
	}
}

// The README names every table of a record.
func TestREADMETables(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, tables, _ := strings.Cut(string(readme), "| table | a row is |\n")
	tables, _, _ = strings.Cut(tables, "\n\n")
	schema, err := os.ReadFile(filepath.Join("..", "..", "train", "record", "schema.go"))
	if err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for _, line := range strings.Split(tables, "\n")[1:] {
		for i, part := range strings.Split(strings.Split(line, "|")[1], "`") {
			if i%2 == 1 {
				got = append(got, part)
			}
		}
	}
	for _, rest := range strings.Split(string(schema), "CREATE TABLE ")[1:] {
		want = append(want, strings.Fields(rest)[0])
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the README has the tables %v, a record %v", got, want)
	}
}
