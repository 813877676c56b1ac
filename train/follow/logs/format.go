package logs

import "io/fs"

// Reader reads a log that is a stream of bytes.
type Reader interface {
	// Read takes in bytes that follow those of the calls before, and adds what is
	// whole to f. What is not is kept until more comes.
	Read(p []byte, f *Found)
}

// Follower reads a log that may still grow, whatever it is kept in.
type Follower interface {
	// Follow adds what has come since the last call to b. More says that it did
	// not read all that there is, so that others get their turn. An error says why
	// the log cannot be read now; a later call may find it can.
	Follow(b *Batch) (more bool, err error)
	Close() error
}

// Batch is what a follower finds, by the name that a run has in the log. A log of
// one run calls it "".
type Batch struct {
	names []string
	runs  map[string]*Found
	spare []*Found // of runs before, whose room is used again
}

// Run is what is found of a run.
func (b *Batch) Run(name string) *Found {
	f := b.runs[name]
	if f == nil {
		if b.runs == nil {
			b.runs = map[string]*Found{}
		}
		f = b.empty()
		b.runs[name] = f
		b.names = append(b.names, name)
	}
	return f
}

// empty is where to put what is found of another run.
func (b *Batch) empty() *Found {
	n := len(b.spare) - 1
	if n < 0 {
		return &Found{}
	}
	f := b.spare[n]
	b.spare = b.spare[:n]
	return f
}

// Names are those of the runs, in the order in which they were first found.
func (b *Batch) Names() []string { return b.names }

// Clear makes room for what is found next, in this log or in another.
func (b *Batch) Clear() {
	for _, name := range b.names {
		f := b.runs[name]
		f.Clear()
		b.spare = append(b.spare, f)
	}
	b.names = b.names[:0]
	clear(b.runs)
}

// Folder is a folder in which logs are looked for. Its entries are sorted by name.
type Folder struct {
	Path    string
	Entries []fs.DirEntry
	Head    func(name string) []byte // up to 64 kB of a regular file's beginning; nil where it cannot be read
	Past    func(name string) []byte // likewise of what follows the line in which that ends, or the zeros where it has nothing else; may be nil
}

// Has says whether a folder has an entry of a name.
func (d *Folder) Has(name string) bool {
	for _, e := range d.Entries {
		if e.Name() == name {
			return true
		}
	}
	return false
}

// Format is a way in which programs write logs.
type Format struct {
	Name  string // as in the JSON output, e.g. "tensorboard"
	Title string // in words, e.g. "TensorBoard event files"
	// Find names the logs that are in a folder: an entry of it each, or "." for
	// the folder itself. It looks at names first, and into files only where names
	// may mean anything.
	Find func(d *Folder) []string
	// Open follows a log by the path of what Find named. It may look at what lies
	// beside it. It does not fail: that is told by Follow.
	Open func(path string) Follower
	// Inside are entries of a folder with a log into which nobody need look for
	// others, since they belong to it, as patterns of path.Match; nil for none.
	Inside []string
}

// Formats are those that can be read. Of two that find the same entry the first
// has it.
var Formats = []Format{
	optwatchFormat,
	tensorBoard,
	wandb,
	lightning,
	ultralytics,
	ray,
	dvclive,
	llamaFactory,
	trainerState,
	trackio,
	trackioInbox,
	mlflowDatabase,
	mlflowFiles,
	keras,
	jsonLines,
	csvTable,
	text,
}
