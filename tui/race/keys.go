package race

import (
	"slices"

	"optwatch/train/view"
	"optwatch/tui/pane"
	"optwatch/tui/runs"
)

// Keys are the lines of the key table that belong to no pane beside the curves.
// The footer takes from the top.
func (q *Race) Keys() []pane.Binding {
	does, acts := pane.Does, pane.Acts
	type kinds = []view.CommandKind
	going := func(k view.CommandKind) func() bool { return func() bool { return q.Going(k, runs.Goes) } }
	keys := []pane.Binding{
		{Rank: 10, Keys: []string{" "}, Sends: kinds{view.Pause, view.Resume}, Show: "space", Word: q.drive.pauseWord, Doc: "pause or resume the selected run", When: going(view.Pause), Why: q.WhyEnded, Do: does(q.drive.togglePause)},
		{Rank: 20, Keys: []string{"o"}, Sends: kinds{view.Switch}, Show: "o", Foot: "switch", Doc: "switch the optimizer of the selected run: parameters stay", When: going(view.Switch), Why: q.WhyEnded, Do: does(q.openPicker)},
		{Rank: 30, Keys: []string{"[", "]"}, Sends: kinds{view.Set}, Show: "[ ]", Foot: "lr", Doc: "learning rate ÷ or × 1.25", When: q.drive.canSet(runs.LearningRate), Why: q.WhyEnded, Do: acts(q.drive.changeLR)},
		{Rank: 100, Keys: []string{"n"}, Sends: kinds{view.StepOnce}, Show: "n", Foot: "step", Doc: "one step, or round, of a paused run", When: q.drive.canStep, Why: q.drive.whyNoStep, Do: does(q.drive.stepOnce)},
		{Rank: 110, Keys: []string{"esc"}, Show: "esc", Word: q.leaveWord, Doc: "leave the value cursor, the zoom or the filter", When: q.canLeave, Do: does(q.leave)},
		{Rank: 120, Keys: []string{"m"}, Show: "m", Foot: "metric", Doc: "next metric of the focused chart; of zoomed devices, the next charts", When: q.canMetric, Do: does(q.nextMetric)},
		{Rank: 130, Keys: []string{"t"}, Show: "t", Foot: "x-axis", Doc: "next x-axis of those the source has, such as steps and wall time", When: q.hasAxes, Do: does(q.nextAxis)},
		{Rank: 140, Keys: []string{"z"}, Show: "z", Word: q.zoomWord, Doc: "the focused pane alone, and back", When: q.Ready, Do: does(func() { q.zoom = !q.zoom })},
		{Rank: 150, Keys: []string{"y"}, Show: "y", Foot: "log y", Doc: "linear or logarithmic y-axis of the focused chart", When: q.canLogY, Do: does(q.toggleLogY)},
		{Rank: 160, Keys: []string{"a"}, Sends: kinds{view.Add}, Show: "a", Foot: "add", Doc: "add a run from a recipe", When: func() bool { return q.Accepts(view.Add) }, Do: does(q.openPrompt)},
		{Rank: 170, Keys: []string{"c"}, Sends: kinds{view.Branch}, Show: "c", Foot: "branch", Doc: "branch a copy of the selected run from where it is", When: q.CanBranch, Why: q.drive.whyNoBranch, Do: does(q.drive.branch)},
		{Rank: 180, Keys: []string{"r"}, Sends: kinds{view.Restart}, Show: "r", Foot: "restart", Doc: "restart the selected run (asks if it has not ended)", When: q.CanRestart, Do: does(q.drive.askRestart)},
		{Rank: 190, Keys: []string{"x"}, Sends: kinds{view.Stop}, Show: "x", Foot: "stop", Doc: "stop the selected run (asks)", When: going(view.Stop), Why: q.WhyEnded, Do: does(q.drive.askStop)},
		{Rank: 195, Keys: []string{"C"}, Sends: kinds{view.Save}, Show: "C", Foot: "checkpoint", Doc: "have the selected run write a checkpoint now", When: going(view.Save), Why: q.WhyEnded, Do: does(q.drive.save)},
		{Rank: 200, Keys: []string{"{", "}"}, Sends: kinds{view.Set}, Show: "{ }", Foot: "batch", Doc: "batch size ÷ or × 2", When: q.drive.canSet(runs.BatchSize), Why: q.drive.whyNoBatch, Do: acts(q.drive.changeBatch)},
		{Rank: 210, Keys: []string{"P"}, Sends: kinds{view.Pause, view.Resume}, Show: "P", Foot: "pause all", Doc: "pause all runs, or resume them all", When: q.drive.canPauseAll, Why: q.drive.whyNoPauseAll, Do: does(q.drive.togglePauseAll)},
		{Rank: 220, Keys: []string{"j", "k", "down", "up"}, Show: "j k ↑ ↓", Foot: "select", Doc: "select a run; in their panes, a client or a device; in the log, scroll", When: q.Ready, Do: acts(q.move)},
		{Rank: 230, Keys: []string{"enter"}, Show: "enter", Word: q.openWord, Doc: "open the selected group of seeds into its runs, or close it", About: q.AnyGroup, When: q.CanOpen, Do: does(q.ToggleOpen)},
		{Rank: 240, Keys: []string{"pgup", "pgdown", "home", "end"}, Show: "pgup pgdn home end", Doc: "the same by pages, in the clients, the devices and the log", When: q.inLong, Do: acts(q.page)},
		{Rank: 250, Keys: []string{"tab", "shift+tab"}, Show: "tab shift+tab", Doc: "focus the next or previous pane", When: q.Ready, Do: acts(q.cycleFocus)},
		{Rank: 260, Keys: []string{"1", "2", "3", "4"}, Show: "1 … 4", Doc: "focus a pane: the charts, the standings, the log", When: q.Ready, Do: acts(func(key string) { q.Focus = int(key[0] - '1') })},
		{Rank: 270, Keys: []string{"h", "l", "left", "right"}, Show: "h l ← →", Foot: "values", Doc: "value cursor on all charts; the standings show the values there", When: q.curves, Do: acts(func(key string) { q.moveCursor(key, q.chartColumns()) })},
		{Rank: 280, Keys: []string{"s"}, Show: "s", Foot: "smooth", Doc: "smooth the curves: off, 0.6, 0.9", When: q.curves, Do: does(q.nextSmoothing)},
		{Rank: 290, Keys: []string{"v"}, Show: "v", Foot: "hide", Doc: "hide or show the selected run's curves", When: q.hasRun, Do: does(q.ToggleHidden)},
		{Rank: 300, Keys: []string{"L"}, Show: "L", Foot: "log x", Doc: "linear or logarithmic x-axis", When: q.curves, Do: does(q.toggleLogX)},
		{Rank: 310, Keys: []string{"-", "=", "+"}, Show: "- =", Foot: "zoom x", Doc: "zoom the x-axis out or in; of zoomed devices, more or less time", When: q.canSpan, Do: acts(q.span)},
		{Rank: 320, Keys: []string{"<", ">"}, Show: "< >", Foot: "pan", Doc: "pan the x-axis", When: q.isZoomed, Do: acts(q.panX)},
		{Rank: 330, Keys: []string{"0"}, Show: "0", Foot: "follow", Doc: "the whole x-axis again, growing with the runs", When: q.isZoomed, Do: does(func() { q.zoomed = false })},
		{Rank: 340, Keys: []string{"S"}, Show: "S", Foot: "sort", Doc: "sort the standings; in their pane, the clients", When: q.hasRun, Do: does(q.nextOrder)},
		{Rank: 350, Keys: []string{"/"}, Show: "/", Foot: "filter", Doc: "show only runs with a text, or for which lr>1e-4 holds", When: func() bool { return q.Ready() && len(q.Snap.Runs) > 0 }, Do: does(q.openFilter)},
	}
	for i := range keys {
		keys[i].In = pane.Main
	}
	return slices.Concat(keys, q.player.Keys(), q.pickerKeys(), q.promptKeys(), q.filterKeys())
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
