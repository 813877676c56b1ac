package serve

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// The environment in which this test's program is another process.
const (
	childDoes   = "OPTWATCH_TEST_CHILD"
	childSocket = "OPTWATCH_TEST_SOCKET"
)

// TestMain is the tests, or a process that one of them has launched.
func TestMain(m *testing.M) {
	switch os.Getenv(childDoes) {
	case "":
		os.Exit(m.Run())
	case "serve":
		fmt.Println("here I am")
		s := Server{Audience: NewAudience(House{Source: drivable()}), Draw: echo, Log: os.Stderr}
		fmt.Println(s.Local(context.Background(), os.Getenv(childSocket)))
	case "fail":
		fmt.Println("first line")
		fmt.Fprintln(os.Stderr, "no data\x1b[2J at all")
		os.Exit(3)
	case "silence":
	case "hang":
		select {}
	}
}

// child is a process of this test's program.
func child(does, socket string) *exec.Cmd {
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childDoes+"="+does, childSocket+"="+socket)
	return c
}

func TestLaunch(t *testing.T) {
	folder := t.TempDir()
	socket, log := filepath.Join(folder, "x.sock"), filepath.Join(folder, "logs", "x.log")
	c := child("serve", socket)
	if err := launch(t.Context(), c, socket, log); err != nil {
		t.Fatal(err)
	}
	pid := c.Process.Pid
	defer c.Process.Kill()
	if got, err := unix.Getsid(pid); err != nil || got != pid {
		t.Errorf("its session is %d, %v, want its own, %d", got, err, pid)
	}
	if status, err := Ask(t.Context(), socket, []string{"status"}, &paper{}, &paper{}); err != nil || status != done {
		t.Errorf("status %d, %v", status, err)
	}
	if info, err := os.Stat(log); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("its log is %v, %v", info.Mode(), err)
	}
	if text, err := os.ReadFile(log); err != nil || !strings.Contains(string(text), "here I am") {
		t.Errorf("its log is %q, %v", text, err)
	}
	if in, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/0", pid)); err != nil || in != os.DevNull {
		t.Errorf("it reads from %q, %v", in, err)
	}
	if err := launch(t.Context(), child("serve", socket), socket, log); err == nil || !strings.Contains(err.Error(), "already") {
		t.Errorf("another one there: %v", err)
	}
	if err := unix.Kill(pid, unix.SIGKILL); err != nil {
		t.Fatal(err)
	}
	await(t, "the end of the process, of which nothing is left", func() bool { return errors.Is(unix.Kill(pid, 0), unix.ESRCH) })
	again := child("serve", socket) // its socket is stale
	if err := launch(t.Context(), again, socket, log); err != nil {
		t.Fatal(err)
	}
	again.Process.Kill()
}

func TestLaunchOfWhatEndsAtOnce(t *testing.T) {
	folder := t.TempDir()
	socket, log := filepath.Join(folder, "x.sock"), filepath.Join(folder, "x.log")
	for does, want := range map[string]string{"fail": ": no data at all", "silence": "it said nothing"} {
		if err := os.WriteFile(log, []byte("of another time\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		err := launch(t.Context(), child(does, socket), socket, log)
		if err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: %v, want %q", does, err, want)
		}
	}
	if err := launch(t.Context(), exec.Command(filepath.Join(folder, "nothing")), socket, log); err == nil {
		t.Error("a program that is not there is launched")
	}
	if err := launch(t.Context(), child("serve", socket), socket, folder); err == nil {
		t.Error("a folder is taken for a log")
	}
}

func TestLaunchThatIsGivenUp(t *testing.T) {
	folder := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	c := child("hang", "")
	ended := make(chan error, 1)
	log := filepath.Join(folder, "x.log")
	go func() { ended <- launch(ctx, c, filepath.Join(folder, "x.sock"), log) }()
	await(t, "a log", func() bool { _, err := os.Stat(log); return err == nil })
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if c.Process != nil {
		await(t, "the end of the process", func() bool { return errors.Is(unix.Kill(c.Process.Pid, 0), unix.ESRCH) })
	}
}
