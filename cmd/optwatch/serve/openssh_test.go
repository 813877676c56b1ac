package serve

import (
	"bytes"
	"crypto/ed25519"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// openSSH is the client that people have, and what it needs to know of a port.
type openSSH struct {
	*port
	program, folder string
}

// newOpenSSH is the client of a port that keys of some options open; each has a
// file in the folder, of the name that it has.
func newOpenSSH(t *testing.T, people map[string]string) *openSSH {
	t.Helper()
	program, err := exec.LookPath("ssh")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("want OpenSSH's client here: %v", err)
		}
		t.Skipf("no OpenSSH client here: %v", err)
	}
	o := &openSSH{program: program, folder: t.TempDir()}
	keys := ""
	for name, options := range people {
		signer := o.newKey(t, name)
		if options != "none" {
			keys += keyLine(options, signer, name)
		}
	}
	o.port = opening(t, keys)
	host, err := hostKey(o.Network.HostKey)
	if err != nil {
		t.Fatal(err)
	}
	name, number, _ := net.SplitHostPort(o.address)
	known := fmt.Sprintf("[%s]:%s %s", name, number, ssh.MarshalAuthorizedKey(host.PublicKey()))
	o.write(t, "known", known)
	return o
}

func (o *openSSH) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(o.folder, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// newKey makes a key and its two files.
func (o *openSSH) newKey(t *testing.T, name string) ssh.Signer {
	t.Helper()
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(private, name)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	o.write(t, name, string(pem.EncodeToMemory(block)))
	o.write(t, name+".pub", keyLine("", signer, name))
	return signer
}

// command is the client with the keys of some names.
func (o *openSSH) command(keys []string, args ...string) *exec.Cmd {
	host, number, _ := net.SplitHostPort(o.address)
	all := []string{
		"-F", "none", "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none", "-o", "BatchMode=yes", "-o", "LogLevel=ERROR",
		"-o", "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile=" + filepath.Join(o.folder, "known"), "-o", "GlobalKnownHostsFile=none",
		"-p", number,
	}
	for _, k := range keys {
		all = append(all, "-i", filepath.Join(o.folder, k))
	}
	at := len(args)
	for i, a := range args {
		if a == "HOST" {
			args[i], at = host, i
		}
	}
	if at == len(args) {
		args = append(args, host)
	}
	c := exec.Command(o.program, append(all, args...)...)
	c.Env = append(os.Environ(), "TERM=xterm")
	c.WaitDelay = patience
	return c
}

// run runs the client, and gives what it printed and its exit status.
func (o *openSSH) run(t *testing.T, stdin string, keys []string, args ...string) (string, int) {
	t.Helper()
	c := o.command(keys, args...)
	c.Stdin = strings.NewReader(stdin)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	guard := time.AfterFunc(patience, func() { _ = c.Process.Kill() })
	err := c.Run()
	guard.Stop()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	return out.String(), c.ProcessState.ExitCode()
}

func TestOpenSSH(t *testing.T) {
	o := newOpenSSH(t, map[string]string{"ada": `role="operator"`, "bob": `role="viewer",restrict`, "carol": `role="operator"`, "eve": "none"})
	if err := os.Remove(filepath.Join(o.folder, "carol")); err != nil {
		t.Fatal(err)
	}
	ada, bob := []string{"ada"}, []string{"bob"}
	for _, c := range []struct {
		about  string
		keys   []string
		args   []string
		stdin  string
		status int
		says   string
	}{
		{"an operator drives", ada, []string{"HOST", "tell", "sgd", "pause"}, "", 0, "done"},
		{"a viewer looks", bob, []string{"HOST", "status"}, "", 0, "sgd"},
		{"a viewer drives", bob, []string{"HOST", "tell", "sgd", "pause"}, "", 1, "read-only"},
		{"a stranger", []string{"eve"}, []string{"HOST", "status"}, "", 255, "denied"},
		{"an operator's screen", ada, []string{"-tt", "HOST"}, "aq", 0, "ada drives 80x24"},
		{"a viewer's screen", bob, []string{"-tt", "HOST"}, "q", 0, "bob looks 80x24"},
		{"a key that is offered and not proved", []string{"carol.pub", "bob"}, []string{"-tt", "HOST"}, "q", 0, "bob looks 80x24"},
		{"no terminal", ada, []string{"-T", "HOST"}, "", 1, "ssh -t"},
		{"sftp", ada, []string{"-s", "HOST", "sftp"}, "", 255, ""},
		{"scp of old", ada, []string{"HOST", "scp", "-f", "/etc/passwd"}, "", 2, "not understood"},
		{"a port through it", ada, []string{"-W", o.address, "HOST"}, "", 255, ""},
	} {
		out, status := o.run(t, c.stdin, c.keys, c.args...)
		if status != c.status || !strings.Contains(out, c.says) {
			t.Errorf("%s: status %d, want %d with %q: %q", c.about, status, c.status, c.says, out)
		}
	}
	o.wantNobody(t)
}

// TestControlMaster: a client closes its sessions and keeps its connection.
func TestControlMaster(t *testing.T) {
	o := newOpenSSH(t, map[string]string{"ada": ""})
	control := filepath.Join(o.folder, "c")
	master := o.command([]string{"ada"}, "-M", "-N", "-S", control)
	if err := master.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = master.Process.Kill(); _ = master.Wait() }()
	await(t, "a control socket", func() bool { return answers(control) })
	before := 0
	for i := range 5 {
		if i == 1 { // the connection is all there
			o.wantNobody(t)
			before = runtime.NumGoroutine()
		}
		if out, status := o.run(t, "q", nil, "-S", control, "-tt"); status != 0 || !strings.Contains(out, "ada drives") {
			t.Fatalf("status %d: %s", status, out)
		}
	}
	cut := o.command(nil, "-S", control, "-tt")
	keys, err := cut.StdinPipe() // which is left open
	if err != nil {
		t.Fatal(err)
	}
	defer keys.Close()
	said := &paper{}
	cut.Stdout = said
	if err := cut.Start(); err != nil {
		t.Fatal(err)
	}
	said.await(t, "ada drives")
	_ = cut.Process.Kill()
	_ = cut.Wait()
	if out, status := o.run(t, "", nil, "-S", control, "-O", "check"); status != 0 { // which also wakes the master up
		t.Errorf("the connection has not been kept: %s", out)
	}
	o.wantNobody(t)
	quiet(t, before)
}
