package logs

import (
	"strings"
)

// Ultralytics' trainer, for YOLO and others, appends a row an epoch to results.csv:
// the epoch, the seconds since it began, losses, metrics and learning rates. Older
// versions pad the names of columns with spaces. args.yaml beside it has the
// settings, or opt.yaml where YOLOv5 wrote it.
//
// Reference: Ultralytics, ultralytics/engine/trainer.py, save_metrics.

var ultralytics = Format{
	Name:  "ultralytics",
	Title: "results.csv of Ultralytics",
	Find: func(d *Folder) []string {
		return look(d, func(name string) bool { return name == "results.csv" }, isUltralytics)
	},
	Open: func(path string) Follower {
		return beside(path, func() Reader { return &csvReader{elapsed: true} }, "args.yaml", "opt.yaml")
	},
}

func isUltralytics(head []byte) bool {
	names, _, _ := csvBegin(head)
	if len(names) < 2 || names[0] != "epoch" {
		return false
	}
	for _, name := range names {
		if strings.HasPrefix(name, "train/") || strings.HasPrefix(name, "metrics/") || strings.HasPrefix(name, "val/") {
			return true
		}
	}
	return false
}
