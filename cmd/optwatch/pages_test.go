package main

import (
	"database/sql"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	_ "modernc.org/sqlite"

	"optwatch/cmd/optwatch/manual"
	"optwatch/fed/partition"
	"optwatch/optimizers"
	"optwatch/tui"
)

// page is that of a topic, whole.
func page(t *testing.T, topic string) string {
	t.Helper()
	p, ok := manual.Find(topic)
	if !ok {
		t.Fatalf("there is no page %s", topic)
	}
	text, err := p.Filled(fillPage(rootCommand()))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// texts are all that a reader is given: the pages and the README, by their names.
func texts(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{"README": readme(t)}
	for _, p := range manual.Pages() {
		out[p.Topic] = page(t, p.Topic)
	}
	return out
}

// The page of keys has those of the program.
func TestPagesKeys(t *testing.T) {
	if table := strings.TrimSpace(tui.KeysMarkdown()); !strings.Contains(page(t, "keys"), table) {
		t.Error("the page keys lacks the program's keys")
	}
	_, shown, _ := optwatch(t, "help", "keys")
	for _, row := range rows(tui.KeysMarkdown()) {
		if words := strings.Fields(row[1]); !strings.Contains(strings.Join(strings.Fields(shown), " "), strings.Join(words[:1], " ")) {
			t.Errorf("optwatch help keys does not show %q", row[1])
		}
	}
}

// Every key of the screen that a page names between backquotes is one.
func TestPagesScreenKeys(t *testing.T) {
	have := map[string]bool{}
	for _, row := range rows(tui.KeysMarkdown()) {
		for _, k := range strings.Fields(literals(row[0])[0]) {
			have[k] = true
		}
	}
	have["2"], have["3"] = have["1"], have["4"] // they are shown as 1 … 4
	for _, topic := range []string{"screen", "script", "diagnosis", "fed", "machines"} {
		for _, k := range literals(page(t, topic)) {
			if len([]rune(k)) == 1 && k[0] < 0x80 && !have[k] {
				t.Errorf("the page %s names a key %s that there is not", topic, k)
			}
		}
	}
}

// flagIn finds flags in a text.
var flagIn = regexp.MustCompile(`(?:^|[\s` + "`" + `(])--([a-z][a-z0-9-]*)`)

// others are flags of other programs that texts name.
var others = []string{"pid"}

// Every flag that a text names exists, and every flag is in the pages with what it
// does.
func TestPagesFlags(t *testing.T) {
	have := map[string]bool{}
	eachCommand(rootCommand(), func(c *cobra.Command) {
		c.InitDefaultHelpFlag()
		c.InitDefaultVersionFlag()
		c.Flags().VisitAll(func(g *pflag.Flag) { have[g.Name] = have[g.Name] || !g.Hidden })
	})
	told := map[string]bool{}
	for name, text := range texts(t) {
		for _, found := range flagIn.FindAllStringSubmatch(text, -1) {
			told[found[1]] = true
			if !have[found[1]] && !slices.Contains(others, found[1]) {
				t.Errorf("%s names --%s, which no command has", name, found[1])
			}
		}
	}
	for name, shown := range have {
		if shown && !told[name] && name != "version" {
			t.Errorf("no page names --%s", name)
		}
	}
}

// Every command is in a page or the README, as something to type.
func TestPagesCommands(t *testing.T) {
	all := ""
	for name, text := range texts(t) {
		if name != "flags" {
			all += text
		}
	}
	eachCommand(rootCommand(), func(c *cobra.Command) {
		if !strings.Contains(all, c.CommandPath()) {
			t.Errorf("no page says what %q is for", c.CommandPath())
		}
	})
}

// typed are the command lines of a text that begin with the program's name: those
// of its code, and those between backquotes in its sentences.
func typed(text string) []string {
	text = strings.ReplaceAll(text, "\\\n", " ")
	var out []string
	for _, line := range strings.Split(text, "\n") {
		if code, ok := strings.CutPrefix(line, "    "); ok {
			if _, piped, ok := strings.Cut(code, "| optwatch "); ok {
				code = "optwatch " + piped
			}
			line = "`" + code + "`"
		}
		for _, code := range literals(line) {
			if strings.HasPrefix(code, "optwatch ") {
				out = append(out, code)
			}
		}
	}
	return out
}

// split takes a command line apart as a shell does, up to a comment, a pipe or a
// redirection.
func split(line string) []string {
	var words []string
	word, open, quote := "", false, rune(0)
	for _, r := range line + " " {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote, open = r, true
		case quote == 0 && r == ' ':
			if open {
				words = append(words, word)
			}
			word, open = "", false
		case quote == 0 && !open && strings.ContainsRune("#|>", r):
			return words
		default:
			word, open = word+string(r), true
		}
	}
	return words
}

