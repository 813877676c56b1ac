package logs

import (
	"errors"
	"os"
	"path/filepath"
	"time"
)

// besideLog is a file that grows with files of parameters beside it.
type besideLog struct {
	*Tail
	parameters []parametersFile
}

// beside follows a file with a reader, and files of parameters in the same folder
// which may come later or never.
func beside(path string, fresh func() Reader, parameters ...string) Follower {
	l := &besideLog{Tail: NewTail(path, fresh)}
	for _, name := range parameters {
		l.parameters = append(l.parameters, parametersFile{path: filepath.Join(filepath.Dir(path), name)})
	}
	return l
}

// Follow reads on in all of them.
func (l *besideLog) Follow(b *Batch) (more bool, err error) {
	f := b.Run("")
	more, err = l.Tail.Read(f)
	for i := range l.parameters {
		l.parameters[i].read(f, f.Anew)
	}
	return more, err
}

// parametersFile is a file of parameters, read again when it has changed.
type parametersFile struct {
	path   string
	size   int64
	at     time.Time
	broken bool // as it is now
	told   bool // that it is
}

// read reads the parameters where they have changed, or in any case where they are
// wanted again. A file that is broken may be half written: it is counted when it
// has stayed so.
func (p *parametersFile) read(f *Found, again bool) {
	info, err := os.Stat(p.path)
	if err != nil || !info.Mode().IsRegular() {
		return
	}
	same := info.Size() == p.size && info.ModTime().Equal(p.at)
	if same && p.broken {
		if !p.told {
			p.told = true
			f.Skip(filepath.Base(p.path) + " cannot be read")
		}
		return
	}
	if same && !again {
		return
	}
	p.size, p.at = info.Size(), info.ModTime()
	found, err := readParameters(p.path)
	p.broken, p.told = err != nil, false
	if err == nil {
		f.Config = append(f.Config, found...)
	}
}

// readParameters reads a file of parameters, by its ending.
func readParameters(path string) ([]Parameter, error) {
	data, err := readSmall(path, largestParameters)
	if err != nil {
		return nil, err
	}
	if hasSuffix(path, ".json") {
		return jsonParameters(data)
	}
	return yamlParameters(data)
}

// readSmall reads a file that is no larger than it should be.
func readSmall(path string, largest int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("is no file")
	}
	if info.Size() > largest {
		return nil, errors.New("is too large")
	}
	return os.ReadFile(path)
}
