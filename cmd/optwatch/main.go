package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"

	"optwatch/cmd/optwatch/serve"
	"optwatch/train"
)

// The exit statuses.
const (
	exitOK          = 0
	exitFailed      = 1   // a run failed, data could not be read, or stdout was closed
	exitUsage       = 2   // a bad flag, recipe or value
	exitInterrupted = 130 // by a signal
)

func main() {
	runtime.MemProfileRate = 0 // nobody reads it, and it takes a table of where all memory came from
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup wants it
		ends = append(ends, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	context.AfterFunc(ctx, stop)   // a second signal ends the program at once
	signal.Ignore(syscall.SIGPIPE) // a closed stdout is then an error of the write
	status := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// usageError is a mistake in the command line.
type usageError struct{ error }

// errInterrupted says that a signal ended the program's work early.
var errInterrupted = errors.New("interrupted")

// errRunFailed says that a run failed; its reason has been printed.
var errRunFailed = errors.New("a run failed")

// kernelsVariable is the environment variable that chooses a set of kernels.
const kernelsVariable = "OPTWATCH_KERNELS"

// kernels are those in use, by the name that is printed, recorded and sent.
func kernels() string { return kernelsAsAsked(train.Kernels()) }

// kernelsAsAsked is the name of a set of kernels by the word that asks for them: that of
// go is called generic by the package that has it, and by records of before.
func kernelsAsAsked(name string) string { return strings.Replace(name, "generic", "go", 1) }

// sameBits says whether two sets of kernels come to the same bits, whatever they are
// called.
func sameBits(a, b string) bool { return train.SameBits(kernelsAsAsked(a), kernelsAsAsked(b)) }

// run is the program: it returns its exit status.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	if asked := os.Getenv(kernelsVariable); asked != "" {
		if err := train.ChooseKernels(asked); err != nil {
			return status(usageError{fmt.Errorf("%s=%s: %w", kernelsVariable, asked, err)}, errOut)
		}
	}
	root := rootCommand()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	return status(root.ExecuteContext(ctx), errOut)
}

// status prints an error on one line and gives its exit status.
func status(err error, errOut io.Writer) int {
	var usage usageError
	var config train.ConfigError
	var answered serve.StatusError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errInterrupted):
		return exitInterrupted
	case errors.As(err, &answered): // it has been printed
		return int(answered)
	case unread(err): // whoever read it, such as head, has seen enough
		return exitFailed
	}
	fmt.Fprintf(errOut, "optwatch: %s\n", legible(errOut, errorText(err)))
	if errors.As(err, &usage) || errors.As(err, &config) {
		return exitUsage
	}
	return exitFailed
}

// unread says whether an error is of printing into a pipe that nobody reads any more.
func unread(err error) bool {
	var write *fs.PathError
	return errors.As(err, &write) && write.Path == os.Stdout.Name() && errors.Is(err, syscall.EPIPE)
}

// closed says whether the program was perhaps started without a stdout. The Go
// runtime then puts /dev/null in its place, opened for reading and writing. A
// shell's redirection opens it otherwise, but not every program's does.
func closed(out io.Writer) bool {
	f, ok := out.(*os.File)
	if !ok {
		return false
	}
	null, err := os.Stat(os.DevNull)
	if err != nil {
		return false
	}
	info, err := f.Stat()
	if err != nil {
		return true
	}
	return os.SameFile(null, info) && readable(f)
}
