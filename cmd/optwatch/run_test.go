package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// cache is the cache of all programs that tests run, so that the same optimum
// is certified once.
var cache string

// asProgram is set in the environment of a process of this file that is to be
// the program, and not its tests.
const asProgram = "OPTWATCH_TESTED"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	dir, err := os.MkdirTemp("", "optwatch")
	if err != nil {
		panic(err)
	}
	cache = dir
	os.Setenv(asProgram, "1") // of the processes that tests start
	os.Setenv("OPTWATCH_STATE", filepath.Join(dir, "state"))
	os.Setenv("XDG_CONFIG_HOME", filepath.Join(dir, "config")) // not that of whoever tests
	status := m.Run()
	os.RemoveAll(dir)
	os.Exit(status)
}

// optwatch runs the program and returns its exit status and what it printed.
func optwatch(t *testing.T, args ...string) (status int, out, errOut string) {
	t.Helper()
	t.Setenv("XDG_CACHE_HOME", cache)
	var o, e bytes.Buffer
	status = run(t.Context(), args, strings.NewReader(""), &o, &e)
	return status, o.String(), e.String()
}

// outcome is the JSON that a successful run writes.
func outcome(t *testing.T, args ...string) map[string]any {
	t.Helper()
	path := filepath.Join(t.TempDir(), "r.json")
	if status, out, errOut := optwatch(t, append(args, "--json", path)...); status != exitOK {
		t.Fatalf("exit status %d\n%s%s", status, out, errOut)
	}
	return decoded(t, path)
}

