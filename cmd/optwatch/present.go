package main

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"optwatch/cmd/optwatch/serve"
	"optwatch/train/view"
	"optwatch/tui"
	"optwatch/tui/draw"
)

// The ways in which a sitting is shown to somebody.

// progress prints lines until all runs have ended.
func (s *sitting) progress(cmd *cobra.Command) error {
	if s.lost != "" {
		complain(cmd, "not recorded: %s", s.lost)
	}
	return printAlong(s.ending, s.out, s.experiment, s.renewLine)
}

// screen is the screen on the terminal of this process, until the user quits.
func (s *sitting) screen(cmd *cobra.Command) error {
	seat := s.audience.JoinHolding(userName())
	defer seat.Leave()
	if s.alone != "" {
		complain(cmd, "training ends with this terminal: %s", s.alone)
	}
	t := s.terminal(cmd)
	t.Viewer, t.Memory, t.Hints = seat.Number(), s.memory(), firstStart()
	return tui.Run(s.ending, seat, t)
}

// linger waits until it is to end, or until all runs have ended and nobody looks.
func (s *sitting) linger(*cobra.Command) error {
	const firstVisit = 30 * time.Second // whoever has started this process comes to look
	s.out.w = io.Discard                // whoever looks at the end is told by draw
	patience := time.Now().Add(firstVisit)
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-s.ending.Done():
			return nil
		case <-tick.C:
			if s.audience.Size() > 0 {
				patience = time.Time{}
			} else if time.Now().After(patience) && atRest(s.experiment.Snapshot()) {
				return nil
			}
		}
	}
}

// atRest says whether a source goes on no more.
func atRest(s *view.Snapshot) bool { return s.Phase == view.PhaseEnded || s.Phase == view.PhaseFailed }

// memory is that of the screens of experiments of this kind.
func (s *sitting) memory() memory {
	if s.fed {
		return kindFed
	}
	return kindRace
}

// draw is the screen of somebody who looks from another process. Who leaves finds on
// the terminal how the runs stand; when all has ended that is the final table, and
// results are in their files unless others still look.
func (s *sitting) draw(session context.Context, seat *serve.Seat, t tui.Terminal) error {
	ctx, leave := s.until(session)
	defer leave()
	t.Hints = t.Hints && firstStart()
	t.Memory = s.memory()
	if err := tui.Run(ctx, seat, t); err != nil {
		return err
	}
	over := atRest(s.experiment.Snapshot())
	if over {
		seat.Leave()
		s.awaitLast(session)
	}
	report, outcome := s.experiment.Report(), error(nil)
	select {
	case <-s.ended:
		report, outcome = s.report, s.outcome
	default:
		if !over {
			printTable(rawLines{&t}, report, columnsOf(&t))
			printAdvice(rawLines{&t}, report.Snapshot(), columnsOf(&t))
			return nil
		}
	}
	if report.Err != "" {
		return errors.New(report.Err)
	}
	printTable(rawLines{&t}, report, columnsOf(&t))
	printAdvice(rawLines{&t}, report.Snapshot(), columnsOf(&t))
	if errors.Is(outcome, errInterrupted) { // which whoever looks is not
		return nil
	}
	return outcome
}

// awaitLast waits until all is saved, if nobody looks any more who keeps it from ending.
func (s *sitting) awaitLast(ctx context.Context) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for s.audience.Size() == 0 {
		select {
		case <-s.ended:
			return
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// columnsOf is how wide a terminal is, or was when its screen opened if it is far away;
// 0 where that is not known.
func columnsOf(t *tui.Terminal) int {
	if w := widthOf(t.Output); w > 0 {
		return w
	}
	return t.Size.Width
}

// widthOf is how many columns a stream has; 0 where it is no terminal.
func widthOf(out io.Writer) int {
	if f, ok := out.(*os.File); ok {
		if w, _, err := term.GetSize(f.Fd()); err == nil {
			return w
		}
	}
	return 0
}

// rawLines writes lines as a terminal in raw mode wants them, with the characters
// that it has.
type rawLines struct{ *tui.Terminal }

// Write writes a carriage return before each line feed.
func (r rawLines) Write(p []byte) (int, error) {
	text := cleanLines(string(p))
	if r.ASCII || tui.Narrow(r.Environ) {
		text = draw.ToASCII(text)
	}
	_, err := r.Output.Write([]byte(strings.ReplaceAll(text, "\n", "\r\n")))
	return len(p), err
}

// farewell says what is wrong with the record, or how an experiment that was cut
// short can go on.
func (s *sitting) farewell(cmd *cobra.Command) {
	s.unpublished(cmd)
	switch {
	case s.writer == nil || s.gone:
	case s.lost != "":
		complain(cmd, "the record: %s", s.lost)
	case s.cut && s.held == "":
		complain(cmd, "saved as %[1]s: optwatch resume %[1]s goes on, "+writes, s.called)
	case s.held == "" && !s.prints:
		complain(cmd, "recorded as %[1]s: optwatch replay %[1]s plays it, "+writes, s.called)
	}
}
