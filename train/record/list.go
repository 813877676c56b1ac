package record

import (
	"errors"
	"os"
	"slices"
	"time"
)

// List are the records in the folder, those that were written last first. One
// that cannot be read is listed with what is wrong with it.
func (f Folder) List() ([]Summary, error) {
	ids, err := f.ids()
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	list := make([]Summary, 0, len(ids))
	for _, id := range ids {
		s := summarise(f.File(id))
		if !errors.Is(s.Damage, os.ErrNotExist) { // else it was removed just now
			list = append(list, s)
		}
	}
	slices.SortStableFunc(list, func(a, b Summary) int { return b.Written.Compare(a.Written) })
	return list, nil
}

// summarise is the record of a path in a list, whether or not it can be read.
func summarise(path string) Summary {
	s, err := summary(path)
	if err == nil {
		return s
	}
	s = Summary{Path: path, Size: sizeOf(path), Damage: err}
	if info, err := os.Stat(path); err == nil {
		s.Written = info.ModTime()
	}
	if holder, held := Held(path); held {
		s.Status, s.Holder = Live, holder
	} else {
		s.Status = Interrupted
	}
	return s
}

func summary(path string) (Summary, error) {
	r, err := Open(path)
	if err != nil {
		return Summary{}, err
	}
	defer r.Close()
	return r.Summary()
}

// Prune removes the records that were last written before a time, with what
// belongs to them, and returns what it removed. Live ones stay, and so does what
// is no record.
func (f Folder) Prune(before time.Time) ([]Summary, error) {
	list, err := f.List()
	if err != nil {
		return nil, err
	}
	var removed []Summary
	for _, s := range list {
		if s.Status == Live || !s.Written.Before(before) || examine(s.Path) != nil {
			continue
		}
		if err := remove(s.Path); err != nil {
			return removed, err
		}
		removed = append(removed, s)
	}
	return removed, nil
}

// remove removes a record, which nobody writes meanwhile. The record itself goes
// last, so that one that could not be removed is still listed.
func remove(path string) error {
	l, err := hold(path)
	if err != nil {
		return err
	}
	defer l.release()
	for _, ending := range belongings {
		if err := os.RemoveAll(beside(path, ending)); err != nil {
			return err
		}
	}
	return nil
}
