package logs

import (
	"bytes"
	"cmp"
	"hash/fnv"
	"os"
	"path/filepath"
	"strings"
)

// On file systems that machines share, trackio writes no database: each writer has
// a folder of its own, inbox/<writer>, and lays a file of JSON lines there for what
// it logged, whole from the beginning and never changed. Whoever looks at the
// project takes them into the database, and removes them. A line is
//
//	{"kind":"metric","project":"p","run":"r","run_id":"…","metrics":{"loss":0.5},"step":3,"timestamp":"…","config":null,"log_id":"…"}
//
// The number log_id is in the database, too, so that nothing is taken twice.
var trackioInbox = Format{
	Name:  "trackio",
	Title: "trackio inboxes (inbox/*/*.jsonl) that are in no database yet",
	Find: func(d *Folder) []string {
		if !d.Has("inbox") {
			return nil
		}
		for _, e := range d.Entries {
			if filepath.Ext(e.Name()) == ".db" {
				return nil // which is followed with its inbox
			}
		}
		if files, _ := filepath.Glob(filepath.Join(globQuote(d.Path), "inbox", "*", "[0-9]*.jsonl")); len(files) == 0 {
			return nil
		}
		return []string{"inbox"}
	},
	Open:   func(path string) Follower { return &trackioInboxFollower{inbox: inbox{path: path}} },
	Inside: []string{"inbox"},
}

// globQuote is a path as a pattern that only it matches.
func globQuote(path string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(path)
}

// inbox follows the files of an inbox, if there is one.
type inbox struct {
	path    string
	project string              // of which lines are taken; "" for all
	read    map[string]bool     // files, and
	known   map[uint64]struct{} // numbers, that were taken, hashed
	runs    runNames
}

const (
	mostInbox = 16 << 20  // bytes of a file, and of files before others get their turn
	mostKnown = 1_000_000 // numbers that are remembered
)

// is says whether there is an inbox.
func (x *inbox) is() bool {
	info, err := os.Stat(x.path)
	return err == nil && info.IsDir()
}

// anew forgets what was read.
func (x *inbox) anew() { x.read, x.known = nil, nil }

// first says whether a number comes for the first time. One that is empty always
// does.
func (x *inbox) first(id string) bool {
	if id == "" {
		return true
	}
	sum := fnv.New64a()
	sum.Write([]byte(id))
	if _, ok := x.known[sum.Sum64()]; ok {
		return false
	}
	if x.known == nil || len(x.known) >= mostKnown {
		x.known = map[uint64]struct{}{}
	}
	x.known[sum.Sum64()] = struct{}{}
	return true
}

// follow takes the files that are new. Name says how a run is called.
func (x *inbox) follow(b *Batch, name func(project, run, id string) string) (more bool) {
	still, bytes := map[string]bool{}, 0
	for _, writer := range entries(x.path) {
		for _, file := range entries(filepath.Join(x.path, writer)) {
			path := filepath.Join(writer, file)
			if !strings.HasSuffix(file, ".jsonl") || !digit(file[0]) {
				continue
			}
			if x.read[path] {
				still[path] = true
				continue
			}
			if bytes >= mostInbox {
				more = true
				continue
			}
			text, err := readUpTo(filepath.Join(x.path, path), mostInbox)
			if err != nil {
				continue // it was taken into the database, or cannot be read now
			}
			still[path] = true
			bytes += len(text)
			x.takeFile(b, text, name, path)
		}
	}
	x.read = still
	return more
}

// entries names what is in a folder, sorted.
func entries(path string) []string {
	found, _ := os.ReadDir(path)
	out := make([]string, len(found))
	for i, e := range found {
		out[i] = e.Name()
	}
	return out
}

func (x *inbox) takeFile(b *Batch, text []byte, name func(project, run, id string) string, path string) {
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		found, n := literals(line)
		one := map[string]string{}
		for _, l := range found {
			one[l.key] = l.text
		}
		if n == 0 || one["run"] == "" && one["run_id"] == "" {
			if x.project == "" { // else it may be another's
				b.Run("").Skip("inbox/" + filepath.ToSlash(path) + ": a line is no JSON object of a run")
			}
			continue
		}
		if x.project != "" && one["project"] != x.project || !x.first(one["log_id"]) {
			continue
		}
		run := name(one["project"], one["run"], one["run_id"])
		f := b.Run(run)
		f.About.Name, f.About.Writer = run, "trackio"
		switch one["kind"] {
		case "metric":
			takeInboxMetric(f, found, one)
		case "alert":
			f.Lines = append(f.Lines, alertLine(one["level"], one["title"], one["text"]))
		}
	}
}

func takeInboxMetric(f *Found, found []literal, one map[string]string) {
	row := NewRow()
	values := 0
	for _, l := range found {
		if key, ok := strings.CutPrefix(l.key, "config."); ok && !strings.HasPrefix(key, "_") {
			f.Config = append(f.Config, Parameter{key, cutLine(l.text)})
		}
		if key, ok := strings.CutPrefix(l.key, "metrics."); ok {
			l.key = key
			if v, ok := trackioNumber(l); ok {
				f.Put(key, v, false)
				values++
			}
		}
	}
	if step, ok := number(one["step"]); ok {
		row.Step = step
	}
	if at, ok := isoTime(one["timestamp"]); ok {
		row.Time = at
	}
	if values > 0 {
		f.Add(row)
	}
}

// trackioInboxFollower follows an inbox beside which there is no database.
type trackioInboxFollower struct{ inbox }

// Follow takes what is new. Runs are called by their project and name.
func (t *trackioInboxFollower) Follow(b *Batch) (more bool, err error) {
	if !t.is() {
		return false, os.ErrNotExist
	}
	return t.follow(b, func(project, run, id string) string {
		return t.runs.name(cmp.Or(id, run)+" of "+project, project+"/"+run)
	}), nil
}

// Close has nothing to close.
func (t *trackioInboxFollower) Close() error { return nil }
