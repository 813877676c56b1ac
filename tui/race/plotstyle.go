package race

func (s *sight) canStyle() bool { return s.Ready() && !s.Theme.ASCII }

func (s *sight) whyNoStyle() string {
	if s.Theme.ASCII {
		return "braille and blocks are not ASCII, which is all that this screen draws with"
	}
	return ""
}

// nextStyle goes on to the next, and says which it is.
func (s *sight) nextStyle() {
	s.Plot = s.Plot.Next()
	s.Say("curves in " + s.Plot.String())
}

// canDim and dim draw all runs but the selected faint, or as ever.
func (s *sight) canDim() bool { return s.Ready() && len(s.Groups) > 1 }

func (s *sight) dim() { s.dims = !s.dims }

func (s *sight) dimWord() string {
	if s.dims {
		return "undim"
	}
	return "dim"
}
