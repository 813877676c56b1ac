package logs

import "slices"

// Keras' CSVLogger writes a row an epoch into a file of any name: the epoch, and
// then what was logged, sorted by name; "NA" where there was none, and whatever
// separator the user likes.
//
// Reference: Keras, keras/src/callbacks/csv_logger.py.

var keras = Format{
	Name:  "keras",
	Title: "CSVLogger of Keras",
	Find: func(d *Folder) []string {
		return look(d, func(name string) bool { return hasSuffix(name, ".csv", ".tsv", ".log") }, isKeras)
	},
	Open: func(path string) Follower { return NewTail(path, func() Reader { return &csvReader{} }) },
}

// isKeras says whether a table begins as the callback begins it. It knows the loss
// of every model.
func isKeras(head []byte) bool {
	names, _, _ := csvBegin(head)
	return len(names) > 1 && names[0] == "epoch" && slices.Contains(names, "loss") && keysSorted(names[1:])
}

// keysSorted says whether names are in the order of the callback: those of
// training sorted, and then those of validation, which come in the same way.
func keysSorted(names []string) bool {
	falls := 0
	for i := 1; i < len(names); i++ {
		if names[i] < names[i-1] {
			falls++
		}
	}
	return falls == 0 || falls == 1 && slices.ContainsFunc(names, func(s string) bool { return len(s) > 4 && s[:4] == "val_" })
}
