package race

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"optwatch/tui/pane"
)

// drawing shows a layout with a letter for ten columns and one line for equal
// rows: H header, T tabs, 1 and 2 the charts, R standings, L log, C clients,
// D devices, I diagnosis, O another pane, 3 and 4 further charts, S the selected run, F footer.
func drawing(w, h int, s scene) string {
	l, tabs, brief := arrange(w, h, s)
	rows := make([][]byte, h)
	for i := range rows {
		rows[i] = []byte(strings.Repeat(".", w))
	}
	fill := func(r pane.Rect, c byte) {
		for y := r.Y; y < r.Y+r.H; y++ {
			for x := r.X; x < r.X+r.W; x++ {
				if rows[y][x] != '.' {
					c = '!' // drawn twice
				}
				rows[y][x] = c
			}
		}
	}
	for y, c := range map[int]byte{tabs: 'T', brief: 'S'} {
		if y > 0 {
			fill(pane.Rect{Y: y, W: w, H: 1}, c)
		}
	}
	fill(pane.Rect{W: w, H: 1}, 'H')
	fill(pane.Rect{Y: h - 1, W: w, H: 1}, 'F')
	for _, p := range l.Panes {
		fill(p.Rect, "12RLCDIO34"[p.Pane])
	}
	return summary(rows)
}

func summary(rows [][]byte) string {
	var b strings.Builder
	for i := 0; i < len(rows); {
		n := 1
		for i+n < len(rows) && string(rows[i+n]) == string(rows[i]) {
			n++
		}
		fmt.Fprintf(&b, "%2d ", n)
		for x := 0; x < len(rows[i]); x += 10 {
			b.WriteByte(rows[i][x])
		}
		b.WriteByte('\n')
		i += n
	}
	return b.String()
}

func TestLayout(t *testing.T) {
	for _, test := range []struct {
		name      string
		w, h, run int
		focus     int
		recent    int
		zoom      bool
		want      string
	}{
		{"wide", 120, 30, 4, paneRuns, leftChart, false, " 1 HHHHHHHHHHHH\n17 111111222222\n 7 RRRRRRRRRRRR\n 4 LLLLLLLLLLLL\n 1 FFFFFFFFFFFF\n"},
		{"wide and tall", 200, 60, 6, paneLog, leftChart, false, " 1 HHHHHHHHHHHHHHHHHHHH\n41 11111111112222222222\n 9 RRRRRRRRRRRRRRRRRRRR\n 8 LLLLLLLLLLLLLLLLLLLL\n 1 FFFFFFFFFFFFFFFFFFFF\n"},
		{"stacked", 100, 45, 4, paneRuns, leftChart, false, " 1 HHHHHHHHHH\n15 1111111111\n15 2222222222\n 7 RRRRRRRRRR\n 6 LLLLLLLLLL\n 1 FFFFFFFFFF\n"},
		{"tabbed", 80, 24, 4, paneRuns, rightChart, false, " 1 HHHHHHHH\n12 22222222\n 7 RRRRRRRR\n 3 LLLLLLLL\n 1 FFFFFFFF\n"},
		{"narrow", 60, 20, 4, leftChart, leftChart, false, " 1 HHHHHH\n 1 TTTTTT\n16 111111\n 1 SSSSSS\n 1 FFFFFF\n"},
		{"narrow, standings", 79, 40, 4, paneRuns, leftChart, false, " 1 HHHHHHHH\n 1 TTTTTTTT\n37 RRRRRRRR\n 1 FFFFFFFF\n"},
		{"low", 130, 23, 4, paneLog, leftChart, false, " 1 HHHHHHHHHHHHH\n 1 TTTTTTTTTTTTT\n19 LLLLLLLLLLLLL\n 1 SSSSSSSSSSSSS\n 1 FFFFFFFFFFFFF\n"},
		{"smallest", 40, 12, 4, leftChart, leftChart, false, " 1 HHHH\n 1 TTTT\n 8 1111\n 1 SSSS\n 1 FFFF\n"},
		{"zoomed", 120, 30, 4, rightChart, rightChart, true, " 1 HHHHHHHHHHHH\n28 222222222222\n 1 FFFFFFFFFFFF\n"},
		{"many runs", 120, 30, 50, paneRuns, leftChart, false, " 1 HHHHHHHHHHHH\n15 111111222222\n 9 RRRRRRRRRRRR\n 4 LLLLLLLLLLLL\n 1 FFFFFFFFFFFF\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := scene{runs: test.run, focus: test.focus, recent: []int{test.recent}, zoom: test.zoom}
			if got := drawing(test.w, test.h, s); got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
		})
	}
}

