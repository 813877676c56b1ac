package publish

import (
	"encoding/binary"
	"encoding/csv"
	"hash/crc32"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Readers of what was written, as small as they can be and none of the package's
// own. Each gives the values by metric and step, as expected does, and complains
// of one that comes twice.

// logged collects values.
type logged map[string]string

func (l logged) put(t *testing.T, metric string, step, v, evals, time float64) {
	t.Helper()
	key := keyOf(metric, step)
	if _, twice := l[key]; twice {
		t.Errorf("%s is there twice", key)
	}
	l[key] = valueOf(v, evals, time)
}

func parsed(t *testing.T, text string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// places are the columns that are no metrics.
var places = []string{"step", "time", "evals", "epochs", "elapsed"}

func readCSV(t *testing.T, path string) logged {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out, last := logged{}, math.Inf(-1)
	for _, row := range rows[1:] {
		at := map[string]float64{}
		for i, name := range rows[0] {
			if slices.Contains(places, name) {
				at[name] = parsed(t, row[i])
			}
		}
		if at["step"] < last {
			t.Errorf("%s: step %g comes after %g", path, at["step"], last)
		}
		last = at["step"]
		for i, name := range rows[0] {
			if !slices.Contains(places, name) && row[i] != "" {
				out.put(t, name, at["step"], parsed(t, row[i]), at["evals"], at["time"])
			}
		}
	}
	return out
}

// member is one of an object that has numbers only.
var member = regexp.MustCompile(`"([^"]*)":([^,}]*)`)

func readJSONLines(t *testing.T, path string) logged {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	out, last := logged{}, math.Inf(-1)
	for text := range strings.Lines(string(text)) {
		at := map[string]float64{}
		for _, m := range member.FindAllStringSubmatch(text, -1) {
			if m[2] == "null" {
				m[2] = "nan"
			}
			at[m[1]] = parsed(t, m[2])
		}
		if at["step"] < last {
			t.Errorf("%s: step %g comes after %g", path, at["step"], last)
		}
		last = at["step"]
		for name, v := range at {
			if !slices.Contains(places, name) {
				out.put(t, name, at["step"], v, at["evals"], at["time"])
			}
		}
	}
	return out
}

// readEvents reads the event files of a folder as TensorBoard does: those in the
// order of their names, each as far as it is whole, and after the start of a
// session nothing of before.
func readEvents(t *testing.T, folder string) logged {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "events.out.tfevents.*"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("%s has no event files: %v", folder, err)
	}
	slices.Sort(paths)
	var scalars []scalar
	for _, path := range paths {
		described := map[string]bool{}
		for i, data := range eventRecords(t, path) {
			e := decoded(t, data)
			if version := e.text(3); i == 0 && version != "brain.Event:2" {
				t.Errorf("%s begins with version %q", path, version)
			}
			if len(e[7]) > 0 {
				scalars = nil
			}
			for _, summary := range e[5] {
				for _, value := range decoded(t, summary.text)[1] {
					if s := scalarOf(t, decoded(t, value.text), described); s.tag != "" {
						s.step, s.time = float64(e.number(2)), math.Float64frombits(e.number(1))
						scalars = append(scalars, s)
					}
				}
			}
		}
	}
	return collected(t, scalars)
}

// scalar is a value of an event file.
type scalar struct {
	tag           string
	step, v, time float64
}

// collected are the values of metrics with the evaluations of their steps. It
// wants the steps of a tag never to go back.
func collected(t *testing.T, scalars []scalar) logged {
	t.Helper()
	out, last, evals := logged{}, map[string]float64{}, map[float64]float64{}
	for _, s := range scalars {
		if s.step < last[s.tag] {
			t.Errorf("%s has step %g after %g", s.tag, s.step, last[s.tag])
		}
		last[s.tag] = s.step
		if s.tag == "axis/evals" {
			evals[s.step] = s.v
		}
	}
	for _, s := range scalars {
		if !strings.HasPrefix(s.tag, "axis/") {
			out.put(t, s.tag, s.step, s.v, evals[s.step], s.time)
		}
	}
	return out
}

// eventRecords are the data of the records that are whole, whose checksums must be
// right.
func eventRecords(t *testing.T, path string) (all [][]byte) {
	t.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for len(file) >= 16 {
		n := binary.LittleEndian.Uint64(file)
		if n > uint64(len(file)-16) {
			break
		}
		data := file[12 : 12+n]
		for _, sum := range []struct{ of, is []byte }{{file[:8], file[8:12]}, {data, file[12+n : 16+n]}} {
			c := crc32.Checksum(sum.of, crc32.MakeTable(crc32.Castagnoli))
			if (c>>15|c<<17)+0xa282ead8 != binary.LittleEndian.Uint32(sum.is) {
				t.Fatalf("%s: record %d has a wrong checksum", path, len(all))
			}
		}
		all = append(all, data)
		file = file[16+n:]
	}
	return all
}

// scalarOf is a value as TensorBoard wants it, a float32 that is told to be a
// scalar where its tag comes first, with the float64 beside it. It has no tag if
// it is the text of the configuration.
func scalarOf(t *testing.T, v proto, described map[string]bool) scalar {
	t.Helper()
	const float32Type = 1
	tag, tensor := v.text(1), decoded(t, v[8][0].text)
	if tag == "config/text_summary" {
		return scalar{}
	}
	if !described[tag] && decoded(t, decoded(t, v[9][0].text)[1][0].text).text(1) != "scalars" {
		t.Errorf("%s is not told to be a scalar", tag)
	}
	described[tag] = true
	short := math.Float32frombits(binary.LittleEndian.Uint32([]byte(tensor.text(5))))
	long := math.Float64frombits(binary.LittleEndian.Uint64([]byte(tensor.text(6))))
	if tensor.number(1) != float32Type || short != float32(long) && !math.IsNaN(long) {
		t.Errorf("%s is of type %d, and %g as a float32, %g as a float64", tag, tensor.number(1), short, long)
	}
	return scalar{tag: tag, v: long}
}

// proto is a message by its fields.
type proto map[int][]protoField

type protoField struct {
	number uint64
	text   []byte
}

func (p proto) number(field int) uint64 {
	if len(p[field]) == 0 {
		return 0
	}
	return p[field][0].number
}

func (p proto) text(field int) string {
	if len(p[field]) == 0 {
		return ""
	}
	return string(p[field][0].text)
}

func decoded(t *testing.T, data []byte) proto {
	t.Helper()
	p := proto{}
	for len(data) > 0 {
		key, n := binary.Uvarint(data)
		data = data[n:]
		var f protoField
		switch key & 7 {
		case 0:
			f.number, n = binary.Uvarint(data)
		case 1:
			f.number, n = binary.LittleEndian.Uint64(data), 8
		case 2:
			length, m := binary.Uvarint(data)
			n = m + int(length)
			f.text = data[m:n]
		default:
			t.Fatalf("wire type %d", key&7)
		}
		data = data[n:]
		p[int(key>>3)] = append(p[int(key>>3)], f)
	}
	return p
}
