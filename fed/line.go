package fed

// line is where updates wait until those of the clients before them in their block
// are there, and then are added at once. That is only for clients in this process,
// each of whose tasks is answered once: elsewhere something may still come that
// speaks against an update which is good by itself.
type line struct {
	judge
	all      *gathering
	verdicts []verdict // on the answers to the tasks, in their order; without an update where there is none yet
	next     []int     // of each block, the first task without one
}

func newLine(j judge, all *gathering) *line {
	l := &line{judge: j, all: all, verdicts: make([]verdict, len(j.asked)), next: make([]int, len(all.blocks))}
	for b := range l.next {
		l.next[b] = b * blockSize
	}
	return l
}

// stand takes an update, and adds all whose turn has come.
func (l *line) stand(v verdict) {
	at, ok := l.find(v.Client)
	if !ok || l.verdicts[at].Update != nil {
		panic("fed: a client of this process answers what it was not asked")
	}
	l.verdicts[at] = v
	block := at / blockSize
	next, end := &l.next[block], min((block+1)*blockSize, len(l.verdicts))
	for ; *next < end && l.verdicts[*next].Update != nil; *next++ {
		if v := l.verdicts[*next]; v.reason == "" {
			l.all.add(block, v.Update)
		} else {
			l.all.r.giveBack(v.Update)
		}
		if *next == end-1 {
			l.all.end(block)
		}
	}
}

// leave gives back the vectors of those who have come in vain, since the attempt is broken off.
func (l *line) leave() {
	for _, v := range l.verdicts {
		if v.Update != nil {
			l.all.r.giveBack(v.Update)
		}
	}
	l.all.release()
}
