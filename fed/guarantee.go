package fed

import "fmt"

// breach is why nothing is guaranteed any more, although some rounds had noise,
// and since or until which round. A guarantee holds for a whole run or not at
// all; once broken it stays so.
type breach struct{ why, round int }

// What breaks a guarantee. The numbers are part of a saved state.
const (
	_           = iota
	bareAfter   // rounds after it have no noise
	bareBefore  // rounds up to it had none
	otherBefore // rounds up to it hid something else
)

func (b breach) text() string {
	switch b.why {
	case bareAfter:
		return fmt.Sprintf("the rounds after round %d have no noise", b.round)
	case bareBefore:
		return fmt.Sprintf("rounds 1 to %d had no noise", b.round)
	case otherBefore:
		return fmt.Sprintf("rounds 1 to %d hid something else", b.round)
	}
	return ""
}

// or is the breach there was, or else another one.
func (b breach) or(why, round int) breach {
	if b.why != 0 {
		return b
	}
	return breach{why, round}
}