// Every command line in a text is one that the program understands: there is such
// a command, with those flags and so many arguments, and its recipes can be read.
func TestPagesCommandLines(t *testing.T) {
	n := 0
	for name, text := range texts(t) {
		for _, line := range typed(text) {
			if strings.Contains(line, "…") && !strings.Contains(line, "=…") || strings.Contains(line, "COMMAND") {
				continue // a form, not a line to type
			}
			n++
			if err := understood(split(line)[1:]); err != nil {
				t.Errorf("%s: %s: %v", name, line, err)
			}
		}
	}
	if n < 60 {
		t.Errorf("only %d command lines were found", n)
	}
}

// understood says what is wrong with a command line.
func understood(args []string) error {
	c, rest, err := rootCommand().Find(args)
	if err != nil {
		return err
	}
	c.InitDefaultVersionFlag() // as when it is executed
	if err := c.ParseFlags(rest); err != nil {
		return err
	}
	rest = c.Flags().Args()
	if err := c.ValidateArgs(rest); err != nil && len(args) > 1 { // else it is the name of a command
		return err
	}
	if c.Name() == "help" && len(rest) > 0 && !slices.Contains(topicNames(c.Root()), rest[0]) && rest[0] != "TOPIC" {
		return fmt.Errorf("there is no topic %s", rest[0])
	}
	recipes, err := c.Flags().GetStringArray("run")
	if err != nil {
		return nil // it has no recipes
	}
	for _, text := range recipes {
		if _, err := catalogue().Parse(strings.TrimSuffix(text, ",")); err != nil {
			return err
		}
	}
	return nil
}

// keyIn finds the keys of recipes between backquotes.
var keyIn = regexp.MustCompile(`^([a-z][a-z_0-9]*)=`)

// The pages of recipes have every name, key and way to divide that there is, and
// name none that there is not.
func TestPagesRecipes(t *testing.T) {
	c := catalogue()
	have := map[string]bool{}
	for _, p := range slices.Concat(optimizers.Common, params(c.Estimators), params(c.Rules), params(c.Schedules)) {
		have[p.Name] = true
	}
	have["server_lr"] = true
	text := page(t, "recipes") + page(t, "fed")
	for name := range have {
		if !strings.Contains(text, "`"+name+"=") {
			t.Errorf("no page has the key %s=", name)
		}
	}
	names := c.Names()
	for _, s := range c.Schedules {
		names = append(names, s.Name)
	}
	for _, s := range partition.Schemes() {
		names = append(names, s.String())
	}
	for _, name := range names {
		if !strings.Contains(text, "| `"+name+"` |") {
			t.Errorf("no page has a row of %s", name)
		}
	}
	for _, topic := range []string{"recipes", "fed", "problem"} {
		for _, code := range literals(page(t, topic)) {
			if key := keyIn.FindStringSubmatch(code); key != nil && !have[key[1]] && !strings.HasPrefix(key[1], "local_") {
				t.Errorf("the page %s names the key %s=, which no recipe has", topic, key[1])
			}
		}
	}
}

func params[T any](parts []optimizers.Part[T]) []optimizers.Param {
	var out []optimizers.Param
	for _, p := range parts {
		out = append(out, p.Params...)
	}
	return out
}

