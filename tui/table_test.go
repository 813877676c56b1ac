package tui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"optwatch/train/study"
	"optwatch/tui/draw"
	"optwatch/tui/member"
	"optwatch/tui/pane"
)

// tables are those of all programs.
func tables() map[string]pane.Table {
	theme := draw.NewTheme(nil, false, true)
	return map[string]pane.Table{
		"runs":    keyTable(),
		"studies": newStudies(study.NewNotebook(nil), "", Terminal{}, theme).Keys,
		"devices": newDevices(noDevices{}, "", Terminal{}, theme).Keys,
		"member":  member.Keys(),
	}
}

var actionName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Each action has a name of its own in its mode, and each key belongs to one.
func TestActionsHaveNames(t *testing.T) {
	for program, table := range tables() {
		taken := map[pane.Mode]map[string]bool{}
		for i := range table {
			b, keys := &table[i], []string{}
			for _, a := range b.Actions() {
				if taken[b.In] == nil {
					taken[b.In] = map[string]bool{}
				}
				if !actionName.MatchString(a.Name) || taken[b.In][a.Name] {
					t.Errorf("%s, %s: an action of %q is called %q, which is no name or that of another", program, b.In, b.Keys, a.Name)
				}
				if a.Doc == "" {
					t.Errorf("%s, %s: nothing is said of %s", program, b.In, a.Name)
				}
				taken[b.In][a.Name] = true
				keys = append(keys, a.Keys...)
			}
			slices.Sort(keys)
			if want := slices.Sorted(slices.Values(b.Keys)); !slices.Equal(keys, want) {
				t.Errorf("%s, %s: the actions have the keys %q, the binding %q", program, b.In, keys, want)
			}
		}
	}
}

// everyKey is all that a keyboard has, as bubbletea names it.
func everyKey() []string {
	keys := slices.Sorted(maps.Keys(namedKeys))
	for r := '!'; r <= '~'; r++ {
		keys = append(keys, string(r))
	}
	return keys
}

// A key of the table does what its line says, and a key that is not there does
// nothing.
func TestKeysAreThoseOfTheTable(t *testing.T) {
	for _, opened := range []string{"", "?", "o", "q", "x", "J", "V"} {
		for _, key := range everyKey() {
			m := newTestModel(&stub{snap: sample(3, 40)}, 120, 40)
			if press(m, opened); opened != "" && m.Over == nil && opened != "J" {
				t.Fatalf("%q opens nothing", opened)
			}
			var did []*pane.Binding
			for i := range m.Keys {
				b := &m.Keys[i]
				do := b.Do
				b.Do = func(key string) tea.Cmd { did = append(did, b); return do(key) }
			}
			b := m.Keys.Lookup(pane.Everywhere, key)
			if b == nil {
				b = m.Keys.Reach(key, m.modes()...)
			}
			before := m.View()
			cmd := press(m, key)
			_, typist := m.Over.(pane.Typist)
			switch {
			case b == nil && len(did) == 0 && cmd == nil && typist && isText(key): // for what is being typed
			case b == nil && (len(did) > 0 || cmd != nil || m.View() != before):
				t.Errorf("after %q: %q does something and is not in the table", opened, key)
			case b != nil && b.Valid() && !slices.Equal(did, []*pane.Binding{b}):
				t.Errorf("after %q: %q is in the table as %q and does %d things", opened, key, b.Doc, len(did))
			}
		}
	}
}

// isText says whether a key is a character, or edits a line of text.
func isText(key string) bool {
	return len(key) == 1 || slices.Contains([]string{"backspace", "delete", "ctrl+u", "ctrl+a", "ctrl+e"}, key)
}

// No room handles a key that is not in the table: what is compared with a key is
// there, and a key comes from the terminal in three places, of which two take text.
func TestRoomsHandleOnlyKeysOfTheTable(t *testing.T) {
	known := map[string]bool{}
	for _, table := range tables() {
		for i := range table {
			for _, k := range table[i].Keys {
				known[k] = true
			}
		}
	}
	found := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			for _, p := range f.Type.Params.List {
				if selector, ok := p.Type.(*ast.SelectorExpr); ok && selector.Sel.Name == "KeyMsg" && !slices.Contains([]string{"Typed", "typed", "press"}, f.Name.Name) {
					t.Errorf("%s: %s takes keys in beside the table", path, f.Name.Name)
				}
			}
			for _, k := range comparedKeys(f) {
				if found++; !known[k] {
					t.Errorf("%s: %s handles %q, which is in no table", path, f.Name.Name, k)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 30 {
		t.Errorf("only %d keys are handled anywhere: the test looks for them in vain", found)
	}
}

// comparedKeys are the texts that a function compares with what is called key.
func comparedKeys(f *ast.FuncDecl) []string {
	var out []string
	add := func(e ast.Expr) {
		if l, ok := e.(*ast.BasicLit); ok && l.Kind == token.STRING {
			if text, err := strconv.Unquote(l.Value); err == nil {
				out = append(out, text)
			}
		}
	}
	isKey := func(e ast.Expr) bool {
		id, ok := e.(*ast.Ident)
		return ok && id.Name == "key"
	}
	if !slices.ContainsFunc(f.Type.Params.List, func(p *ast.Field) bool {
		id, ok := p.Type.(*ast.Ident)
		return ok && id.Name == "string" && slices.ContainsFunc(p.Names, func(n *ast.Ident) bool { return n.Name == "key" })
	}) || f.Type.Results != nil && f.Recv == nil {
		return nil
	}
	ast.Inspect(f.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if isKey(n.X) {
				add(n.Y)
			}
		case *ast.SwitchStmt:
			if n.Tag != nil && isKey(n.Tag) {
				for _, c := range n.Body.List {
					for _, e := range c.(*ast.CaseClause).List {
						add(e)
					}
				}
			}
		case *ast.IndexExpr:
			if m, ok := n.X.(*ast.CompositeLit); ok && isKey(n.Index) {
				for _, e := range m.Elts {
					add(e.(*ast.KeyValueExpr).Key)
				}
			}
		}
		return true
	})
	return out
}
