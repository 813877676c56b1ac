package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"optwatch/cmd/optwatch/config"
	"optwatch/optimizers"
	"optwatch/tui"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// preference is a setting that a flag, the environment and config.toml can settle, in this
// order.
type preference struct {
	config.Setting
	env     string // the variable that settles it; "" for none
	about   string
	unless  string   // what holds where nothing settles it
	example string   // as the file would have it
	of      []string // the commands that it is for; nil for all that have the flag
}

// preferences are all of them but the keys.
func preferences() []preference {
	names := strings.Join(draw.SchemeNames(), ", ")
	return []preference{
		{
			config.Setting{Name: "theme", Want: names, Check: checkTheme},
			"OPTWATCH_THEME",
			"the colours of the screen; T changes them while it runs, and NO_COLOR takes all away", draw.DefaultScheme, `theme = "light"`, nil,
		},
		{
			config.Setting{Name: "fps", Kind: config.Number, Want: "a whole number from 1 to 60", Check: checkFPS},
			"OPTWATCH_FPS",
			"frames a second while anything moves", "10, over SSH 5", "fps = 5", nil,
		},
		{
			config.Setting{Name: "plot", Want: strings.ReplaceAll(draw.PlotNames(), "|", ", "), Check: checkPlot},
			"OPTWATCH_PLOT",
			"what curves are drawn with; b changes it while the screen runs", draw.Lines.String(), `plot = "braille"`, nil,
		},
		{
			config.Setting{Name: "ascii", Kind: config.Switch, Want: "true or false"},
			"OPTWATCH_ASCII",
			"nothing but ASCII characters", "false, or true where the locale is not UTF-8", "ascii = false", nil,
		},
		{
			config.Setting{Name: "fresh", Kind: config.Switch, Want: "true or false"},
			"",
			"begin every screen anew, instead of as the last one of its kind was left", "false", "fresh = false", nil,
		},
		{
			config.Setting{Name: "run", Kind: config.List, Want: "a list of recipes", Check: checkRecipe},
			"",
			"the line-up of optwatch and optwatch run where none is given", "sgd, adam, svrg and fedavg", `run = ["sgd:lr=0.1", "svrg:lr=0.02,m=n/2"]`,
			[]string{"optwatch", "run"},
		},
	}
}

// fileSettings are those as a file has them.
func fileSettings() []config.Setting {
	var out []config.Setting
	for _, s := range preferences() {
		out = append(out, s.Setting)
	}
	return out
}

func checkTheme(text string) error {
	names := draw.SchemeNames()
	if slices.Contains(names, text) {
		return nil
	}
	return fmt.Errorf("there is no theme %q: %swant %s", text, optimizers.Hint(text, names), strings.Join(names, ", "))
}

func checkPlot(text string) error {
	if _, ok := draw.PlotOf(text); !ok {
		names := strings.Split(draw.PlotNames(), "|")
		return fmt.Errorf("there is no style of plots %q: %swant %s", text, optimizers.Hint(text, names), strings.Join(names, ", "))
	}
	return nil
}

func checkFPS(text string) error {
	if n, err := strconv.Atoi(text); err != nil || n < 1 || n > 60 {
		return fmt.Errorf("%s is out of bounds: want a whole number from 1 to 60", text)
	}
	return nil
}

func checkRecipe(text string) error {
	_, err := catalogue().Parse(text)
	return err
}

// preferring is what is settled for a command: each by whom, as people read it.
type preferring struct {
	values  []preferred
	changes []preferred // of keys, by their actions
	file    config.File
}

// preferred is what one setting is, and who says so.
type preferred struct {
	name, value, from string
}

// The flag that says where the file is, and that which changes keys.
const (
	configFlag = "config"
	keyFlag    = "key"
)

// registerConfig adds the flag that all commands have, to the root of them.
func registerConfig(root *cobra.Command) {
	root.PersistentFlags().String(configFlag, "", "the `file` with your settings (default config.toml in the folder optwatch of the user's configurations; optwatch config says more)")
}

// preferFirst settles the preferences of a command before it begins.
func preferFirst(cmd *cobra.Command) error {
	if cmd.Flags().Lookup("ascii") == nil || cmd.Flags().Changed("held") || cmd.Annotations[configFlag] != "" {
		return nil // it draws nothing, or was told all when it was started, or looks itself
	}
	_, err := prefer(cmd)
	return err
}

// readConfig reads the file that a command is to follow.
func readConfig(cmd *cobra.Command) (config.File, []config.Mistake) {
	path, _ := cmd.Flags().GetString(configFlag)
	must := path != ""
	if !must {
		var err error
		if path, err = config.DefaultPath(); err != nil { // there is no home
			return config.File{}, nil
		}
	}
	f, wrong := config.Read(path, must, fileSettings(), optimizers.Hint)
	keys := len(wrong)
	for action, keys := range f.Keys {
		if _, err := keyChange(action, keys); err != nil {
			wrong = append(wrong, config.Mistake{Path: path, Line: f.Lines[config.Table+"."+action], Text: err.Error()})
		}
	}
	if len(wrong) > keys {
		slices.SortStableFunc(wrong, func(a, b config.Mistake) int { return a.Line - b.Line })
		return f, wrong
	}
	var together []pane.KeyChange
	for _, action := range sortedKeys(f.Keys) {
		c, _ := keyChange(action, f.Keys[action]) // it has been seen above
		together = append(together, c)
	}
	if err := tui.CheckKeyChanges(together, optimizers.Hint); err != nil {
		wrong = append(wrong, config.Mistake{Path: path, Line: f.Lines[config.Table], Text: err.Error()})
	}
	return f, wrong
}

