package race

import (
	"slices"

	"optwatch/train/view"
	"optwatch/tui/ask"
	"optwatch/tui/pane"
	"optwatch/tui/runs"
	"optwatch/tui/values"
)

// Keys are the lines of the key table that belong to no pane beside the curves.
// The footer takes from the top.
func (q *Race) Keys() []pane.Binding {
	does, acts := pane.Does, pane.Acts
	type kinds = []view.CommandKind
	going := func(k view.CommandKind) func() bool { return func() bool { return q.Going(k, runs.Goes) } }
	keys := []pane.Binding{
		{Topic: pane.OnRuns, Rank: 10, Name: "pause", Keys: []string{" "}, Sends: kinds{view.Pause, view.Resume}, Show: "space", Word: q.drive.pauseWord, Doc: "pause or resume the selected run", When: going(view.Pause), Why: q.WhyEnded, Do: does(q.drive.togglePause)},
		{Topic: pane.OnRuns, Rank: 20, Name: "switch", Keys: []string{"o"}, Sends: kinds{view.Switch}, Show: "o", Foot: "switch", Doc: "switch the optimizer of the selected run: parameters stay", When: going(view.Switch), Why: q.WhyEnded, Do: does(func() { ask.Switch(q.Runs) })},
		{Topic: pane.OnRuns, Rank: 30, Keys: []string{"[", "]"}, Ways: []pane.Way{pane.On("lr-down", "learning rate ÷ 1.25", "["), pane.On("lr-up", "learning rate × 1.25", "]")}, Sends: kinds{view.Set}, Show: "[ ]", Foot: "lr", Doc: "learning rate ÷ or × 1.25", When: q.drive.canSet(runs.LearningRate), Why: q.WhyEnded, Do: acts(q.drive.changeLR)},
		{Topic: pane.OnRuns, Rank: 100, Name: "step", Keys: []string{"n"}, Sends: kinds{view.StepOnce}, Show: "n", Foot: "step", Doc: "one step, or round, of a paused run", When: q.drive.canStep, Why: q.drive.whyNoStep, Do: does(q.drive.stepOnce)},
		{Topic: pane.OnPanes, Rank: 110, Name: "back", Keys: []string{"esc"}, Show: "esc", Word: q.leaveWord, Doc: "leave the value cursor, the zoom or the filter", When: q.canLeave, Do: does(q.leave)},
		{Topic: pane.OnCurves, Here: q.charted, Rank: 120, Name: "metric", Keys: []string{"m"}, Show: "m", Foot: "metric", Doc: "next metric of the focused chart; of zoomed devices, the next charts", When: q.canMetric, Do: does(q.nextMetric)},
		{Topic: pane.OnCurves, Rank: 130, Name: "x-axis", Keys: []string{"t"}, Show: "t", Foot: "x-axis", Doc: "next x-axis of those the source has, such as steps and wall time", When: q.hasAxes, Do: does(q.nextAxis)},
		{Topic: pane.OnPanes, Rank: 140, Name: "zoom", Keys: []string{"z"}, Show: "z", Word: q.zoomWord, Doc: "the focused pane alone, and back", When: q.Ready, Do: does(func() { q.zoom = !q.zoom })},
		{Topic: pane.OnCurves, Rank: 150, Name: "log-y", Keys: []string{"y"}, Show: "y", Foot: "log y", Doc: "linear or logarithmic y-axis of the focused chart", When: q.canLogY, Do: does(q.toggleLogY)},
		{Topic: pane.OnRuns, Rank: 160, Name: "add", Keys: []string{"a"}, Sends: kinds{view.Add}, Show: "a", Foot: "add", Doc: "add a run from a recipe", When: func() bool { return q.Accepts(view.Add) }, Do: does(func() { ask.Add(q.Runs) })},
		{Topic: pane.OnRuns, Rank: 170, Name: "branch", Keys: []string{"c"}, Sends: kinds{view.Branch}, Show: "c", Foot: "branch", Doc: "branch a copy of the selected run from where it is", When: q.CanBranch, Why: q.drive.whyNoBranch, Do: does(q.drive.branch)},
		{Topic: pane.OnRuns, Rank: 180, Name: "restart", Keys: []string{"r"}, Sends: kinds{view.Restart}, Show: "r", Foot: "restart", Doc: "restart the selected run (asks if it has not ended)", When: q.CanRestart, Do: does(q.drive.askRestart)},
		{Topic: pane.OnRuns, Rank: 190, Name: "stop", Keys: []string{"x"}, Sends: kinds{view.Stop}, Show: "x", Foot: "stop", Doc: "stop the selected run (asks)", When: going(view.Stop), Why: q.WhyEnded, Do: does(q.drive.askStop)},
		{Topic: pane.OnRuns, Rank: 195, Name: "checkpoint", Keys: []string{"C"}, Sends: kinds{view.Save}, Show: "C", Foot: "checkpoint", Doc: "have the selected run write a checkpoint now", When: going(view.Save), Why: q.WhyEnded, Do: does(q.drive.save)},
		{Topic: pane.OnRuns, Rank: 200, Keys: []string{"{", "}"}, Ways: []pane.Way{pane.On("batch-down", "batch size ÷ 2", "{"), pane.On("batch-up", "batch size × 2", "}")}, Sends: kinds{view.Set}, Show: "{ }", Foot: "batch", Doc: "batch size ÷ or × 2", When: q.drive.canSet(runs.BatchSize), Why: q.drive.whyNoBatch, Do: acts(q.drive.changeBatch)},
		{Topic: pane.OnRuns, Rank: 210, Name: "pause-all", Keys: []string{"P"}, Sends: kinds{view.Pause, view.Resume}, Show: "P", Foot: "pause all", Doc: "pause all runs, or resume them all", When: q.drive.canPauseAll, Why: q.drive.whyNoPauseAll, Do: does(q.drive.togglePauseAll)},
		{Topic: pane.OnPanes, Here: q.moves, Rank: 220, Keys: []string{"j", "k", "down", "up"}, Ways: []pane.Way{pane.On("next", "select the next run, client, device or line of the log", "j", "down"), pane.On("previous", "select the one before", "k", "up")}, Show: "j k ↑ ↓", Word: q.moveWord, Doc: "select a run; in their panes, a client, a device or a line of the log", When: q.Ready, Do: acts(q.move)},
		{Topic: pane.OnRuns, Rank: 230, Name: "open", Keys: []string{"enter"}, Show: "enter", Word: q.openWord, Doc: "read the selected line of the log whole; open or close the selected group", When: q.canEnter, Do: does(q.enter)},
		{Topic: pane.OnPanes, Here: q.inLong, Rank: 240, Keys: []string{"pgup", "pgdown", "home", "end"}, Ways: []pane.Way{pane.On("page-up", "a page up", "pgup"), pane.On("page-down", "a page down", "pgdown"), pane.On("first", "to the first line", "home"), pane.On("last", "to the last line", "end")}, Show: "pgup pgdn home end", Doc: "the same by pages, in the clients, the devices and the log", When: q.inLong, Do: acts(q.page)},
		{Topic: pane.OnPanes, Rank: 250, Keys: []string{"tab", "shift+tab"}, Ways: []pane.Way{pane.On("next-pane", "focus the next pane", "tab"), pane.On("previous-pane", "focus the previous pane", "shift+tab")}, Show: "tab shift+tab", Doc: "focus the next or previous pane", When: q.Ready, Do: acts(q.cycleFocus)},
		{Topic: pane.OnPanes, Rank: 260, Keys: []string{"1", "2", "3", "4"}, Ways: []pane.Way{pane.On("pane-1", "focus the first chart", "1"), pane.On("pane-2", "focus the second chart", "2"), pane.On("pane-3", "focus the standings", "3"), pane.On("pane-4", "focus the log", "4")}, Show: "1 … 4", Doc: "focus a pane: the charts, the standings, the log", When: q.Ready, Do: acts(func(key string) { q.Focus = int(key[0] - '1') })},
		{Topic: pane.OnCurves, Rank: 270, Keys: []string{"h", "l", "left", "right"}, Ways: []pane.Way{pane.On("cursor-left", "value cursor to the left: compare all runs at one place", "h", "left"), pane.On("cursor-right", "value cursor to the right: compare all runs at one place", "l", "right")}, Show: "h l ← →", Foot: "values", Doc: "value cursor on all charts; the standings show the values there", When: q.curves, Do: acts(func(key string) { q.moveCursor(key, q.chartColumns()) })},
		{Topic: pane.OnCurves, Rank: 192, Name: "go-to", Keys: []string{"@"}, Show: "@", Foot: "go to", Doc: "go to a place by its number: value cursor at 1M, 2.5k, 30s, 12 epochs", When: q.curves, Do: does(func() { ask.GoTo(q.Runs, course{q.sight}) })},
		{Topic: pane.OnCurves, Rank: 277, Name: "all-values", Keys: []string{"V"}, Show: "V", Word: q.tableWord, Doc: "a table of all metrics of all runs, at the value cursor or now", When: q.hasRun, Do: does(func() { values.Open(q.Runs, lookup{q}) })},
		{Topic: pane.OnCurves, Rank: 280, Name: "smooth", Keys: []string{"s"}, Show: "s", Foot: "smooth", Doc: "smooth the curves: off, 0.6, 0.9", When: q.curves, Do: does(q.nextSmoothing)},
		{Topic: pane.OnRuns, Rank: 290, Name: "hide", Keys: []string{"v"}, Show: "v", Foot: "hide", Doc: "hide or show the selected run's curves", When: q.hasRun, Do: does(q.ToggleHidden)},
		{Topic: pane.OnCurves, Rank: 292, Name: "dim", Keys: []string{"D"}, Show: "D", Word: q.dimWord, Doc: "dim the curves of all but the selected run", When: q.canDim, Do: does(q.dim)},
		{Topic: pane.OnCurves, Rank: 295, Name: "plot", Keys: []string{"b"}, Show: "b", Foot: "plot", Doc: "draw curves in characters, in braille dots or in blocks", When: q.canStyle, Why: q.whyNoStyle, Do: does(q.nextStyle)},
		{Topic: pane.OnCurves, Rank: 297, Name: "charts", Keys: []string{"#"}, Show: "#", Foot: "charts", Doc: "two, three or four charts, each of its own metric; one; or one a run", When: q.curves, Do: does(q.nextGrid)},
		{Topic: pane.OnCurves, Rank: 300, Name: "log-x", Keys: []string{"L"}, Show: "L", Foot: "log x", Doc: "linear or logarithmic x-axis", When: q.curves, Do: does(q.toggleLogX)},
		{Topic: pane.OnCurves, Here: q.charted, Rank: 310, Keys: []string{"-", "=", "+"}, Ways: []pane.Way{pane.On("zoom-out", "zoom the x-axis out", "-"), pane.On("zoom-in", "zoom the x-axis in", "=", "+")}, Show: "- =", Foot: "zoom x", Doc: "zoom the x-axis out or in; of zoomed devices, more or less time", When: q.canSpan, Do: acts(q.span)},
		{Topic: pane.OnCurves, Rank: 320, Keys: []string{"<", ">"}, Ways: []pane.Way{pane.On("pan-left", "pan the x-axis to the left", "<"), pane.On("pan-right", "pan the x-axis to the right", ">")}, Show: "< >", Foot: "pan", Doc: "pan the x-axis", When: q.isZoomed, Do: acts(q.panX)},
		{Topic: pane.OnCurves, Rank: 330, Name: "whole-x", Keys: []string{"0"}, Show: "0", Foot: "whole x", Doc: "the whole x-axis again, growing with the runs", When: q.isZoomed, Do: does(func() { q.zoomed, q.following = false, false })},
		{Topic: pane.OnCurves, Rank: 335, Name: "follow", Keys: []string{"f"}, Show: "f", Word: q.followWord, Doc: "follow where curves move: their newest quarter, or where they last moved", When: q.canFollow, Do: does(q.follow)},
		{Topic: pane.OnRuns, Rank: 340, Name: "sort", Keys: []string{"S"}, Show: "S", Foot: "sort", Doc: "sort the standings; in their pane, the clients", When: q.hasRun, Do: does(q.nextOrder)},
		{Topic: pane.OnRuns, Rank: 350, Name: "filter", Keys: []string{"/"}, Show: "/", Foot: "filter", Doc: "show only runs with a text, or for which lr>1e-4 holds; in the log, lines", When: func() bool { return q.Ready() && len(q.Snap.Runs) > 0 }, Do: does(q.filter)},
	}
	for i := range keys {
		keys[i].In = pane.Main
	}
	return slices.Concat(keys, q.player.Keys(), ask.Keys(q.Runs), values.Keys(q.Runs))
}

func (q *Race) hasRun() bool   { return q.Ready() && q.Run() != nil }
func (q *Race) isZoomed() bool { return q.Ready() && q.zoomed }

// hasAxes says whether there is another axis to go on to.
func (q *Race) hasAxes() bool {
	n := 0
	for i := range q.Snap.Axes {
		if q.offered(i) {
			n++
		}
	}
	return q.Ready() && n > 1
}
