package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// below says which packages of this module each package may import.
var below = map[string][]string{
	"optimizers/matrix":       {},
	"optimizers":              {"optimizers/matrix"},
	"train/objective":         {"optimizers/matrix"},
	"train/data":              {"optimizers/matrix"},
	"train/device":            {},
	"train/study/axis":        {},
	"train/study":             {"train/study/axis"},
	"train/diagnosis":         {"optimizers/matrix"},
	"train":                   {"optimizers", "optimizers/matrix", "train/data", "train/device", "train/diagnosis", "train/objective"},
	"tui/draw":                {},
	"tui/chart":               {"train/study/axis", "tui/draw"},
	"tui":                     {"optimizers", "train", "train/device", "train/diagnosis", "train/study", "train/study/axis", "tui/chart", "tui/draw"},
	"fed":                     {"fed/client", "fed/partition", "fed/privacy", "optimizers", "optimizers/matrix", "train", "train/diagnosis"},
	"cmd/optwatch/lab":        {"cmd/optwatch/search", "cmd/optwatch/trials", "fed", "fed/privacy", "optimizers", "optimizers/matrix", "train", "train/data", "train/diagnosis", "train/objective", "train/study"},
	"cmd/optwatch":            {"cmd/optwatch/lab", "cmd/optwatch/search", "cmd/optwatch/trials", "fed", "fed/partition", "optimizers", "optimizers/matrix", "train", "train/data", "train/device", "train/device/amdgpu", "train/device/host", "train/device/nvml", "train/device/recording", "train/device/smi", "train/diagnosis", "train/objective", "train/study", "tui"}, // knows all
	"cmd/optwatch/trials":     {"optimizers", "train", "train/data", "train/study"},
	"cmd/optwatch/search":     {"cmd/optwatch/trials", "optimizers", "train", "train/study"},
	"train/device/host":       {"train/device"},
	"train/device/nvidia":     {"train/device", "train/device/host"},
	"train/device/nvml":       {"train/device", "train/device/host", "train/device/nvidia"},
	"train/device/smi":        {"train/device", "train/device/host", "train/device/nvidia"},
	"train/device/amdgpu":     {"train/device", "train/device/host"},
	"train/device/recording":  {"train/device"},
	"train/device/devicetest": {"train/device"}, // imported by tests only
	"fed/client":              {"fed/privacy", "optimizers", "optimizers/matrix"},
	"fed/partition":           {},
	"fed/privacy":             {"optimizers"},
}

// banned says which packages from outside a package must do without.
var banned = map[string][]string{
	"optimizers/matrix":   {"log", "math/rand", "math/rand/v2", "os", "sync", "time"},
	"optimizers":          {"log", "math/rand", "math/rand/v2", "os", "sync", "time"},
	"train/objective":     {"log", "os", "sync", "time"},
	"train/diagnosis":     {"log", "math/rand", "math/rand/v2", "os", "sync", "time"},
	"train":               {"github.com/charmbracelet/bubbletea", "github.com/charmbracelet/lipgloss", "github.com/spf13/cobra"},
	"fed":                 {"github.com/charmbracelet/bubbletea", "github.com/charmbracelet/lipgloss", "github.com/spf13/cobra", "log", "math/rand", "os", "time"},
	"train/study":         {"github.com/charmbracelet/bubbletea", "github.com/charmbracelet/lipgloss", "github.com/spf13/cobra"},
	"cmd/optwatch/lab":    {"github.com/charmbracelet/bubbletea", "github.com/charmbracelet/lipgloss", "github.com/spf13/cobra", "math/rand"},
	"train/device":        {"github.com/charmbracelet/bubbletea", "github.com/charmbracelet/lipgloss", "github.com/spf13/cobra"},
	"tui":                 {"math/rand", "math/rand/v2", "sync"},
	"tui/draw":            {"os", "sync", "math/rand", "math/rand/v2"},
	"tui/chart":           {"os", "sync", "math/rand", "math/rand/v2", "github.com/charmbracelet/bubbletea", "github.com/charmbracelet/lipgloss"},
	"cmd/optwatch/trials": {"github.com/charmbracelet/bubbletea", "github.com/charmbracelet/lipgloss", "github.com/spf13/cobra", "math/rand"},
	"cmd/optwatch/search": {"github.com/charmbracelet/bubbletea", "github.com/charmbracelet/lipgloss", "github.com/spf13/cobra", "math/rand"},
	"fed/client":          {"os", "time", "log", "math/rand"},
	"fed/partition":       {"os", "time", "sync", "log", "math/rand"},
	"fed/privacy":         {"os", "time", "sync", "log", "math/rand"},
}

// TestArchitecture keeps every package importing only what is below it.
func TestArchitecture(t *testing.T) {
	root := filepath.Join("..", "..")
	seen := map[string]bool{}
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
		room = filepath.ToSlash(room)
		seen[room] = true
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, imp := range file.Imports {
			name, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				return err
			}
			checkImport(t, path, room, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for room := range below {
		if !seen[room] {
			t.Errorf("package %s of the table does not exist", room)
		}
	}
}

func checkImport(t *testing.T, path, room, name string) {
	t.Helper()
	allowed, known := below[room]
	if !known {
		t.Errorf("%s: package %s is not in the table of packages", path, room)
	}
	if inner, ok := strings.CutPrefix(name, "optwatch/"); ok && !slices.Contains(allowed, inner) {
		t.Errorf("%s: %s must not import %s", path, room, inner)
	}
	if slices.Contains(banned[room], name) {
		t.Errorf("%s: %s must not import %s", path, room, name)
	}
}
