package main

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A run's logs have every point of its curve to the bit, once, though it was gone
// on with in another process.
func TestLogTo(t *testing.T) {
	t.Setenv("OPTWATCH_STATE", t.TempDir())
	logs := t.TempDir()
	to := []string{"--log-to", "csv:" + logs, "--log-to", "jsonl:" + logs, "--log-to", "tensorboard:" + logs}
	args := append([]string{"run", "--headless", "--data", "digits", "--run", "sgd:lr=0.1,batch=64", "--evals", "12800"}, to...)
	if status, _, errOut := optwatch(t, args...); status != exitOK || errOut != "" {
		t.Fatalf("exit status %d, stderr %q", status, errOut)
	}
	first := loggedLosses(t, filepath.Join(logs, "sgd", "metrics.csv"))
	id := listing(t)[0].ID
	result := outcome(t, append([]string{"resume", id, "--headless", "--evals", "25600"}, to...)...)
	second := loggedLosses(t, filepath.Join(logs, "sgd", "metrics.csv"))
	curve := runs(result)[0]["curve"].([]any)
	if len(first) == 0 || len(second) <= len(first) {
		t.Errorf("the log has %d losses, and %d once it was gone on with", len(first), len(second))
	}
	for _, p := range curve {
		p := p.(map[string]any)
		evals, loss := p["evals"].(float64), p["loss"].(float64)
		if got, has := second[evals]; !has || math.Float64bits(got) != math.Float64bits(loss) {
			t.Errorf("at %g evaluations the log has %v, want %v", evals, got, loss)
		}
		delete(second, evals)
	}
	for evals, loss := range second {
		if _, before := first[evals]; !before {
			t.Errorf("the log has %v at %g evaluations, the curve nothing", loss, evals)
		}
	}
	text, err := os.ReadFile(filepath.Join(logs, "sgd", "metrics.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if !json.Valid([]byte(line)) {
			t.Errorf("a line is no JSON: %s", line)
		}
	}
	if events, _ := filepath.Glob(filepath.Join(logs, "sgd", "events.out.tfevents.*")); len(events) < 2 {
		t.Errorf("two processes have left the event files %v", events)
	}
}

// loggedLosses are those of a CSV log, by their evaluations, none of which may be
// there twice.
func loggedLosses(t *testing.T, path string) map[float64]float64 {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	losses := map[float64]float64{}
	for _, row := range rows[1:] {
		evals, err := strconv.ParseFloat(row[column["evals"]], 64)
		if err != nil {
			t.Fatal(err)
		}
		loss, err := strconv.ParseFloat(row[column["loss"]], 64)
		if err != nil {
			continue // the mean of a few steps, for which none is computed
		}
		if _, twice := losses[evals]; twice {
			t.Errorf("the loss at %g evaluations is there twice", evals)
		}
		losses[evals] = loss
	}
	return losses
}

// A mistake in the flag is told in a line before anything is trained; a folder
// that cannot be written is told in a line, and training goes on.
func TestLogToTroubles(t *testing.T) {
	t.Setenv("OPTWATCH_STATE", t.TempDir())
	begin := []string{"run", "--headless", "--data", "digits", "--run", "sgd:lr=0.1,batch=64", "--evals", "640", "--log-to"}
	for value, word := range map[string]string{"wandb:x": "tensorboard, jsonl, csv", "csv:": "csv:DIR", "": "must not be empty", ":x": "tensorboard, jsonl, csv"} {
		status, out, errOut := optwatch(t, append(begin, value)...)
		if status != exitUsage || out != "" || strings.Count(errOut, "\n") != 1 || !strings.Contains(errOut, "--log-to") || !strings.Contains(errOut, word) {
			t.Errorf("%q: exit status %d, stdout %q, stderr %q; want %d and one line with %s", value, status, out, errOut, exitUsage, word)
		}
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	status, out, errOut := optwatch(t, append(begin, "csv:"+file)...)
	if status != exitOK || strings.Count(errOut, "\n") != 1 || !strings.Contains(errOut, file) || !strings.Contains(out, "budget") {
		t.Errorf("a file for a folder: exit status %d, stdout\n%s\nstderr %q; want %d and one line", status, out, errOut, exitOK)
	}
}
