package follow

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"optwatch/train/follow/logs"
)

// Explain says of everything below some paths, or in the usual places where there are
// none, whether it is read and as what, or why not.
func Explain(paths []string, say func(path, why string)) error {
	w := newWalk(logs.Formats)
	w.explain = say
	if len(paths) == 0 {
		paths = usualPlaces()
	}
	for _, path := range paths {
		if err := w.root(path); err != nil {
			return err
		}
	}
	return nil
}

// mostPieces is how many pieces of a log are read to say what is skipped in it.
const mostPieces = 32

// skips says how many records of a log are skipped, and why the first of them; ""
// where none is.
func skips(l located) string {
	f := &followed{located: l, follower: l.format.Open(l.path), more: true}
	defer f.follower.Close()
	var batch logs.Batch
	bad, why := 0, ""
	for piece := 0; piece < mostPieces && f.more; piece++ {
		if err := f.read(&batch); err != nil {
			trouble, _, _ := strings.Cut(reason(err), "\n")
			return ", but cannot be: " + trouble
		}
		for _, name := range batch.Names() {
			found := batch.Run(name)
			if bad == 0 {
				why = found.Why
			}
			bad += found.Bad
		}
	}
	switch bad {
	case 0:
		return ""
	case 1:
		return "; a record is skipped: " + why
	}
	return fmt.Sprintf("; %d records are skipped, the first: %s", bad, why)
}

// configurations are the names under which what runs are configured with is kept.
var configurations = []string{"hparams.yaml", "args.yaml", "params.yaml", "params.json", "config.yaml", "wandb-metadata.json", "meta.yaml"}

// unread is why a file is not read.
func unread(e fs.DirEntry, head []byte) string {
	switch {
	case !e.Type().IsRegular() && e.Type()&fs.ModeSymlink == 0:
		return "is no file that can be read"
	case head == nil:
		return "cannot be read"
	case len(head) == 0:
		return "is empty"
	case logs.IsExport(e.Name(), head):
		return errExport.Error()
	case slices.Contains(configurations, e.Name()):
		return "is read with the log beside it, if there is one"
	}
	return "looks like no log that is known, by its name and by how it begins"
}
