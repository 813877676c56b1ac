package logs

import (
	"bytes"
	"slices"
	"strings"
)

// Ray Tune keeps a folder a trial, with result.json, a line of JSON for each result,
// and progress.csv, which has those columns that the first result had. The former
// is read where both are there. params.json beside them has the parameters; each
// result has them once more.
//
// Reference: Ray, python/ray/tune/logger/{json,csv}.py.

var ray = Format{
	Name:  "ray",
	Title: "results of a Ray Tune trial",
	Find: func(d *Folder) []string {
		found := look(d, func(name string) bool { return name == "result.json" }, isRayResult)
		if len(found) > 0 {
			return found
		}
		return look(d, func(name string) bool { return name == "progress.csv" }, func(head []byte) bool {
			names, _, _ := csvBegin(head)
			return slices.Contains(names, "training_iteration")
		})
	},
	Open: func(path string) Follower {
		fresh := func() Reader { return (&rayTrial{}).lines() }
		if hasSuffix(path, ".csv") {
			fresh = func() Reader { return (&rayTrial{}).table() }
		}
		return beside(path, fresh, "params.json")
	},
}

func isRayResult(head []byte) bool {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	return bytes.HasPrefix(bytes.TrimSpace(line), []byte("{")) && bytes.Contains(line, []byte(`"training_iteration"`))
}

// rayTrial is what a result says of the trial as a whole.
type rayTrial struct {
	done bool
}

// lines reads result.json.
func (t *rayTrial) lines() Reader {
	return &jsonlReader{special: func(key string, v jsonValue, f *Found) bool { return t.tells(key, v.text(), f) }}
}

// table reads progress.csv.
func (t *rayTrial) table() Reader {
	columns := 0
	return &csvReader{special: func(name string) func([]byte, *Found) {
		if key, ok := strings.CutPrefix(name, "config/"); ok {
			columns++
			return rayParameter(strings.ReplaceAll(key, "/", "."), columns > mostParameters)
		}
		if !t.tells(name, "", &Found{}) {
			return nil
		}
		return func(cell []byte, f *Found) { t.tells(name, string(cell), f) }
	}}
}

// rayParameter takes in the cells of a parameter, where they change, unless there
// are too many already.
func rayParameter(key string, tooMany bool) func([]byte, *Found) {
	last := ""
	return func(cell []byte, f *Found) {
		if string(cell) != last && !tooMany {
			last = string(cell)
			f.Config = append(f.Config, Parameter{key, shortText(last)})
		}
	}
}

// tells takes in what a result says of the trial, and says whether a key is one
// under which it does.
func (t *rayTrial) tells(key, text string, f *Found) bool {
	switch key {
	case "done":
		t.end(text, f)
	case "pid":
		if pid, ok := decimal([]byte(text)); ok && pid > 0 && pid < 1<<31 {
			f.About.PID = int(pid)
		}
	case "hostname":
		f.About.Host = shortText(text)
	case "trial_id", "experiment_id", "date", "node_ip", "experiment_tag":
	default:
		return false
	}
	return true
}

// end takes in whether the trial is done. One that goes on once more says that it
// is not.
func (t *rayTrial) end(text string, f *Found) {
	switch done := strings.EqualFold(text, "true"); {
	case done:
		f.End = End{State: Finished, Text: "the trial is done"}
	case t.done:
		f.End = End{State: Running}
	default:
		return
	}
	t.done = strings.EqualFold(text, "true")
}
