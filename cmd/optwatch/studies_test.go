package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"optwatch/train/study"
)

// shown runs work as a command does, without a screen, with some flags.
func shown(t *testing.T, ctx context.Context, f studyFlags, notebook *study.Notebook, work func(context.Context) error) (exit int, out, errOut string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := &cobra.Command{Use: "optwatch", RunE: func(cmd *cobra.Command, _ []string) error {
		if err := f.check(cmd.Flags().Changed); err != nil {
			return err
		}
		return showStudies(cmd, &f, notebook, work)
	}, SilenceErrors: true, SilenceUsage: true}
	cmd.SetOut(&stdout)
	cmd.SetErr(&stderr)
	cmd.SetArgs(nil)
	return status(cmd.ExecuteContext(ctx), &stderr), stdout.String(), stderr.String()
}

// written is work that ends the studies of a notebook in some way.
func written(notebook *study.Notebook, end study.State, verdict study.Verdict) func(context.Context) error {
	return func(context.Context) error {
		for _, p := range notebook.Pages() {
			p.Begin()
			p.Claim(study.Claim{Text: "it is so", Predicted: "1", Measured: "1.01", RefutedBy: "it is otherwise", Verdict: verdict})
			p.Draw(study.Figure{Name: "f", Title: "F", Series: []study.Series{{Name: "s", X: []float64{1, 2}, Y: []float64{1, 3}}}})
			p.End(end, "")
		}
		return nil
	}
}

// The exit statuses, and what is printed and kept in each case.
func TestShowStudies(t *testing.T) {
	for _, test := range []struct {
		name    string
		end     study.State
		verdict study.Verdict
		status  int
	}{
		{"holds", study.Done, study.Holds, exitOK},
		{"refuted", study.Failed, study.Refuted, exitFailed},
		{"not resolved", study.Done, study.Unresolved, exitOK},
	} {
		dir := t.TempDir()
		f := studyFlags{outputFlags: outputFlags{out: filepath.Join(dir, "out"), json: filepath.Join(dir, "r.json")}, trainingFlags: trainingFlags{seed: 7}}
		notebook := study.NewNotebook(nil, study.Study{Name: "one", Title: "One"}, study.Study{Name: "two", Title: "Two"})
		notebook.SetAbout("digits")
		status, out, errOut := shown(t, t.Context(), f, notebook, written(notebook, test.end, test.verdict))
		if status != test.status {
			t.Errorf("%s: exit status %d, want %d: %s", test.name, status, test.status, errOut)
		}
		if !strings.Contains(out, test.name) || !strings.Contains(out, "it is so") || !strings.Contains(out, "it is otherwise") {
			t.Errorf("%s: printed %q", test.name, out)
		}
		if count := map[string]string{"holds": "of 2 claims 2 hold, 0 refuted", "refuted": "of 2 claims 2 refuted", "not resolved": "of 2 claims 0 refuted, 2 not resolved"}[test.name]; !strings.HasSuffix(out, "\n"+count+"\n") {
			t.Errorf("%s: the verdicts are not counted: %q", test.name, out)
		}
		text, err := os.ReadFile(f.json)
		var result struct {
			Schema  int
			About   string
			Studies []struct {
				Name   string
				Claims []struct{ Verdict string }
			}
		}
		if err != nil || json.Unmarshal(text, &result) != nil || result.Schema != 1 || result.About != "digits" || len(result.Studies) != 2 || result.Studies[1].Claims[0].Verdict != test.name {
			t.Errorf("%s: %v, the JSON is %s", test.name, err, text)
		}
		report, err := os.ReadFile(filepath.Join(f.out, "report.md"))
		if err != nil || !strings.Contains(string(report), "- seed: 7") || !strings.Contains(string(report), "two-f.png") {
			t.Errorf("%s: %v, the report is %s", test.name, err, report)
		}
		for _, name := range []string{"one-f.png", "one-f.svg", "one-f.csv", "one.json", "two.json"} {
			if _, err := os.Stat(filepath.Join(f.out, name)); err != nil {
				t.Errorf("%s: %v", test.name, err)
			}
		}
	}
}