// decoded is a JSON file that the program has written.
func decoded(t *testing.T, path string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var r map[string]any
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func runs(r map[string]any) []map[string]any {
	var out []map[string]any
	for _, run := range r["runs"].([]any) {
		out = append(out, run.(map[string]any))
	}
	return out
}

// TestDigits trains the default line-up on the built-in digits: the counts of
// evaluations, the accuracy that its optimum has, and the schema's keys.
func TestDigits(t *testing.T) {
	r := outcome(t, "run", "--headless", "--data", "digits", "--run", "sgd", "--run", "svrg:m=n/2,warm=1", "--passes", "4")
	problem := r["problem"].(map[string]any)
	if got := problem["optimum_bound"].(float64); got > 1e-12 {
		t.Errorf("the optimum is certified to %v, want 1e-12", got)
	}
	for i, want := range []struct {
		name  string
		evals float64
	}{{"sgd", 4 * 8000}, {"svrg", 8000 + 8000 + 2*4000}} {
		run := runs(r)[i]
		if run["name"] != want.name || run["evals"] != want.evals {
			t.Errorf("run %d is %v with %v evaluations, want %s with %v", i, run["name"], run["evals"], want.name, want.evals)
		}
		if acc := run["val_accuracy"].(float64); acc < 0.85 || acc > 0.93 {
			t.Errorf("%s: validation accuracy %v, want 0.85 to 0.93", want.name, acc)
		}
		for _, key := range []string{
			"recipe", "status", "reason", "seed", "steps", "loss_evals", "loss", "suboptimality", "test_accuracy", "seconds",
			"plot_seconds", "evals_per_second", "theta_sha256", "curve", "federated",
		} {
			if _, ok := run[key]; !ok {
				t.Errorf("%s has no %q", want.name, key)
			}
		}
	}
}

// TestMNIST is the assignment's comparison: with ten passes each, SVRG comes
// much nearer to the optimum than SGD and Adam do.
func TestMNIST(t *testing.T) {
	if raceEnabled {
		t.Skip("thirty passes over MNIST take too long under the race detector")
	}
	if found, _ := filepath.Glob(filepath.Join(os.Getenv("OPTWATCH_DATA"), "mnist", "train-images*")); found == nil {
		t.Skip("OPTWATCH_DATA has no MNIST")
	}
	r := outcome(t, "run", "--headless", "--data", "mnist", "--passes", "10",
		"--run", "sgd:lr=0.1,batch=64", "--run", "adam:lr=0.001,batch=64", "--run", "svrg:lr=0.02,batch=1,m=n/2,warm=1")
	if got := r["problem"].(map[string]any)["optimum"].(float64); math.Abs(got-0.337729353736) > 1e-9 {
		t.Errorf("f* = %.12f, want 0.337729353736", got)
	}
	var gap [3]float64
	for i, evals := range []float64{500_000, 500_000, 50_000 + 4*(50_000+2*25_000)} {
		run := runs(r)[i]
		gap[i] = run["suboptimality"].(float64)
		if run["evals"] != evals {
			t.Errorf("%v: %v evaluations, want %v", run["name"], run["evals"], evals)
		}
		if acc := run["val_accuracy"].(float64); acc < 0.915 {
			t.Errorf("%v: validation accuracy %v, want at least 0.915", run["name"], acc)
		}
	}
	if gap[0] > 1e-2 || gap[2] > 5e-4 || 10*gap[2] > gap[0] || 10*gap[2] > gap[1] {
		t.Errorf("f − f* = %.2e, %.2e, %.2e; want SVRG below 5e-4 and ten times below the others", gap[0], gap[1], gap[2])
	}
}

// TestDivergedRunIsAResult gives one run an absurd learning rate.
func TestDivergedRunIsAResult(t *testing.T) {
	rs := runs(outcome(t, "run", "--headless", "--data", "digits", "--passes", "1", "--run", "sgd:lr=1e9", "--run", "sgd"))
	if rs[0]["status"] != "diverged" || !strings.Contains(rs[0]["reason"].(string), "at step") {
		t.Errorf("lr 1e9 is %v (%v)", rs[0]["status"], rs[0]["reason"])
	}
	if rs[1]["status"] != "budget" {
		t.Errorf("the other run is %v (%v)", rs[1]["status"], rs[1]["reason"])
	}
}

// TestLIBSVM trains every linear model on a small LIBSVM file.
func TestLIBSVM(t *testing.T) {
	path := filepath.Join(t.TempDir(), "small.libsvm.gz")
	var text bytes.Buffer
	zip := gzip.NewWriter(&text)
	for i := range 60 {
		line := []string{"-1 1:1 3:0.5\n", "+1 2:1 3:1.5\n", "+1 1:0.2 2:0.7\n"}[i%3]
		if _, err := zip.Write([]byte(line)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(zip.Close(), os.WriteFile(path, text.Bytes(), 0o644)); err != nil {
		t.Fatal(err)
	}
	for _, model := range []string{"softmax", "logistic", "svm", "least-squares", "net"} {
		r := outcome(t, "run", "--headless", "--data", path, "--model", model, "--passes", "50", "--run", "adam:lr=0.05,batch=8")
		if got := runs(r)[0]["val_accuracy"].(float64); got != 1 {
			t.Errorf("%s: validation accuracy %v, want 1: the rows are separable", model, got)
		}
	}
}

// TestUsage tries what a user may get wrong: one line that says what, and exit status 2.
func TestUsage(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"race"}, `unknown command "race"`},
		{[]string{"--nope"}, "unknown flag: --nope"},
		{[]string{"run", "extra"}, `run takes no arguments, and got "extra": --run gives a run; optwatch help run says more`},
		{[]string{"run", "--run", "sdg"}, `unknown optimizer "sdg": did you mean sgd? want one of sgd, momentum`},
		{[]string{"run", "--run", "sgd:speed=1"}, `unknown key "speed"; did you mean seed? sgd takes lr`},
		{[]string{"run", "--run", "sgd:lr=fast"}, `lr is a number, got "fast"`},
		{[]string{"run", "--run", "sgd:lr=-1"}, "lr must be above 0, got -1"},
		{[]string{"run", "--headless", "--data", "digits", "--run", "sgd:batch=9000"}, "larger than the 8000 training examples"},
		{[]string{"run", "--headless", "--data", "digits", "--model", "logistic"}, "needs two classes; the data has 10"},
		{[]string{"run", "--headless", "--data", "digits", "--model", "net", "--run", "saga"}, "only linear models have"},
		{[]string{"--model", "tree"}, `unknown model "tree": want one of softmax`},
		{[]string{"--l2", "-1"}, "--l2 must be at least 0, got -1"},
		{[]string{"--threads", "-2"}, "--threads must be from 1 to 1024, got -2"},
		{[]string{"--fps", "1000"}, "--fps must be from 1 to 60, got 1000"},
		{[]string{"--evals", "0"}, "--evals must not be zero"},
		{[]string{"run", "--json", ""}, "--json must not be empty; give it a value or leave it out"},
		{[]string{"run", "--precision", ""}, "--precision must not be empty"},
		{[]string{"grid", "--precision", ""}, "--precision must not be empty"},
		{[]string{"run", "--record", ""}, "--record must not be empty"},
		{[]string{"run", "--run", "sgd", "--run", ""}, "--run must not be empty"},
		{[]string{"--theme="}, "invalid argument \"\" for \"--theme\" flag: there is no theme"},
		{[]string{"--config="}, "--config must not be empty"},
		{[]string{"runs", "--data-dir="}, "--data-dir must not be empty"},
		{[]string{"fed", "--listen", ""}, "--listen must not be empty"},
		{[]string{"fed", "--headless", "--nats="}, "--nats must not be empty"},
		{[]string{"watch", ".", "--record="}, "--record must not be empty"},
		{[]string{"data", "info", "digits", "--test", ""}, "--test must not be empty"},
		{[]string{"run", "--log-to", "csv"}, `"csv" names no folder; want csv:DIR` + "\n"},
		{[]string{"run", "--log-to", "csb:logs"}, "did you mean csv?"},
		{[]string{"resume"}, "resume takes ID|FILE, and got nothing; optwatch help resume says more"},
		{[]string{"tell", "x"}, "tell takes ID RUN ACTION … | tell PATH ACTION …, and got \"x\";"},
		{[]string{"data", "get", "a", "b"}, "data get takes mnist|fashion-mnist, and got \"a b\"; optwatch help data get says more"},
		{[]string{"run", "--json", "."}, "--json .: it is a folder"},
		{[]string{"data", "get", "cifar"}, "data get takes mnist|fashion-mnist, and got \"cifar\""},
		{[]string{"data", "lst"}, "unknown command \"lst\": did you mean list? optwatch help data lists them"},
		{[]string{"runs", "all"}, "runs takes no arguments, and got \"all\"; optwatch help runs says more"},
		{[]string{"stop", ""}, "stop takes [ID], and got \"\";"},
		{[]string{"tell", "", "sgd", "pause"}, "and got \" sgd pause\";"},
		{[]string{"attach", ""}, "attach takes [ID], and got \"\";"},
		{[]string{"run", "--data", ""}, "--data must not be empty"},
		{[]string{"--val", "-1"}, `invalid argument "-1" for "--val": want a whole number, from 0 on`},
		{[]string{"grid", "--val", "-5"}, `invalid argument "-5" for "--val": want a whole number, from 0 on`},
		{[]string{"join", "--part", "-1", "x"}, `invalid argument "-1" for "--part": want a whole number, from 0 on`},
		{[]string{"--passes", "many"}, `invalid argument "many" for "--passes": want a number`},
		{[]string{"--seed", "-1"}, `invalid argument "-1" for "--seed": want a whole number, from 0 on`},
		{[]string{"--time", "5"}, `invalid argument "5" for "--time": want a time such as 90s`},
	} {
		status, out, errOut := optwatch(t, c.args...)
		if status != exitUsage || !strings.Contains(errOut, c.want) || strings.Count(errOut, "\n") != 1 {
			t.Errorf("optwatch %s: exit status %d, stderr %q; want 2 and one line with %q", strings.Join(c.args, " "), status, errOut, c.want)
		}
		if out != "" && !strings.Contains(out, "digits") {
			t.Errorf("optwatch %s prints %q", strings.Join(c.args, " "), out)
		}
	}
}

