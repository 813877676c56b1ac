package logs

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// MLflow without a database keeps a folder a run, mlruns/<experiment>/<run>: what
// is known of it in meta.yaml, a file a metric, and a file a parameter. A name with
// a slash in it is a file in a folder. A line of a metric is the time in
// milliseconds, the value and the step:
//
//	1790000000123 0.25 40
var mlflowFiles = Format{
	Name:  "mlflow",
	Title: "MLflow runs (mlruns/*/*)",
	Find: func(d *Folder) []string {
		if !d.Has("meta.yaml") || !d.Has("metrics") && !d.Has("params") {
			return nil
		}
		head := d.Head("meta.yaml")
		if !bytes.Contains(head, []byte("run_id:")) && !bytes.Contains(head, []byte("run_uuid:")) {
			return nil
		}
		return []string{"."}
	},
	Open:   func(path string) Follower { return &mlflowFolder{path: path} },
	Inside: []string{"metrics", "params", "tags", "inputs", "outputs", "artifacts"},
}

const (
	mostFiles     = 5_000    // of metrics or of parameters of a run
	mostFolders   = 8        // of them in each other
	mostMeta      = 64 << 10 // bytes of meta.yaml
	mostParameter = 8 << 10  // bytes of a parameter
	mostTurn      = 400_000  // values that are read before other runs get their turn
)

// mlflowFolder follows a run in files.
type mlflowFolder struct {
	path    string
	meta    os.FileInfo // as it was read; nil before
	metrics map[string]*Tail
	params  map[string]bool
	steps   mlflowSteps
	ended   bool // it says so
	done    bool // and all is read
}

// Follow reads on in every file. Of a run that says it ended only that is looked
// at once all was read.
func (m *mlflowFolder) Follow(b *Batch) (more bool, err error) {
	f := b.Run("")
	changed, err := m.readMeta(f)
	if err != nil {
		return false, err
	}
	if m.done && !changed {
		return false, nil
	}
	if m.metrics == nil {
		m.metrics, m.params, m.steps = map[string]*Tail{}, map[string]bool{}, mlflowSteps{}
	}
	m.readParams(f)
	more = m.readMetrics(f)
	m.done = m.ended && !more && !changed // a look after its end sees all of it
	return more, nil
}

// readMeta reads what is known of the run, where that is new.
func (m *mlflowFolder) readMeta(f *Found) (changed bool, err error) {
	path := filepath.Join(m.path, "meta.yaml")
	info, err := os.Stat(path)
	if err != nil {
		return false, err
	}
	if m.meta != nil && os.SameFile(info, m.meta) && info.Size() == m.meta.Size() && info.ModTime().Equal(m.meta.ModTime()) {
		return false, nil
	}
	text, err := readUpTo(path, mostMeta)
	if err != nil {
		return false, err
	}
	m.meta, m.ended = info, false
	about, end, err := mlflowMeta(text)
	if err != nil {
		f.Skip("meta.yaml: " + err.Error())
		return true, nil
	}
	f.About, f.End = about, end
	m.ended = end.State != Unsaid && end.State != Running
	return true, nil
}

// mlflowMeta reads what is known of a run. The status is a number here.
func mlflowMeta(text []byte) (About, End, error) {
	var meta struct {
		Name   string  `yaml:"run_name"`
		Began  float64 `yaml:"start_time"`
		Status any     `yaml:"status"`
	}
	if err := yaml.Unmarshal(text, &meta); err != nil {
		return About{}, End{}, err
	}
	words := []string{1: "RUNNING", 2: "SCHEDULED", 3: "FINISHED", 4: "FAILED", 5: "KILLED"}
	word, _ := meta.Status.(string)
	if n, ok := meta.Status.(int); ok && n > 0 && n < len(words) {
		word = words[n]
	}
	return About{Name: cutLine(meta.Name), Began: meta.Began / 1000, Writer: "MLflow"}, mlflowEnd(word), nil
}

// readParams reads the parameters that are new; none ever changes.
func (m *mlflowFolder) readParams(f *Found) {
	for _, key := range filesBelow(filepath.Join(m.path, "params")) {
		if m.params[key] {
			continue
		}
		text, err := readUpTo(filepath.Join(m.path, "params", key), mostParameter)
		if err != nil {
			continue
		}
		m.params[key] = true
		f.Config = append(f.Config, Parameter{filepath.ToSlash(key), cutLine(strings.ToValidUTF8(string(text), "�"))})
	}
}

