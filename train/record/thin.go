package record

import (
	"fmt"
	"time"
)

// aging is how what changes all the time is thinned with its age, so that it
// takes no more room however long an experiment goes on: of the last ten minutes
// all is kept, of the last two hours one in ten seconds, and then one a minute,
// or rarer where the experiment is older than a day.
//
// What is large is kept more seldom: every shortest time that is between two is
// longer by a factor then.
type aging struct {
	table   string
	by      string        // what there may be several rows of at a time, as SQL; "" for none
	spared  string        // rows that stay, as SQL; "" for none
	thinned time.Duration // when that was done last, as the age of the experiment
}

const (
	young     = 10 * time.Minute
	old       = 2 * time.Hour
	youngStep = 10 * time.Second
	oldStep   = time.Minute
	mostOld   = 1440 // rows that are older than two hours, of one kind
	thinEvery = time.Minute
)

// spacing is how far apart rows are to be so that they come at some bytes a second.
func spacing(bytes int, rate float64) time.Duration {
	return max(time.Second, time.Duration(float64(bytes)/rate*float64(time.Second)))
}

// write plans to remove what is too close together for its age, once a minute.
func (a *aging) write(p *plan, elapsed, spacing time.Duration) {
	if elapsed < young || elapsed-a.thinned < thinEvery && elapsed >= a.thinned {
		return
	}
	factor := doubled(time.Second, spacing).Seconds()
	a.remove(p, elapsed-old, elapsed-young, factor*youngStep.Seconds())
	a.remove(p, 0, elapsed-old, factor*doubled(oldStep, elapsed/mostOld).Seconds())
	p.after(func() { a.thinned = elapsed })
}

// doubled is a step doubled until it is long enough. Of steps that lie within
// each other the first rows do so too, and no more are lost than must be.
func doubled(step, least time.Duration) time.Duration {
	for step < least {
		step *= 2
	}
	return step
}

// remove plans to keep in every step of so many seconds the first row only.
func (a *aging) remove(p *plan, from, to time.Duration, step float64) {
	if to <= 0 {
		return
	}
	text := fmt.Sprintf(`DELETE FROM %[1]s WHERE elapsed >= ?1 AND elapsed < ?2 %[3]s AND EXISTS (
		SELECT 1 FROM %[1]s AS earlier WHERE earlier.elapsed < %[1]s.elapsed
		AND earlier.elapsed >= CAST(%[1]s.elapsed / ?3 AS INTEGER) * ?3 %[2]s)`, a.table, a.by, a.spared)
	p.add(text, max(0, from).Seconds(), to.Seconds(), step)
}
