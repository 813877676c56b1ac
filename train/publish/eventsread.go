package publish

import (
	"encoding/binary"
	"math"
	"os"
	"strings"
)

// read reads the files as far as this package writes them: a session log begins
// the life that counts.
func (e *events) read() ([]line, error) {
	e.close()
	paths, err := e.files()
	if err != nil {
		return nil, err
	}
	var lines []line
	for _, path := range paths {
		file, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		records(file, func(data message) {
			e := eventOf(data)
			switch {
			case e.start:
				lines = nil
			case e.scalars:
				lines = put(lines, e)
			}
		})
	}
	return lines, nil
}

// event is what an event says that is read back.
type event struct {
	line    line
	start   bool // it begins a life
	scalars bool // it has some
	placed  bool // and says where they stand on other axes than the step
}

// put adds a line. One that came late belongs beside another of its step.
func put(lines []line, e event) []line {
	for i := len(lines) - 1; i >= 0 && !e.placed; i-- {
		if lines[i][stepKey] != e.line[stepKey] {
			continue
		}
		for name, v := range e.line {
			if _, has := lines[i][name]; !has {
				lines[i][name] = v
			}
		}
		return lines
	}
	return append(lines, e.line)
}

func eventOf(data message) event {
	e := event{line: line{stepKey: 0}}
	data.fields(func(field int, number uint64, text message) {
		switch field {
		case eventTime:
			e.line[timeKey] = math.Float64frombits(number)
		case eventStep:
			e.line[stepKey] = float64(int64(number))
		case eventSession:
			text.fields(func(field int, number uint64, _ message) {
				e.start = e.start || field == sessionStatus && number == sessionStart
			})
		case eventSummary:
			text.fields(func(field int, _ uint64, value message) {
				if field == summaryValue {
					e.take(value)
				}
			})
		}
	})
	return e
}

// take takes in a value, if it is a scalar as this package writes them.
func (e *event) take(value message) {
	tag := ""
	value.fields(func(field int, _ uint64, text message) {
		switch field {
		case valueTag:
			tag = string(text)
		case valueTensor:
			text.fields(func(field int, _ uint64, packed message) {
				if field != tensorDouble || len(packed) != 8 {
					return
				}
				name, place := strings.CutPrefix(tag, axisPrefix)
				e.line[name] = math.Float64frombits(binary.LittleEndian.Uint64(packed))
				e.scalars, e.placed = true, e.placed || place
			})
		}
	})
}
