package serve

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/crypto/ssh"

	"optwatch/tui"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// request is what somebody wants of a session, as it has been said before it begins.
type request struct {
	terminal bool
	term     string
	size     tui.Size
	environ  []string
	command  bool
	line     string // of the command
}

// How a viewer of this program says what the screen should be like, as variables
// of its environment.
const (
	viewerName   = "viewer" // the user name of who asks for no more than to look
	asciiName    = "OPTWATCH_ASCII"
	noColorName  = "NO_COLOR"
	noMouseName  = "OPTWATCH_NO_MOUSE"
	framesName   = "OPTWATCH_FPS"
	themeName    = "OPTWATCH_THEME"
	keysName     = "OPTWATCH_KEYS"   // changes of keys, with spaces between
	folderName   = "OPTWATCH_FOLDER" // where files are written; of a viewer on this machine alone
	freshName    = "OPTWATCH_FRESH"
	plotName     = "OPTWATCH_PLOT"
	longestValue = 256
	longestList  = 4096 // of keys, and of a folder
	mostFrames   = 120
)

// heeded are the variables that are taken from a viewer.
var heeded = []string{"COLORTERM", "LANG", "LC_ALL", "LC_CTYPE", "TERM_PROGRAM", "TMUX", "STY", asciiName, noColorName, noMouseName, framesName, plotName, themeName, keysName, folderName, freshName}

// The sizes that are believed of a terminal.
const (
	mostColumns = 1000
	mostLines   = 400
)

// sized is a size that can be drawn: who says none at all has a common one.
func sized(columns, lines uint32) tui.Size {
	if columns == 0 || lines == 0 {
		return tui.Size{Width: 80, Height: 24}
	}
	return tui.Size{Width: int(min(columns, mostColumns)), Height: int(min(lines, mostLines))}
}

// terminalRequest is the message of a request for a terminal (RFC 4254, 6.2).
type terminalRequest struct {
	Term          string
	Columns, Rows uint32
	Width, Height uint32 // in pixels
	Modes         string
}

// windowChange is the message about a new size (RFC 4254, 6.7).
type windowChange struct{ Columns, Rows, Width, Height uint32 }

// variable is a variable of the environment (RFC 4254, 6.4).
type variable struct{ Name, Value string }

// commandRequest is the message of a request for a command (RFC 4254, 6.5).
type commandRequest struct{ Line string }

// suspendRequest asks the client of a session to stop until its shell continues it.
const suspendRequest = "suspend@optwatch"

// exitStatus is how a command or a shell has ended (RFC 4254, 6.10).
type exitStatus struct{ Status uint32 }

// take takes in what is said before a session begins. It says whether it may be,
// and whether the session begins with it.
func (r *request) take(m *ssh.Request) (granted, begins bool) {
	switch m.Type {
	case "pty-req":
		var t terminalRequest
		if r.terminal || ssh.Unmarshal(m.Payload, &t) != nil || !plain(t.Term) {
			return false, false
		}
		r.terminal, r.term, r.size = true, t.Term, sized(t.Columns, t.Rows)
		return true, false
	case "window-change":
		var w windowChange
		if !r.terminal || ssh.Unmarshal(m.Payload, &w) != nil {
			return false, false
		}
		r.size = sized(w.Columns, w.Rows)
		return true, false
	case "env":
		var v variable
		if ssh.Unmarshal(m.Payload, &v) != nil || !slices.Contains(heeded, v.Name) || !v.plain() || r.variable(v.Name) != "" {
			return false, false
		}
		r.environ = append(r.environ, v.Name+"="+v.Value)
		return true, false
	case "exec":
		var c commandRequest
		if ssh.Unmarshal(m.Payload, &c) != nil {
			return false, false
		}
		r.command, r.line = true, c.Line
		return true, true
	case "shell":
		return true, true
	}
	return false, false // no subsystems, agents, X11
}

// plain says whether a value is a short text of printed characters.
func plain(value string) bool {
	return len(value) <= longestValue && printable(value)
}

// plain says the same of a variable, of which some hold more.
func (v variable) plain() bool {
	if v.Name == keysName || v.Name == folderName {
		return len(v.Value) <= longestList && printable(v.Value)
	}
	return plain(v.Value)
}

// changes are the changes of keys that the viewer wants. What is none, or would make
// a key mean two things, is left out: whoever attaches has been told.
func (r *request) changes() []pane.KeyChange {
	var out []pane.KeyChange
	for _, text := range strings.Fields(r.variable(keysName)) {
		c, err := tui.ParseKeyChange(text)
		if err == nil && tui.CheckKeyChanges(append(out, c), func(string, []string) string { return "" }) == nil {
			out = append(out, c)
		}
	}
	return out
}

// variable is a variable that the viewer has given; "" for one that is not set.
func (r *request) variable(name string) string {
	for _, s := range r.environ {
		if v, ok := strings.CutPrefix(s, name+"="); ok {
			return v
		}
	}
	return ""
}

// shown is the terminal of the viewer, but for its ends.
func (r *request) shown(frames int) tui.Terminal {
	if n, err := strconv.Atoi(r.variable(framesName)); err == nil && n > 0 {
		frames = min(n, mostFrames)
	}
	plot, _ := draw.PlotOf(r.variable(plotName))
	environ := make([]string, 0, 1+len(r.environ))
	environ = append(environ, "TERM="+r.term)
	return tui.Terminal{
		Size:    r.size,
		Environ: append(environ, r.environ...),
		ASCII:   r.variable(asciiName) != "",
		NoColor: r.variable(noColorName) != "",
		NoMouse: r.variable(noMouseName) != "",
		FPS:     frames,
		Theme:   r.variable(themeName),
		Keys:    r.changes(),
		Fresh:   r.variable(freshName) != "",
		Plot:    plot,
	}
}