// keyChange is a change of keys of the file by itself.
func keyChange(action string, keys []string) (pane.KeyChange, error) {
	c := pane.KeyChange{Action: action}
	for _, text := range keys {
		key, err := tui.ParseKeyChange(action + "=" + joinedKeys([]string{text}))
		if err != nil {
			return c, err
		}
		c.Keys = append(c.Keys, key.Keys...)
	}
	return c, tui.CheckKeyChanges([]pane.KeyChange{c}, optimizers.Hint)
}

// prefer gives the flags of a command that were not given what the environment or the
// file settles, and says who has settled what.
func prefer(cmd *cobra.Command) (*preferring, error) {
	file, wrong := readConfig(cmd)
	if len(wrong) > 0 {
		err := error(wrong[0])
		if more := len(wrong) - 1; more > 0 {
			err = fmt.Errorf("%w (and %d more: optwatch config check lists them)", err, more)
		}
		return nil, usageError{err}
	}
	out := &preferring{file: file}
	for _, s := range preferences() {
		flag := cmd.Flags().Lookup(s.Name)
		if flag == nil || s.of != nil && !slices.Contains(s.of, cmd.Name()) && cmd.Annotations[configFlag] == "" {
			continue
		}
		texts, from, err := s.settle(flag.Changed, values(flag), file)
		if err != nil {
			return nil, usageError{err}
		}
		v := preferred{s.Name, strings.Join(texts, " "), from}
		if from == "default" {
			v.value = s.unless
		} else if !flag.Changed {
			for _, text := range texts {
				if err := cmd.Flags().Set(s.Name, text); err != nil {
					return nil, usageError{fmt.Errorf("%s: %w", s.Name, err)}
				}
			}
		}
		if s.Name == "theme" && os.Getenv("NO_COLOR") != "" && from != "flag" {
			v = preferred{s.Name, "none", "environment, NO_COLOR"}
		}
		out.values = append(out.values, v)
	}
	return out, out.settleKeys(cmd)
}

// settle is what a setting is, and who says so.
func (s *preference) settle(given bool, flag []string, file config.File) (texts []string, from string, err error) {
	value := os.Getenv(s.env)
	switch {
	case given:
		return flag, "flag", nil
	case s.env != "" && value != "":
		if s.Kind == config.Switch {
			value = "true"
		}
		if s.Check != nil {
			if err := s.Check(value); err != nil {
				return nil, "", fmt.Errorf("%s: %w", s.env, err)
			}
		}
		return []string{value}, "environment, " + s.env, nil
	case file.Values[s.Name] != nil:
		return file.Values[s.Name], fmt.Sprintf("file, line %d", file.Lines[s.Name]), nil
	}
	return nil, "default", nil
}

// settleKeys adds the changes of the file to those of the flag, which go first, and
// checks them together.
func (s *preferring) settleKeys(cmd *cobra.Command) error {
	given, err := cmd.Flags().GetStringArray(keyFlag)
	if err != nil { // the command has none
		return nil
	}
	var changes []pane.KeyChange
	for _, text := range given {
		c, err := tui.ParseKeyChange(text)
		if err != nil {
			return usageError{fmt.Errorf("--%s %w", keyFlag, err)}
		}
		changes = append(changes, c)
		s.changes = append(s.changes, preferred{c.Action, strings.Join(c.Keys, " "), "flag"})
	}
	for _, action := range sortedKeys(s.file.Keys) {
		if slices.ContainsFunc(changes, func(c pane.KeyChange) bool { return c.Action == action }) {
			continue
		}
		text := action + "=" + joinedKeys(s.file.Keys[action])
		c, err := tui.ParseKeyChange(text)
		if err == nil {
			err = cmd.Flags().Set(keyFlag, text)
		}
		if err != nil {
			return usageError{err}
		}
		changes = append(changes, c)
		s.changes = append(s.changes, preferred{action, strings.Join(s.file.Keys[action], " "), fmt.Sprintf("file, line %d", s.file.Lines[config.Table+"."+action])})
	}
	if err := tui.CheckKeyChanges(changes, optimizers.Hint); err != nil {
		return usageError{err}
	}
	return nil
}

// joinedKeys are keys as the flag takes them.
func joinedKeys(keys []string) string {
	out := slices.Clone(keys)
	for i, k := range out {
		if k == "," {
			out[i] = "comma"
		}
	}
	return strings.Join(out, ",")
}

// sortedKeys are the keys of a map in their order.
func sortedKeys[T any](m map[string]T) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