// The clients lie beside the log, above it, or take turns with the charts.
func TestLayoutWithClients(t *testing.T) {
	for _, test := range []struct {
		name         string
		w, h         int
		clients      int
		focus, front int
		zoom         bool
		turns        int
		want         string
	}{
		{"wide", 120, 30, 9, paneRuns, leftChart, false, 0, " 1 HHHHHHHHHHHH\n12 111111222222\n 7 RRRRRRRRRRRR\n 9 CCCCCCCCLLLL\n 1 FFFFFFFFFFFF\n"},
		{"wide, 10 clients", 120, 40, 14, paneClients, paneClients, false, 0, " 1 HHHHHHHHHHHH\n17 111111222222\n 7 RRRRRRRRRRRR\n14 CCCCCCCCLLLL\n 1 FFFFFFFFFFFF\n"},
		{"wide, 1,000 clients", 200, 60, 1004, paneRuns, leftChart, false, 0, " 1 HHHHHHHHHHHHHHHHHHHH\n28 11111111112222222222\n 7 RRRRRRRRRRRRRRRRRRRR\n23 CCCCCCCCCCCLLLLLLLLL\n 1 FFFFFFFFFFFFFFFFFFFF\n"},
		{"wide and low", 120, 24, 14, paneRuns, leftChart, false, 0, " 1 HHHHHHHHHHHH\n 9 111111222222\n 7 RRRRRRRRRRRR\n 6 CCCCCCCCLLLL\n 1 FFFFFFFFFFFF\n"},
		{"one client", 120, 40, 5, paneRuns, leftChart, false, 0, " 1 HHHHHHHHHHHH\n26 111111222222\n 7 RRRRRRRRRRRR\n 5 CCCCCCCCLLLL\n 1 FFFFFFFFFFFF\n"},
		{"stacked", 100, 36, 14, paneRuns, leftChart, false, 2, " 1 HHHHHHHHHH\n12 1111111111\n 7 RRRRRRRRRR\n10 CCCCCCCCCC\n 5 LLLLLLLLLL\n 1 FFFFFFFFFF\n"},
		{"tabbed, charts", 80, 24, 14, paneRuns, leftChart, false, 3, " 1 HHHHHHHH\n12 11111111\n 7 RRRRRRRR\n 3 LLLLLLLL\n 1 FFFFFFFF\n"},
		{"tabbed, clients", 80, 24, 14, paneRuns, paneClients, false, 3, " 1 HHHHHHHH\n12 CCCCCCCC\n 7 RRRRRRRR\n 3 LLLLLLLL\n 1 FFFFFFFF\n"},
		{"narrow", 60, 20, 14, paneClients, paneClients, false, 0, " 1 HHHHHH\n 1 TTTTTT\n16 CCCCCC\n 1 SSSSSS\n 1 FFFFFF\n"},
		{"zoomed", 120, 30, 14, paneClients, paneClients, true, 0, " 1 HHHHHHHHHHHH\n28 CCCCCCCCCCCC\n 1 FFFFFFFFFFFF\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := scene{runs: 4, clients: test.clients, focus: test.focus, recent: []int{test.front}, zoom: test.zoom}
			if got := drawing(test.w, test.h, s); got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
			if l, _, _ := arrange(test.w, test.h, s); len(l.group(leftChart)) != test.turns {
				t.Errorf("%v take turns, want %d", l.Turns, test.turns)
			}
		})
	}
}

// Every cell belongs to exactly one part, whatever the size and whatever panes there are.
func TestLayoutCoversTheScreen(t *testing.T) {
	for w := pane.MinWidth; w < 220; w += 7 {
		for h := pane.MinHeight; h < 70; h += 3 {
			for p := range paneOthers + 1 {
				for i, clients := range []int{0, 0, 5, 7, 14, 1004} {
					s := scene{
						runs: (w + h) % 9, clients: clients, devices: 4, focus: p, recent: []int{p},
						zoom: i == 1 || i == 4, diagnosis: 12 * (i % 2),
					}
					if p == paneOthers {
						s.others = []int{paneOthers}
					}
					if d := drawing(w, h, s); strings.ContainsAny(d, ".!") {
						t.Fatalf("%d×%d, pane %d, clients %d: holes or overlaps\n%s", w, h, p, clients, d)
					}
				}
			}
		}
	}
}

// A pane that has no place of its own takes turns with the log, and is seen where it is focused.
func TestOtherPanesTakeTurnsWithTheLog(t *testing.T) {
	s := scene{runs: 4, others: []int{paneOthers}, focus: paneRuns, recent: []int{paneRuns}}
	if got := drawing(120, 30, s); !strings.Contains(got, " 4 LLLLLLLLLLLL\n") {
		t.Errorf("the log is not seen:\n%s", got)
	}
	s.focus, s.recent = paneOthers, []int{paneOthers, paneRuns}
	if got := drawing(120, 30, s); !strings.Contains(got, " 4 OOOOOOOOOOOO\n") {
		t.Errorf("the other pane is not seen:\n%s", got)
	}
	if l, _, _ := arrange(120, 30, s); len(l.group(paneLog)) != 2 {
		t.Errorf("%v take turns", l.Turns)
	}
}

// Every tab has a name from 60 columns on, whatever is there, and the row is never
// longer than the screen.
func TestTabsHaveNames(t *testing.T) {
	q := newRace(sample(20, centralised(2)...))
	for i := range 4 { // a pane more than any screen has
		q.panes = slices.Insert(q.panes, Beside+i, q.panes[i])
	}
	for w := 40; w <= 140; w++ {
		for q.Focus = range q.panes {
			row := q.tabs().Draw(w)
			if n := ansi.StringWidth(row); n != w {
				t.Fatalf("%d columns are %d: %q", w, n, row)
			}
			for p := range q.panes {
				if !q.panes[p].There() { // a third chart is not asked for
					continue
				}
				digit := strconv.Itoa(p + 1)
				_, name, found := strings.Cut(row, digit+" ")
				if w >= 60 && (!found || name == "" || name[0] == ' ' || name[0] == digit[0]+1) {
					t.Errorf("%d columns, %d in focus: pane %s has no name in %q", w, q.Focus+1, digit, row)
				}
			}
		}
	}
}
