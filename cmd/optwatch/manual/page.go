package manual

import (
	"embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed *.md
var files embed.FS

// Page is the page of a topic, which is named as its file is.
type Page struct {
	Topic string
	Title string // one line
	Text  string // Markdown: a heading with the title, and what is below it
}

// topics are those that have a page, in the order in which they are listed: first
// what one does, then what things are called, then how it is judged.
var topics = []string{
	"screen", "keys", "recipes", "problem", "data", "diagnosis", "fed", "machines", "watch", "script", "records", "serve",
	"grid", "lab", "devices", "headless", "json", "config", "flags", "completion", "speed", "references",
}

// Topics are those that have a page.
func Topics() []string { return slices.Clone(topics) }

// Pages are all pages.
func Pages() []Page {
	var out []Page
	for _, topic := range topics {
		out = append(out, read(topic))
	}
	return out
}

// Find is the page of a topic, and whether there is one.
func Find(topic string) (Page, bool) {
	if !slices.Contains(topics, topic) {
		return Page{}, false
	}
	return read(topic), true
}

// read is the page of a topic that there is.
func read(topic string) Page {
	text, err := files.ReadFile(topic + ".md")
	if err != nil {
		panic(fmt.Sprintf("manual: the topic %s has no page: %v", topic, err))
	}
	title, _, _ := strings.Cut(string(text), "\n")
	return Page{topic, strings.TrimPrefix(title, "# "), string(text)}
}

// Filled is the text with what every line <!-- name --> stands for in its place.
func (p Page) Filled(by func(name string) (string, error)) (string, error) {
	lines := strings.Split(p.Text, "\n")
	for i, line := range lines {
		name, ok := strings.CutPrefix(line, "<!-- ")
		if !ok {
			continue
		}
		text, err := by(strings.TrimSuffix(name, " -->"))
		if err != nil {
			return "", fmt.Errorf("%s.md:%d: %w", p.Topic, i+1, err)
		}
		lines[i] = strings.TrimSpace(text)
	}
	return strings.Join(lines, "\n"), nil
}
