//go:build unix

package script

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// openControl opens a control file for a command, if the script made it, it is
// still where it was made, and it is the user's own.
func openControl(path string, inode uint64) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	switch {
	case errors.Is(err, syscall.ELOOP):
		return nil, fmt.Errorf("%s is a link", path)
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("%w: %w", ErrOwner, err)
	case err != nil:
		return nil, err
	}
	info, err := file.Stat()
	if err == nil {
		err = checkControl(info, inode, os.Getuid())
	}
	if err != nil {
		_ = file.Close() // nothing was written
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return file, nil
}

func checkControl(info fs.FileInfo, inode uint64, uid int) error {
	s, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case !info.Mode().IsRegular():
		return errors.New("is no file")
	case !ok:
		return errors.New("its owner cannot be told here")
	case int(s.Uid) != uid:
		return fmt.Errorf("%w: it belongs to user %d", ErrOwner, s.Uid)
	case info.Mode().Perm()&0o022 != 0:
		return fmt.Errorf("others may write to it (%v), so the script does not look at it", info.Mode().Perm())
	case s.Ino != inode:
		return ErrCopied
	}
	return nil
}
