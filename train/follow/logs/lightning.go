package logs

import "slices"

// Lightning's CSVLogger keeps metrics.csv, with a column for each value that was
// logged and cells left empty where it was not, training and validation in rows of
// their own. The file is written anew when a value comes that has no column.
// hparams.yaml beside it has the hyper-parameters.
//
// Reference: Lightning, src/lightning/fabric/loggers/csv_logs.py.

var lightning = Format{
	Name:  "lightning",
	Title: "metrics.csv of PyTorch Lightning",
	Find: func(d *Folder) []string {
		return look(d, func(name string) bool { return name == "metrics.csv" }, func(head []byte) bool {
			names, _, _ := csvBegin(head)
			return slices.Contains(names, "step")
		})
	},
	Open: func(path string) Follower {
		return beside(path, func() Reader { return &csvReader{} }, "hparams.yaml")
	},
}