// TestFailures tries what the world may do: exit status 1.
func TestFailures(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "no", "r.json")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"run", "--headless", "--data", "/nonexistent/x"}, "/nonexistent/x"},
		{[]string{"run", "--headless", "--data", "mnist", "--data-dir", t.TempDir()}, "optwatch data get mnist"},
		{[]string{"run", "--headless", "--data", "digits", "--json", missing}, "--json " + missing},
	} {
		if status, _, errOut := optwatch(t, c.args...); status != exitFailed || !strings.Contains(errOut, c.want) {
			t.Errorf("optwatch %s: exit status %d, stderr %q; want 1 and %q", strings.Join(c.args, " "), status, errOut, c.want)
		}
	}
}

// TestJSONThroughLink writes through a link and leaves it one; to a full device
// nothing is written, which is told.
func TestJSONThroughLink(t *testing.T) {
	dir := t.TempDir()
	link := func(name, to string) string {
		path := filepath.Join(dir, name)
		if err := os.Symlink(to, path); err != nil {
			t.Skip("no links can be made here: ", err)
		}
		return path
	}
	args := []string{"run", "--headless", "--data", "digits", "--evals", "64", "--run", "sgd", "--json"}
	to := filepath.Join(dir, "to.json")
	path := link("link.json", to)
	status, _, errOut := optwatch(t, append(args, path)...)
	if info, err := os.Lstat(path); status != exitOK || err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("exit status %d, stderr %q; the link: %v, %v", status, errOut, info.Mode(), err)
	}
	if text, err := os.ReadFile(to); err != nil || !json.Valid(text) {
		t.Errorf("behind the link stands %q, %v", text, err)
	}
	if _, err := os.Stat("/dev/full"); err != nil {
		return
	}
	status, _, errOut = optwatch(t, append(args, link("full", "/dev/full"))...)
	if status != exitFailed || !strings.Contains(errOut, "no space left") {
		t.Errorf("on a full device: exit status %d, stderr %q", status, errOut)
	}
}

