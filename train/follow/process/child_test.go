package process

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// childMode is the variable that makes of the test binary one of the children.
const childMode = "OPTWATCH_TEST_CHILD"

// TestMain runs the tests, or is a child that one of them has started.
func TestMain(m *testing.M) {
	mode, path, _ := strings.Cut(os.Getenv(childMode), " ")
	if mode == "" {
		os.Exit(m.Run())
	}
	children[mode](path)
}

// children are what a child does. All end when their standard input does.
var children = map[string]func(path string){
	"wait": func(string) { untilEnd() },
	"exit": func(string) {},
	"write": func(path string) {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			panic(err)
		}
		defer f.Close()
		untilEnd()
	},
	"read": func(path string) {
		f, err := os.Open(path)
		if err != nil {
			panic(err)
		}
		defer f.Close()
		untilEnd()
	},
	"parent": func(below string) { // of a child that is what follows
		spawn(below)
		untilEnd()
	},
	"zombie": func(string) { // the parent of one
		spawn("exit")
		untilEnd()
	},
	"breed": func(string) { // starts children without end
		fmt.Println("ready")
		for {
			spawn("wait")
			time.Sleep(time.Millisecond)
		}
	},
	"count": func(path string) { // writes how far it has got
		for i := 0; ; i++ {
			if os.WriteFile(path, fmt.Append(nil, i), 0o600); i == 0 {
				fmt.Println("ready")
			}
			time.Sleep(time.Millisecond)
		}
	},
	"say": func(string) { // into its output, which may be a pipe
		io.Copy(io.Discard, os.Stdin)
	},
	"tee": func(path string) { // what comes by a pipe, which ends with its writer
		f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			panic(err)
		}
		defer f.Close()
		io.Copy(f, os.Stdin)
	},
}

// untilEnd says that the child is ready, and waits.
func untilEnd() {
	fmt.Println("ready")
	io.Copy(io.Discard, os.Stdin)
}

// spawn starts a child of a child.
func spawn(mode string) {
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), childMode+"="+mode)
	cmd.Stdin = os.Stdin
	if err := cmd.Start(); err != nil {
		panic(err)
	}
}

// start starts a child with some arguments in a folder, and waits until it is ready.
func start(t *testing.T, folder, mode string, args ...string) Process {
	t.Helper()
	onLinux(t)
	cmd := command(t, mode, args...)
	cmd.Dir = folder
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if tree, err := Here().Tree(find(t, cmd.Process.Pid).ID); err == nil {
			kill(tree)
		}
		cmd.Process.Kill()
		cmd.Wait()
	})
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		t.Fatalf("child %q: got %q, %v; want ready", mode, line, err)
	}
	return find(t, cmd.Process.Pid)
}

// command is a child that is not started yet.
func command(t *testing.T, mode string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	if len(args) > 0 {
		cmd.Args = args
	}
	cmd.Env = append(os.Environ(), childMode+"="+mode)
	cmd.Stderr = os.Stderr
	return cmd
}

// kill ends the processes of a tree.
func kill(tree []Process) {
	for _, p := range tree {
		if q, err := os.FindProcess(p.PID); err == nil {
			q.Kill()
		}
	}
}

// find is a process of this machine, zero if it has ended.
func find(t *testing.T, pid int) Process {
	t.Helper()
	p, _ := Here().Process(pid)
	return p
}

// onLinux skips a test of real processes elsewhere.
func onLinux(t *testing.T) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("processes are known on Linux only")
	}
}

// eventually waits until something is so.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 3000 {
		if is() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("never came: %s", what)
}

// touch makes a file.
func touch(t *testing.T, path ...string) string {
	t.Helper()
	name := filepath.Join(path...)
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte("x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}
