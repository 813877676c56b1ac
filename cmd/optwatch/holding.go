package main

import (
	"context"
	"fmt"
	"slices"

	"optwatch/fed/join"
	"optwatch/fed/wire"
	"optwatch/train"
	"optwatch/train/data"
	"optwatch/train/device"
)

// load opens what a client holds, once it is known what the federation is about.
func (j *joiner) load(ctx context.Context, t wire.Terms) (join.Data, error) {
	open := j.shared
	if j.own {
		open = j.holds
	}
	ds, err := open(ctx, t)
	if err != nil {
		return join.Data{}, err
	}
	share, err := train.NewShare(ds, t.Model, train.ModelSettings{Hidden: t.Hidden, Precision: t.Precision})
	if err != nil {
		return join.Data{}, err
	}
	d := join.Data{
		Share: share, Labels: ds.Train.Labels, Classes: max(1, len(ds.Classes)),
		Holding: wire.Holding{Own: j.own, Examples: ds.Train.Len(), Features: ds.Features, Classes: max(1, len(ds.Classes))},
	}
	if j.own {
		d.Labels, d.Holding.Counts = nil, counts(ds)
	} else {
		d.Holding.Digest = ds.Digest
	}
	return d, nil
}

// shared opens the coordinator's data set, of which the client's rows are a part.
func (j *joiner) shared(ctx context.Context, t wire.Terms) (*data.Dataset, error) {
	o := j.data
	if o.Name == "" {
		o.Name = t.Data
		if !data.Named(o.Name) {
			return nil, fmt.Errorf("the coordinator's data set is a file called %s: --data PATH --part K takes part with it, --data PATH alone with data of its own", device.Printable(o.Name))
		}
	}
	ds, err := openData(ctx, o, nil)
	if err != nil {
		return nil, err
	}
	if total := ds.Train.Len() + ds.Val.Len(); o.Val < 0 && ds.Train.Len() != t.Examples && total > t.Examples {
		o.Val = total - t.Examples
		if ds, err = openData(ctx, o, nil); err != nil {
			return nil, err
		}
	}
	switch {
	case ds.Features != t.Features:
		return nil, featuresDiffer(ds, t)
	case max(1, len(ds.Classes)) != t.Classes:
		return nil, fmt.Errorf("%s has %d classes, the coordinator's %s has %d", ds.Name, max(1, len(ds.Classes)), device.Printable(t.Data), t.Classes)
	case ds.Digest != t.Digest || ds.Train.Len() != t.Examples:
		return nil, fmt.Errorf("%s is not the coordinator's %s: %d examples to train on with the digest %.12s here, %d with %.12s there",
			ds.Name, device.Printable(t.Data), ds.Train.Len(), ds.Digest, t.Examples, device.Printable(t.Digest))
	}
	return ds, nil
}

func featuresDiffer(ds *data.Dataset, t wire.Terms) error {
	return fmt.Errorf("%s has %d features, the coordinator's %s has %d", ds.Name, ds.Features, device.Printable(t.Data), t.Features)
}

// holds opens data of the client's own, all of it to train on, with the classes of
// the coordinator: it need not have examples of each. Numbers that are kept as the
// coordinator keeps its come to the same bits.
func (j *joiner) holds(ctx context.Context, t wire.Terms) (*data.Dataset, error) {
	o := j.data
	if o.Val < 0 {
		o.Val = 0
	}
	ds, err := openData(ctx, o, nil)
	if err != nil {
		return nil, err
	}
	if ds.Features != t.Features {
		return nil, featuresDiffer(ds, t)
	}
	if ds.Train, err = ds.Train.StoredAs(t.Storage, t.Features); err != nil {
		return nil, err
	}
	switch {
	case len(ds.Classes) == 0 && len(t.Names) > 0:
		return nil, fmt.Errorf("%s has numeric targets, the coordinator's %s has %d classes", ds.Name, device.Printable(t.Data), t.Classes)
	case len(ds.Classes) > 0 && len(t.Names) == 0:
		return nil, fmt.Errorf("%s has %d classes, the coordinator's %s has numeric targets", ds.Name, len(ds.Classes), device.Printable(t.Data))
	}
	return ds, relabel(ds, t)
}

// relabel gives labels the numbers that their classes have at the coordinator.
func relabel(ds *data.Dataset, t wire.Terms) error {
	there := make([]int32, len(ds.Classes))
	for i, name := range ds.Classes {
		at := slices.Index(t.Names, name)
		if at < 0 {
			return fmt.Errorf("%s has a class %q, which is none of the %d of the coordinator's %s", ds.Name, device.Printable(name), t.Classes, device.Printable(t.Data))
		}
		there[i] = int32(at)
	}
	labels := make([]int32, len(ds.Train.Labels))
	for i, label := range ds.Train.Labels {
		labels[i] = there[label]
	}
	if len(ds.Classes) > 0 {
		ds.Train.Labels, ds.Classes = labels, t.Names
	}
	return nil
}

// counts are how many examples of each class there are; nil for numeric targets.
func counts(ds *data.Dataset) []int {
	if len(ds.Classes) == 0 {
		return nil
	}
	out := make([]int, len(ds.Classes))
	for _, class := range ds.Train.Labels {
		out[class]++
	}
	return out
}
