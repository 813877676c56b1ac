package publish

import (
	"cmp"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// events is a log of TensorBoard's event files. A process writes files of its own,
// and the first of a life begins with a session log, at which TensorBoard forgets
// what it has read before of the same steps.
//
// A value is a tensor of one float32, as TensorBoard takes scalars: its data
// server refuses those of float64. The tensor has the float64 too, in the field
// that one of that type would have it in, where TensorBoard does not look. So the
// bits are kept, and are read back here.
//
// The steps of a tag never go back in a life: TensorBoard would forget what it has
// read of that tag from there on.
type events struct {
	folder string
	file   *appended       // nil before the first line of this process
	tags   map[string]bool // of the file
	fresh  bool            // what is written next begins a life
}

// axisPrefix is before the tag of a place on an axis, so that these have a group
// of their own.
const axisPrefix = "axis/"

// The fields of the messages that are written.
const (
	eventTime, eventStep, eventVersion, eventSummary, eventSession = 1, 2, 3, 5, 7

	summaryValue                         = 1
	valueTag, valueTensor, valueMetadata = 1, 8, 9

	metadataPlugin, pluginName, metadataClass = 1, 1, 4
	classScalar, classTensor                  = 1, 2

	tensorType, tensorShape, tensorFloat, tensorDouble, tensorString = 1, 2, 5, 6, 8
	typeFloat, typeString                                            = 1, 7
	shapeDim, dimSize                                                = 2, 1

	sessionStatus, sessionStart = 1, 1
)

func (e *events) begin() {
	e.close()
	e.fresh = true
}

func (e *events) add(lines []line, s shape) error {
	if e.file != nil && e.file.gone() {
		return fmt.Errorf("%s: %w", e.file.file.Name(), errGone)
	}
	if e.file == nil {
		if err := e.create(lines[0]); err != nil {
			return err
		}
	}
	var out []byte
	described := map[string]bool{}
	for _, l := range lines {
		out = appendRecord(out, e.event(l, s, described))
	}
	if err := e.file.write(out); err != nil {
		if len(e.tags) == 0 { // nobody misses a file with nothing in it
			os.Remove(e.file.file.Name())
			e.close()
		}
		return err
	}
	for tag := range described {
		e.tags[tag] = true
	}
	return nil
}

// fill writes values that come late. Those of a metric that had none go into a
// new file, in which the steps then do not go back.
func (e *events) fill(lines []line, s shape) error {
	late := make([]line, len(lines))
	known := true
	for i, l := range lines {
		late[i] = line{}
		for _, name := range append([]string{stepKey, timeKey}, s.metrics...) {
			if v, has := l[name]; has {
				late[i][name] = v
				known = known && (name == stepKey || name == timeKey || e.tags[name])
			}
		}
	}
	if !known {
		e.close()
	}
	return e.add(late, s)
}

// create makes the next file: TensorBoard reads them in the order of their names.
func (e *events) create(first line) error {
	at, err := e.nextStamp()
	if err != nil {
		return err
	}
	host, _ := os.Hostname()
	name := fmt.Sprintf("events.out.tfevents.%010d.%s.%d.0", at, fileName(cmp.Or(host, "localhost")), os.Getpid())
	f, err := openAppended(filepath.Join(e.folder, name), 0)
	if err != nil {
		return err
	}
	if err := f.write(e.header(first)); err != nil {
		f.file.Close()
		os.Remove(f.file.Name())
		return err
	}
	e.file, e.tags, e.fresh = f, map[string]bool{}, false
	return nil
}

// header is what a file begins with.
func (e *events) header(first line) []byte {
	at := wall(first)
	out := appendRecord(nil, message{}.double(eventTime, at).text(eventVersion, "brain.Event:2"))
	if !e.fresh {
		return out
	}
	step := uint64(int64(first[stepKey]))
	start := message{}.varint(sessionStatus, sessionStart)
	out = appendRecord(out, message{}.double(eventTime, at).varint(eventStep, step).bytes(eventSession, start))
	if text, err := os.ReadFile(filepath.Join(e.folder, configName)); err == nil {
		out = appendRecord(out, message{}.double(eventTime, at).varint(eventStep, step).bytes(eventSummary, message{}.bytes(summaryValue, configText(text))))
	}
	return out
}

// configText is the configuration as the plugin of texts shows it: indented, it
// is shown as it stands.
func configText(text []byte) message {
	shown := "    " + strings.ReplaceAll(strings.TrimSpace(string(text)), "\n", "\n    ")
	one := message{}.bytes(shapeDim, message{}.varint(dimSize, 1))
	tensor := message{}.varint(tensorType, typeString).bytes(tensorShape, one).text(tensorString, shown)
	return message{}.text(valueTag, "config/text_summary").bytes(valueMetadata, plugin("text", classTensor)).bytes(valueTensor, tensor)
}

// plugin says by which plugin a tag is shown.
func plugin(name string, class uint64) message {
	return message{}.bytes(metadataPlugin, message{}.text(pluginName, name)).varint(metadataClass, class)
}

// event is a line. Tags that the file does not have yet are described, once.
func (e *events) event(l line, s shape, described map[string]bool) message {
	var summary message
	put := func(tag, name string) {
		v, known := l[name]
		if !known {
			return
		}
		value := message{}.text(valueTag, tag)
		if !e.tags[tag] && !described[tag] {
			described[tag] = true
			value = value.bytes(valueMetadata, plugin("scalars", classScalar))
		}
		tensor := message{}.varint(tensorType, typeFloat).bytes(tensorShape, nil).
			bytes(tensorFloat, message{}.shortBits(v)).bytes(tensorDouble, message{}.bits(v))
		summary = summary.bytes(summaryValue, value.bytes(valueTensor, tensor))
	}
	for _, name := range s.places {
		if name != stepKey && name != timeKey {
			put(axisPrefix+name, name)
		}
	}
	for _, name := range s.metrics {
		put(name, name)
	}
	return message{}.double(eventTime, wall(l)).varint(eventStep, uint64(int64(l[stepKey]))).bytes(eventSummary, summary)
}

// wall is the time of a line; 0 where it is not known.
func wall(l line) float64 {
	if v := l[timeKey]; finite(v) {
		return v
	}
	return 0
}

// nextStamp is the time in the name of the next file: now, or after all that are
// there, whatever clock they were named by.
func (e *events) nextStamp() (int64, error) {
	files, err := e.files()
	if err != nil {
		return 0, err
	}
	at := time.Now().Unix()
	for _, path := range files {
		stamp, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(path), eventsPrefix), ".")
		if n, err := strconv.ParseInt(stamp, 10, 64); err == nil && n < math.MaxInt32 {
			at = max(at, n+1)
		}
	}
	return at, nil
}

const eventsPrefix = "events.out.tfevents."

// files are those of the folder, in the order in which they are read.
func (e *events) files() ([]string, error) {
	entries, err := os.ReadDir(e.folder)
	var paths []string
	for _, entry := range entries { // sorted by name
		if strings.HasPrefix(entry.Name(), eventsPrefix) {
			paths = append(paths, filepath.Join(e.folder, entry.Name()))
		}
	}
	return paths, err
}

func (e *events) close() {
	if e.file != nil {
		e.file.file.Close()
	}
	e.file, e.tags = nil, nil
}
