package follow

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// usualFolders are the names that trainers give to the folders of their logs. They are
// looked into before others, so that a large tree beside them does not use up the walk.
var usualFolders = []string{
	"runs", "logs", "log", "lightning_logs", "tb_logs", "wandb", "mlruns", "outputs", "output", "multirun",
	"ray_results", "experiments", "results", "checkpoints", "dvclive", "work_dirs", "saves", "trainer_output",
}

// usualFirst puts the folders with usual names before others, each kind in the order
// that it has.
func usualFirst(entries []fs.DirEntry) []fs.DirEntry {
	out := slices.Clone(entries)
	slices.SortStableFunc(out, func(a, b fs.DirEntry) int { return rankOf(a.Name()) - rankOf(b.Name()) })
	return out
}

// withUsual adds to some entries of a folder those folders with usual names that are
// not among them.
func withUsual(at string, entries []fs.DirEntry) []fs.DirEntry {
	for _, name := range usualFolders {
		if slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == name }) {
			continue
		}
		if info, err := os.Lstat(filepath.Join(at, name)); err == nil && info.IsDir() {
			entries = append(entries, fs.FileInfoToDirEntry(info))
		}
	}
	return entries
}

func rankOf(name string) int {
	if slices.Contains(usualFolders, name) {
		return 0
	}
	return 1
}

// elsewhere are the folders outside the current one into which tools write that are
// not told where: those that their variables name, or that they have in the user's
// home. Most are not there.
//
// References: trackio, trackio/utils.py; wandb, WANDB_DIR; MLflow,
// MLFLOW_TRACKING_URI; Ray, RAY_AIR_LOCAL_CACHE_DIR.
func elsewhere() (out []string) {
	home, _ := os.UserHomeDir() // "" where there is none
	add := func(root string, parts ...string) {
		if root != "" {
			out = append(out, filepath.Join(append([]string{root}, parts...)...))
		}
	}
	switch {
	case os.Getenv("TRACKIO_DIR") != "":
		add(os.Getenv("TRACKIO_DIR"))
	case os.Getenv("HF_HOME") != "":
		add(os.Getenv("HF_HOME"), "trackio")
	default:
		add(home, ".cache", "huggingface", "trackio")
	}
	add(os.Getenv("WANDB_DIR"))
	add(mlflowStore(os.Getenv("MLFLOW_TRACKING_URI")))
	if ray := os.Getenv("RAY_AIR_LOCAL_CACHE_DIR"); ray != "" {
		add(ray)
	} else {
		add(home, "ray_results")
	}
	return out
}

// mlflowStore is the path in which MLflow keeps runs by its URI; "" where it is none
// of this machine.
func mlflowStore(uri string) string {
	for _, scheme := range []string{"file://", "sqlite:///"} {
		if path, ok := strings.CutPrefix(uri, scheme); ok {
			return path
		}
	}
	if strings.Contains(uri, "://") || uri == "databricks" {
		return ""
	}
	return uri
}

// usualPlaces are where logs are looked for where nobody says: in those folders
// elsewhere that are there, and then below the current one, which may be large.
func usualPlaces() (out []string) {
	for _, path := range elsewhere() {
		if _, err := os.Stat(path); err == nil {
			out = append(out, path)
		}
	}
	return append(out, ".")
}