// fieldsOf are the names of fields that files give to JSON.
func fieldsOf(t *testing.T, files ...string) []string {
	t.Helper()
	var out []string
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`json:"([a-z_0-9]+)[,"]`).FindAllStringSubmatch(string(source), -1) {
			out = append(out, found[1])
		}
	}
	return out
}

// Every field of JSON that the program writes is in the page about it, under the
// heading of what is written, and every one that it names is written.
func TestPagesJSON(t *testing.T) {
	result := runs(outcome(t, "run", "--headless", "--record", "none", "--data", "digits", "--evals", "2000", "--run", "sgd"))[0]
	metrics := named1(result)
	for _, point := range result["curve"].([]any) {
		metrics = append(metrics, named1(point.(map[string]any))...)
	}
	want := map[string][]string{
		"Results":      append(fieldsOf(t, "json.go", "diagnosis_json.go"), metrics...),
		"Devices":      fieldsOf(t, "devices_json.go"),
		"Runs":         fieldsOf(t, "runs.go"),
		"Status":       fieldsOf(t, "serve/statusjson.go", "serve/joining.go"),
		"Watched logs": fieldsOf(t, "watchtext.go", "../../train/follow/report.go", "../../train/follow/alert/event.go"),
		"Studies":      fieldsOf(t, "studies.go", "lab_scaling.go", "lab/calculator.go", "../../train/study/json.go"),
	}
	sections := strings.Split(page(t, "json"), "\n## ")[1:]
	for _, section := range sections {
		title, text, _ := strings.Cut(section, "\n")
		var got []string
		for _, line := range strings.Split(text, "\n") {
			if strings.HasPrefix(line, "    ") {
				for _, found := range regexp.MustCompile(`"([a-z_0-9]+)"`).FindAllStringSubmatch(line, -1) {
					got = append(got, found[1])
				}
			}
		}
		for _, name := range want[title] {
			if !slices.Contains(got, name) {
				t.Errorf("%s: the page lacks %q", title, name)
			}
		}
		for _, name := range got {
			if !slices.Contains(want[title], name) {
				t.Errorf("%s: the page has %q, which is not written", title, name)
			}
		}
	}
	if len(sections) != len(want) {
		t.Errorf("the page has %d sections, want %d", len(sections), len(want))
	}
}

// named1 are the names in an object but for those of classes.
func named1(object map[string]any) []string {
	var out []string
	for name := range object {
		if !strings.HasPrefix(name, "class_accuracy/") {
			out = append(out, name)
		}
	}
	return out
}

