package member

import (
	"context"
	"errors"
	"io"
	"math"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"optwatch/tui/cells"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// Terminal is where the screen is shown, and how.
type Terminal struct {
	Input   io.Reader
	Output  io.Writer
	FPS     int  // looks at the client a second; 0 for 10
	ASCII   bool // nothing but ASCII characters
	NoColor bool
}

// Run shows a client until the user quits or ctx ends, which both give nil.
func Run(ctx context.Context, s Source, t Terminal) error {
	m := newScreen(s, draw.NewTheme(t.Output, t.ASCII, t.NoColor), t.FPS)
	out, _ := cells.To(t.Output)
	p := tea.NewProgram(m, tea.WithContext(ctx), tea.WithInput(t.Input), tea.WithOutput(out), tea.WithAltScreen(), tea.WithoutSignalHandler())
	_, err := p.Run()
	if ctx.Err() != nil && errors.Is(err, tea.ErrProgramKilled) {
		return nil
	}
	return err
}

// mostLosses is how many losses are remembered for the sparkline.
const mostLosses = 400

// screen is the model of the screen.
type screen struct {
	theme   *draw.Theme
	source  Source
	every   time.Duration
	w, h    int
	now     time.Time
	status  Status
	losses  []float64 // the latest of each round, and that of the round under way
	round   string    // that the last of them is of
	leaving bool      // q was pressed, and asks
	keys    pane.Table
}

func newScreen(s Source, t *draw.Theme, fps int) *screen {
	if fps <= 0 {
		fps = 10
	}
	m := &screen{theme: t, source: s, every: time.Second / time.Duration(fps), w: 80, h: 24}
	m.keys = m.table()
	m.look()
	return m
}

type tickMsg time.Time

// Init begins to look.
func (m *screen) Init() tea.Cmd { return m.tick() }

func (m *screen) tick() tea.Cmd {
	return tea.Tick(m.every, func(t time.Time) tea.Msg { return tickMsg(t) })
}

// Update takes a message in.
func (m *screen) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.w, m.h = msg.Width, msg.Height
	case tickMsg:
		m.now = time.Time(msg)
		m.look()
		return m, m.tick()
	case tea.KeyMsg:
		if b := m.keys.Reach(msg.String(), pane.Everywhere, m.mode()); b != nil {
			return m, b.Press(msg.String())
		}
	}
	return m, nil
}

// look asks the client how it is. Of each round the latest loss stays.
func (m *screen) look() {
	m.status = m.source.Status()
	s := &m.status
	if math.IsNaN(s.Loss) || math.IsInf(s.Loss, 0) || s.Round < 1 {
		return
	}
	if round := s.Run + " " + draw.Grouped(int64(s.Round)); round != m.round || len(m.losses) == 0 {
		m.round = round
		m.losses = append(m.losses, s.Loss)
		if len(m.losses) > mostLosses {
			m.losses = m.losses[1:]
		}
	}
	m.losses[len(m.losses)-1] = s.Loss
}
