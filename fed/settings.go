package fed

import (
	"optwatch/fed/client"
	"optwatch/fed/partition"
	"optwatch/fed/privacy"
)

// Settings are what a federation is made of.
type Settings struct {
	Strategy     string // its name
	Clients      int    // N
	Partitioning partition.Scheme
	Fraction     float64     // C, of the clients that a round selects
	Epochs       int         // E
	Batch        int         // B
	Rule         client.Rule // of the clients, begun anew in each round
	Limit        int         // rounds; 0 for no limit
	Combine      combine     // instead of the strategy's weighted mean; nil for that
	Faults       Faults
	Quorum       float64 // the fraction of those selected who must answer; one must in any case
	Retries      int     // of a round that too few have answered
	MaxNorm      float64 // the longest update that is believed
	Privacy      privacy.Settings
	Transport    Transport // nil for InProcess
}
