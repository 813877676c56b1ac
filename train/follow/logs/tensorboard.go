package logs

import (
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// tensorBoard is event files as TensorBoard reads them: TensorFlow, PyTorch,
// tensorboardX, Lightning, Hugging Face and many others write them. A run is a
// folder with one file or more.
//
// References: tensorflow/core/lib/io/record_writer.h, core/util/event.proto and
// core/framework/{summary,tensor}.proto of TensorFlow.
var tensorBoard = Format{
	Name: "tensorboard", Title: "TensorBoard event files",
	Find: func(d *Folder) []string {
		for _, e := range d.Entries {
			if isEvents(e) {
				return []string{"."}
			}
		}
		return nil
	},
	Open: func(path string) Follower {
		d := &eventFolder{path: path}
		d.begin()
		return d
	},
}

// isEvents says whether an entry of a folder is an event file.
func isEvents(e fs.DirEntry) bool {
	return !e.IsDir() && strings.Contains(e.Name(), "tfevents") && !strings.HasSuffix(e.Name(), ".profile-empty")
}

// eventFolder follows all event files of a folder, in the order of their names:
// that is how writers mean them to be read.
type eventFolder struct {
	path  string
	tails map[string]*Tail
	tags  *eventTags
}

// begin begins with the first file.
func (d *eventFolder) begin() { d.tails, d.tags = map[string]*Tail{}, newEventTags() }

// Follow reads a piece of every file. Where one was written anew or is gone, what
// was found in the others is void with it, and all are read again.
func (d *eventFolder) Follow(b *Batch) (more bool, err error) {
	entries, err := os.ReadDir(d.path)
	if err != nil {
		return false, err
	}
	var names []string
	for _, e := range entries {
		if isEvents(e) {
			names = append(names, e.Name())
		}
	}
	f := b.Run("")
	void := f.Anew
	f.Anew = d.lost(names)
	if !f.Anew {
		more, err = d.read(names, f)
	}
	if f.Anew {
		d.begin()
		f.Clear()
		void = true
		more, err = d.read(names, f)
	}
	f.Anew = void
	return more, err
}

// lost says whether a file that was read is no longer there.
func (d *eventFolder) lost(names []string) bool {
	here := 0
	for _, name := range names {
		if d.tails[name] != nil {
			here++
		}
	}
	return here < len(d.tails)
}

// read reads a piece of every file.
func (d *eventFolder) read(names []string, f *Found) (more bool, err error) {
	for _, name := range names {
		t := d.tails[name]
		if t == nil {
			t = NewTail(filepath.Join(d.path, name), func() Reader { return &eventReader{tags: d.tags} })
			d.tails[name] = t
			aboutEvents(name, &f.About)
		}
		again, failed := t.Read(f)
		if failed != nil && err == nil {
			err = failed
		}
		if more = more || again; again { // what comes after it is meant to come after it
			break
		}
	}
	return more, err
}

// Close has nothing to close.
func (d *eventFolder) Close() error { return nil }

// aboutEvents takes what the name of a file says: events.out.tfevents.<seconds>.
// <host>.<pid>.<number>, where hosts may have dots in their names.
func aboutEvents(name string, a *About) {
	_, rest, _ := strings.Cut(name, "tfevents.")
	parts := strings.Split(rest, ".")
	if began, err := strconv.ParseUint(parts[0], 10, 40); err == nil && a.Began == 0 {
		a.Began = float64(began)
	}
	for i := len(parts) - 2; i > 1; i-- { // from the end: hosts may be numbers with dots
		number := parts[i+1] != "" && parts[i+1][0] >= '0' && parts[i+1][0] <= '9'
		if pid, err := strconv.ParseInt(parts[i], 10, 32); err == nil && pid > 0 && number {
			a.Host, a.PID = lineOf([]byte(strings.Join(parts[1:i], "."))), int(pid)
			return
		}
	}
}
