package follow

import "strings"

// groupOf names the group of a run: those that differ in one parameter alone, such
// as their seed. What a run is called does not count, nor where it is.
func (w *Watch) groupOf(r *run) string {
	key := w.options.Group
	if key == "" {
		return ""
	}
	has, text := false, ""
	for _, p := range r.config {
		if p.Key == key {
			has = true
			continue
		}
		if !identifying(p.Key) {
			text += p.Key + "=" + p.Text + "\n"
		}
	}
	if !has {
		return ""
	}
	return "all of one " + key + "\n" + text
}

// identifying says whether a parameter names a run rather than configures it.
func identifying(key string) bool {
	key = strings.ToLower(key)
	for _, end := range []string{"name", "_id", "dir", "path", "logdir", "output", "time", "timestamp", "date"} {
		if strings.HasSuffix(key, end) {
			return true
		}
	}
	return key == "id" || key == "host" || key == "pid"
}
