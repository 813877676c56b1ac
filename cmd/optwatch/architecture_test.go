package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rooms are the packages of this module from the bottom up, each with those that
// it may import. All of these stand before it, so that arrows run one way.
var rooms = []struct {
	name string
	over []string
}{
	{"optimizers/matrix", []string{}},
	{"optimizers", []string{"optimizers/matrix"}},

	{"train/objective", []string{"optimizers/matrix"}},
	{"train/data", []string{"optimizers/matrix"}},
	{"train/device", []string{}},
	{"train/device/host", []string{"train/device"}},
	{"train/device/nvidia", []string{"train/device", "train/device/host"}},
	{"train/device/nvml", []string{"train/device", "train/device/host", "train/device/nvidia"}},
	{"train/device/smi", []string{"train/device", "train/device/host", "train/device/nvidia"}},
	{"train/device/amdgpu", []string{"train/device", "train/device/host"}},
	{"train/device/recording", []string{"train/device"}},
	{"train/device/devicetest", []string{"train/device"}}, // imported by tests only
	{"train/view", []string{"train/device"}},
	{"train/diagnosis", []string{"optimizers/matrix", "train/view"}},
	{"train/study/axis", []string{}},
	{"train/study", []string{"train/study/axis"}},
	{"train/record", []string{"train/device", "train/device/recording", "train/view"}},
	{"train/follow/logs", []string{}},
	{"train/follow/script", []string{"train/follow/logs"}},
	{"train/follow/process", []string{"train/device"}},
	{"train/follow/alert", []string{"train/device"}},
	{"train/follow", []string{"train/device", "train/follow/alert", "train/follow/logs", "train/follow/process", "train/follow/script", "train/view"}},
	{"train/publish", []string{"train/view"}},
	{"train", []string{"optimizers", "optimizers/matrix", "train/data", "train/device", "train/diagnosis", "train/objective", "train/view"}},

	{"fed/partition", []string{"optimizers"}},
	{"fed/privacy", []string{"optimizers"}},
	{"fed/client", []string{"fed/privacy", "optimizers", "optimizers/matrix"}},
	{"fed", []string{"fed/client", "fed/partition", "fed/privacy", "optimizers", "optimizers/matrix", "train", "train/diagnosis", "train/view"}},
	{"fed/wire", []string{"fed/client"}},
	{"fed/bucket", []string{"fed/wire"}},
	{"fed/hub", []string{"fed", "fed/bucket", "fed/partition", "fed/wire", "train/view"}},
	{"fed/join", []string{"fed", "fed/bucket", "fed/client", "fed/partition", "fed/wire", "train"}},

	{"tui/draw", []string{}},
	{"tui/cells", []string{}},
	{"tui/cells/cellstest", []string{}}, // imported by tests only
	{"tui/chart", []string{"train/study/axis", "tui/draw"}},
	{"tui/pane", []string{"train/view", "tui/draw"}},
	{"tui/runs", []string{"train/view", "tui/draw", "tui/pane"}},
	{"tui/ask", []string{"train/view", "tui/draw", "tui/pane", "tui/runs"}},
	{"tui/incident", []string{"train/device", "train/view", "tui/draw"}},
	{"tui/journal", []string{"train/view", "tui/draw", "tui/incident", "tui/pane", "tui/runs"}},
	{"tui/about", []string{"train/view", "tui/draw", "tui/pane", "tui/runs"}},
	{"tui/playback", []string{"train/view", "tui/draw", "tui/pane"}},
	{"tui/clients", []string{"train/view", "tui/draw", "tui/pane", "tui/runs"}},
	{"tui/member", []string{"tui/cells", "tui/draw", "tui/pane"}},
	{"tui/picture", []string{"train/study", "train/study/axis", "train/view", "tui/draw"}},
	{"tui/devices", []string{"train/device", "train/study", "train/study/axis", "train/view", "tui/chart", "tui/draw", "tui/incident", "tui/pane", "tui/picture"}},
	{"tui/diagnosis", []string{"train/view", "tui/draw", "tui/pane", "tui/runs"}},
	{"tui/header", []string{"train/view", "tui/draw", "tui/playback", "tui/runs"}},
	{"tui/tabs", []string{"tui/draw", "tui/pane"}},
	{"tui/values", []string{"train/view", "tui/draw", "tui/pane", "tui/runs"}},
	{"tui/race", []string{"train/study", "train/study/axis", "train/view", "tui/ask", "tui/chart", "tui/draw", "tui/header", "tui/incident", "tui/journal", "tui/pane", "tui/picture", "tui/playback", "tui/runs", "tui/tabs", "tui/values"}},
	{"tui/study", []string{"train/study", "train/study/axis", "train/view", "tui/chart", "tui/draw", "tui/pane"}},
	{"tui/unasked", []string{}},
	{"tui", []string{"train/device", "train/study", "train/view", "tui/about", "tui/cells", "tui/clients", "tui/devices", "tui/diagnosis", "tui/draw", "tui/pane", "tui/picture", "tui/race", "tui/runs", "tui/study", "tui/unasked"}},

	{"cmd/optwatch/trials", []string{"optimizers", "train", "train/data", "train/study", "train/view"}},
	{"cmd/optwatch/search", []string{"cmd/optwatch/trials", "optimizers", "train", "train/study", "train/view"}},
	{"cmd/optwatch/lab", []string{"cmd/optwatch/search", "cmd/optwatch/trials", "fed", "fed/privacy", "optimizers", "optimizers/matrix", "train", "train/data", "train/diagnosis", "train/objective", "train/study", "train/view"}},
	{"cmd/optwatch/serve", []string{"optimizers", "train/device", "train/view", "tui", "tui/draw", "tui/pane", "tui/runs"}},
	{"cmd/optwatch/manual", []string{"tui/draw"}},
	{"cmd/optwatch/config", []string{}},
	{"cmd/optwatch", nil}, // knows all
}

