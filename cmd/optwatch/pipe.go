package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"optwatch/train/follow"
	"optwatch/train/follow/logs"
	"optwatch/train/record"
)

// pipe is what a program prints into optwatch watch -. It is read, and saved.
type pipe struct {
	stream *follow.Stream
	from   io.Reader
	file   *os.File // nil where it is saved nowhere
	keys   *os.File // the terminal, whose keys do not come by standard input; nil where there is none
	ended  chan struct{}
	err    error // of the copy
}

// pipe is that of "-" among the paths, nil where it is not there, and the others.
func (f *watchFlags) pipe(cmd *cobra.Command, paths []string) (others []string, p *pipe, err error) {
	i := slices.Index(paths, "-")
	if i < 0 {
		return paths, nil, nil
	}
	if isTerminal(cmd.InOrStdin()) {
		return nil, nil, usageError{fmt.Errorf("- reads a pipe, and standard input is a terminal: python train.py 2>&1 | optwatch watch -")}
	}
	p = &pipe{stream: follow.NewStream(logs.NewText()), from: cmd.InOrStdin(), ended: make(chan struct{})}
	if p.file, err = f.copyFile(); err != nil {
		return nil, nil, err
	}
	p.keys, _ = os.OpenFile("/dev/tty", os.O_RDWR, 0)
	return slices.Delete(slices.Clone(paths), i, i+1), p, nil
}

// copyFile is the file in which a pipe is saved; nil for nowhere.
func (f *watchFlags) copyFile() (*os.File, error) {
	switch f.save {
	case noRecord:
		return nil, nil
	case "":
		folder, err := record.DefaultFolder()
		if err == nil {
			err = os.MkdirAll(folder.Path, 0o700)
		}
		if err != nil {
			return nil, fmt.Errorf("the pipe cannot be saved: %w; --save FILE saves it elsewhere, --save none nowhere", err)
		}
		return newCopy(filepath.Join(folder.Path, "pipe-"+time.Now().Format("20060102-150405")))
	}
	return os.OpenFile(f.save, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
}

// newCopy makes a file of a name that no other pipe has: several may begin in the
// same second.
func newCopy(name string) (*os.File, error) {
	for i := 1; ; i++ {
		path := name + ".log"
		if i > 1 {
			path = fmt.Sprintf("%s-%d.log", name, i)
		}
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if !errors.Is(err, fs.ErrExist) || i == 1000 {
			return f, err
		}
	}
}

// copy reads the pipe to its end. What comes is saved, and printed too.
func (p *pipe) copy(out io.Writer) {
	defer close(p.ended)
	to := out
	if p.file != nil {
		to = io.MultiWriter(p.file, out)
	}
	p.err = p.stream.Copy(p.from, to)
	if p.file != nil {
		if err := p.file.Close(); p.err == nil {
			p.err = err
		}
	}
}

// wait waits for the end of the pipe.
func (p *pipe) wait(ctx context.Context) {
	select {
	case <-p.ended:
	case <-ctx.Done():
	}
}

// keyboard says whether there are keys to be pressed.
func (p *pipe) keyboard(cmd *cobra.Command) bool {
	if p == nil {
		return isTerminal(cmd.InOrStdin())
	}
	return p.keys != nil
}

// input is where keys come from.
func (p *pipe) input(cmd *cobra.Command) io.Reader {
	if p == nil {
		return cmd.InOrStdin()
	}
	return p.keys
}

// farewell says where the pipe was saved.
func (p *pipe) farewell(errOut io.Writer) {
	switch {
	case p == nil:
	case p.err != nil:
		fmt.Fprintf(errOut, "optwatch: not all that came through the pipe is saved: %v\n", p.err)
	case p.file != nil:
		fmt.Fprintf(errOut, "optwatch: what came through the pipe is in %s\n", p.file.Name())
	}
}
