package serve

import (
	"errors"
	"fmt"
	"net/netip"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"optwatch/tui/draw"
)

// key is a line of a file of public keys: who may come in, as what, and when.
type key struct {
	public  string // as it is sent
	name    string
	role    Role
	told    bool // the line says the role
	limited bool // the line takes rights away from who has the key
	from    []string
	until   time.Time // zero for no end
}

// parseKey reads a line of a file in the format of authorized_keys. Options that
// limit what a key opens and that have no meaning here close it.
func parseKey(line []byte) (key, error) {
	public, comment, options, _, err := ssh.ParseAuthorizedKey(line)
	if err != nil {
		return key{}, errors.New("it is no public key")
	}
	k := key{public: string(public.Marshal()), name: draw.Short(draw.Clean(comment), 64)}
	if k.name == "" {
		k.name = ssh.FingerprintSHA256(public)
	}
	for _, o := range options {
		if err := k.option(o); err != nil {
			return key{}, err
		}
	}
	return k, nil
}

// harmless are options of what is never given here: a shell, a program, a tunnel.
var harmless = []string{
	"agent-forwarding", "no-agent-forwarding", "port-forwarding", "no-port-forwarding", "pty",
	"user-rc", "no-user-rc", "x11-forwarding", "no-x11-forwarding", "environment", "permitopen", "permitlisten", "tunnel",
}

// option takes in an option of a key's line.
func (k *key) option(o string) error {
	name, value, _ := strings.Cut(o, "=")
	value = strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(value, `"`), `"`), `\"`, `"`)
	var err error
	switch name = strings.ToLower(name); {
	case name == "role":
		k.told = true
		switch value {
		case "viewer":
			k.role = Viewer
		case "operator":
			k.role = Operator
		default:
			err = fmt.Errorf(`role=%q: want "viewer" or "operator"`, value)
		}
	case name == "from":
		k.from = append(k.from, value)
		err = checkFrom(value)
	case name == "expiry-time":
		var until time.Time
		if until, err = expiry(value); err == nil && (k.until.IsZero() || until.Before(k.until)) {
			k.until = until
		}
	case name == "restrict" || name == "no-pty":
		k.limited = true
	case slices.Contains(harmless, name):
	default:
		err = fmt.Errorf("option %q has no meaning here, so that the key opens nothing", draw.Clean(name))
	}
	return err
}

// expiry is the time that an option expiry-time gives: YYYYMMDD[HHMM[SS]][Z].
func expiry(value string) (time.Time, error) {
	text, zone := value, time.Local
	if t, ok := strings.CutSuffix(value, "Z"); ok {
		text, zone = t, time.UTC
	}
	for _, layout := range []string{"20060102", "200601021504", "20060102150405"} {
		if len(text) == len(layout) {
			if t, err := time.ParseInLocation(layout, text, zone); err == nil {
				return t, nil
			}
		}
	}
	return time.Time{}, fmt.Errorf("expiry-time=%q: want YYYYMMDD[HHMM[SS]][Z]", value)
}

// checkFrom says what is wrong with an option from.
func checkFrom(value string) error {
	for pattern := range strings.SplitSeq(value, ",") {
		pattern = strings.TrimPrefix(pattern, "!")
		_, err := path.Match(pattern, "")
		if strings.Contains(pattern, "/") {
			_, err = netip.ParsePrefix(pattern)
		}
		if err != nil || pattern == "" {
			return fmt.Errorf("from=%q: want addresses, CIDR blocks or patterns with * and ?", value)
		}
	}
	return nil
}

// opens says whether the key may be used now by who comes from an address. Names
// of hosts are not looked up, so that only addresses match.
func (k *key) opens(now time.Time, from netip.Addr) bool {
	if !k.until.IsZero() && !now.Before(k.until) {
		return false
	}
	for _, list := range k.from {
		if !comesFrom(list, from.Unmap()) {
			return false
		}
	}
	return true
}

// comesFrom says whether an address is in a list of patterns; one that is
// matched with ! in front is not.
func comesFrom(list string, a netip.Addr) bool {
	found := false
	for pattern := range strings.SplitSeq(list, ",") {
		pattern, not := strings.CutPrefix(pattern, "!")
		match, _ := path.Match(pattern, a.String())
		if prefix, err := netip.ParsePrefix(pattern); err == nil {
			match = prefix.Contains(a)
		}
		if match && not {
			return false
		}
		found = found || match
	}
	return found
}
