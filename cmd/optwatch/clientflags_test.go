package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nkeys"
)

// Flags of federations over machines, with real processes.

// joined begins clients, each with its state and further arguments.
func joined(t *testing.T, dir, line string, args ...[]string) []*exec.Cmd {
	t.Helper()
	var out []*exec.Cmd
	for i, more := range args {
		name := string(rune('a' + i))
		p := program(t, filepath.Join(dir, name), append([]string{"join", line, "--headless", "--hide-load", "--as", name, "--part", string(rune('0' + i))}, more...)...)
		text, err := os.Create(filepath.Join(dir, name+".out"))
		if err != nil {
			t.Fatal(err)
		}
		p.Stdout, p.Stderr = text, text
		err = p.Start()
		text.Close()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = p.Process.Kill()
			_ = p.Wait()
		})
		out = append(out, p)
	}
	return out
}

// ended waits for a coordinator, and gives its result.
func (c *coordinated) ended(t *testing.T, result string) map[string]any {
	t.Helper()
	if err := c.process.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, <-c.rest)
	}
	return decoded(t, result)
}

// The losses of a client that hides them are nowhere, and change no bit.
func TestHideLosses(t *testing.T) {
	dir := t.TempDir()
	result := filepath.Join(dir, "r.json")
	args := []string{"--headless", "--data", "digits", "--run", "fedavg:clients=2,partition=iid,rounds=2"}
	c := startCoordinator(t, filepath.Join(dir, "state"), append([]string{"fed", "--listen", "127.0.0.1:0", "--clients", "2", "--accept", "--json", result}, args...)...)
	joined(t, dir, c.line, []string{"--hide-losses"}, nil)
	got := c.ended(t, result)
	wantSame(t, parameters(got), parameters(outcome(t, append([]string{"run"}, args...)...)))
	for i, client := range runs(got)[0]["federated"].(map[string]any)["clients"].([]any) {
		if loss := client.(map[string]any)["loss"]; (loss == nil) != (i == 0) {
			t.Errorf("client %d has the loss %v", i, loss)
		}
	}
}

// With patience rounds close without a client that is gone, where the others are a
// quorum; without it they would wait for ever.
func TestPatienceOfACoordinator(t *testing.T) {
	dir := t.TempDir()
	result := filepath.Join(dir, "r.json")
	c := startCoordinator(t, filepath.Join(dir, "state"), "fed", "--listen", "127.0.0.1:0", "--clients", "3", "--accept", "--patience", "300ms",
		"--json", result, "--headless", "--data", "digits", "--run", "fedavg:partition=iid,rounds=6")
	clients := joined(t, dir, c.line, nil, nil, nil)
	awaitText(t, filepath.Join(dir, "c.out"), "takes part as client 2")
	_ = clients[2].Process.Kill()
	r := c.ended(t, result)
	if run := runs(r)[0]; run["status"] != "budget" || run["federated"].(map[string]any)["round"] != 6.0 {
		t.Errorf("the run is %v after %v rounds: %v", run["status"], run["federated"].(map[string]any)["round"], run["reason"])
	}
}

// awaitText waits until a file has a text in it.
func awaitText(t *testing.T, path, want string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		text, _ := os.ReadFile(path)
		switch {
		case strings.Contains(string(text), want):
			return
		case time.Now().After(deadline):
			t.Fatalf("there is no %q in\n%s", want, text)
		}
	}
}

// A server that lets in who has credentials: coordinator and clients need them, and
// who has none, or others, is told so.
func TestCredentials(t *testing.T) {
	dir := t.TempDir()
	result, credentials, others := filepath.Join(dir, "r.json"), filepath.Join(dir, "user.creds"), filepath.Join(dir, "others.creds")
	url := credentialed(t, dir, credentials, others)
	args := []string{"--headless", "--data", "digits", "--run", "fedavg:clients=1,partition=iid,rounds=2"}
	over := append([]string{"fed", "--nats", url, "--clients", "1", "--accept", "--json", result}, args...)
	for want, more := range map[string][]string{"--creds FILE has them": nil, "does not take the credentials of " + others: {"--creds", others}} {
		text, err := program(t, filepath.Join(dir, "state"), append(over, more...)...).CombinedOutput()
		if exitCode(err) == exitOK || !strings.Contains(string(text), want) {
			t.Errorf("%v: %v\n%s\nwant %q", more, err, text, want)
		}
	}
	c := startCoordinator(t, filepath.Join(dir, "state"), append(over, "--creds", credentials)...)
	line := strings.Fields(c.line)[0]
	none := joined(t, dir, line, nil)[0]
	awaitText(t, filepath.Join(dir, "a.out"), "--creds FILE has them")
	_ = none.Process.Kill()
	joined(t, dir, line, []string{"--creds", credentials})
	wantSame(t, parameters(c.ended(t, result)), parameters(outcome(t, append([]string{"run"}, args...)...)))
}

// credentialed is a NATS server with JetStream whose users have credentials, which it
// writes down: those of one of its users, and those of nobody's.
func credentialed(t *testing.T, dir, credentials, others string) (url string) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	pair := func(p nkeys.PrefixByte) (nkeys.KeyPair, string) {
		k, err := nkeys.CreatePair(p)
		must(err)
		public, err := k.PublicKey()
		must(err)
		return k, public
	}
	operator, operatorKey := pair(nkeys.PrefixByteOperator)
	_, system := pair(nkeys.PrefixByteAccount)
	accounts := &server.MemAccResolver{}
	user := func(signer nkeys.KeyPair, path string) {
		k, public := pair(nkeys.PrefixByteUser)
		token, err := jwt.NewUserClaims(public).Encode(signer)
		must(err)
		seed, err := k.Seed()
		must(err)
		text, err := jwt.FormatUserConfig(token, seed)
		must(err)
		must(os.WriteFile(path, text, 0o600))
	}
	account, accountKey := pair(nkeys.PrefixByteAccount)
	claims := jwt.NewAccountClaims(accountKey)
	claims.Limits.JetStreamLimits = jwt.JetStreamLimits{DiskStorage: -1, MemoryStorage: -1, Streams: -1, Consumer: -1}
	token, err := claims.Encode(operator)
	must(err)
	must(accounts.Store(accountKey, token))
	token, err = jwt.NewAccountClaims(system).Encode(operator)
	must(err)
	must(accounts.Store(system, token))
	user(account, credentials)
	stranger, _ := pair(nkeys.PrefixByteAccount)
	user(stranger, others)

	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: filepath.Join(dir, "nats"), NoLog: true, NoSigs: true,
		TrustedKeys: []string{operatorKey}, AccountResolver: accounts, SystemAccount: system,
	})
	must(err)
	s.Start()
	t.Cleanup(func() {
		s.Shutdown()
		s.WaitForShutdown()
	})
	if !s.ReadyForConnections(time.Minute) {
		t.Fatal("the server does not start")
	}
	return s.ClientURL()
}
