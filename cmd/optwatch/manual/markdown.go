package manual

import "strings"

// The Markdown of the pages: headings of two levels, paragraphs, lists of one
// level, tables, code set in by four spaces, and within text code and strong words.

// kind is what a block is.
type kind int

const (
	heading kind = iota
	paragraph
	item
	table
	code
)

// block is a part of a page.
type block struct {
	kind  kind
	level int      // of a heading, from 1
	text  string   // of a heading, a paragraph or an item: one line
	lines []string // of code, without the four spaces
	cells [][]string
}

// parse takes a text apart.
func parse(text string) []block {
	var out []block
	joined := false // the line before may go on
	for _, line := range strings.Split(text, "\n") {
		last := len(out) - 1
		trimmed := strings.TrimSpace(line)
		switch {
		case last >= 0 && out[last].kind == code && (trimmed == "" || strings.HasPrefix(line, "    ")):
			out[last].lines = append(out[last].lines, strings.TrimPrefix(line, "    "))
			continue
		case trimmed == "":
			joined = false
			continue
		case joined && strings.HasPrefix(trimmed, "|"):
			if cells := split(trimmed); !ruled(cells) {
				out[last].cells = append(out[last].cells, cells)
			}
			continue
		case joined && !strings.HasPrefix(line, "- "):
			out[last].text += " " + trimmed
			continue
		}
		b := block{kind: paragraph, text: trimmed}
		switch {
		case strings.HasPrefix(line, "#"):
			b.text = strings.TrimLeft(line, "#")
			b.kind, b.level, b.text = heading, len(line)-len(b.text), strings.TrimSpace(b.text)
		case strings.HasPrefix(line, "    "):
			b = block{kind: code, lines: []string{line[4:]}}
		case strings.HasPrefix(line, "- "):
			b.kind, b.text = item, line[2:]
		case strings.HasPrefix(line, "|"):
			b = block{kind: table, cells: [][]string{split(trimmed)}}
		}
		joined = b.kind == paragraph || b.kind == item || b.kind == table
		out = append(out, b)
	}
	for i := range out {
		for n := len(out[i].lines); n > 0 && strings.TrimSpace(out[i].lines[n-1]) == ""; n-- {
			out[i].lines = out[i].lines[:n-1]
		}
	}
	return out
}

// split are the cells of a line of a table. A bar after a backslash is text.
func split(line string) []string {
	const bar = "\x00"
	line = strings.ReplaceAll(line, `\|`, bar)
	cells := strings.Split(strings.TrimSuffix(strings.TrimPrefix(line, "|"), "|"), "|")
	for i, cell := range cells {
		cells[i] = strings.ReplaceAll(strings.TrimSpace(cell), bar, "|")
	}
	return cells
}

// ruled says whether a line of a table is that below its head.
func ruled(cells []string) bool {
	return strings.Trim(strings.Join(cells, ""), "-: ") == "" && cells[0] != ""
}

// style is how a part of a text is set.
type style int

const (
	plain style = iota
	literal
	strong
)

// part is a text of one style.
type part struct {
	text  string
	style style
}

// parts are those of a text.
func parts(text string) []part {
	var out []part
	for text != "" {
		mark, style := "`", literal
		at := strings.Index(text, mark)
		if bold := strings.Index(text, "**"); bold >= 0 && (at < 0 || bold < at) {
			mark, style, at = "**", strong, bold
		}
		inner, rest, closed := "", "", false
		if at >= 0 {
			inner, rest, closed = strings.Cut(text[at+len(mark):], mark)
		}
		if !closed {
			return append(out, part{text, plain})
		}
		if at > 0 {
			out = append(out, part{text[:at], plain})
		}
		out, text = append(out, part{inner, style}), rest
	}
	return out
}
