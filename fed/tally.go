package fed

import (
	"fmt"
	"strings"
)

// tally is what a round comes to, over all its attempts, before it is final. Up
// to then a round that is broken off leaves nothing behind.
type tally struct {
	round, attempt   int
	cohort, answered int     // clients selected, and updates that have come, in the latest attempt
	cohorts          [][]int // of every attempt
	bytes            int
	refused          []refusal
	notes            []string
	outcome          int // number of the latest that was written down; 0 for none

	// Of the average, where there is one.
	averaged               bool
	steps                  int // local
	clipped, contributions int
	signal                 float64 // ‖signal‖ of what gets noise
	snr                    float64
	releases               int // noisy sums
}

// refusal is an update that is not averaged.
type refusal struct {
	client int
	reason string
}

func (t *tally) refuse(client int, reason string) {
	t.refused = append(t.refused, refusal{client, reason})
}

// counts are the updates that were refused in words: c0 c8 late, 40 not finite.
func (t *tally) counts() string {
	var parts []string
	for _, reason := range reasons {
		var names []string
		for _, f := range t.refused {
			if f.reason == reason {
				names = append(names, fmt.Sprintf("c%d", f.client))
			}
		}
		if len(names) > mostNamed {
			names = []string{fmt.Sprint(len(names))}
		}
		if names != nil {
			parts = append(parts, strings.Join(names, " ")+" "+reason)
		}
	}
	return strings.Join(parts, ", ")
}

// mostNamed is the most clients that are named in a line.
const mostNamed = 6
