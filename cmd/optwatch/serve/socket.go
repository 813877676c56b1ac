package serve

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
)

// longestSocket is the most bytes that the path of a socket may have: systems
// take from 104, and a name beside it is needed while it is made.
const longestSocket = 98

// SocketPath is where the socket of a record lies: beside it where its path is
// short enough for a socket, else in a folder of the user's for what does not last.
func SocketPath(folder, id string) (string, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	if real, err := filepath.EvalSymlinks(folder); err == nil { // the user's own folder may be a link
		folder = real
	}
	beside := filepath.Join(folder, id+".sock")
	if len(beside) <= longestSocket {
		return beside, nil
	}
	short := filepath.Join(os.TempDir(), fmt.Sprintf("optwatch-%d", os.Getuid()))
	if err := privateFolder(short); err != nil {
		return "", err
	}
	digest := sha256.Sum256([]byte(beside)) // two folders may have records of one name
	path := filepath.Join(short, fmt.Sprintf("%x.sock", digest[:8]))
	if len(path) > longestSocket {
		return "", fmt.Errorf("%s is too long a path for a socket: %d bytes, want at most %d", path, len(path), longestSocket)
	}
	return path, nil
}

// privateFolder makes a folder that only its user may change, or sees that it is one.
func privateFolder(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	info, err := os.Lstat(path)
	switch {
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s is no folder: want one for a socket", path)
	case !ownedByUser(info):
		return fmt.Errorf("%s is another user's: want a folder of your own for a socket", path)
	case info.Mode().Perm()&0o022 != 0:
		return fmt.Errorf("others may write to %s (%v): want at most 0755 of a folder for a socket", path, info.Mode().Perm())
	}
	return nil
}

// listenLocal listens on a socket that only the user can open. A socket on which
// nobody answers any more is replaced. It is opened under another name first, so
// that nobody finds it before it is closed to others.
func listenLocal(path string) (net.Listener, error) {
	if err := privateFolder(filepath.Dir(path)); err != nil {
		return nil, err
	}
	if err := vacant(path); err != nil {
		return nil, err
	}
	fresh := path + ".new"
	if err := os.Remove(fresh); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: fresh, Net: "unix"})
	if err != nil {
		return nil, err
	}
	l.SetUnlinkOnClose(false)
	if err = os.Chmod(fresh, 0o600); err == nil {
		err = os.Rename(fresh, path)
	}
	var made fs.FileInfo
	if err == nil {
		made, err = os.Lstat(path)
	}
	if err != nil {
		l.Close()
		os.Remove(fresh)
		return nil, err
	}
	return &localListener{UnixListener: l, path: path, made: made}, nil
}

// vacant says what is at the path of a socket to be, unless it may be replaced.
func vacant(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode().Type() != fs.ModeSocket:
		return fmt.Errorf("%s is no socket, and is left alone", path)
	}
	c, err := net.Dial("unix", path)
	if err != nil {
		return nil // whoever made it is gone
	}
	c.Close()
	return fmt.Errorf("%s: another process answers there already", path)
}

// localListener takes its socket away when it closes, unless another has taken the place.
type localListener struct {
	*net.UnixListener
	path string
	made fs.FileInfo
}

// Close ends the listening.
func (l *localListener) Close() error {
	if now, err := os.Lstat(l.path); err == nil && os.SameFile(now, l.made) {
		os.Remove(l.path)
	}
	return l.UnixListener.Close()
}
