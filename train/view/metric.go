package view

// Format is how a value is written.
type Format int

// The formats.
const (
	Plain      Format = iota // in a few significant digits: 0.125, 1e-5
	Count                    // a whole number, with a prefix where it is large: 9 412, 602k
	Bytes                    // a size: 7.5 MB
	Share                    // a share of 1, in percent: 91.94 %
	Digits                   // with four digits at least, as values are whose differences matter: 0.3421
	Scientific               // 4.1e-3
)

// Axis is what curves are drawn over.
type Axis struct {
	Key    string
	Title  string // e.g. "gradient evaluations"
	Name   string // in the head of a column, e.g. "evals"; "" for the title
	Format Format
	Whole  bool   // there is nothing between whole numbers
	At     string // after a place on it, e.g. "sent" of bytes; "" for the title
	None   string // what is said of runs that have no place on it, e.g. "no rounds"
	Steps  bool   // it counts what one step of a run goes on by
	Clock  bool   // its places are seconds since Snapshot.Began, pauses included
	Aside  bool   // known of every value, but nothing to draw curves over
}

// Scaling is which scales serve to draw a metric.
type Scaling int

// The scalings.
const (
	Linear      Scaling = iota // no other serves
	LinearFirst                // a logarithmic one serves too
	LogFirst                   // logarithmic unless told otherwise
)

// Metric is a quantity that is known of runs.
type Metric struct {
	Key    string
	Title  string // over a chart, e.g. "validation accuracy %"
	Name   string // in a word or two, where there is little room; "" for the title
	Format Format
	Scale  Scaling
	// Better is the end that is better: +1 the upper, -1 the lower, 0 neither. A
	// linear scale may leave out the transient at the other end.
	Better int
	// Least is the shortest range of a linear scale that is not all noise; 0
	// where any may be shown.
	Least float64
	// Floor is by how much what the values stand for may be above them, see AtMost. 0 for
	// nothing.
	Floor float64
	// Provisional says that the values are distances from the best one so far,
	// which has none itself: it will be another, and so will they.
	Provisional bool
	Lines       []Line // values to compare with, such as that at the optimum
	Note        string // what must be known to read a chart of it, in a few words
	Progress    Progress
	Behind      string // key of the metric behind whose curves this one is drawn faintly, and nowhere else; "" for a chart of its own
	Aside       bool   // for tables alone: there is no curve of it, or nothing in it
}

// AtMost is what a value that is no larger than its error may stand for at most: of such a
// value that is all that is known.
func (m *Metric) AtMost(v float64) (most float64, known bool) {
	if m.Floor > 0 && v <= m.Floor {
		return max(0, v) + m.Floor, true
	}
	return 0, false
}

// Progress is how far something is that the values still wait for.
type Progress struct {
	Of    string // e.g. "certifying f*"; "" for nothing
	Done  int64
	Unit  string // what is counted
	Known string // what that has come to, e.g. "f − f* ≤ 3e-2"; "" for nothing
}

// Line is a value that curves of a metric are compared with.
type Line struct {
	Name string
	At   float64
}

// Column is a column of the standings: the metric, the setting or the axis with
// a key.
type Column struct {
	Key    string
	Drop   int // the higher, the sooner it gives way to narrow screens
	Spread int // above 0: of several seeds it is worth telling how far they lie apart, in a column with this for its Drop
}
