package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// census is a CSV file as people have it: scales that differ a thousandfold, an
// empty cell, a column of words and labels that are words.
func census(t *testing.T) string {
	t.Helper()
	rng := rand.New(rand.NewPCG(5, 7))
	var b strings.Builder
	b.WriteString("age,income,city,hours,works\n")
	for i := range 1200 {
		age, income, hours := 18+rng.IntN(60), math.Exp(10.5+0.6*rng.NormFloat64()), 40+8*rng.NormFloat64()
		city := []string{"Bonn", "Oslo", "Rome"}[rng.IntN(3)]
		z := (float64(age)-48)/15 + 1.5*(math.Log(income)-10.5) + (hours-40)/10 + 0.7*rng.NormFloat64()
		if city == "Rome" {
			z++
		}
		works := map[bool]string{true: "yes", false: "no"}[z > 0.3]
		if i == 40 {
			fmt.Fprintf(&b, "%d,,%s,%.1f,%s\n", age, city, hours, works)
			continue
		}
		fmt.Fprintf(&b, "%d,%.0f,%s,%.1f,%s\n", age, income, city, hours, works)
	}
	path := filepath.Join(t.TempDir(), "census.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// The message about a file that cannot be read as it is names the flags with
// which it can, and with these the default line-up learns from it: all but a
// tenth or so, which is noise.
func TestFileAsPeopleHaveIt(t *testing.T) {
	path := census(t)
	status, _, errOut := optwatch(t, "run", "--headless", "--data", path)
	said := regexp.MustCompile(`^optwatch: .*census\.csv: line 2: found "[A-Z][a-z]+" as field 3 \("city"\), expected a number: (--.*) reads it\n$`).FindStringSubmatch(errOut)
	if status != exitFailed || said == nil {
		t.Fatalf("exit status %d, %q", status, errOut)
	}
	r := outcome(t, append([]string{"run", "--headless", "--data", path}, strings.Fields(said[1])...)...)
	best := 0.0
	for _, run := range runs(r) {
		if run["status"] != "budget" && run["status"] != "converged" {
			t.Errorf("%v ended as %v: %v", run["name"], run["status"], run["reason"])
		}
		best = max(best, run["val_accuracy"].(float64))
	}
	if best < 0.85 {
		t.Errorf("the best validation accuracy is %v, want 0.85", best)
	}
	if bound, ok := r["problem"].(map[string]any)["optimum_bound"].(float64); !ok || bound > 1e-12 {
		t.Errorf("f* is certified to %v, want 1e-12", bound)
	}
}

// Where only the scales differ, the offer names the flag, and the end does not
// wait for an optimum that is hard to find.
func TestOfferOfScales(t *testing.T) {
	path := census(t)
	status, out, errOut := optwatch(t, "run", "--headless", "--data", path, "--missing", "mean", "--one-hot", "--run", "sgd", "--passes", "3")
	if status != exitOK || !strings.Contains(out, "scales of columns differ ") || !strings.Contains(out, "--standardize evens them out") {
		t.Errorf("exit status %d\n%s%s", status, out, errOut)
	}
	if said := strings.Count(out, "the stability limit"); said > 2 {
		t.Errorf("the stability limit is spoken of %d times in\n%s", said, out)
	}
}

// numbers is a file of numbers alone whose scales differ a thousandfold.
func numbers(t *testing.T) string {
	t.Helper()
	rng := rand.New(rand.NewPCG(5, 7))
	var b strings.Builder
	b.WriteString("age,income,hours,class\n")
	for range 3000 {
		age, income, hours := 18+rng.IntN(60), math.Exp(10.5+0.6*rng.NormFloat64()), 40+8*rng.NormFloat64()
		class := map[bool]int{true: 1}[(float64(age)-48)/15+1.5*(math.Log(income)-10.5)+(hours-40)/10+0.7*rng.NormFloat64() > 0]
		fmt.Fprintf(&b, "%d,%.0f,%.1f,%d\n", age, income, hours, class)
	}
	path := filepath.Join(t.TempDir(), "numbers.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// A step about the stability limit, where the curvature is now this and now
// that, is spoken of a few times and not several times a second.
func TestAdviceDoesNotFlood(t *testing.T) {
	status, out, errOut := optwatch(t, "run", "--headless", "--data", numbers(t), "--run", "sgd:lr=5e-9", "--passes", "3000")
	if status != exitOK {
		t.Fatalf("exit status %d, %q", status, errOut)
	}
	if said := strings.Count(out, "the stability limit"); said == 0 || said > 8 {
		t.Errorf("the stability limit is spoken of %d times, want some and at most 8, in\n%s", said, out)
	}
}

// hostile holds a sequence that would change the title of a terminal, one that
// would clear it, and one that turns what follows.
const hostile = "\x1b]0;owned\x07\x1b[2J\u009b2J\u202e"

// What labels, names of files and messages about them hold, no terminal obeys.
func TestNothingFromOutsideIsObeyed(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a"+hostile+"b.csv")
	var b strings.Builder
	for i := range 40 {
		fmt.Fprintf(&b, "%d,%d,c%s%d\n", i, i%7, hostile, i%2)
	}
	for name, text := range map[string]string{path: b.String(), filepath.Join(dir, hostile+".csv"): "1,2,3\n" + hostile + ",2,3\n"} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{
		{"data", "info", path},
		{"run", "--headless", "--data", path, "--run", "sgd", "--run", "fedavg:clients=2,rounds=1,name=x" + hostile, "--passes", "2"},
		{"grid", "--headless", "--data", path, "--run", "sgd", "--grid", "lr=0.01|0.1", "--passes", "1"},
		{"data", "info", filepath.Join(dir, hostile+".csv")},
		{"data", "info", filepath.Join(dir, "none"+hostile)},
		{"run", "--headless", "--data", path, "--label", hostile},
		{"run", "--run", hostile},
		{"data", "get", hostile},
	} {
		_, out, errOut := optwatch(t, args...)
		if out+errOut == "" {
			t.Errorf("%q: nothing is printed", args)
		}
		if at := strings.IndexAny(out+errOut, "\x1b\x07\u009b\u202e"); at >= 0 {
			text := out + errOut
			t.Errorf("%q: %q is printed as it is", args, text[max(0, at-40):min(len(text), at+40)])
		}
	}
}

// First steps that go wrong are told what would be right.
func TestFirstStepsAreHelped(t *testing.T) {
	for _, c := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"run", "--run", "sgdd"}, exitUsage, `unknown optimizer "sgdd": did you mean sgd?`},
		{[]string{"run", "--run", "sgd:btach=3"}, exitUsage, `unknown key "btach"; did you mean batch?`},
		{[]string{"run", "--headless", "--data", "digits", "--seeds", "5"}, exitUsage, "4 runs with 5 seeds each are 20, and there can be 16: 4 seeds at most, or fewer runs"},
		{[]string{"run", "--headless", "--data", "digits", "--run", "fedavg:clip=1,noise=1e300"}, exitUsage, "noise"},
		{[]string{"run", "--missing", "median"}, exitUsage, "--missing must be mean or drop, got median"},
		{[]string{"run", "--data", "mnits"}, exitFailed, "mnits: no such file; expected auto, digits, mnist, fashion-mnist or the path of a data file: did you mean mnist?"},
		{[]string{"run", "--plot", "brail"}, exitUsage, `there is no style of plots "brail": did you mean braille? want ascii, braille, blocks`},
		{[]string{"run", "--theme", "ligth"}, exitUsage, `there is no theme "ligth": did you mean light?`},
		{[]string{"run", "--model", "sofmax"}, exitUsage, `unknown model "sofmax": want one of softmax, logistic, svm, least-squares, net: did you mean softmax?`},
		{[]string{"run", "--run", "sgd:schedule=cosin"}, exitUsage, `got "cosin": did you mean cosine?`},
		{[]string{"run", "--run", "fedavg:partition=dirichet"}, exitUsage, "did you mean dirichlet?"},
		{[]string{"fed", "--partition", "clases"}, exitUsage, "did you mean classes?"},
		{[]string{"run", "--log-to", "jsnol:x"}, exitUsage, "did you mean jsonl?"},
		{[]string{"run", "--headles"}, exitUsage, "unknown flag: --headles: did you mean --headless?"},
		{[]string{"run", "--colour", "never"}, exitUsage, "unknown flag: --colour: did you mean --no-color?"},
		{[]string{"run", "--zzz"}, exitUsage, "unknown flag: --zzz: optwatch run --help lists them\n"},
		{[]string{"-x"}, exitUsage, "unknown shorthand flag: 'x' in -x: optwatch --help lists them\n"},
		{[]string{"data", "info", "-x"}, exitUsage, "unknown shorthand flag: 'x' in -x: optwatch data info --help lists them\n"},
		{[]string{"run", "-data", "mnist"}, exitUsage, "unknown shorthand flag: 'd' in -data: did you mean --data? optwatch run --help lists them\n"},
		{[]string{"data", "info", "digits", "--one-hot"}, exitFailed, "digits: found pixels, expected a CSV file with --missing, --one-hot or --without"},
	} {
		status, _, errOut := optwatch(t, c.args...)
		if status != c.status || !strings.Contains(errOut, c.want) || strings.Count(errOut, "\n") != 1 || strings.Contains(errOut, "panic") {
			t.Errorf("%q: exit status %d, %q, want %d and one line with %q", c.args, status, errOut, c.status, c.want)
		}
	}
}
