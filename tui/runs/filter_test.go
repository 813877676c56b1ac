package runs

import (
	"testing"

	"optwatch/train/view"
)

func TestFilter(t *testing.T) {
	r := &view.Run{
		Name: "exp/resnet-a", Recipe: "sgd:lr=0.1",
		Parameters: []view.Parameter{{Key: "optim.lr", Text: "0.001"}, {Key: "model", Text: "ResNet50"}, {Key: "seed", Text: "3"}},
		Settings:   []view.Setting{{Key: "batch", Value: 64}},
		Series:     []view.Series{{Metric: "val/loss", Last: 0.25}},
	}
	for filter, want := range map[string]bool{
		"": true, "resnet": true, "RESNET-A": true, "adam": false,
		"lr>1e-4": true, "lr>1e-2": false, "lr=1e-3": true, "lr!=0.001": false, "lr<=0.001": true, "lr>=0.002": false, "lr<0.002": true,
		"optim.lr>1e-4": true, "tim.lr>1e-4": false,
		"model=resnet": true, "model!=resnet": false, "model=vgg": false, "model>3": false,
		"batch=64": true, "batch>64": false, "loss<0.3": true, "val/loss<0.2": false,
		"lr>1e-4 model=resnet": true, "lr>1e-4 model=vgg": false, "resnet seed=3": true, "resnet seed=4": false,
		"nothing=1": false, "   ": true, "=": true, "lr>": false, // "=" is part of the recipe
	} {
		s := &Runs{Filter: filter}
		if got := s.passes(r); got != want {
			t.Errorf("%q: the run passes: %v, want %v", filter, got, want)
		}
	}
}