// broken is a stdout that has been closed.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestClosedStdout(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	var errOut bytes.Buffer
	args := []string{"run", "--headless", "--data", "digits", "--passes", "1000000", "--run", "sgd"}
	if status := run(t.Context(), args, strings.NewReader(""), broken{}, &errOut); status != exitFailed || !strings.Contains(errOut.String(), "stdout") {
		t.Errorf("exit status %d, stderr %q; want 1 and a word of stdout", status, errOut.String())
	}
}

// TestInterrupted cuts a run short, while data is read and while it trains.
func TestInterrupted(t *testing.T) {
	for _, when := range []string{"", "step "} {
		t.Setenv("XDG_CACHE_HOME", t.TempDir())
		ctx, cancel := context.WithCancel(t.Context())
		if when == "" {
			cancel()
		}
		var errOut bytes.Buffer
		out := &trigger{word: when, pull: cancel}
		args := []string{"run", "--headless", "--data", "digits", "--passes", "1000000", "--run", "sgd"}
		if status := run(ctx, args, strings.NewReader(""), out, &errOut); status != exitInterrupted || !strings.Contains(errOut.String(), "optwatch resume ") || strings.Count(errOut.String(), "\n") != 1 {
			t.Errorf("interrupted at %q: exit status %d, stderr %q; want 130 and a line on how it goes on", when, status, errOut.String())
		}
		if when != "" && !strings.Contains(out.String(), "stopped") {
			t.Errorf("no table of what was reached:\n%s", out.String())
		}
	}
}

// trigger keeps what is written, and calls pull when it sees a word.
type trigger struct {
	strings.Builder
	word string
	pull func()
}

func (b *trigger) Write(p []byte) (int, error) {
	if b.word != "" && strings.Contains(string(p), b.word) {
		b.pull()
	}
	return b.Builder.Write(p)
}

// What is printed nowhere is lost where nothing records it. A null device that is open for
// reading too is what Go makes of a closed stdout, and what other programs give in its place.
func TestResultIsNotLost(t *testing.T) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	for record, want := range map[string]int{"none": exitFailed, filepath.Join(t.TempDir(), "r.db"): exitOK} {
		c, said := program(t, t.TempDir(), "run", "--headless", "--data", "digits", "--run", "sgd", "--passes", "0.1", "--record", record), &strings.Builder{}
		c.Stdout, c.Stderr = null, said
		_ = c.Run() // the status tells
		if got := c.ProcessState.ExitCode(); got != want || strings.Contains(said.String(), "would be lost") != (want == exitFailed) {
			t.Errorf("--record %s: exit %d, want %d: %s", record, got, want, said)
		}
	}
}
