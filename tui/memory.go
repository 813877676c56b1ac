package tui

import (
	"encoding/json"

	"optwatch/tui/pane"
)

// Memory is where it is kept between screens of one kind how the last was left.
type Memory interface {
	Load() []byte     // nil where there is nothing; it does not take long
	Save(text []byte) // returns soon, done or not
}

// mostKept is how many bytes are believed to be what a screen has kept.
const mostKept = 1 << 16

// remembers says whether it is kept how the screen is left: for whoever looks from
// another machine nothing is written here.
func (o Terminal) remembers() bool { return o.Memory != nil && !o.Fresh && !o.Guest }

// recall begins as the last screen of this kind was left.
func (m *shell) recall(o Terminal) {
	k, ok := m.program.(pane.Keeper)
	if !ok || !o.remembers() {
		return
	}
	if text := o.Memory.Load(); len(text) <= mostKept && json.Valid(text) {
		k.Restore(text)
		m.fit()
	}
}

// keep keeps how this one was left, once it is no longer shown.
func (m *shell) keep(o Terminal) {
	k, ok := m.program.(pane.Keeper)
	if !ok || !o.remembers() {
		return
	}
	if text, err := json.Marshal(k.Keep()); err == nil && len(text) <= mostKept {
		o.Memory.Save(text)
	}
}
