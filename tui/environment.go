package tui

import (
	"os"
	"reflect"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"optwatch/train/view"
	"optwatch/tui/cells"
	"optwatch/tui/draw"
)

// environ is the environment of the terminal.
func (o Terminal) environ() []string {
	if o.Environ != nil {
		return o.Environ
	}
	return os.Environ()
}

// theme is the one for the terminal.
func (o Terminal) theme() *draw.Theme {
	env := o.environ()
	_, narrow := charset(env)
	t := draw.NewRemoteTheme
	if o.Environ == nil {
		t = draw.NewLocalTheme
	}
	theme := t(o.Output, env, o.ASCII || narrow, o.NoColor)
	theme.Wear(o.Theme) // one that there is not leaves it as it is
	return theme
}

// charset is the setting that says which characters there are, as name=value, and
// whether it is one without those beyond ASCII. Where nothing is set nothing is
// known: most terminals know them.
func charset(environ []string) (setting string, narrow bool) {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} { // the first that is set counts
		if v := draw.Variable(environ, name); v != "" {
			wide := strings.ToLower(v)
			return name + "=" + v, !strings.Contains(wide, "utf-8") && !strings.Contains(wide, "utf8")
		}
	}
	return "", false
}

// Narrow says whether the settings of a terminal, or of this process for none, name
// characters without those beyond ASCII.
func Narrow(environ []string) bool {
	_, narrow := charset(Terminal{Environ: environ}.environ())
	return narrow
}

// synchronizes says whether a terminal may know synchronized updates, and shows
// nothing where it is asked: the oldest print what they do not understand.
func synchronizes(environ []string) bool {
	term := draw.Variable(environ, "TERM")
	for _, kind := range []string{"xterm", "tmux", "alacritty", "foot", "contour", "wezterm", "rio"} { // kitty and ghostty are xterm-kitty and xterm-ghostty
		if term == kind || strings.HasPrefix(term, kind+"-") {
			return draw.Variable(environ, "TERM_PROGRAM") != "Apple_Terminal"
		}
	}
	return false
}

// answered takes what the terminal has answered. Bubble Tea, which does not know the
// answer, hands its bytes on in a type of its own.
func (m *shell) answered(msg tea.Msg) {
	v := reflect.ValueOf(msg)
	if m.thin != nil && v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 && cells.Knows(string(v.Bytes())) {
		m.thin.Synchronize()
	}
}

// lacks says what the screen does without that nobody has asked it to, and why; ""
// for nothing.
func (o Terminal) lacks(t *draw.Theme) string {
	env, said := o.environ(), ""
	if setting, narrow := charset(env); narrow && !o.ASCII {
		said = setting + " is not UTF-8: the screen is in ASCII"
	}
	asked := o.NoColor || draw.Variable(env, "NO_COLOR") != "" || draw.Variable(env, "CLICOLOR") == "0"
	if term := draw.Variable(env, "TERM"); t.Colourless() && !asked && term != "" {
		said = draw.Join(said, "TERM="+term+" has no colours: signs and lines tell runs apart")
	}
	return said
}

// tellLacks says so once, and keeps it in the log.
func (m *shell) tellLacks(o Terminal) {
	if said := o.lacks(m.Theme); said != "" {
		m.Say(draw.Clean(said))
		m.Note(view.EventInfo, said)
	}
}
