package trials

import (
	"fmt"
	"runtime/debug"

	"optwatch/train/study"
)

// Conclude does the work of a study on its page, and ends that with how it went: a
// panic is a failure, and so is a claim that does not hold.
func (s *Session) Conclude(p *study.Page, work func(p *study.Page) error) {
	p.Begin()
	p.End(s.outcome(p, work))
}

func (s *Session) outcome(p *study.Page, work func(p *study.Page) error) (state study.State, why string) {
	defer func() {
		if fault := recover(); fault != nil {
			state, why = study.Failed, fmt.Sprintf("panic: %v\n%s", fault, debug.Stack())
		}
	}()
	err := work(p)
	found := p.Study()
	switch failing := found.Refuted(); {
	case s.ctx.Err() != nil:
		return study.Ended, ""
	case err != nil:
		return study.Failed, err.Error()
	case len(failing) > 0:
		return study.Failed, fmt.Sprintf("%d of %d claims", len(failing), len(found.Claims))
	}
	return study.Done, ""
}