// The page's query of a record gives the curves of the run's result.
func TestPagesQuery(t *testing.T) {
	_, query, ok := strings.Cut(page(t, "records"), `sqlite3 RECORD "`)
	query, _, ok2 := strings.Cut(query, `"`)
	if !ok || !ok2 {
		t.Fatal("the page has no query of a record")
	}
	path := filepath.Join(t.TempDir(), "a.db")
	result := outcome(t, "run", "--headless", "--record", path, "--data", "digits", "--evals", "5000", "--run", "sgd", "--run", "adam")
	want := ""
	for _, r := range runs(result) {
		for _, p := range r["curve"].([]any) {
			p := p.(map[string]any)
			want += fmt.Sprintln(r["name"], p["evals"], p["val_accuracy"])
		}
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	got := ""
	for rows.Next() {
		var name string
		var evals, value float64
		if err := rows.Scan(&name, &evals, &value); err != nil {
			t.Fatal(err)
		}
		got += fmt.Sprintln(name, evals, value)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if got != want || want == "" {
		t.Errorf("%s\ngot\n%swant\n%s", query, got, want)
	}
}

// The page of records names every table of a record.
func TestPagesTables(t *testing.T) {
	_, tables, _ := strings.Cut(page(t, "records"), "| table | a row is |\n")
	tables, _, _ = strings.Cut(tables, "\n\n")
	schema, err := os.ReadFile(filepath.Join("..", "..", "train", "record", "schema.go"))
	if err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for _, line := range strings.Split(tables, "\n")[1:] {
		got = append(got, literals(strings.Split(line, "|")[1])...)
	}
	for _, rest := range strings.Split(string(schema), "CREATE TABLE ")[1:] {
		want = append(want, strings.Fields(rest)[0])
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the page has the tables %v, a record %v", got, want)
	}
}

// The map of the house has every room, and none that there is not: a package has a line, or is named in
// that of the package that it lies in or beside.
func TestDocHasEveryRoom(t *testing.T) {
	source, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	told := toldRooms(string(source))
	for _, r := range rooms {
		if !told[r.name] && !strings.HasSuffix(r.name, "test") {
			t.Errorf("doc.go has no line for %s", r.name)
		}
	}
	for name := range told {
		if !slices.ContainsFunc(rooms, func(r struct {
			name string
			over []string
		},
		) bool {
			return r.name == name || strings.HasPrefix(r.name, name+"/")
		}) {
			t.Errorf("doc.go tells of %s, which there is not", name)
		}
	}
}

// toldRooms are the packages that the list of rooms has a line for: those at its left,
// and the rooms within, written as "train/device/…  nvml, smi …" or "nvml below it".
func toldRooms(source string) map[string]bool {
	told := map[string]bool{}
	_, list, _ := strings.Cut(source, "with what is in each room:\n")
	list, _, _ = strings.Cut(list, "\nA package imports")
	for line := range strings.Lines(list) {
		line = strings.TrimSpace(line)
		place := regexp.MustCompile(`^[a-z/]+( …|/…)?(, [a-z/]+)*`).FindString(line)
		words := regexp.MustCompile(`[a-z]+`).FindAllString(line[len(place):], -1)
		for name := range strings.SplitSeq(place, ", ") {
			bare := strings.TrimRight(name, " …/")
			told[bare] = bare != ""
			within := bare
			if strings.HasSuffix(name, " …") { // its neighbours too: clients, devices, …
				within = bare[:strings.LastIndex(bare, "/")]
			}
			for _, r := range rooms {
				if parent, last := path.Split(r.name); strings.TrimSuffix(parent, "/") == within && (name != bare || strings.Contains(line, " below it")) && slices.Contains(words, last) {
					told[r.name] = true
				}
			}
		}
	}
	delete(told, "")
	return told
}

// Help lists the topics and the commands, shows pages and what commands say of
// themselves, and tells a reader what was probably meant.
func TestHelp(t *testing.T) {
	_, list, _ := optwatch(t, "help")
	for _, name := range topicNames(rootCommand()) {
		if !strings.Contains(list, "  "+name+" ") {
			t.Errorf("optwatch help does not list %s", name)
		}
	}
	for _, test := range []struct {
		args         []string
		status       int
		out, errText string
	}{
		{[]string{"help", "recipes"}, exitOK, "Rules\n\n  name ", ""},
		{[]string{"help", "watch"}, exitOK, "Watching what other programs train\n", ""},
		{[]string{"help", "stop"}, exitOK, "optwatch stop [ID]", ""},
		{[]string{"help", "data", "get"}, exitOK, "optwatch data get mnist|fashion-mnist", ""},
		{[]string{"help", "recipe"}, exitUsage, "", "did you mean recipes? optwatch help lists them"},
		{[]string{"help", "federations"}, exitUsage, "", "did you mean fed?"},
		{[]string{"help", "nosuch"}, exitUsage, "", "optwatch help lists them"},
		{[]string{"help", "recipes", "more"}, exitUsage, "", "there is no topic \"recipes more\""},
		{[]string{"atach"}, exitUsage, "", "did you mean attach?"},
		{[]string{"grid", "--help"}, exitOK, "\"optwatch help grid\" says more.", ""},
	} {
		status, out, errText := optwatch(t, test.args...)
		if status != test.status || !strings.Contains(out, test.out) || !strings.Contains(errText, test.errText) || (test.errText == "") != (errText == "") {
			t.Errorf("%v: %d\n%s%s", test.args, status, out, errText)
		}
		if strings.Contains(out, "\x1b") {
			t.Errorf("%v prints escape sequences into a pipe", test.args)
		}
	}
}
