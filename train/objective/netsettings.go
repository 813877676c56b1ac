package objective

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// NetSettings are what there is to choose of a net; of other models nothing is.
type NetSettings struct {
	Hidden    string // the units of each hidden layer from the first, "200,200"; "" for these
	Precision string // Float32 or Float64; "" for Float64
}

// The precisions of a net's mini-batches.
const (
	Float32 = "float32" // Net.Single
	Float64 = "float64"
)

// DefaultHidden are the hidden layers of a net whose settings name none.
const DefaultHidden = "200,200"

// What hidden layers there may be.
const (
	mostUnits  = 1 << 14
	mostLayers = 64
)

// Complete are the settings with their defaults and in one way of writing them,
// or what is wrong with them.
func (s NetSettings) Complete() (NetSettings, error) {
	if s.Hidden == "" {
		s.Hidden = DefaultHidden
	}
	if s.Precision == "" {
		s.Precision = Float64
	}
	units, err := s.units()
	if err != nil {
		return s, err
	}
	if s.Precision != Float32 && s.Precision != Float64 {
		return s, fmt.Errorf("has the precision %s or %s, got %q", Float32, Float64, s.Precision)
	}
	words := make([]string, len(units))
	for i, n := range units {
		words[i] = strconv.Itoa(n)
	}
	s.Hidden = strings.Join(words, ",")
	return s, nil
}

// units are those of each hidden layer.
func (s NetSettings) units() ([]int, error) {
	words := strings.Split(s.Hidden, ",")
	if len(words) > mostLayers {
		return nil, fmt.Errorf("has %d hidden layers at most, got %d", mostLayers, len(words))
	}
	units := make([]int, len(words))
	for i, w := range words {
		n, err := strconv.Atoi(strings.TrimSpace(w))
		if err != nil || n < 1 || n > mostUnits {
			return nil, fmt.Errorf("has hidden layers of 1 to %d units, with commas between as in %s; got %q", mostUnits, DefaultHidden, s.Hidden)
		}
		units[i] = n
	}
	return units, nil
}

// of are the settings of a model: none but of a net.
func (s NetSettings) of(m Model) (NetSettings, error) {
	if m.Net {
		return s.Complete()
	}
	if s.Hidden != "" {
		return s, errors.New("has no hidden layers; the model net has")
	}
	if s.Precision != "" {
		return s, errors.New("has float64 alone; the model net has a choice")
	}
	return s, nil
}

// net is the network with these settings, which are complete, over examples.
func (s NetSettings) net(e Examples) Objective {
	units, err := s.units()
	if err != nil {
		panic("objective: settings of a net that are not complete: " + err.Error())
	}
	n := NewNet(e.X, e.classes(), units, e.Classes)
	if s.Precision == Float32 {
		n.Single()
	}
	return n
}
