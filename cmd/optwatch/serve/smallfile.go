package serve

import (
	"fmt"
	"io"
	"io/fs"
	"os"
)

// mostKeys is how many bytes a file of keys may have.
const mostKeys = 1 << 20

// readSmall is what is in a file of keys, and what the system says of that file.
func readSmall(path string) ([]byte, fs.FileInfo, error) {
	if info, err := os.Stat(path); err != nil {
		return nil, nil, err
	} else if !info.Mode().IsRegular() { // opening a pipe would wait
		return nil, nil, fmt.Errorf("%s is no file: want one with keys", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	text, err := io.ReadAll(io.LimitReader(f, mostKeys+1))
	if err == nil && len(text) > mostKeys {
		err = fmt.Errorf("%s has more than %d bytes: want a file of keys", path, mostKeys)
	}
	return text, info, err
}
