package follow

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"optwatch/train/follow/logs"
)

// makeFile makes a file, and the folders that it lies in.
func makeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// atHome is a watch that is told no path, with folders of its own for the user's home
// and for where it is started.
func atHome(t *testing.T) (b *bench, home, here string) {
	home, here = t.TempDir(), t.TempDir()
	for _, name := range []string{"TRACKIO_DIR", "HF_HOME", "WANDB_DIR", "MLFLOW_TRACKING_URI", "RAY_AIR_LOCAL_CACHE_DIR"} {
		t.Setenv(name, "")
	}
	t.Setenv("HOME", home)
	t.Chdir(here)
	return newBench(t, func(o *Options) { o.Paths, o.Formats = nil, logs.Formats }), home, here
}

const twoSteps = "{\"step\":1,\"loss\":0.5}\n{\"step\":2,\"loss\":0.25}\n"

// Where nobody says where logs are, they are found below the current folder and where
// their tools put them by themselves, even if that is made later.
func TestFindsUsualPlaces(t *testing.T) {
	b, home, here := atHome(t)
	inbox := `{"v":1,"kind":"metric","project":"p","run":"r","run_id":"1","metrics":{"loss":0.5},"step":3,"timestamp":"2026-09-01T00:00:00Z","config":null,"log_id":"1"}` + "\n"
	makeFile(t, filepath.Join(here, "runs", "a", "metrics.jsonl"), twoSteps)
	b.look()
	makeFile(t, filepath.Join(home, ".cache", "huggingface", "trackio", "inbox", "w", "00000001.jsonl"), inbox)
	makeFile(t, filepath.Join(home, "ray_results", "t", "result.json"), "{\"training_iteration\":1,\"loss\":0.5}\n")
	makeFile(t, filepath.Join(home, "other", "metrics.jsonl"), twoSteps)
	wandb, mlflow := t.TempDir(), t.TempDir()
	t.Setenv("WANDB_DIR", wandb)
	t.Setenv("MLFLOW_TRACKING_URI", "file://"+mlflow)
	makeFile(t, filepath.Join(wandb, "b", "metrics.jsonl"), twoSteps)
	makeFile(t, filepath.Join(mlflow, "c", "metrics.jsonl"), twoSteps)
	var got []string
	for _, r := range b.look().Runs {
		got = append(got, r.Name)
	}
	if want := []string{"b", "c", "p/r", "runs/a", "t"}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
	t.Setenv("TRACKIO_DIR", t.TempDir())
	explained := 0
	if err := Explain(nil, func(string, string) { explained++ }); err != nil || explained != 4 {
		t.Errorf("%d files are explained, %v; want 4", explained, err)
	}
}

// A folder with a usual name is found in one that has more entries than are looked at,
// and before others that use up the walk.
func TestFindsUsualFoldersInLargeOnes(t *testing.T) {
	b, _, here := atHome(t)
	for i := range mostOfOne + 1 {
		f, err := os.Create(filepath.Join(here, fmt.Sprintf("image%06d", i)))
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	makeFile(t, filepath.Join(here, "wandb", "a", "metrics.jsonl"), twoSteps)
	if runs := b.look().Runs; len(runs) != 1 || runs[0].Name != "wandb/a" {
		t.Errorf("found %+v, want wandb/a", runs)
	}
	w := newWalk(logs.Formats)
	w.entries = mostEntries - 30
	for i := range 20 {
		makeFile(t, filepath.Join(here, "a", "data", fmt.Sprint(i)), "")
		makeFile(t, filepath.Join(here, "a", "b", fmt.Sprint(i)), "")
	}
	makeFile(t, filepath.Join(here, "a", "outputs", "metrics.jsonl"), twoSteps)
	if err := w.root(filepath.Join(here, "a")); err != nil || len(w.logs) != 1 {
		t.Errorf("found %v, %v, want what is in outputs", w.logs, err)
	}
}
