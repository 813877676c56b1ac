package serve

import (
	"io"
	"log"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

func TestOptionsOfKeys(t *testing.T) {
	k := newKey(t)
	far, near := netip.MustParseAddr("203.0.113.9"), netip.MustParseAddr("192.168.1.7")
	for _, c := range []struct {
		options   string
		bad       bool
		role      Role
		far, near bool
	}{
		{options: "", far: true, near: true},
		{options: `role="viewer",restrict`, far: true, near: true},
		{options: `role="operator"`, role: Operator, far: true, near: true},
		{options: `ROLE="operator",no-pty`, role: Operator, far: true, near: true},
		{options: `role=operator,environment="A=b c"`, role: Operator, far: true, near: true},
		{options: `role="root"`, bad: true},
		{options: `command="/bin/true"`, bad: true},
		{options: `role="operator",command="echo \"a b\""`, bad: true},
		{options: "cert-authority", bad: true},
		{options: "verify-required", bad: true},
		{options: `from="192.168.0.0/16"`, near: true},
		{options: `from="192.168.1.*,203.0.113.?"`, near: true, far: true},
		{options: `from="*,!192.168.1.7"`, far: true},
		{options: `from="!192.168.1.0/24,*"`, far: true},
		{options: `from="box.example.org"`},
		{options: `from="10.0.0.0/99"`, bad: true},
		{options: `from=""`, bad: true},
		{options: `expiry-time="20200101"`},
		{options: `expiry-time="99991231235959Z"`, far: true, near: true},
		{options: `expiry-time="209912312359",expiry-time="202001010000"`},
		{options: `expiry-time="tomorrow"`, bad: true},
	} {
		got, err := parseKey([]byte(strings.TrimSpace(keyLine(c.options, k, "ada of the office"))))
		if (err != nil) != c.bad {
			t.Errorf("%s: error %v", c.options, err)
		}
		if err != nil {
			continue
		}
		now := time.Now()
		if got.role != c.role || got.name != "ada of the office" || got.opens(now, far) != c.far || got.opens(now, near) != c.near {
			t.Errorf("%s: %v %q, opens %v from afar and %v from near", c.options, got.role, got.name, got.opens(now, far), got.opens(now, near))
		}
	}
}

func TestKeyWithoutANameHasItsFingerprint(t *testing.T) {
	k := newKey(t)
	got, err := parseKey([]byte(keyLine("", k, "")))
	if want := ssh.FingerprintSHA256(k.PublicKey()); err != nil || got.name != want {
		t.Errorf("%q, %v, want %q", got.name, err, want)
	}
}

// ringOf is a keyring over a file with some text.
func ringOf(t *testing.T, own bool, text string) (*keyring, *paper) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	said := &paper{}
	return &keyring{path: path, own: own, log: log.New(said, "", 0)}, said
}

func TestWhoeverMayLogInMayDrive(t *testing.T) {
	plain, restricted, told := newKey(t), newKey(t), newKey(t)
	text := keyLine("", plain, "a") + keyLine("restrict", restricted, "b") + keyLine(`role="viewer"`, told, "c")
	for _, own := range []bool{true, false} {
		ring, _ := ringOf(t, own, text)
		for k, want := range map[ssh.Signer]Role{plain: map[bool]Role{true: Operator, false: Viewer}[own], restricted: Viewer, told: Viewer} {
			got, ok := ring.find(string(k.PublicKey().Marshal()), netip.Addr{})
			if !ok || got.role != want {
				t.Errorf("own file %v: %s has role %v, want %v", own, got.name, got.role, want)
			}
		}
	}
}

func TestABadLineCostsNobodyElse(t *testing.T) {
	k := newKey(t)
	ring, said := ringOf(t, false, "# people\n\nssh-ed25519 AAAA broken\n\"\n"+keyLine("", k, "ada")+"\x00\xff\n")
	if err := ring.load(); err != nil {
		t.Fatal(err)
	}
	if _, ok := ring.find(string(k.PublicKey().Marshal()), netip.Addr{}); !ok {
		t.Error("the good key opens nothing")
	}
	if got := ring.String(); !strings.Contains(got, "1 keys") || !strings.Contains(got, "3 lines skipped") {
		t.Error(got)
	}
	if !strings.Contains(said.String(), ":3: skipped") {
		t.Error(said)
	}
}

func TestKeysAreReadAnew(t *testing.T) {
	ada, bob := newKey(t), newKey(t)
	ring, said := ringOf(t, false, keyLine("", ada, "ada"))
	opens := func(k ssh.Signer) bool {
		_, ok := ring.find(string(k.PublicKey().Marshal()), netip.Addr{})
		return ok
	}
	if !opens(ada) || opens(bob) {
		t.Fatal("want ada and not bob")
	}
	if err := os.WriteFile(ring.path, []byte(keyLine(`role="operator"`, bob, "bob")), 0o600); err != nil {
		t.Fatal(err)
	}
	if opens(ada) || !opens(bob) {
		t.Error("want bob and not ada")
	}
	if err := os.Remove(ring.path); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if opens(bob) {
			t.Error("a file that is gone opens")
		}
	}
	if n := strings.Count(said.String(), "\n"); n != 1 {
		t.Errorf("that the file is gone is said %d times, want once", n)
	}
}

func TestFilesThatOthersMayWriteAreRefused(t *testing.T) {
	ring, _ := ringOf(t, false, "")
	if err := os.Chmod(ring.path, 0o620); err != nil {
		t.Fatal(err)
	}
	if err := ring.load(); err == nil || !strings.Contains(err.Error(), "go-w") {
		t.Errorf("got %v", err)
	}
	folder := &keyring{path: t.TempDir(), log: log.New(io.Discard, "", 0)}
	if err := folder.load(); err == nil {
		t.Error("a folder is read")
	}
}

func TestHostKeyIsMadeOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state", "host")
	first, err := hostKey(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	again, err := hostKey(path)
	if err != nil || ssh.FingerprintSHA256(again.PublicKey()) != ssh.FingerprintSHA256(first.PublicKey()) {
		t.Errorf("another key the second time: %v", err)
	}
	if err := makeHostKey(path); err != nil {
		t.Errorf("who comes second: %v", err)
	}
	if third, err := hostKey(path); err != nil || ssh.FingerprintSHA256(third.PublicKey()) != ssh.FingerprintSHA256(first.PublicKey()) {
		t.Errorf("who comes second replaces the key: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".hostkey-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := hostKey(path); err == nil || !strings.Contains(err.Error(), "0600") {
		t.Errorf("a key that others may read: %v", err)
	}
	if err := os.WriteFile(path, []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := hostKey(path); err == nil {
		t.Error("no key is taken for one")
	}
}

func FuzzKeys(f *testing.F) {
	k := newKey(f)
	for _, options := range []string{"", `role="viewer",from="10.*,!10.0.0.1"`, `expiry-time="20300101",restrict`, `"`} {
		f.Add([]byte(keyLine(options, k, "ada")))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := parseKey(text)
		if err == nil {
			if !printable(got.name) {
				t.Errorf("name %q", got.name)
			}
			got.opens(time.Unix(0, 0), netip.MustParseAddr("10.0.0.1"))
		}
	})
}
