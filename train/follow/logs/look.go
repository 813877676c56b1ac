package logs

import "bytes"

// mostLooks is how many files of a folder are looked into for one format. A folder
// with more that may be logs by their names is a data set.
const mostLooks = 200

// look finds files of lines in a folder by name, and then by the lines that they
// begin with.
func look(d *Folder, named func(name string) bool, begins func(head []byte) bool) []string {
	var out []string
	looks := 0
	for _, e := range d.Entries {
		if e.IsDir() || !named(e.Name()) {
			continue
		}
		if looks++; looks > mostLooks {
			break
		}
		if d.begins(e.Name(), begins) {
			out = append(out, e.Name())
		}
	}
	return out
}

// begins asks of a file's first lines whether it is a log, and where they do not show
// that, of those behind the first that is too long to be looked at.
func (d *Folder) begins(name string, is func(head []byte) bool) bool {
	head := d.Head(name)
	if whole := usable(head); len(whole) > 0 && is(whole) {
		return true
	}
	if d.Past == nil {
		return false
	}
	past := d.Past(name)
	return len(past) > 0 && is(usable(append(bytes.Clone(head[:bytes.LastIndexByte(head, '\n')+1]), past...)))
}

// usable is a file's beginning without what a reader of lines skips in it, which says
// nothing of what the file is.
func usable(head []byte) []byte {
	if bytes.IndexByte(head, 0) < 0 {
		return head
	}
	var out []byte
	for line := range bytes.Lines(head) {
		if line = bytes.Trim(line, "\x00"); bytes.IndexByte(bytes.TrimRight(line, "\x00\r\n"), 0) < 0 {
			out = append(out, line...)
		}
	}
	return out
}
