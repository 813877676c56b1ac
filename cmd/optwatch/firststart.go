package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"optwatch/train/record"
)

// startedName is the file in the state folder that says that the screen was shown
// before.
const startedName = "started"

// firstStart says whether the screen is shown for the first time, and remembers that
// it was. Where nothing can be remembered it is always the first time.
func firstStart() bool {
	folder, err := record.DefaultFolder()
	if err != nil {
		return true
	}
	f, err := os.OpenFile(filepath.Join(folder.Path, startedName), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return !errors.Is(err, fs.ErrExist)
	}
	_ = f.Close()
	return true
}
