package record

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"
)

// However long an experiment goes on, there are so many rows: the newest are all
// there, the older ones so far apart as they are old, and what is spared stays.
func TestThinning(t *testing.T) {
	if testing.Short() || raceEnabled {
		t.Skip("one goroutine writes thirty hours")
	}
	w, err := Create(filepath.Join(t.TempDir(), "abc23.db"), someone)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	m := newMoments(false)
	const every = 5 * time.Second
	most := 0
	for now := time.Duration(0); now < 30*time.Hour; now += 5 * time.Minute {
		p := &plan{}
		for at := now; at < now+5*time.Minute; at += every {
			for run := range 2 {
				shown := "{}"
				if at == 65*time.Second {
					shown = `{"federation":{"clients":[{"classes":[1,2]}]}}`
				}
				p.add("INSERT INTO moments (run, elapsed, state, shown) VALUES (?, ?, 'running', ?)", run, at.Seconds(), shown)
			}
		}
		m.aging.write(p, now+5*time.Minute, time.Second)
		if err := w.store.commit(p); err != nil {
			t.Fatal(err)
		}
		if now%(3*time.Hour) == 0 {
			r := readerOf(t, w.path)
			most = max(most, count(t, r, "SELECT count(*) FROM moments WHERE run = 1"))
			r.Close()
		}
	}
	r := readerOf(t, w.path)
	defer r.Close()
	if limit := int(young/every) + int(old/youngStep) + mostOld + 100; most > limit {
		t.Errorf("there are %d moments of a run, want at most %d", most, limit)
	}
	end := (30 * time.Hour).Seconds()
	for _, test := range []struct {
		from, to float64
		want     int
	}{
		{end - young.Seconds(), end, int(young / every)},
		{end - 7000, end - 700, 630}, // one in ten seconds
		{36_000, 72_000, 300},        // one in two minutes: one a minute would be more than 1440
	} {
		got := count(t, r, "SELECT count(*) FROM moments WHERE run = 1 AND elapsed >= ? AND elapsed < ?", test.from, test.to)
		if got < test.want*9/10 || got > test.want*11/10 {
			t.Errorf("from %v to %v there are %d moments, want about %d", test.from, test.to, got, test.want)
		}
	}
	if got := count(t, r, "SELECT count(*) FROM moments WHERE shown != '{}'"); got != 2 {
		t.Errorf("%d moments that tell what clients have are there, want those of both runs", got)
	}
	if got := count(t, r, "SELECT count(DISTINCT run) FROM moments WHERE elapsed = 0"); got != 2 {
		t.Errorf("the first moment of %d runs is there, want of both", got)
	}
}

func TestSpacing(t *testing.T) {
	for _, test := range []struct {
		bytes int
		want  time.Duration
	}{{0, time.Second}, {5000, time.Second}, {200_000, 20 * time.Second}} {
		if got := spacing(test.bytes, 10e3); got != test.want {
			t.Errorf("%d bytes: got %v, want %v", test.bytes, got, test.want)
		}
	}
}

func TestClock(t *testing.T) {
	for d, want := range map[time.Duration]string{151 * time.Second: "2:31", 0: "0:00", 3725 * time.Second: "1:02:05"} {
		if got := clock(d); got != want {
			t.Errorf("%v: got %s, want %s", d, got, want)
		}
	}
}

// A column has the name of its axis where that is free, and no two have one name.
func TestFreeColumns(t *testing.T) {
	d := newDeclared(nil)
	for _, test := range [][2]string{
		{"evals", "evals"},
		{"Evals", "Evals_"},
		{"run", "run_"},
		{"", "axis"},
		{"axis", "axis_"},
		{"x\x00", "x?"},
		{"RowID", "RowID_"},
		{fmt.Sprintf("%0300d", 1), fmt.Sprintf("%0200d", 0)},
		{fmt.Sprintf("%0300d", 2), fmt.Sprintf("%0200d", 0) + "_"},
	} {
		got := d.free(test[0])
		d.columns[test[0]] = got
		if got != test[1] {
			t.Errorf("%.20q: got %.20q, want %.20q", test[0], got, test[1])
		}
	}
}
