package logs

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// wandb is the transaction log of Weights & Biases: run-<id>.wandb in a folder of
// the run. It is a log of LevelDB with another header and another checksum, whose
// records are messages of protocol buffers with values in JSON.
//
// References: core/pkg/leveldb/record.go and wandb/proto/wandb_internal.proto of wandb.
var wandb = Format{
	Name: "wandb", Title: "Weights & Biases transaction logs",
	Find: func(d *Folder) []string {
		if wandbFile(d.Path, names(d)) == "" {
			return nil
		}
		return []string{"."}
	},
	Open:   func(path string) Follower { return &wandbFolder{path: path} },
	Inside: []string{"files", "logs", "tmp"},
}

func names(d *Folder) (out []string) {
	for _, e := range d.Entries {
		if !e.IsDir() {
			out = append(out, e.Name())
		}
	}
	return out
}

// wandbFile is the log among the names of a folder; "" for none. The link
// latest-run beside the folders leads to one that is found anyway.
func wandbFile(folder string, names []string) string {
	for _, name := range names {
		if strings.HasSuffix(name, ".wandb") {
			return filepath.Join(folder, name)
		}
	}
	return ""
}

// wandbFolder follows the log of a run.
type wandbFolder struct {
	path string
	tail *Tail
	meta bool // what lies beside has been read, which comes later or never
}

// Follow reads on.
func (d *wandbFolder) Follow(b *Batch) (more bool, err error) {
	f := b.Run("")
	if d.tail == nil {
		entries, err := os.ReadDir(d.path)
		if err != nil {
			return false, err
		}
		file := wandbFile(d.path, names(&Folder{Entries: entries}))
		if file == "" {
			return false, fmt.Errorf("has no .wandb file any more")
		}
		d.tail = NewTail(file, func() Reader { return &wandbReader{} })
	}
	more, err = d.tail.Read(f)
	if err == nil && (!d.meta || f.Anew) {
		d.meta = d.beside(f)
	}
	if info, failed := os.Stat(d.tail.path); failed == nil && info.Size() <= wandbHead {
		f.About.Note = fmt.Sprintf("nothing is written yet (%d bytes): W&B writes in blocks of 32 KiB, or every 15 s", info.Size())
	}
	return more, err
}

// beside takes what W&B says of the process in a file of its own, and says whether
// that was there.
func (d *wandbFolder) beside(f *Found) bool {
	data, err := readSmall(filepath.Join(d.path, "files", "wandb-metadata.json"), largestParameters)
	if err != nil {
		return false
	}
	found, err := jsonParameters(data)
	if err != nil { // half written
		return false
	}
	for _, p := range found {
		switch p.Key {
		case "pid":
			if v, ok := decimal([]byte(p.Text)); ok && v > 0 && v < 1<<31 {
				f.About.PID = int(v)
			}
		case "host":
			f.About.Host = p.Text
		}
	}
	return true
}

// Close has nothing to close.
func (d *wandbFolder) Close() error { return nil }
