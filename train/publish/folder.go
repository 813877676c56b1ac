package publish

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"optwatch/train/view"
)

// config is what config.json says of the run whose folder it lies in.
type config struct {
	Experiment string             `json:"experiment"` // the name of its record
	ID         int                `json:"id"`         // of the run, in the experiment
	Run        string             `json:"run"`
	Recipe     string             `json:"recipe,omitempty"`
	Group      string             `json:"group,omitempty"`
	Seed       uint64             `json:"seed"`
	Data       string             `json:"data,omitempty"`
	Model      string             `json:"model,omitempty"`
	Settings   map[string]float64 `json:"settings,omitempty"`
}

// configOf is the configuration that a run has now.
func configOf(experiment string, s *view.Snapshot, r *view.Run) config {
	c := config{
		Experiment: experiment, ID: r.ID, Run: r.Name, Recipe: r.Recipe, Group: r.Group, Seed: r.Seed,
		Data: s.Subject.Name, Model: s.Subject.Title, Settings: map[string]float64{},
	}
	for _, set := range r.Settings {
		if finite(set.Value) {
			c.Settings[set.Key] = set.Value
		}
	}
	return c
}

const configName = "config.json"

// mostFolders bounds the search for a name that is free.
const mostFolders = 10_000

// folderOf is the folder of a run: the one that it has had, or else a new one.
func folderOf(dir string, c config) (string, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	base := filepath.Join(dir, fileName(c.Run))
	for n := 1; n <= mostFolders; n++ {
		path := base
		if n > 1 {
			path = fmt.Sprintf("%s-%d", base, n)
		}
		err := os.Mkdir(path, 0o777)
		switch {
		case err == nil:
			return path, describe(path, c)
		case !errors.Is(err, fs.ErrExist):
			return "", err
		case owned(path, c):
			return path, nil
		}
	}
	return "", fmt.Errorf("%s: has %d runs of that name", base, mostFolders)
}

// describe writes config.json. A folder without one belongs to nobody, so that
// it goes again if that fails.
func describe(path string, c config) error {
	text, err := json.MarshalIndent(c, "", "  ")
	if err == nil {
		err = os.WriteFile(filepath.Join(path, configName), append(text, '\n'), 0o666)
	}
	if err != nil {
		os.RemoveAll(path)
	}
	return err
}

// owned says whether a folder is that of the run.
func owned(path string, c config) bool {
	text, err := os.ReadFile(filepath.Join(path, configName))
	var has config
	return err == nil && json.Unmarshal(text, &has) == nil && has.Experiment == c.Experiment && has.ID == c.ID
}

// longestName is what file systems allow, less what is appended.
const longestName = 200

// fileName is the name of a run as a path element.
func fileName(name string) string {
	name = strings.ToValidUTF8(name, "_")
	name = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-_.,=+@", r) {
			return r
		}
		return '_'
	}, name)
	for len(name) > longestName {
		runes := []rune(name)
		name = string(runes[:len(runes)-1])
	}
	if name == "" || name[0] == '.' || name[0] == '-' { // hidden, or taken for a flag
		name = "_" + name
	}
	return name
}
