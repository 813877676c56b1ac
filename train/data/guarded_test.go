package data

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
)

// A panic in one of the goroutines that read a file is the file's error, and the
// others end: it must not end the program.
func TestPanicOfADecoder(t *testing.T) {
	s, err := newSource("images", bytes.NewReader(binary.BigEndian.AppendUint32(nil, 1)), 4)
	if err != nil {
		t.Fatal(err)
	}
	for what, stream := range map[string]func() error{
		"packing": func() error { return s.stream(4, 1, func([]byte) { panic("broken") }) },
		"reading": func() error { return (&source{path: "images"}).stream(4, 1, func([]byte) {}) },
	} {
		if err := stream(); err == nil || !strings.Contains(err.Error(), "panic: ") {
			t.Errorf("%s: got %v, want the panic", what, err)
		}
	}
}