// What packages from outside a package must do without, by kinds.
var (
	clock   = []string{"time"}
	chance  = []string{"math/rand", "math/rand/v2"}
	system  = []string{"os", "log"}
	locks   = []string{"sync"}
	screens = []string{"github.com/charmbracelet/bubbletea", "github.com/charmbracelet/lipgloss", "github.com/spf13/cobra"}
	styles  = []string{"github.com/charmbracelet/lipgloss"}
)

// banned says which packages from outside a package must do without.
var banned = map[string][][]string{
	"optimizers/matrix":   {clock, chance, system, locks},
	"optimizers":          {clock, chance, system, locks},
	"train/objective":     {clock, system, locks},
	"train/diagnosis":     {clock, chance, system, locks},
	"train/view":          {chance, system, locks, screens},
	"train":               {screens},
	"train/device":        {screens},
	"train/record":        {chance, screens},
	"train/follow":        {chance, screens},
	"train/follow/logs":   {chance, screens},
	"train/publish":       {screens},
	"train/study":         {screens},
	"fed/partition":       {clock, system, locks, {"math/rand"}, screens},
	"fed/privacy":         {clock, system, locks, {"math/rand"}, screens},
	"fed/client":          {clock, system, {"math/rand"}, screens},
	"fed":                 {clock, system, {"math/rand"}, screens},
	"fed/wire":            {clock, system, locks, chance, screens},
	"fed/bucket":          {system, locks, chance, screens},
	"fed/hub":             {chance, screens},
	"fed/join":            {chance, screens},
	"cmd/optwatch/trials": {{"math/rand"}, screens},
	"cmd/optwatch/search": {{"math/rand"}, screens},
	"cmd/optwatch/lab":    {{"math/rand"}, screens},
	"cmd/optwatch/manual": {clock, chance, system, locks, screens},
	"tui":                 {locks, chance},
	"tui/draw":            {system, locks, chance},
	"tui/cells":           {clock, system, chance, styles},
	"tui/chart":           {clock, system, locks, chance, screens},
	"tui/pane":            {system, locks, chance, styles},
	"tui/runs":            {system, locks, chance, screens},
	"tui/ask":             {clock, system, locks, chance, styles},
	"tui/incident":        {system, locks, chance, screens},
	"tui/journal":         {system, locks, chance, styles},
	"tui/clients":         {system, locks, chance, styles},
	"tui/member":          {system, locks, chance, styles},
	"tui/devices":         {system, locks, chance, styles},
	"tui/diagnosis":       {system, locks, chance, styles},
	"tui/about":           {system, locks, chance, screens},
	"tui/header":          {system, locks, chance, screens},
	"tui/picture":         {clock, system, locks, chance, screens},
	"tui/playback":        {system, locks, chance, screens},
	"tui/tabs":            {clock, system, locks, chance, screens},
	"tui/values":          {clock, system, locks, chance, styles},
	"tui/race":            {system, locks, chance, styles},
	"tui/study":           {system, locks, chance, styles},
}

