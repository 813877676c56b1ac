package tui

import (
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/tui/draw"
)

// model is the state of the screen: the latest snapshot and what the user has
// chosen to look at.
type model struct {
	source    train.Source
	catalogue optimizers.Catalogue
	theme     *draw.Theme
	version   string
	table     []binding

	w, h int
	lay  layout // follows from the rest, after every message

	snap *train.Snapshot
	base baseline // what losses of snap are measured against

	fps   int
	now   time.Time // of the latest tick
	chain int       // the only chain of ticks that is still heard
	brisk bool      // it ticks fps times a second

	selected    int // RunView.ID
	focus       pane
	recent      []pane // the panes focused so far, the latest first
	zoom        bool
	alone       bool  // the devices are all there is to look at
	desk        *desk // studies are all there is to look at; else nil
	views       [2]view
	look        look
	hidden      map[int]bool
	filter      string
	sorted      order
	groups      groups
	logBack     int       // lines the log is scrolled back
	sets        []setting // asked for lately
	asks        []ask     // of federations, on their way
	over        overlay
	flash       flash
	notes       []train.Event // the screen's own lines for the log
	noted       int           // how many there have been
	interrupted bool          // ctrl+c was the latest key

	cache  [2]cached
	roster roster
	rack   rack
	told   told
}

// overlay is what lies over the screen and takes the keys.
type overlay interface {
	mode() mode
	draw(m *model, w, h int) []string
}

func newModel(o Options, t *draw.Theme) *model {
	m := blank(o.Source, t)
	m.catalogue, m.version = o.Catalogue, o.Version
	if o.FPS > 0 {
		m.fps = o.FPS
	}
	m.pull()
	m.settle()
	return m
}

// blank is a model that has not looked at its source yet.
func blank(s train.Source, t *draw.Theme) *model {
	return &model{
		source: s, theme: t, table: keyTable(), w: 80, h: 24, fps: 10, hidden: map[int]bool{}, selected: -1, roster: roster{run: -1},
		groups: groups{first: map[int]int{}, open: map[int]bool{}},
	}
}

// Init starts the chain of ticks.
func (m *model) Init() tea.Cmd { return m.arm() }

// Update takes a message in.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	var cmd tea.Cmd
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		if msg.Width > 0 && msg.Height > 0 {
			m.w, m.h = msg.Width, msg.Height
		}
	case tickMsg:
		cmd = m.ticked(msg)
	case tea.KeyMsg:
		cmd = m.typed(msg)
	case wroteMsg:
		m.wrote(msg)
	}
	m.settle()
	return m, cmd
}

// settle makes what was chosen fit what is there.
func (m *model) settle() {
	m.regroup()
	runs := m.listed()
	if len(runs) > 0 && m.run() == nil {
		m.selected = runs[0].ID
	}
	m.settleFocus()
	m.heard()
	m.call(runs)
	m.settleGroup()
	m.rackDevices()
	m.lay = arrange(m.w, m.h, scene{len(m.entries()), m.clientHeight(), m.deviceHeight(), m.gpus(), m.focus, m.recent, m.zoom || m.alone, m.diagnosisHeight()})
	m.roster.scroll(m.clientRows())
	m.rack.scroll(m.deviceRows())
	m.logBack = max(0, min(m.logBack, len(m.events())-m.logRows()))
	if m.desk != nil {
		m.desk.settle(m)
	}
}

// settleFocus leaves what is not there any more, and remembers what lay on top.
func (m *model) settleFocus() {
	if m.alone {
		m.focus = paneDevices
	}
	if !m.has(m.focus) {
		m.focus = paneRuns
	}
	if len(m.recent) == 0 || m.recent[0] != m.focus {
		others := slices.DeleteFunc(m.recent, func(p pane) bool { return p == m.focus })
		m.recent = slices.Insert(others, 0, m.focus)
	}
	if !m.look.x.offered(m.snap) {
		m.look.x, m.look.probe, m.look.zoomed = xEvals, false, false
	}
}

// has says whether there is a pane.
func (m *model) has(p pane) bool {
	switch p {
	case paneClients:
		return m.federated()
	case paneDevices:
		return m.snap.Devices != nil
	case paneDiagnosis:
		return m.diagnosed()
	}
	return true
}

// listed are the runs that pass the filter, in the order of the standings.
func (m *model) listed() []*train.RunView { return m.groups.runs }

// run is the selected run, nil if there is none in sight.
func (m *model) run() *train.RunView {
	for i := range m.snap.Runs {
		if r := &m.snap.Runs[i]; r.ID == m.selected && m.passes(r) {
			return r
		}
	}
	return nil
}

// find is a run by its identity.
func (m *model) find(id int) *train.RunView {
	for i := range m.snap.Runs {
		if m.snap.Runs[i].ID == id {
			return &m.snap.Runs[i]
		}
	}
	return nil
}

// accepts says whether the source takes a kind of command, now.
func (m *model) accepts(k train.CommandKind) bool {
	return m.ready() && slices.Contains(m.snap.Accepts, k)
}

// ready says whether there is something to look at.
func (m *model) ready() bool {
	return m.snap.Phase == train.PhaseTraining || m.snap.Phase == train.PhaseEnded
}

// alive is how many runs have not ended.
func (m *model) alive() int {
	n := 0
	for i := range m.snap.Runs {
		if !m.snap.Runs[i].State.Ended() {
			n++
		}
	}
	return n
}
