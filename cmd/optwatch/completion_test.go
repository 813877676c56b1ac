package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// completed are what the program tells a shell that the last of some words may
// become, without what they are.
func completed(t *testing.T, args ...string) []string {
	t.Helper()
	status, out, errOut := optwatch(t, append([]string{"__complete"}, args...)...)
	if status != exitOK {
		t.Fatalf("%v: %d %s", args, status, errOut)
	}
	var list []string
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		if word, _, _ := strings.Cut(line, "\t"); !strings.HasPrefix(word, ":") {
			list = append(list, word)
		}
	}
	return list
}

func TestCompletion(t *testing.T) {
	for _, test := range []struct {
		args string
		want string // the whole list, in any order
	}{
		{"ru", "run runs"},
		{"help re", "recipes records references replay resume"},
		{"help rec more", ""},
		{"run --mod", "--model"},
		{"run --model l", "logistic least-squares"},
		{"run --missing m", "mean"},
		{"run --seed 1", ""},
		{"run --data m", "mnist"},
		{"fed --partition dir", "dirichlet dirichlet-client"},
		{"grid --metric v", "val"},
		{"run --log-to t", "tensorboard:"},
		{"lab batch s", "scaling"},
		{"data get f", "fashion-mnist"},
		{"script p", "python"},
		{"completion z", "zsh"},
		{"run --run adamw", "adamw adamw:"},
		{"run --run adam+svr", "adam+svrg adam+svrg:"},
		{"run --run svrg:opt", "svrg:option="},
		{"run --run svrg:lr=0.1,option=", "svrg:lr=0.1,option=1 svrg:lr=0.1,option=2"},
		{"run --run sgd:lr=0.1,war", "sgd:lr=0.1,warmup= sgd:lr=0.1,warm= sgd:lr=0.1,warm_lr= sgd:lr=0.1,warm_batch="},
		{"run --run sgd:warm=1,warm_", "sgd:warm=1,warm_lr= sgd:warm=1,warm_batch="},
		{"run --run sgd:schedule=cosine,ste", "sgd:schedule=cosine,steps="},
		{"run --run fedavg:partition=sh", "fedavg:partition=shards"},
		{"run --run fedavg:local=momentum,local_m", "fedavg:local=momentum,local_momentum="},
		{"run --run fedavg:local_m", ""},
		{"run --run nosuch:", ""},
	} {
		got, want := completed(t, strings.Split(test.args, " ")...), strings.Fields(test.want)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", test.args, got, want)
		}
	}
}

// IDs complete to the records that a command has a use for, and tell to the runs
// that there are.
func TestCompletionOfRecords(t *testing.T) {
	state := t.TempDir()
	t.Setenv("OPTWATCH_STATE", state)
	outcome(t, "run", "--headless", "--data", "digits", "--evals", "2000", "--run", "sgd", "--run", "adam")
	files, err := filepath.Glob(filepath.Join(state, "*.db"))
	if err != nil || len(files) != 1 {
		t.Fatalf("there are the records %v: %v", files, err)
	}
	id := strings.TrimSuffix(filepath.Base(files[0]), ".db")
	for _, command := range []string{"resume", "replay", "export"} {
		if got := completed(t, command, id[:2]); !slices.Equal(got, []string{id}) {
			t.Errorf("%s: got %q, want %q", command, got, id)
		}
	}
	for _, command := range []string{"attach", "stop", "status", "serve", "tell"} { // it is live no more
		if got := completed(t, command, id[:2]); len(got) > 0 {
			t.Errorf("%s: got %q", command, got)
		}
	}
	if got := completed(t, "tell", id, "a"); !slices.Equal(got, []string{"adam", "all", "add", "admit"}) {
		t.Errorf("tell: got %q", got)
	}
	if got := completed(t, "tell", id, "sgd", "re"); !slices.Equal(got, []string{"resume", "restart", "rejoin="}) {
		t.Errorf("tell RUN: got %q", got)
	}
}

