package race

import "optwatch/train/view"

// On a linear x-axis the whole descent of a run that has converged shrinks, as the
// axis grows with the others. Unless L has chosen, the axis therefore becomes
// logarithmic once half of it lies behind the end of such a run, and stays so as
// long as there is one.

// shrunk is the share of a linear axis that the descent of a converged run has at
// most, for the axis to become logarithmic.
const shrunk = 0.5

// keepScale chooses between a linear and a logarithmic x-axis where the user has
// not. What is being looked at, through a window or at the value cursor, stays.
func (s *sight) keepScale() {
	if s.chosenX || s.zoomed || s.values || s.Snap.Playback != nil {
		return
	}
	if s.logX { // only if no run has converged any more, as after a restart
		s.logX = s.converged() > 0
		return
	}
	if at := s.converged(); at > 0 {
		_, hi := s.ends()
		if s.logX = at < shrunk*hi; s.logX {
			linear := "linear: " + s.Keys.Shown("log-x")
			s.Tell("x is logarithmic now, since half of it lay behind a run that has converged; "+linear,
				"x is logarithmic now that a run has converged; "+linear, "x is logarithmic; "+linear, linear)
		}
	}
}

// converged is the farthest place at which a run that is drawn has converged; 0 if
// none has.
func (s *sight) converged() float64 {
	at := 0.0
	for _, r := range s.Plotted() {
		if r.State == view.Converged {
			at = max(at, r.Place(s.axis))
		}
	}
	return at
}

func (s *sight) toggleLogX() {
	s.logX, s.chosenX = !s.logX, true
	s.values, s.zoomed, s.following = false, false, false
}
