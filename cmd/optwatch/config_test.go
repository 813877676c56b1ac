package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// withConfig is the path of a file in a folder of configurations of its own.
func withConfig(t *testing.T, text string) (path string) {
	t.Helper()
	folder := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", folder)
	for _, name := range []string{"NO_COLOR", "OPTWATCH_THEME", "OPTWATCH_FPS", "OPTWATCH_PLOT", "OPTWATCH_ASCII"} {
		t.Setenv(name, "")
	}
	path = filepath.Join(folder, "optwatch", "config.toml")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if text != "" {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// says are the fields of the line about a setting.
func says(t *testing.T, out, name string) string {
	t.Helper()
	for line := range strings.Lines(out) {
		if f := strings.Fields(line); len(f) > 0 && f[0] == name {
			return strings.Join(f[1:], " ")
		}
	}
	t.Errorf("nothing is said of %s in\n%s", name, out)
	return ""
}

// A setting is what the flag says, else the environment, else the file, else the
// default, and optwatch config says which.
func TestConfigPrints(t *testing.T) {
	path := withConfig(t, "theme = \"light\"\nfps = 5\n\nrun = [\"sgd:lr=0.5\"]\n[keys]\nzoom = \"Z\"\n")
	t.Setenv("OPTWATCH_FPS", "7")
	t.Setenv("OPTWATCH_PLOT", "blocks")
	status, out, errOut := optwatch(t, "config", "--plot", "braille", "--key", "theme=f5")
	if status != exitOK || errOut != "" || !strings.HasPrefix(out, path+"\n") {
		t.Fatalf("%d\n%s%s", status, out, errOut)
	}
	for name, want := range map[string]string{
		"theme": "light file, line 1", "fps": "7 environment, OPTWATCH_FPS", "plot": "braille flag", "fresh": "false default",
		"run": "sgd:lr=0.5 file, line 4", "keys.zoom": "Z file, line 6", "keys.theme": "f5 flag",
	} {
		if got := says(t, out, name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	t.Setenv("NO_COLOR", "1")
	if _, out, _ = optwatch(t, "config"); says(t, out, "theme") != "none environment, NO_COLOR" {
		t.Errorf("NO_COLOR: %s", says(t, out, "theme"))
	}
	withConfig(t, "")
	if status, out, _ := optwatch(t, "config"); status != exitOK || !strings.Contains(out, "there is no ") || says(t, out, "fps") != "10, over SSH 5 default" {
		t.Errorf("without a file: %d\n%s", status, out)
	}
}

// A theme that there is not is a mistake of the command line, as of the file.
func TestUnknownTheme(t *testing.T) {
	status, _, errOut := optwatch(t, "config", "--theme", "ligth")
	if want := `there is no theme "ligth": did you mean light?`; status != exitUsage || !strings.Contains(errOut, want) {
		t.Errorf("%d %s, want %s", status, errOut, want)
	}
}

// A broken file ends every command that draws with one line and exit status 2, and
// no other command.
func TestBrokenConfig(t *testing.T) {
	path := withConfig(t, "fps = 500\nthem = \"light\"\n[keys]\nzom = \"Z\"\nmetric = \"W\"\n")
	first := "optwatch: " + path + ": line 1: fps: 500 is out of bounds: want a whole number from 1 to 60"
	for _, command := range [][]string{nil, {"run", "--headless"}, {"watch"}, {"devices"}, {"attach"}, {"lab", "batch"}, {"config"}} {
		status, out, errOut := optwatch(t, command...)
		if want := first + " (and 3 more: optwatch config check lists them)\n"; status != exitUsage || errOut != want || out != "" {
			t.Errorf("%v: %d, %q%q, want %q", command, status, errOut, out, want)
		}
	}
	status, _, errOut := optwatch(t, "config", "check")
	lines := strings.Split(strings.TrimSpace(errOut), "\n")
	want := []string{first, `line 2: there is no setting "them": did you mean theme?`, `line 4: there is no action "zom": did you mean zoom?`, "line 5: W would be both"}
	if status != exitUsage || len(lines) != len(want) {
		t.Fatalf("%d\n%s", status, errOut)
	}
	for i := range want {
		if !strings.Contains(lines[i], want[i]) {
			t.Errorf("%q, want %q", lines[i], want[i])
		}
	}
	for _, command := range [][]string{{"data", "list"}, {"config", "explain", "theme"}, {"config", "keys"}} {
		if status, _, errOut := optwatch(t, command...); status != exitOK {
			t.Errorf("%v: %d %s", command, status, errOut)
		}
	}
	if status, _, errOut := optwatch(t, "run", "--config", filepath.Join(t.TempDir(), "absent.toml")); status != exitUsage || !strings.Contains(errOut, "absent.toml: no such file") {
		t.Errorf("an absent file that was asked for: %d %s", status, errOut)
	}
}

// The example has every setting, and nothing in it is wrong.
func TestConfigExample(t *testing.T) {
	withConfig(t, "")
	_, example, _ := optwatch(t, "config", "example")
	path := withConfig(t, example)
	status, out, errOut := optwatch(t, "config", "check")
	if status != exitOK || !strings.HasPrefix(out, path+": nothing is wrong") {
		t.Errorf("%d %s%s", status, out, errOut)
	}
	_, explained, _ := optwatch(t, "config", "explain")
	for _, s := range preferences() {
		if !strings.Contains(example, "\n"+s.example+"\n") || !strings.Contains(explained, "--"+s.Name) {
			t.Errorf("%s is not in the example, or is not explained", s.Name)
		}
		if flag := bareCommand(new(flags)).Flags().Lookup(s.Name); flag == nil {
			t.Errorf("there is no --%s", s.Name)
		}
	}
	if status, _, errOut := optwatch(t, "config", "explain", "themes"); status != exitUsage || !strings.Contains(errOut, "did you mean theme?") {
		t.Errorf("%d %s", status, errOut)
	}
}

// The line-up of the file is trained where none is given, and is kept in the record;
// one that is given goes before it.
func TestConfiguredLineUp(t *testing.T) {
	withConfig(t, "run = [\"sgd:lr=0.25\", \"adam\"]\n")
	names := func(args ...string) string {
		var out []string
		for _, r := range runs(outcome(t, append([]string{"run", "--headless", "--record", "none", "--data", "digits", "--evals", "2000"}, args...)...)) {
			out = append(out, r["recipe"].(string))
		}
		return strings.Join(out, " ")
	}
	if got := names(); !strings.HasPrefix(got, "sgd:lr=0.25") || !strings.Contains(got, " adam") {
		t.Errorf("trained %s", got)
	}
	if got := names("--run", "svrg"); !strings.HasPrefix(got, "svrg") || strings.Contains(got, "sgd") {
		t.Errorf("trained %s where svrg was asked for", got)
	}
}

// What a screen keeps is found by the next of its kind alone, and is written whole.
func TestMemoryOfScreens(t *testing.T) {
	state := t.TempDir()
	t.Setenv("OPTWATCH_STATE", state)
	memory(kindRace).Save([]byte(`{"focus":1}`))
	memory(kindRace).Save([]byte(`{"focus":2}`))
	if got := string(memory(kindRace).Load()); got != `{"focus":2}` {
		t.Errorf("kept %q", got)
	}
	if got := memory(kindWatch).Load(); len(got) > 0 {
		t.Errorf("a watch finds %q", got)
	}
	left, err := os.ReadDir(state)
	if err != nil || len(left) != 1 || left[0].Name() != "screen-race.json" {
		t.Errorf("in the folder are %v, %v", left, err)
	}
	if err := os.Remove(filepath.Join(state, "screen-race.json")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(state, "screen-race.json"), 0o700); err != nil {
		t.Fatal(err)
	}
	if memory(kindRace).Save([]byte("{}")); len(memory(kindRace).Load()) > 0 {
		t.Error("a folder is read as a memory")
	}
	if left, _ := os.ReadDir(state); len(left) != 1 {
		t.Errorf("beside it there are %v", left)
	}
}