// asShell is a folder in which the program is called optwatch, as in a shell.
func asShell(t *testing.T, shell string) (path string) {
	t.Helper()
	if _, err := exec.LookPath(shell); err != nil {
		t.Skipf("no %s here", shell)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(exe, filepath.Join(dir, "optwatch")); err != nil {
		t.Fatal(err)
	}
	return dir + string(os.PathListSeparator) + os.Getenv("PATH")
}

// inShell is what a shell prints for a script.
func inShell(t *testing.T, path, shell string, args ...string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), shell, args...)
	c.Env = append(os.Environ(), "PATH="+path, "XDG_CACHE_HOME="+cache, "HOME="+t.TempDir(), "LC_ALL=C.UTF-8")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", shell, err, out)
	}
	return string(out)
}

// Bash replaces what stands after a colon or an equals sign only, so that it must
// be given the rest of a word; a comma is no such break.
func TestBashCompletion(t *testing.T) {
	path := asShell(t, "bash")
	for _, test := range []struct{ line, pieces, want string }{
		{"optwatch ru", "ru", "run runs"},
		{"optwatch run --run ad", "ad", "adagrad adagrad: adam adam: adamw adamw:"},
		{"optwatch run --run sgd:lr=0.1,warmu", "0.1,warmu", "0.1,warmup="},
		{"optwatch run --run sgd:schedule=cosine,ste", "cosine,ste", "cosine,steps="},
		{"optwatch run --run=svrg:opt", "opt", "option="},
		{"optwatch run --run 'svrg:lr=0.02,opt", "'svrg:lr=0.02,opt", "svrg:lr=0.02,option="},
		{`optwatch run --run "svrg:lr=0.02" --run sarah-p`, "sarah-p", "sarah-plus sarah-plus:"},
		{"optwatch lab ", "", "all compare federated rates batch variance amsgrad adamw scaling dp"},
		{"optwatch   help   keys ", "", ""},
	} {
		script := `source <(optwatch completion bash)
compopt() { :; } # it is for completion that bash asks for
COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=9 COMP_CWORD=1 COMP_WORDS=(optwatch "$2")
_optwatch
printf '%s\n' "${COMPREPLY[*]}"`
		got := strings.Fields(inShell(t, path, "bash", "--norc", "-c", script, "bash", test.line, test.pieces))
		want := strings.Fields(test.want)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", test.line, got, want)
		}
	}
}

// Where a list is shown, words stand with what they are.
func TestBashCompletionTellsWhatWordsAre(t *testing.T) {
	path := asShell(t, "bash")
	script := `source <(optwatch completion bash)
compopt() { :; }
COMP_LINE="optwatch run --run svrg:" COMP_POINT=24 COMP_TYPE=63 COMP_CWORD=1 COMP_WORDS=(optwatch ":") COLUMNS=80
_optwatch
printf '%s\n' "${COMPREPLY[@]}"`
	got := inShell(t, path, "bash", "--norc", "-c", script)
	if !strings.Contains(got, "batch=       (batch size B)\n") {
		t.Errorf("got\n%s", got)
	}
}

func TestFishCompletion(t *testing.T) {
	path := asShell(t, "fish")
	for line, want := range map[string]string{
		"optwatch run --run sgd:lr=0.1,warmu":        "sgd:lr=0.1,warmup=\t",
		"optwatch run --run=fedavg:lr=0.1,local=ada": "--run=fedavg:lr=0.1,local=adagrad\n",
	} {
		script := "optwatch completion fish | source; complete -C '" + line + "'"
		if got := inShell(t, path, "fish", "-c", script); !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %q, want %q", line, got, want)
		}
	}
}

// Cobra's script for zsh has what we change in it, and zsh can read it.
func TestZshCompletion(t *testing.T) {
	for _, shell := range []string{"zsh", "fish"} {
		_, script, _ := optwatch(t, "completion", shell)
		if strings.Contains(script, "'-.*='") || !strings.Contains(script, "'^-[^=]*='") {
			t.Errorf("the script for %s looks for the last equals sign", shell)
		}
	}
	path := asShell(t, "zsh")
	inShell(t, path, "zsh", "-f", "-c", "compdef() { :; }; source <(optwatch completion zsh)")
}
