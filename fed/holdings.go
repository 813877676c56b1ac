package fed

import (
	"errors"
	"fmt"
	"slices"

	"optwatch/fed/partition"
	"optwatch/optimizers"
)

// holdings is what the clients hold: rows of the server's data set, or data of
// their own, of which nothing is known before they are there.
type holdings struct {
	partition partition.Split // rows of the server's data set; nil where the clients have data of their own
	sizes     []int           // examples of each client
	own       []float64       // the same, where they are of the clients' own; nil where they are not, or that is not known
	classes   [][]int         // examples of each class at each client; nil where that is not known
	settled   bool            // clients in other processes have been asked
}

// divided is what clients hold who hold the server's data set.
func divided(rows partition.Split, labels []int32, classes int) holdings {
	h := holdings{partition: rows, sizes: make([]int, len(rows)), classes: rows.Counts(labels, classes)}
	for k := range rows {
		h.sizes[k] = len(rows[k])
	}
	return h
}

// owned is what clients hold who have data of their own, so many examples.
func owned(sizes []float64) holdings {
	h := holdings{own: slices.Clone(sizes), sizes: make([]int, len(sizes))}
	for k, n := range sizes {
		h.sizes[k] = int(n)
	}
	return h
}

// held is how many examples of their own clients had when that was last known.
func (h *holdings) held() []int {
	if h.own == nil {
		return nil
	}
	return h.sizes
}

// alike says whether clients hold the same as by others.
func (h *holdings) alike(o *holdings) bool {
	return slices.EqualFunc(h.partition, o.partition, slices.Equal) && slices.Equal(h.own, o.own)
}

// take takes what clients say that they hold, nil for rows of the server's data
// set. rounds says that there have been some, with what was known before.
func (h *holdings) take(said []Holding, clients int, rounds bool) error {
	switch {
	case said == nil && h.own != nil:
		return errors.New("the clients held data of their own before, and now hold parts of the server's")
	case said == nil:
		h.settled = true
		return nil
	case h.own == nil && rounds:
		return errors.New("the clients held parts of the server's data before, and now hold data of their own")
	case len(said) != clients:
		return fmt.Errorf("there are %d clients, and %d have said what they hold", clients, len(said))
	}
	sizes, classes := make([]float64, clients), make([][]int, clients)
	for k, s := range said {
		if s.Examples < 1 {
			return fmt.Errorf("c%d holds %d examples; a client must hold one at least", k, s.Examples)
		}
		if h.own != nil && s.Examples != h.sizes[k] {
			return fmt.Errorf("c%d holds %d examples now, and held %d before: rounds would not go on from where they were", k, s.Examples, h.sizes[k])
		}
		sizes[k], classes[k] = float64(s.Examples), s.Classes
	}
	*h = owned(sizes)
	h.classes, h.settled = classes, true
	return nil
}

// divided says in a few words who holds what.
func (r *Round) divided() string {
	if r.own != nil {
		return "data of their own"
	}
	return r.Partitioning.Title()
}

// settle asks clients in other processes what they hold, before their first round here.
func (r *Round) settle(o optimizers.Divisible) error {
	far := r.remote()
	if far == nil || r.settled {
		return nil
	}
	said, err := far.Holdings(r.Clients, hostOf(r, o, 0))
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	known := r.own != nil
	if err := r.take(said, r.Clients, r.rounds > 0); err != nil {
		return err
	}
	switch {
	case said == nil:
	case known:
		for k := range r.clients {
			r.clients[k].Classes = r.classes[k]
		}
	default: // all that has been made of the division was of no use
		r.Privacy = r.asked
		r.ledger, r.clients = r.newLedger(), r.firstViews()
		r.err = r.completePrivacy()
	}
	return nil
}