// What is interrupted leaves what is done.
func TestInterruptedStudies(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	dir := filepath.Join(t.TempDir(), "out")
	notebook := study.NewNotebook(nil, study.Study{Name: "one"}, study.Study{Name: "two"})
	status, _, errOut := shown(t, ctx, studyFlags{outputFlags: outputFlags{out: dir}}, notebook, func(ctx context.Context) error {
		p := notebook.Pages()
		p[0].Begin()
		p[0].End(study.Done, "")
		p[1].Begin()
		cancel()
		<-ctx.Done()
		p[1].End(study.Ended, "")
		return ctx.Err()
	})
	if status != exitInterrupted || errOut != "" {
		t.Errorf("exit status %d, %q", status, errOut)
	}
	for _, name := range []string{"one.json", "two.json", "report.md"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
}

// A signal that comes when all studies have ended cuts nothing short.
func TestStudiesThatHadEnded(t *testing.T) {
	for _, test := range []struct {
		verdict study.Verdict
		end     study.State
		status  int
	}{{study.Holds, study.Done, exitOK}, {study.Refuted, study.Failed, exitFailed}} {
		ctx, cancel := context.WithCancel(t.Context())
		notebook := study.NewNotebook(nil, study.Study{Name: "one"})
		work := written(notebook, test.end, test.verdict)
		status, _, errOut := shown(t, ctx, studyFlags{}, notebook, func(ctx context.Context) error {
			defer cancel()
			return work(ctx)
		})
		if status != test.status {
			t.Errorf("exit status %d, want %d: %q", status, test.status, errOut)
		}
	}
}

// Mistakes in the flags are one line, before any work; work's own errors and
// panics end the program with them.
func TestStudyErrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		flags  studyFlags
		work   func(context.Context) error
		status int
		want   string
	}{
		{"a file for a folder", studyFlags{outputFlags: outputFlags{out: file}}, nil, exitUsage, "it is a file; want a folder"},
		{"a folder under a file", studyFlags{outputFlags: outputFlags{out: filepath.Join(file, "x")}}, nil, exitUsage, "not a directory"},
		{"a folder for a file", studyFlags{outputFlags: outputFlags{json: filepath.Dir(file)}}, nil, exitUsage, "want a file"},
		{"fps", studyFlags{screenFlags: screenFlags{fps: 61}}, nil, exitUsage, "--fps must be from 1 to 60"},
		{"threads", studyFlags{trainingFlags: trainingFlags{threads: -1}}, nil, exitUsage, "--threads must be"},
		{"an error", studyFlags{}, func(context.Context) error { return errors.New("no data") }, exitFailed, "no data"},
		{"a usage error", studyFlags{}, func(context.Context) error { return usageError{errors.New("no such column")} }, exitUsage, "no such column"},
		{"a panic", studyFlags{}, func(context.Context) error { panic("broken") }, exitFailed, "panic: broken"},
	} {
		worked := false
		work := func(ctx context.Context) error {
			worked = true
			if test.work == nil {
				return nil
			}
			return test.work(ctx)
		}
		status, _, errOut := shown(t, t.Context(), test.flags, study.NewNotebook(nil, study.Study{Name: "one"}), work)
		if status != test.status || !strings.Contains(errOut, test.want) {
			t.Errorf("%s: exit status %d, %q", test.name, status, errOut)
		}
		if lines := strings.Count(errOut, "\n"); lines != 1 && test.name != "a panic" {
			t.Errorf("%s: %d lines: %q", test.name, lines, errOut)
		}
		if worked != (test.work != nil) {
			t.Errorf("%s: worked is %v", test.name, worked)
		}
	}
}

// The laboratory says what it has, and takes no flag that means nothing.
func TestLab(t *testing.T) {
	for _, test := range []struct {
		args   string
		status int
		want   string
	}{
		{"lab", exitOK, "amsgrad"},
		{"lab nothing", exitUsage, `there is no experiment "nothing"`},
		{"lab compare batch --model net", exitUsage, "batch is not for the model net; these are: compare, adamw"},
		{"lab compare --model svm", exitUsage, `the laboratory is for the models softmax and net, got "svm"`},
		{"lab amsgrad --fps 0", exitUsage, "--fps must not be zero"},
		{"lab amsgrad --out=", exitUsage, "--out must not be empty"},
	} {
		var out, errOut bytes.Buffer
		status := run(t.Context(), strings.Fields(test.args), strings.NewReader(""), &out, &errOut)
		if status != test.status || !strings.Contains(out.String()+errOut.String(), test.want) {
			t.Errorf("%s: exit status %d: %s%s", test.args, status, out.String(), errOut.String())
		}
	}
}

// On a terminal no line of what was found is longer than it is wide, but for recipes, which
// are to be copied, and nothing is left out; elsewhere tables are tables, of any width.
func TestStudiesFitTheTerminal(t *testing.T) {
	long := strings.Repeat("the distance to the optimum falls by the factor of the theorem ", 3)
	s := study.Study{
		Name: "rates", Title: "Rates of convergence, each beside what theory says of it", State: study.Done,
		Tables: []study.Table{
			{Title: "wide", Head: []string{"method", "measured", "what theory says"}, Rows: [][]string{{"svrg", "0.61 ± 0.02", long}}},
			{Title: "narrow", Head: []string{"n", "loss"}, Rows: [][]string{{"1", "0.5"}, {"2", "0.25"}}},
		},
		Claims: []study.Claim{{Text: long, Predicted: "1", Measured: "1.01", RefutedBy: "a factor outside of the interval", Verdict: study.Holds}},
		Notes:  []string{long},
	}
	whole := func(text string) int { return strings.Count(text, "theorem") } // once a sentence
	var free strings.Builder
	printStudies(&free, &study.View{Studies: []study.Study{s}}, 0)
	if !strings.Contains(free.String(), "  n  loss\n  1  0.5\n  2  0.25\n") || widest(free.String()) < len(long) {
		t.Errorf("without a width:\n%s", free.String())
	}
	for _, width := range []int{40, 80, 120, 300} {
		var b strings.Builder
		printStudies(&b, &study.View{Studies: []study.Study{s}}, width)
		if n := widest(b.String()); n > width {
			t.Errorf("%d columns in %d:\n%s", n, width, b.String())
		}
		for _, part := range []string{"measured", "1.01", "a factor outside", "holds", "0.61 ± 0.02", "  n  loss\n"} {
			if !strings.Contains(b.String(), part) {
				t.Errorf("%d columns are without %q:\n%s", width, part, b.String())
			}
		}
		if whole(b.String()) != whole(free.String()) {
			t.Errorf("%d columns leave something out:\n%s", width, b.String())
		}
	}
}
