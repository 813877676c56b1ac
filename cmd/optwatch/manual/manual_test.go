package manual

import (
	"errors"
	"io"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"optwatch/tui/draw"
)

// mono is a theme whose inks write nothing.
func mono() *draw.Theme { return draw.NewTheme(io.Discard, false, true) }

// coloured is a theme of a terminal with colours.
func coloured() *draw.Theme {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.ANSI256)
	return draw.ThemeOf(r, false, false)
}

// A page of everything that pages are written in.
const everything = `# A page

Text of **strong** words and ` + "`code --flag`" + `, on
two lines that are one paragraph.

- an item that is longer than a
  line of the page
- another

## Below it

| key | means |
| --- | --- |
| ` + "`a\\|b`" + ` | a choice |
| short |

    optwatch run \
        --run sgd

    and more
`

func TestLines(t *testing.T) {
	got := strings.Join(Lines(mono(), everything, 40), "\n")
	want := `A page

  Text of strong words and
  ` + "`code --flag`" + `, on two lines that are
  one paragraph.

  - an item that is longer than a line
    of the page
  - another

Below it

  key    means
  a|b    a choice
  short

    optwatch run \
        --run sgd

    and more`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// On a terminal with colours code is told by its colour, without marks, and the
// text is otherwise the same.
func TestLinesInColour(t *testing.T) {
	theme := coloured()
	lines := Lines(theme, everything, 80)
	all := strings.Join(lines, "\n")
	for _, want := range []string{theme.Focus.Paint("A page"), theme.Strong.Paint("strong"), theme.Focus.Paint("code --flag") + ","} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not in %q", want, all)
		}
	}
	plain := strings.ReplaceAll(strings.Join(Lines(mono(), everything, 82), "\n"), "`", "")
	if got := ansi.Strip(all); got != plain {
		t.Errorf("got\n%s\nwant\n%s", got, plain)
	}
}

// Whatever the width, all pages are drawn within it, but for code.
func TestLinesFit(t *testing.T) {
	for _, p := range Pages() {
		code := map[string]bool{}
		for _, b := range parse(p.Text) {
			for _, line := range b.lines {
				code[strings.TrimSpace(line)] = true
			}
		}
		for _, w := range []int{20, 40, 60, 80, 100, 200} {
			for _, theme := range []*draw.Theme{mono(), coloured()} {
				for _, line := range Lines(theme, p.Text, w) {
					if n := ansi.StringWidth(line); n > w && !code[strings.TrimSpace(line)] && longestWord(line) < w/2 {
						t.Errorf("%s at %d columns has a line of %d: %q", p.Topic, w, n, line)
					}
				}
			}
		}
	}
}

// longestWord is the width of a line's.
func longestWord(line string) int {
	n := 0
	for _, word := range strings.Fields(ansi.Strip(line)) {
		n = max(n, ansi.StringWidth(word))
	}
	return n
}

// Nothing that somebody may write makes drawing fail.
func TestLinesOfAnything(t *testing.T) {
	pieces := []string{"# ", "## ", "- ", "| ", " |", "|---|", "    ", "\n", "\n\n", "`", "**", "word", "…", "世界", " ", "\\", "<!-- x -->"}
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		var b strings.Builder
		for range r.IntN(30) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		Lines(mono(), b.String(), r.IntN(60))
	}
}

// Every file is the page of a topic, with a title, code that fits 80 columns, and
// nothing but what is filled in where a comment stands.
func TestPages(t *testing.T) {
	names, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if topic := strings.TrimSuffix(name, ".md"); !slices.Contains(topics, topic) {
			t.Errorf("%s is the page of no topic", name)
		}
	}
	if len(names) != len(topics) {
		t.Errorf("there are %d pages and %d topics", len(names), len(topics))
	}
	for _, p := range Pages() {
		if p.Title == "" || !strings.HasPrefix(p.Text, "# "+p.Title+"\n") {
			t.Errorf("%s has no title", p.Topic)
		}
		for i, line := range strings.Split(p.Text, "\n") {
			code := strings.HasPrefix(line, "    ")
			if n := ansi.StringWidth(line); code && n > usual || strings.ContainsAny(line, "\t\r") || strings.HasSuffix(line, " ") {
				t.Errorf("%s.md:%d: %q is %d columns wide, or ends in a space, or has a tab", p.Topic, i+1, line, n)
			}
		}
		text, err := p.Filled(func(string) (string, error) { return "| a |\n| - |\n", nil })
		if err != nil || strings.Contains(text, "<!--") {
			t.Errorf("%s is not filled: %v", p.Topic, err)
		}
	}
}

// usual is the width of the terminal for which code is written.
const usual = 80

func TestFilled(t *testing.T) {
	p := Page{Topic: "x", Text: "# X\n\n<!-- table -->\n\nend\n"}
	got, err := p.Filled(func(name string) (string, error) { return name + " is here\n", nil })
	if want := "# X\n\ntable is here\n\nend\n"; got != want || err != nil {
		t.Errorf("got %q %v, want %q", got, err, want)
	}
	_, err = p.Filled(func(string) (string, error) { return "", errors.New("unknown") })
	if err == nil || !strings.Contains(err.Error(), "x.md:3: unknown") {
		t.Errorf("got the error %v", err)
	}
}

func TestFind(t *testing.T) {
	if p, ok := Find("keys"); !ok || p.Topic != "keys" {
		t.Errorf("got %v %v", p.Topic, ok)
	}
	if _, ok := Find("nosuch"); ok {
		t.Error("there is a page nosuch")
	}
}
