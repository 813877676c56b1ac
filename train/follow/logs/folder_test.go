package logs

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// folder writes files by their paths below a folder of their own.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		write(t, filepath.Join(root, name), text)
	}
	return root
}

// write writes a file in place, as programs do that know no better.
func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// found is what each format finds in a folder, "format name", the first format of
// an entry having it.
func found(t *testing.T, root string) []string {
	t.Helper()
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	d := &Folder{Path: root, Entries: entries, Head: func(name string) []byte {
		data, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return nil
		}
		return data[:min(len(data), 64<<10)]
	}}
	taken := map[string]bool{}
	var out []string
	for _, f := range Formats {
		for _, name := range f.Find(d) {
			if !taken[name] {
				taken[name] = true
				out = append(out, f.Name+" "+name)
			}
		}
	}
	return out
}

func checkFound(t *testing.T, root string, want ...string) {
	t.Helper()
	if got := found(t, root); !slices.Equal(got, want) {
		t.Errorf("finds %q, want %q", got, want)
	}
}

// drawn is what was found as text, a row a line: places that are told, values, and
// then what else was said.
func drawn(f *Found) string {
	var b strings.Builder
	if f.Anew {
		b.WriteString("anew\n")
	}
	for _, r := range f.Rows {
		for i, v := range []float64{r.Step, r.Epoch, r.Tokens, r.Time, r.Elapsed} {
			if v == v {
				fmt.Fprintf(&b, "%s=%v ", []string{"step", "epoch", "tokens", "time", "elapsed"}[i], v)
			}
		}
		b.WriteString(":")
		for _, v := range r.Values {
			fmt.Fprintf(&b, " %s=%v", v.Tag, v.Number)
		}
		b.WriteString("\n")
	}
	for _, p := range f.Config {
		fmt.Fprintf(&b, "%s: %s\n", p.Key, p.Text)
	}
	if f.About.Total > 0 {
		fmt.Fprintf(&b, "of %v\n", f.About.Total)
	}
	if f.About.Host != "" || f.About.PID != 0 {
		fmt.Fprintf(&b, "on %s %d\n", f.About.Host, f.About.PID)
	}
	if f.End.State != Unsaid {
		fmt.Fprintf(&b, "end %d %s\n", f.End.State, f.End.Text)
	}
	if f.Bad > 0 {
		fmt.Fprintf(&b, "bad %d: %s\n", f.Bad, f.Why)
	}
	return b.String()
}

func check(t *testing.T, what string, f *Found, want ...string) {
	t.Helper()
	text := strings.Join(want, "\n")
	if text != "" {
		text += "\n"
	}
	if got := drawn(f); got != text {
		t.Errorf("%s: reads\n%s\nwant\n%s", what, got, text)
	}
}

// follow is what a follower finds next.
func follow(t *testing.T, l Follower) *Found {
	t.Helper()
	var b Batch
	for {
		more, err := l.Follow(&b)
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			return b.Run("")
		}
	}
}

// opened is a log that the first format that finds one there has.
func opened(t *testing.T, root string) Follower {
	t.Helper()
	names := found(t, root)
	if len(names) == 0 {
		t.Fatal("finds no log")
	}
	format, name, _ := strings.Cut(names[0], " ")
	for _, f := range Formats {
		if f.Name == format {
			l := f.Open(filepath.Join(root, name))
			t.Cleanup(func() { l.Close() })
			return l
		}
	}
	return nil
}

// checkTorn wants a log that is cut anywhere to give what its whole lines have, and
// to go on from there.
func checkTorn(t *testing.T, fresh func() Reader, text string) {
	t.Helper()
	var whole Found
	fresh().Read([]byte(text), &whole)
	for cut := range text {
		r := fresh()
		var f Found
		r.Read([]byte(text[:cut]), &f)
		lines := strings.LastIndexByte(text[:cut], '\n') + 1
		var want Found
		fresh().Read([]byte(text[:lines]), &want)
		if !matching(&f, &want) {
			t.Fatalf("cut at byte %d it reads\n%s\nwant\n%s", cut, drawn(&f), drawn(&want))
		}
		r.Read([]byte(text[cut:]), &f)
		if !matching(&f, &whole) {
			t.Fatalf("cut at byte %d and gone on it reads\n%s\nwant\n%s", cut, drawn(&f), drawn(&whole))
		}
	}
}

func matching(a, b *Found) bool {
	x, y := clone(a), clone(b)
	return same(&x, &y)
}

// checkOnePiece is checkPieces for a fuzzer, which makes up for one size of pieces
// and one of two readers at a time by the number of times.
func checkOnePiece(t *testing.T, a, b func() Reader, data []byte) {
	t.Helper()
	if len(data) == 0 {
		return
	}
	fresh := a
	if len(data)%2 == 1 {
		fresh = b
	}
	n := 1 + len(data)%11
	whole, got := pieces(fresh(), data, len(data)), pieces(fresh(), data, n)
	if !same(&got, &whole) {
		t.Errorf("in pieces of %d bytes it reads\n%+v\nnot\n%+v", n, got, whole)
	}
}