// The largest that a type, and a room of the screen, may grow.
const (
	mostMethods   = 60
	mostRoomLines = 4000 // without tests
)

// TestArchitecture keeps every package importing only what is below it, and
// types and rooms of a size that can be overlooked.
func TestArchitecture(t *testing.T) {
	allowed := map[string][]string{}
	for _, r := range rooms {
		for _, below := range r.over {
			if _, before := allowed[below]; !before {
				t.Errorf("%s stands on %s, which is not below it", r.name, below)
			}
		}
		allowed[r.name] = r.over
	}
	for name := range allowed { // the last knows all
		allowed["cmd/optwatch"] = append(allowed["cmd/optwatch"], name)
	}
	lines, methods := map[string]int{}, map[string]int{}
	eachFile(t, func(path, room string, text []byte) {
		if _, known := allowed[room]; !known {
			t.Errorf("%s: package %s is not in the table of packages", path, room)
			return
		}
		lines[room] += bytes.Count(text, []byte("\n"))
		file, err := parser.ParseFile(token.NewFileSet(), path, text, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, imp := range file.Imports {
			name, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if inner, ok := strings.CutPrefix(name, "optwatch/"); ok && !slices.Contains(allowed[room], inner) {
				t.Errorf("%s: %s must not import %s", path, room, inner)
			}
			if slices.Contains(slices.Concat(banned[room]...), name) {
				t.Errorf("%s: %s must not import %s", path, room, name)
			}
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil {
				methods[room+"."+receiver(f.Recv.List[0].Type)]++
			}
		}
	})
	for _, r := range rooms {
		if lines[r.name] == 0 {
			t.Errorf("package %s of the table does not exist", r.name)
		}
		if strings.HasPrefix(r.name, "tui") && lines[r.name] > mostRoomLines {
			t.Errorf("%s has %d lines, and may have %d", r.name, lines[r.name], mostRoomLines)
		}
	}
	for name, n := range methods {
		if n > mostMethods {
			t.Errorf("%s has %d methods, and may have %d", name, n, mostMethods)
		}
	}
}

// receiver is the name of a method's type.
func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

// eachFile calls f for every file of the module that is no test, with the name
// of its package's folder.
func eachFile(t *testing.T, f func(path, room string, text []byte)) {
	t.Helper()
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() != ".." && (strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "_") || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		room, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		if err == nil {
			f(path, filepath.ToSlash(room), text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A template calls methods by names that only it knows, so that the linker keeps every
// method of every type: some seven megabytes of the program that nothing calls.
func TestNoTemplates(t *testing.T) {
	eachFile(t, func(path, room string, text []byte) {
		for _, name := range []string{`"text/template"`, `"html/template"`, "SetVersionTemplate(", "SetUsageTemplate(", "SetHelpTemplate(", "MethodByName("} {
			if bytes.Contains(text, []byte(name)) {
				t.Errorf("%s: found %s, which keeps the methods that nothing calls in the program", path, name)
			}
		}
	})
}
