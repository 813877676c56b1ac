package fed

import (
	"cmp"
	"slices"

	"optwatch/optimizers/matrix"
)

// gathering is what the updates of an attempt come to that can be averaged. Each is
// added as soon as it is known that it counts and its turn has come; then its vector
// serves the next client, unless something needs the updates side by side (keeps).
// So a mean over thousands of clients needs a few vectors.
//
// The cohort is divided into blocks. Within a block updates are added in the order
// of clients, and the sums of blocks as a tree has them: whoever is late holds up
// its block alone, and who worked when changes no bit.
//
// How many answer is known last. So updates are weighted among all who were asked,
//
//	Σ wₖΔₖ    FedAvg: wₖ = nₖ/n over the cohort
//
// and the sum is scaled in the end to those who answered, by 1 where all have.
type gathering struct {
	r      *Round
	d      int
	cohort []int // in the order of clients
	asked  turnout
	blocks [][]float64 // sums of those under way; nil while it is 0
	sums   tree

	us []*Update // that have been added, in the order of clients; without vectors unless they are kept

	compared []int     // whose updates are compared, in the order of clients
	copies   []*Update // of these, as they were sent

	clipped, contributions int // where the server clips updates
}

// blockSize is how many clients a block has. A cohort of no more is added up one by one.
const blockSize = 16

// turnout is how many clients there are in a cohort, or of it, and their examples.
type turnout struct{ clients, examples int }

// turnoutOf is that of some updates.
func turnoutOf(us []*Update) turnout {
	t := turnout{clients: len(us)}
	for _, u := range us {
		t.examples += u.Examples
	}
	return t
}

// newGathering begins to gather the updates of a cohort, of d numbers each.
func newGathering(r *Round, cohort []int, d int, t *tally) *gathering {
	blocks := (len(cohort) + blockSize - 1) / blockSize
	a := &gathering{
		r: r, d: d, cohort: cohort, asked: turnout{clients: len(cohort)}, blocks: make([][]float64, blocks),
		sums: newTree(blocks, &r.worker.Vectors), compared: r.sample(cohort, d, t),
	}
	for _, k := range cohort {
		a.asked.examples += r.sizes[k]
	}
	return a
}

// keeps says whether updates are needed after they have been added.
func (a *gathering) keeps() bool {
	_, learns := a.r.strategy.(learner)
	return a.r.Combine != nil || learns
}

// add adds an update that counts to its block, of which it is the next.
func (a *gathering) add(block int, u *Update) {
	r := a.r
	if _, chosen := slices.BinarySearch(a.compared, u.Client); chosen {
		c := *u
		c.Delta = r.worker.Vectors.Take(a.d)
		copy(c.Delta, u.Delta)
		a.copies = append(a.copies, &c)
	}
	if r.Privacy.Clients() {
		a.clip(u)
	}
	switch {
	case r.Privacy.Clients() && r.Privacy.Kept():
		matrix.Axpy(a.sum(block), 1, u.Delta)
	case r.Combine == nil:
		matrix.Axpy(a.sum(block), r.strategy.weight(u, a.asked), u.Delta)
	}
	if !a.keeps() {
		r.giveBack(u)
	}
}

// sum is that of a block so far.
func (a *gathering) sum(block int) []float64 {
	if a.blocks[block] == nil {
		a.blocks[block] = a.r.worker.Vectors.Take(a.d)
		clear(a.blocks[block])
	}
	return a.blocks[block]
}

// end ends a block.
func (a *gathering) end(block int) {
	a.sums.put(block, a.blocks[block])
	a.blocks[block] = nil
}

// addAll adds updates, those that count of all, in the order of clients.
func (a *gathering) addAll(us []*Update) {
	for block := range a.blocks {
		last := a.cohort[min((block+1)*blockSize, len(a.cohort))-1]
		for ; len(us) > 0 && us[0].Client <= last; us = us[1:] {
			a.add(block, us[0])
		}
		a.end(block)
	}
}

// close takes what has been added, when all are there, and writes the sum to g.
func (a *gathering) close(us []*Update, g []float64) {
	a.us = us
	slices.SortFunc(a.copies, func(u, v *Update) int { return cmp.Compare(u.Client, v.Client) })
	clear(g)
	if a.sums.root != nil {
		copy(g, a.sums.root)
	}
}

// clip shortens an update that is longer than S.
func (a *gathering) clip(u *Update) {
	if norm := matrix.Nrm2(u.Delta); norm > a.r.Privacy.Clip {
		matrix.Scal(u.Delta, a.r.Privacy.Clip/norm)
		a.clipped++
	}
	a.contributions++
}

// release gives back all vectors.
func (a *gathering) release() {
	for _, u := range slices.Concat(a.us, a.copies) {
		a.r.giveBack(u)
	}
	for i := range a.blocks {
		a.sums.give(a.blocks[i])
		a.blocks[i] = nil
	}
	a.sums.release()
}

// giveBack takes the vector from an update, of which clients in this process make
// the next ones. Updates may be of a transport's making.
func (r *Round) giveBack(u *Update) {
	if len(u.Delta) > 0 && r.remote() == nil {
		r.worker.Vectors.Give(u.Delta)
	}
	u.Delta = nil
}
