package tui

import (
	"strings"
	"testing"

	"optwatch/train"
	"optwatch/train/view"
)

// While a recording plays, its curves grow and the axes keep still: they move in
// strides, few of them, and the end of the x-axis never back.
func TestAxesKeepStillWhileItPlays(t *testing.T) {
	const frames = 400
	whole := sample(3, 240)
	p := newPlayer()
	m := newTestModel(p, 120, 40)
	moved := map[string]int{}
	last := map[string]string{}
	for f := 1; f <= frames; f++ {
		now := *whole
		now.Runs = append([]train.RunReport(nil), whole.Runs...)
		for i := range now.Runs {
			r := &now.Runs[i]
			r.Curve = r.Curve[:max(2, len(r.Curve)*f/frames)]
			r.Last = r.Curve[len(r.Curve)-1]
			r.Evals, r.Step, r.State = r.Last.Evals, r.Last.Step, view.Running
		}
		p.snap = &now
		again(m)
		for name, text := range axesOf(m) {
			if f > frames/10 && text != last[name] {
				moved[name]++
			}
			last[name] = text
		}
	}
	for name, most := range map[string]int{"x": 40, "left y": 30, "right y": 45} {
		if moved[name] > most {
			t.Errorf("%s moved %d times in %d frames, want %d at most", name, moved[name], frames, most)
		}
	}
}

// axesOf are the labels of the axes of both charts.
func axesOf(m *shell) map[string]string {
	out := map[string]string{}
	for p, name := range map[int]string{0: "left y", 1: "right y"} {
		rows := linesOf(m, p)
		for _, s := range rows[1 : len(rows)-3] {
			out[name] += string([]rune(s)[1:9]) + "\n"
		}
		out["x"] = strings.TrimSpace(rows[len(rows)-2])
	}
	return out
}

// Over time the axis is as long as the recording from the beginning; and at its
// end every axis is as it was when it was made.
func TestAxisOfARecording(t *testing.T) {
	p := newPlayer()
	p.snap.Runs[0].Curve = p.snap.Runs[0].Curve[:10]
	live := newTestModel(&stub{snap: p.snap}, 120, 40)
	m := newTestModel(p, 120, 40)
	for !seen(m, "wall time") {
		press(m, "t")
		press(live, "t")
	}
	if x := strings.Fields(axesOf(m)["x"]); len(x) < 3 || x[len(x)-2] != "300" && x[len(x)-2] != "350" {
		t.Errorf("the axis of 341 seconds has the labels %v", x)
	}
	p.at = p.tape.Length
	again(m)
	press(m, "t", "t")
	press(live, "t", "t")
	if got, want := axesOf(m)["x"], axesOf(live)["x"]; got != want {
		t.Errorf("at the end the axis is %q, want %q", got, want)
	}
}
