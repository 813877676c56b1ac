package main

import (
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// watched is the JSON of watch --once, as far as tests look at it.
type watched struct {
	Schema int
	Runs   []struct {
		Name, Format, State string
		Skipped             int
		Config              map[string]string
		Metrics             map[string]struct {
			Last, Step, Min, Max *float64
			Count                int64
			Curve                []struct{ Step, Time, Value *float64 }
		}
	}
}

// watchOnce is what watch --once --json prints of paths.
func watchOnce(t *testing.T, paths ...string) (out watched) {
	t.Helper()
	status, text, errOut := optwatch(t, append([]string{"watch", "--once", "--json"}, paths...)...)
	if status != exitOK || errOut != "" {
		t.Fatalf("exit status %d, %q", status, errOut)
	}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// The samples hold 1/(1+k) as the loss at step 10k of TensorBoard's run, of which
// step 30 was begun again, and 1/(1+step) in W&B's.
func TestWatchSamples(t *testing.T) {
	root := os.Getenv("OPTWATCH_DATA")
	if root == "" {
		t.Skip("OPTWATCH_DATA is not set: no samples of foreign logs")
	}
	runs := map[string]int{}
	got := watchOnce(t, filepath.Join(root, "foreign"))
	for i, r := range got.Runs {
		runs[r.Name] = i
	}
	tb := got.Runs[runs["tb/train"]]
	loss := tb.Metrics["train/loss"]
	if tb.Format != "tensorboard" || tb.Skipped != 0 || len(loss.Curve) != 4 {
		t.Fatalf("tb/train is %+v", tb)
	}
	for i, want := range []float64{1, 0.5, 0.33333334, 0.2} { // 32-bit floats in as few digits as tell them apart
		if p := loss.Curve[i]; *p.Value != want || *p.Step != float64(10*i) {
			t.Errorf("the loss at step %v is %v, want %v at %d", *p.Step, *p.Value, want, 10*i)
		}
	}
	wb := got.Runs[runs["wandb/offline-run-20260922_120000-ab12cd34"]]
	curve := wb.Metrics["train/loss"].Curve
	if wb.State != "finished" || wb.Config["lr"] != "0.001" || wb.Config["optim.name"] != "adam" || len(curve) != 300 {
		t.Fatalf("W&B's run is %s, %v, with %d losses", wb.State, wb.Config, len(curve))
	}
	for _, p := range curve {
		if want := 1 / (1 + *p.Step); *p.Value != want {
			t.Fatalf("the loss at step %v is %v, want %v", *p.Step, *p.Value, want)
		}
	}
}

// Logs that we write are read back to the bit.
func TestLogsAreReadBack(t *testing.T) {
	dir := t.TempDir()
	result := filepath.Join(dir, "result.json")
	args := []string{"run", "--headless", "--data", "digits", "--record", "none", "--run", "sgd", "--passes", "2", "--json", result}
	for _, format := range []string{"tensorboard", "jsonl", "csv"} {
		args = append(args, "--log-to", format+":"+filepath.Join(dir, format))
	}
	if status, _, errOut := optwatch(t, args...); status != exitOK {
		t.Fatalf("exit status %d: %s", status, errOut)
	}
	curve := runs(decoded(t, result))[0]["curve"].([]any)
	for _, format := range []string{"tensorboard", "jsonl", "csv"} {
		back := watchOnce(t, filepath.Join(dir, format)).Runs
		if len(back) != 1 || back[0].Skipped != 0 {
			t.Fatalf("%s: what is read back is %+v", format, back)
		}
		for _, tag := range []string{"loss", "val_accuracy", "suboptimality", "grad_norm", "test_accuracy"} {
			wantBack(t, format+": "+tag, back[0].Metrics[tag].Curve, curve, tag)
		}
	}
}

// wantBack compares a curve that was read back, point by point, with that in a
// result: its steps and its values to the bit, and no point more or less.
func wantBack(t *testing.T, what string, got []struct{ Step, Time, Value *float64 }, curve []any, tag string) {
	t.Helper()
	for _, p := range curve {
		p := p.(map[string]any)
		want, known := p[tag].(float64)
		if !known { // a value that is not known is not logged
			continue
		}
		if len(got) == 0 {
			t.Errorf("%s: nothing at step %v", what, p["step"])
			return
		}
		g := got[0]
		got = got[1:]
		if g.Step == nil || g.Time == nil || g.Value == nil || *g.Step != p["step"].(float64) || math.Float64bits(*g.Value) != math.Float64bits(want) {
			t.Errorf("%s: read back as %v at %v, want %v at step %v", what, g.Value, g.Step, want, p["step"])
			return
		}
	}
	if len(got) > 0 {
		t.Errorf("%s: %d points more are read back than there are", what, len(got))
	}
}

func TestWatchIsToldWrong(t *testing.T) {
	for _, c := range []struct {
		args string
		says string
	}{
		{"watch --json", "--json needs --once or --follow"},
		{"watch --once --follow", "exclude each other"},
		{"watch /nowhere/at/all", "/nowhere/at/all"},
		{"watch --explain --once", "--explain goes with paths alone"},
		{"watch --save f .", "--save is for a pipe"},
		{"watch --record --once", "--record is for a watch that goes on"},
		{"watch --record=f --explain .", "--record is for a watch that goes on"},
		{"watch --foreground .", "--foreground goes with --record"},
		{"watch --record night.db .", "--record=night.db"},
		{"script perl", "perl"},
		{"run --log-to tensorboard", "--log-to"},
		{"run --log-to html:x", "--log-to"},
	} {
		status, _, errOut := optwatch(t, strings.Fields(c.args)...)
		if status != exitUsage || !strings.Contains(errOut, c.says) || strings.Count(errOut, "\n") > 1 {
			t.Errorf("%s: exit status %d, %q", c.args, status, errOut)
		}
	}
}

// The printed file is one that Python takes, and a run that it makes takes what it
// declares and nothing else.
func TestScriptIsTold(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3")
	}
	dir := t.TempDir()
	status, text, _ := optwatch(t, "script", "python")
	if status != exitOK {
		t.Fatalf("exit status %d", status)
	}
	if err := os.WriteFile(filepath.Join(dir, "optwatch.py"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	const program = `
import optwatch, time
run = optwatch.Run("run", config={"lr": 0.1})
run.controls(lr=optwatch.Number(lambda v: None, low=0, high=1, value=0.1), optimizer={"sgd": lambda: None, "adam": lambda: None})
step = 0
while True:
    time.sleep(0.01)
    step += 1
    run.log(step=step, loss=1 / step)
`
	cmd := exec.Command(python, "-c", program)
	cmd.Dir = dir
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	folder := filepath.Join(dir, "run")
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		if info, err := os.Stat(filepath.Join(folder, "events.jsonl")); err == nil && info.Size() > 2000 {
			break
		}
		if time.Since(began) > time.Minute {
			t.Fatal("the script logs nothing")
		}
	}
	for _, c := range []struct {
		words  string
		status int
		says   string
	}{
		{"pause", exitOK, "pause: done"},
		{"lr=0.05", exitOK, "lr is 0.05"},
		{"optimizer=adam resume", exitOK, "optimizer is adam"},
		{"lr=2", exitUsage, "from 0 to 1"},
		{"batch=3", exitUsage, "it declares lr, optimizer"},
		{"optimizer=lion", exitUsage, "sgd, adam"},
		{"dance", exitUsage, "pause"},
		{"checkpoint", exitFailed, "refused"},
		{"stop", exitOK, "stop: done"},
		{"pause", exitFailed, "over"},
	} {
		status, out, errOut := optwatch(t, append([]string{"tell", folder}, strings.Fields(c.words)...)...)
		if status != c.status || !strings.Contains(out+errOut, c.says) {
			t.Errorf("tell %s: exit status %d, %q, %q; want %d and %q", c.words, status, out, errOut, c.status, c.says)
		}
	}
}
