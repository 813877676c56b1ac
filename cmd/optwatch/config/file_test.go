package config

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var settings = []Setting{
	{Name: "theme", Kind: Text, Want: "light or dark", Check: func(text string) error {
		if text != "light" && text != "dark" {
			return errors.New("want light or dark")
		}
		return nil
	}},
	{Name: "fps", Kind: Number, Want: "a whole number"},
	{Name: "ascii", Kind: Switch, Want: "true or false"},
	{Name: "run", Kind: List, Want: "a list of recipes"},
}

func near(word string, names []string) string {
	for _, n := range names {
		if n[0] == word[0] {
			return "did you mean " + n + "? "
		}
	}
	return ""
}

func written(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRead(t *testing.T) {
	path := written(t, `# what I like
theme = "light"
fps = 5
ascii = false
run = [
  "sgd",
  'adam:lr=0.01',
]

[keys]
zoom = "Z"
theme = ["f5", "ctrl+t"]
`)
	f, wrong := Read(path, false, settings, near)
	if len(wrong) > 0 || !f.There {
		t.Fatalf("%v", wrong)
	}
	equal := func(got, want map[string][]string) {
		t.Helper()
		if !maps.EqualFunc(got, want, slices.Equal) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	equal(f.Values, map[string][]string{"theme": {"light"}, "fps": {"5"}, "ascii": {"false"}, "run": {"sgd", "adam:lr=0.01"}})
	equal(f.Keys, map[string][]string{"zoom": {"Z"}, "theme": {"f5", "ctrl+t"}})
	for name, line := range map[string]int{"theme": 2, "fps": 3, "run": 5, "keys.zoom": 11, "keys.theme": 12} {
		if f.Lines[name] != line {
			t.Errorf("%s is in line %d, want %d", name, f.Lines[name], line)
		}
	}
}

// Each mistake is said with its line and what would be right.
func TestMistakes(t *testing.T) {
	for text, want := range map[string][]string{
		"\ntheme = \"pink\"":               {"line 2: theme: want light or dark"},
		"theme = 3":                        {"line 1: theme is 3: want light or dark"},
		"fps = \"ten\"":                    {`line 1: fps is "ten": want a whole number`},
		"fps = 2.5":                        {"line 1: fps is 2.5: want a whole number"},
		"ascii = 1":                        {"line 1: ascii is 1: want true or false"},
		"run = [\"sgd\", 1]":               {"line 1: run is a list: want a list of recipes"},
		"# x\n\nthem = \"light\"":          {`line 3: there is no setting "them": did you mean theme?`},
		"colour = 1":                       {`line 1: there is no setting "colour": want theme, fps, ascii, run or [keys]`},
		"[screen]\ntheme = \"light\"":      {`line 1: there is no setting "screen": want theme, fps, ascii, run or [keys]`},
		"keys = 3":                         {"line 1: keys is 3: want a table, [keys]"},
		"[keys]\nzoom = 3":                 {"line 2: zoom is 3: want a key, as a text, or a list of keys"},
		"[keys]\nzoom = []":                {"line 2: zoom is a list: want a key, as a text, or a list of keys"},
		"theme = \"light":                  {"line 1: "},
		"theme = \"dark\"\ntheme = \"x\"":  {"line 2: "},
		"fps = \"x\"\nascii = 3\nrun = {}": {"line 1: fps is", "line 2: ascii is", "line 3: run is a table"},
	} {
		path := written(t, text)
		f, wrong := Read(path, false, settings, near)
		if len(wrong) != len(want) {
			t.Errorf("%q: %v, want %q", text, wrong, want)
			continue
		}
		for i := range want {
			got := wrong[i].Error()
			if !strings.HasPrefix(got, path+": "+want[i]) || strings.Contains(got, "\n") {
				t.Errorf("%q: %q, want %q", text, got, want[i])
			}
		}
		_ = f
	}
}

// No file is no mistake, unless one was asked for; what is no file is one.
func TestNoFile(t *testing.T) {
	folder := t.TempDir()
	absent := filepath.Join(folder, "absent.toml")
	if f, wrong := Read(absent, false, settings, near); f.There || len(wrong) > 0 {
		t.Errorf("%+v, %v", f, wrong)
	}
	for path, want := range map[string]string{absent: absent + ": no such file or directory", folder: folder + ": no file: want one in TOML"} {
		if _, wrong := Read(path, true, settings, near); len(wrong) != 1 || wrong[0].Error() != want {
			t.Errorf("%v, want %s", wrong, want)
		}
	}
	if _, wrong := Read(written(t, strings.Repeat("# much\n", 200_000)), false, settings, near); len(wrong) != 1 || !strings.Contains(wrong[0].Text, "more than") {
		t.Errorf("%v", wrong)
	}
}

// Whatever is in a file, reading it ends, and what is not right settles nothing.
func FuzzRead(f *testing.F) {
	for _, text := range []string{"theme = \"light\"", "[keys]\nzoom = [\"Z\"]", "a.b.c = 1", "[[x]]\ny=1", "keys.zoom = 'x'", "\"\" = 1"} {
		f.Add(text)
	}
	path := filepath.Join(f.TempDir(), "config.toml")
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, _ := Read(path, false, settings, func(string, []string) string { return "" })
		if theme, ok := got.Values["theme"]; ok && theme[0] != "light" && theme[0] != "dark" {
			t.Errorf("theme %q", theme)
		}
	})
}
