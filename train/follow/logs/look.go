package logs

// mostLooks is how many files of a folder are looked into for one format. A folder
// with more that may be logs by their names is a data set.
const mostLooks = 200

// look finds files of a folder by name, and then by what they begin with.
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
		if head := d.Head(e.Name()); len(head) > 0 && begins(head) {
			out = append(out, e.Name())
		}
	}
	return out
}
