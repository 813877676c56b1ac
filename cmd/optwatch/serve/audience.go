package serve

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"optwatch/train/device"
	"optwatch/train/view"
)

// Role is what a viewer may do.
type Role int

// The roles.
const (
	Viewer   Role = iota // look
	Operator             // drive too
)

// House is what an audience looks at. Its functions are called by the goroutines
// of viewers, several at a time.
type House struct {
	Source    view.Source
	Record    func() view.Record                             // nil where nothing is recorded
	Commanded func(who string, c view.Command)               // called before the source is asked; may be nil
	Refused   func(who string, c view.Command, reason error) // called where the source does not take it; may be nil
	Finish    func(who string)                               // ends all, saved, and returns at once; nil where that is not offered
	Next      string                                         // the command that takes up what was saved then, with %s for the record's name, and what it does; "" for that which goes on with it
}

// Audience is everybody who looks at a source. Its methods may be called by any goroutine.
type Audience struct {
	house House

	mu      sync.Mutex // the house is never called while it is held
	seats   []*Seat    // in the order in which they were taken
	latest  uint64     // Seat.number
	told    view.Record
	changes uint64 // of the seats and of what is told: each number is of one state of both
}

// NewAudience is one of nobody yet.
func NewAudience(h House) *Audience { return &Audience{house: h} }

// Size is how many there are.
func (a *Audience) Size() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.seats)
}

// Join is a new viewer, until it leaves. The name is from outside: what cannot be
// printed is left out of it, and it gets a number where another has the same.
func (a *Audience) Join(name string, role Role) *Seat {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := &Seat{audience: a, number: a.numberLocked(), name: a.nameLocked(name), role: role}
	a.seats = append(a.seats, s)
	a.changes++
	return s
}

// JoinHolding is the operator in whose process all this is: it ends when that one
// leaves, while for the others it goes on.
func (a *Audience) JoinHolding(name string) *Seat {
	s := a.Join(name, Operator)
	s.holds = true // before anybody else has the seat
	return s
}

// mostNumber is the highest number of a seat: it is the upper half of commands'
// identities, which so are positive wherever they are kept as signed integers.
const mostNumber = 1<<31 - 1

// numberLocked is a number that no seat has had; only after mostNumber viewers
// do numbers come again, of seats that were given up long before. The caller
// holds mu.
func (a *Audience) numberLocked() uint64 {
	for {
		a.latest = a.latest%mostNumber + 1
		if !slices.ContainsFunc(a.seats, func(s *Seat) bool { return s.number == a.latest }) {
			return a.latest
		}
	}
}

// mostName is how many characters of a name are shown.
const mostName = 32

// nameLocked is a name that can be printed and that nobody else has. The caller
// holds mu.
func (a *Audience) nameLocked(name string) string {
	name = device.Printable(name)
	if r := []rune(name); len(r) > mostName {
		name = strings.TrimSpace(string(r[:mostName]))
	}
	if name == "" {
		name = "guest"
	}
	taken := func(n string) bool { return slices.ContainsFunc(a.seats, func(s *Seat) bool { return s.name == n }) }
	unique := name
	for i := 2; taken(unique); i++ {
		unique = name + "-" + strconv.Itoa(i)
	}
	return unique
}

// leave gives a seat up; once more changes nothing.
func (a *Audience) leave(s *Seat) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if i := slices.Index(a.seats, s); i >= 0 {
		a.seats = slices.Delete(a.seats, i, i+1)
		a.changes++
	}
}

// has says whether a seat has not been given up.
func (a *Audience) has(s *Seat) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Contains(a.seats, s)
}

// tellLocked takes in where the source is recorded now. The caller holds mu.
func (a *Audience) tellLocked(r view.Record) {
	if r != a.told {
		a.told = r
		a.changes++
	}
}

// peopleLocked are those who look, as one of them sees them. The caller holds mu.
func (a *Audience) peopleLocked(self *Seat) []view.Person {
	out := make([]view.Person, len(a.seats))
	for i, s := range a.seats {
		out[i] = view.Person{Name: s.name, Self: s == self, Drives: s.role == Operator}
	}
	return out
}
