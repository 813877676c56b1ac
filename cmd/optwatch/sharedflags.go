package main

import (
	"cmp"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"optwatch/train"
	"optwatch/train/data"
	"optwatch/train/objective"
	"optwatch/train/publish"
	"optwatch/tui"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// The flags that several commands take, each registered once, in groups. A
// command includes of a group the flags that it takes, in the order of its help.

// include adds flags of a group to those of a command: the named ones, or all.
func include(fs, group *pflag.FlagSet, names ...string) {
	if len(names) == 0 {
		group.VisitAll(fs.AddFlag)
	}
	for _, name := range names {
		fs.AddFlag(group.Lookup(name))
	}
}

// newGroup is an empty group, whose flags keep the order in which they are added.
func newGroup(name string) *pflag.FlagSet {
	fs := pflag.NewFlagSet(name, pflag.ContinueOnError)
	fs.SortFlags = false
	return fs
}

// registerDataDir adds the flag that all commands have, to the root of them.
func registerDataDir(root *cobra.Command) {
	root.PersistentFlags().String("data-dir", "", "folder of the data sets (default $OPTWATCH_DATA, else in the user's cache folder)")
}

// dataDirFlag is the folder of the data sets; "" for the default.
func dataDirFlag(cmd *cobra.Command) string {
	dir, _ := cmd.Flags().GetString("data-dir") // of a command without that root there is none
	return dir
}

// problemFlags say what is minimised: on which data, with which model and how regularised.
type problemFlags struct {
	data      data.Options
	model     string
	hidden    string // "" for the usual ones
	precision string // "" for float32
	l2        float64
}

// settings are those of the model.
func (f *problemFlags) settings() train.ModelSettings {
	return train.ModelSettings{Hidden: f.hidden, Precision: cmp.Or(f.precision, objective.Float32)}
}

func (f *problemFlags) group() *pflag.FlagSet {
	fs := newGroup("problem")
	fs.StringVar(&f.data.Name, "data", "auto", "auto, digits, mnist, fashion-mnist, or the path of an IDX, LIBSVM or CSV file")
	unsaidVar(fs, &f.data.Val, "val", "validation examples held out of the training set (default 10000 for MNIST)")
	fs.StringVar(&f.data.Test, "test", "", "path of a test set, where --data is a path")
	fs.StringVar(&f.data.Label, "label", "", "label column of a CSV file (default a column of that name, else the last)")
	fs.BoolVar(&f.data.Standardize, "standardize", false, "scale columns to deviation 1 over the training rows, and to mean 0 where most entries are not 0")
	fs.StringVar(&f.data.Missing, "missing", "", "what an empty cell of a CSV file is: mean, that of its column, or drop, which leaves its row out (default an error)")
	fs.BoolVar(&f.data.OneHot, "one-hot", false, "give each word in a column of words of a CSV file a column of its own")
	fs.StringArrayVar(&f.data.Without, "without", nil, "leave out a `COLUMN` of a CSV file, by its name or number; may be given several times")
	fs.StringVar(&f.model, "model", "softmax", "softmax, logistic, svm, least-squares or net")
	fs.StringVar(&f.hidden, "hidden", "", "units of each hidden layer of the net (default "+objective.DefaultHidden+")")
	fs.StringVar(&f.precision, "precision", "", "`float32 or float64`: the numbers that gradients of mini-batches are computed in where float32 is faster (default float32)")
	fs.Float64Var(&f.l2, "l2", 1e-3, "λ of the regulariser (λ/2)‖W‖², biases left out")
	return fs
}

// trainingFlags say how it is trained, whatever it is.
type trainingFlags struct {
	seed    uint64
	threads int
}

func (f *trainingFlags) group() *pflag.FlagSet {
	fs := newGroup("training")
	fs.Uint64Var(&f.seed, "seed", 1, "seed of everything random")
	fs.IntVar(&f.threads, "threads", 0, "training threads (default one for each core)")
	return fs
}

// fill gives training a thread a core, where no number of threads is asked for.
func (f *trainingFlags) fill() {
	if f.threads == 0 {
		f.threads = runtime.GOMAXPROCS(0)
	}
}

// processors lets the program use two more than training takes, one for the
// screen and one for its timers: with one more, a key waits twice as long. The
// function that it returns takes them back.
func (f *trainingFlags) processors() (restore func()) {
	before := runtime.GOMAXPROCS(f.threads + 2)
	return func() { runtime.GOMAXPROCS(before) }
}

// budgetFlags say when training ends, counted in gradient evaluations.
type budgetFlags struct {
	passes float64
	evals  int64
}

// group is the flags of the budget that each run or trial has, and what it is otherwise.
func (f *budgetFlags) group(each, otherwise string) *pflag.FlagSet {
	fs := newGroup("budget")
	fs.Float64Var(&f.passes, "passes", 0, "budget of each "+each+", in passes of n gradient evaluations ("+otherwise+")")
	fs.Var((*countFlag)(&f.evals), "evals", "budget of each "+each+", in gradient evaluations, as 400k or 1e6")
	return fs
}

// outputFlags say where what comes out goes.
type outputFlags struct {
	headless bool
	out      string
	json     string
}

// group is the flags of output: without a screen, what follows the progress
// lines, and what the JSON file holds.
func (f *outputFlags) group(after, json string) *pflag.FlagSet {
	fs := newGroup("output")
	fs.BoolVar(&f.headless, "headless", false, "no screen: progress lines"+after)
	fs.StringVar(&f.out, "out", "", "write pictures, tables and a report to this `folder`")
	fs.StringVar(&f.json, "json", "", "write the "+json)
	return fs
}

// screenFlags say how it is drawn.
type screenFlags struct {
	fps     int
	ascii   bool
	noColor bool
	plot    plotFlag
	noMouse bool
	theme   themeFlag
	keys    []string // changes of keys
	fresh   bool
}

func (f *screenFlags) group() *pflag.FlagSet {
	fs := newGroup("screen")
	fs.IntVar(&f.fps, "fps", 0, "frames a second (default 10, over SSH 5)")
	fs.BoolVar(&f.ascii, "ascii", false, "plain ASCII on the screen")
	fs.Var(&f.plot, "plot", "curves in `"+draw.PlotNames()+"`; the last two not with --ascii")
	fs.BoolVar(&f.noColor, "no-color", false, "no colour on the screen; NO_COLOR does the same")
	fs.BoolVar(&f.noMouse, "no-mouse", false, "leave the mouse to the terminal (else it focuses, selects, scrolls, zooms and pans; text is selected with shift held down)")
	fs.Var(&f.theme, "theme", "colours of the screen: "+strings.Join(draw.SchemeNames(), ", "))
	fs.StringArrayVar(&f.keys, keyFlag, nil, "another key for an action of the screen, as `ACTION=KEY`; may be given several times (optwatch config keys lists the actions)")
	fs.BoolVar(&f.fresh, "fresh", false, "begin the screen anew, not as the last one of its kind was left")
	return fs
}

// frames is how many a second are drawn: what was asked for, or what suits the terminal.
func (f *screenFlags) frames() int {
	switch {
	case f.fps > 0:
		return f.fps
	case os.Getenv("SSH_CONNECTION") != "" || os.Getenv("SSH_TTY") != "":
		return 5
	}
	return 10
}

// terminal is the terminal of a command as the flags want it.
func (f *screenFlags) terminal(cmd *cobra.Command) tui.Terminal {
	return tui.Terminal{
		Input: cmd.InOrStdin(), Output: cmd.OutOrStdout(), FPS: f.frames(),
		ASCII: f.ascii, NoColor: f.colourless(), NoMouse: f.noMouse, Plot: f.plot.Plot, Theme: string(f.theme), Keys: f.changes(), Fresh: f.fresh, Version: version,
	}
}

// changes are the changes of keys, which have been checked.
func (f *screenFlags) changes() []pane.KeyChange {
	var out []pane.KeyChange
	for _, text := range f.keys {
		if c, err := tui.ParseKeyChange(text); err == nil {
			out = append(out, c)
		}
	}
	return out
}

// colourless says whether the screen does without colours.
func (f *screenFlags) colourless() bool { return f.noColor || os.Getenv("NO_COLOR") != "" }

// recordFlags say where an experiment is recorded and logged, and which process
// trains it.
type recordFlags struct {
	logTo      []string
	record     string
	checkpoint time.Duration
	foreground bool
	held       string // the ID that the process which has started this one has chosen for it

	targets []publish.Target // of logTo, once they are checked
}

func (f *recordFlags) group() *pflag.FlagSet {
	fs := newGroup("record")
	fs.StringVar(&f.record, "record", "", "the `file` that records it, or none (default a new one in $OPTWATCH_STATE, else in the user's state folder)")
	fs.StringArrayVar(&f.logTo, "log-to", nil, "write the runs as logs for other programs to `FORMAT:DIR`, of the formats tensorboard, jsonl and csv; may be given several times")
	fs.DurationVar(&f.checkpoint, "checkpoint", 10*time.Second, "how much of a run may be lost if the process is killed")
	fs.BoolVar(&f.foreground, "foreground", false, "train in this process, which ends with its terminal, instead of one of its own")
	fs.StringVar(&f.held, "held", "", "train without a terminal, as a process of its own")
	fs.Lookup("held").Hidden = true
	return fs
}

// The values of --record that are no files: for no record, and of a watch for a new
// one in the state folder.
const (
	noRecord  = "none"
	newRecord = "new"
)
