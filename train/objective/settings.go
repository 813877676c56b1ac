package objective

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Settings are what there is to choose of a model.
type Settings struct {
	Hidden    string // of a net, the units of each hidden layer from the first, "200,200"; "" for these
	Precision string // of mini-batches, Float32 or Float64; "" for Float64
}

// The precisions of mini-batches.
const (
	Float32 = "float32" // Net.Single, Linear.Single
	Float64 = "float64"
)

// DefaultHidden are the hidden layers of a net whose settings name none.
const DefaultHidden = "200,200"

// What hidden layers there may be.
const (
	mostUnits  = 1 << 14
	mostLayers = 64
)

// of are the settings for a model, with their defaults and in one way of writing them,
// or what is wrong with them.
func (s Settings) of(m Model) (Settings, error) {
	switch s.Precision {
	case "":
		s.Precision = Float64
	case Float32, Float64:
	default:
		return s, fmt.Errorf("has the precision %s or %s, got %q", Float32, Float64, s.Precision)
	}
	if m.Net {
		return s.ofNet()
	}
	if s.Hidden != "" {
		return s, errors.New("has no hidden layers; the model net has")
	}
	return s, nil
}

// ofNet completes what is of a net.
func (s Settings) ofNet() (Settings, error) {
	if s.Hidden == "" {
		s.Hidden = DefaultHidden
	}
	units, err := s.units()
	if err != nil {
		return s, err
	}
	words := make([]string, len(units))
	for i, n := range units {
		words[i] = strconv.Itoa(n)
	}
	s.Hidden = strings.Join(words, ",")
	return s, nil
}

// units are those of each hidden layer.
func (s Settings) units() ([]int, error) {
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

// linear is the objective of a linear model with these settings.
func (s Settings) linear(e Examples, y []float64, k int, loss Loss) Objective {
	l := NewLinear(e.X, y, k, loss)
	if s.Precision == Float32 {
		l.Single()
	}
	return l
}

// net is the network with these settings, which are complete, over examples.
func (s Settings) net(e Examples) Objective {
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