// readMetrics reads on in the files of all metrics, and tells what they say in the
// order of time.
func (m *mlflowFolder) readMetrics(f *Found) (more bool) {
	var cells []mlflowCell
	for _, key := range filesBelow(filepath.Join(m.path, "metrics")) {
		tail := m.metrics[key]
		if tail == nil {
			name := filepath.ToSlash(key)
			tail = NewTail(filepath.Join(m.path, "metrics", key), func() Reader { return &mlflowMetric{key: name} })
			m.metrics[key] = tail
		}
		if len(cells) >= mostTurn {
			more = true
			break
		}
		var g Found
		again, err := tail.Read(&g)
		if g.Anew { // which makes void what the others said, too
			m.metrics, m.params, m.steps = map[string]*Tail{}, map[string]bool{}, mlflowSteps{}
			m.meta = nil
			f.Clear()
			f.Anew = true
			return true
		}
		more = more || again && err == nil
		for range g.Bad {
			f.Skip(g.Why)
		}
		for _, r := range g.Rows {
			for _, v := range r.Values {
				cells = append(cells, mlflowCell{key: v.Tag, value: v.Number, time: r.Time, step: r.Step})
			}
		}
	}
	slices.SortStableFunc(cells, func(a, b mlflowCell) int {
		switch {
		case a.time < b.time:
			return -1
		case a.time > b.time:
			return 1
		}
		return 0
	})
	addCells(f, m.steps, cells)
	return more
}

// addCells adds metrics; those that were logged at once are a row.
func addCells(f *Found, steps mlflowSteps, cells []mlflowCell) {
	row := NewRow()
	for i, c := range cells {
		step := steps.step(c.key, c.step)
		if i > 0 && (!alike(row.Step, step) || !alike(row.Time, c.time)) {
			f.Add(row)
		}
		row.Step, row.Time = step, c.time
		v, _ := cellNumber(c.value)
		f.Put(c.key, v, false)
	}
	if len(cells) > 0 {
		f.Add(row)
	}
}

// mlflowMetric reads the file of a metric.
type mlflowMetric struct {
	key    string
	line   []byte
	number int // of the line
}

const mostMetricLine = 1 << 10

// Read reads what has come.
func (m *mlflowMetric) Read(p []byte, f *Found) {
	for len(p) > 0 {
		i := bytes.IndexByte(p, '\n')
		rest := p
		if i >= 0 {
			rest = p[:i]
		}
		m.line = append(m.line, rest[:min(len(rest), mostMetricLine-len(m.line))]...)
		if i < 0 {
			return
		}
		m.end(f)
		p = p[i+1:]
	}
}

// end takes the line that has ended. Versions before 1.0 wrote no step; later ones
// write the data set behind it.
func (m *mlflowMetric) end(f *Found) {
	m.number++
	words := strings.Fields(string(m.line))
	m.line = m.line[:0]
	if len(words) == 0 {
		return
	}
	numbers := [3]float64{2: math.NaN()}
	ok := len(words) >= 2
	for i, word := range words[:min(len(words), 3)] {
		var is bool
		numbers[i], is = number(word)
		ok = ok && is
	}
	if !ok {
		f.Skip(fmt.Sprintf("line %d of metrics/%s is no time, value and step", m.number, m.key))
		return
	}
	row := NewRow()
	row.Time, row.Step = numbers[0]/1000, numbers[2]
	f.Put(m.key, numbers[1], false)
	f.Add(row)
}

// filesBelow names the files in a folder and in those in it, sorted.
func filesBelow(folder string) []string {
	var out []string
	var walk func(below string, depth int)
	walk = func(below string, depth int) {
		entries, err := os.ReadDir(filepath.Join(folder, below))
		if err != nil || depth > mostFolders {
			return
		}
		for _, e := range entries {
			if len(out) >= mostFiles {
				return
			}
			name := filepath.Join(below, e.Name())
			switch {
			case e.IsDir():
				walk(name, depth+1)
			case e.Type().IsRegular():
				out = append(out, name)
			}
		}
	}
	walk("", 1)
	return out
}

// readUpTo reads a regular file's first bytes.
func readUpTo(path string, most int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no file", filepath.Base(path))
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, most))
}

// Close has nothing to close: files are open only while they are read.
func (m *mlflowFolder) Close() error { return nil }
