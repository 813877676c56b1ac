package logs

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestTailReadsAnew has the ways in which a file becomes another one.
func TestTailReadsAnew(t *testing.T) {
	root := t.TempDir()
	path := root + "/log.csv"
	write(t, path, "step,a\n1,2\n")
	l := NewTail(path, table)
	check(t, "at first", follow(t, l), "step=1 : a=2")
	write(t, path, "step,a\n1,2\n2,3\n")
	check(t, "grown", follow(t, l), "step=2 : a=3")
	write(t, path, "step,a\n5,6\n")
	check(t, "shorter", follow(t, l), "anew", "step=5 : a=6")
	write(t, path, "step,b\n5,6\n7,8\n")
	check(t, "longer, with another beginning", follow(t, l), "anew", "step=5 : b=6", "step=7 : b=8")
	write(t, root+"/other", "step,b\n5,6\n7,8\n")
	if err := os.Rename(root+"/other", path); err != nil {
		t.Fatal(err)
	}
	check(t, "another one of the same name", follow(t, l), "anew", "step=5 : b=6", "step=7 : b=8")
}

// TestTailComparesTheBeginningOnly has a file of many pieces, the first of which is
// what is compared.
func TestTailComparesTheBeginningOnly(t *testing.T) {
	path := t.TempDir() + "/log.csv"
	rows := strings.Repeat("1,2\n", 100_000)
	write(t, path, "step,a\n"+rows[:5])
	l := NewTail(path, table)
	follow(t, l)
	write(t, path, "step,a\n"+rows)
	if f := follow(t, l); f.Anew || len(f.Rows) != 99_999 {
		t.Errorf("it reads %d rows, anew %t; want 99,999 more", len(f.Rows), f.Anew)
	}
	if len(l.head) != mostOfHead {
		t.Errorf("%d bytes of the beginning are kept, want %d", len(l.head), mostOfHead)
	}
}

// The next log that is read into a batch finds none of what was in it.
func TestBatchIsUsedAgain(t *testing.T) {
	var b Batch
	for _, name := range []string{"a", "b"} {
		f := b.Run(name)
		f.Put("loss", 1, false)
		f.Add(NewRow())
		f.Print("a line")
		f.Skip("why")
		f.Anew, f.End.State = true, Finished
		f.Put("torn", 1, false)
	}
	b.Clear()
	if got := b.Names(); len(got) != 0 {
		t.Errorf("the batch has runs %q", got)
	}
	f := b.Run("c")
	if got, want := b.Names(), []string{"c"}; !slices.Equal(got, want) {
		t.Errorf("the batch has runs %q, want %q", got, want)
	}
	if !reflect.DeepEqual(*f, Found{Rows: f.Rows, values: f.values}) || len(f.Rows) != 0 || len(f.values) != 0 {
		t.Errorf("what is found begins with %+v", f)
	}
}
