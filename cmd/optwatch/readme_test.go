package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"optwatch/train/follow/logs"
	"optwatch/tui"
)

// readme is the README.
func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// mostREADME is how many lines a newcomer is asked to read.
const mostREADME = 120

func TestREADMEIsShort(t *testing.T) {
	if n := strings.Count(readme(t), "\n"); n > mostREADME {
		t.Errorf("the README has %d lines, and may have %d", n, mostREADME)
	}
}

// Every key that the README tells a newcomer is one of the main screen's.
func TestREADMEKeys(t *testing.T) {
	have := map[string]bool{}
	for _, row := range rows(tui.KeysMarkdown()) {
		if keys, place, _ := strings.Cut(strings.TrimPrefix(row[0], "`"), "`"); place == "" {
			for _, k := range strings.Fields(keys) {
				have[k] = true
			}
		}
	}
	_, table, _ := strings.Cut(readme(t), "| key | does |\n")
	table, _, _ = strings.Cut(table, "\n\n")
	told := rows("| key | does |\n" + table)
	for _, row := range told {
		for _, k := range literals(row[0]) {
			if !have[k] {
				t.Errorf("the README tells of a key %s, which the main screen has not", k)
			}
		}
	}
	if len(told) != 10 {
		t.Errorf("the README tells of %d keys, want 10", len(told))
	}
}

// The README counts the formats that are read.
func TestREADMEFormats(t *testing.T) {
	names := map[string]bool{}
	for _, f := range logs.Formats {
		names[f.Name] = true
	}
	if want := " formats, and pipes"; !strings.Contains(readme(t), strconv.Itoa(len(names))+want) {
		t.Errorf("the README does not say that %d%s are read", len(names), want)
	}
}

// What the README links to is there.
func TestREADMELinks(t *testing.T) {
	links := regexp.MustCompile(`\]\(([^)]+)\)`).FindAllStringSubmatch(readme(t), -1)
	if len(links) == 0 {
		t.Error("the README links to nothing")
	}
	for _, link := range links {
		if _, err := os.Stat(filepath.Join("..", "..", link[1])); err != nil {
			t.Error(err)
		}
	}
}

// rows are the cells of a table of Markdown, without its head.
func rows(table string) [][]string {
	var out [][]string
	for i, line := range strings.Split(strings.TrimSpace(table), "\n") {
		if i < 2 {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), " | ")
		for c := range cells {
			cells[c] = strings.TrimSpace(cells[c])
		}
		out = append(out, cells)
	}
	return out
}

// literals are the parts of a text that stand between backquotes.
func literals(text string) []string {
	var out []string
	for i, part := range strings.Split(text, "`") {
		if i%2 == 1 {
			out = append(out, part)
		}
	}
	return out
}
