package publish

// book is the log of one run in one form. It belongs to one goroutine. A call that
// fails has written nothing that a later one does not write over.
type book interface {
	// read is what the newest life of the run has written, in the order of its
	// lines; nil if there is none.
	read() ([]line, error)
	// begin begins a new life: what is added then follows nothing.
	begin()
	// add writes lines, each after those before it.
	add(lines []line, s shape) error
	// fill writes values that belong beside, or between, those that are written.
	fill(lines []line, s shape) error
	close()
}

// line is what was known of a run at one plot point, by the keys of axes and
// metrics, with the step and the time. What is not known has no key; what is no
// number but was one before is NaN.
type line map[string]float64

// The keys of what every line has.
const (
	stepKey = "step"
	timeKey = "time" // seconds since 1970
)

// shape is what lines may have, in the order in which it is written.
type shape struct {
	places  []string // keys of the axes, and of the time; the step first
	metrics []string
	pace    string // key of the axis that tells values of one step apart; "" for none
}

// placeOf is where a line stands.
func (s shape) placeOf(l line) place { return place{l[stepKey], l[s.pace]} }

// place is where values stand. Several may stand at one step, where it takes long.
type place struct{ step, pace float64 }

func (p place) after(o place) bool {
	return p.step > o.step || p.step == o.step && p.pace > o.pace
}
