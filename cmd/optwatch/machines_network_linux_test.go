package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// badNetwork is a network between hosts that are network namespaces. Each has one
// device, of which this process carries the packets: late, some out of order, some
// not at all, some twice, and for some time none from or to a host.
type badNetwork struct {
	hosts []*badHost

	carried, lost, doubled, late atomic.Int64
	cuts                         []time.Duration

	mu     sync.Mutex
	chance *rand.Rand
}

type badHost struct {
	namespace string
	device    *os.File
	in, out   atomic.Bool // nothing comes in, or out
}

// address is that of host k.
func (n *badNetwork) address(k int) string { return fmt.Sprintf("10.77.0.%d", k+1) }

// newBadNetwork makes so many hosts.
func newBadNetwork(t *testing.T, hosts int, seed uint64) *badNetwork {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("network namespaces are made by root alone")
	}
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skip("ip, which makes network namespaces, is not installed")
	}
	n := &badNetwork{chance: rand.New(rand.NewPCG(seed, 3))}
	t.Cleanup(n.close)
	for k := range hosts {
		n.hosts = append(n.hosts, n.newHost(t, k))
	}
	for k := range n.hosts {
		go n.carry(k)
	}
	return n
}

// newHost makes host k, or skips the test where that cannot be.
func (n *badNetwork) newHost(t *testing.T, k int) *badHost {
	t.Helper()
	name := fmt.Sprintf("ow%d-%d", os.Getpid(), k)
	h := &badHost{namespace: name}
	if said, err := exec.Command("ip", "netns", "add", name).CombinedOutput(); err != nil {
		t.Skipf("network namespaces cannot be made here: %v: %s", err, said)
	}
	t.Cleanup(func() { _ = exec.Command("ip", "netns", "del", name).Run() })
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Skipf("devices whose packets a process carries cannot be made here: %v", err)
	}
	request, err := unix.NewIfreq(name)
	if err == nil {
		request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
		err = unix.IoctlIfreq(fd, unix.TUNSETIFF, request)
	}
	if err != nil {
		unix.Close(fd)
		t.Skipf("devices whose packets a process carries cannot be made here: %v", err)
	}
	h.device = os.NewFile(uintptr(fd), name)
	for _, args := range []string{
		"link set " + name + " netns " + name,
		"-n " + name + " addr add " + n.address(k) + "/24 dev " + name,
		"-n " + name + " link set lo up",
		"-n " + name + " link set " + name + " up",
	} {
		if said, err := exec.Command("ip", strings.Fields(args)...).CombinedOutput(); err != nil {
			h.device.Close()
			t.Fatalf("ip %s: %v: %s", args, err, said)
		}
	}
	return h
}

func (n *badNetwork) close() {
	for _, h := range n.hosts {
		h.device.Close()
	}
}

// enter makes a process one of host k.
func (n *badNetwork) enter(k int, c *exec.Cmd) {
	ip, _ := exec.LookPath("ip")
	c.Args = slices.Concat([]string{"ip", "netns", "exec", n.hosts[k].namespace, c.Path}, c.Args[1:])
	c.Path = ip
}

// carry carries the packets of host k until the network is closed.
func (n *badNetwork) carry(k int) {
	from := n.hosts[k]
	for packet := make([]byte, 1<<16); ; {
		size, err := from.device.Read(packet)
		if err != nil {
			return
		}
		const version, destination = 4, 16 // of IP, and where the address is
		if size < 20 || packet[0]>>4 != version {
			continue
		}
		at := int(packet[destination+3]) - 1
		if at < 0 || at >= len(n.hosts) || at == k {
			continue
		}
		n.send(from, n.hosts[at], slices.Clone(packet[:size]))
	}
}

// send brings a packet from one host to another, in the way of this network: one of
// a hundred is lost, one of a hundred comes twice, and one of fifty is late, so that
// others overtake it.
func (n *badNetwork) send(from, to *badHost, packet []byte) {
	n.mu.Lock()
	fate := n.chance.IntN(100)
	delays := []time.Duration{time.Duration(n.chance.IntN(3000)) * time.Microsecond}
	if n.chance.IntN(50) == 0 {
		n.late.Add(1)
		delays[0] += time.Duration(n.chance.IntN(80)) * time.Millisecond
	}
	if fate == 1 {
		n.doubled.Add(1)
		delays = append(delays, time.Duration(n.chance.IntN(80))*time.Millisecond)
	}
	n.mu.Unlock()
	if fate == 0 || from.out.Load() || to.in.Load() {
		n.lost.Add(1)
		return
	}
	for _, after := range delays {
		time.AfterFunc(after, func() {
			n.carried.Add(1)
			_, _ = to.device.Write(packet) // a network that is closed takes none
		})
	}
}

// cut cuts hosts off again and again, each for no longer than that and mostly for much
// shorter, one way or both, until it is stopped.
func (n *badNetwork) cut(longest time.Duration) (stop func()) {
	end, ended := make(chan struct{}), make(chan struct{})
	below := func(d time.Duration) time.Duration {
		n.mu.Lock()
		defer n.mu.Unlock()
		return time.Duration(n.chance.Int64N(int64(d)))
	}
	sleep := func(d time.Duration) bool {
		select {
		case <-end:
			return false
		case <-time.After(d):
			return true
		}
	}
	go func() {
		defer close(ended)
		for wait := below(100 * time.Millisecond); sleep(wait); wait = below(3 * time.Second) {
			h := n.hosts[below(time.Duration(len(n.hosts)))]
			ways := below(3)
			h.in.Store(ways != 0)
			h.out.Store(ways != 1)
			began := time.Now()
			on := sleep(below(1 + below(1+below(longest))))
			n.cuts = append(n.cuts, time.Since(began))
			h.in.Store(false)
			h.out.Store(false)
			if !on {
				return
			}
		}
	}()
	return func() {
		close(end)
		<-ended
	}
}

// Processes on hosts of their own, over a network that delays, loses and doubles
// packets, and cuts hosts off, the coordinator's too, come to the bits of one
// process. OPTWATCH_CHAOS=all makes 200 rounds with cuts of up to 20 s, in many
// minutes.
func TestMachinesOverABadNetwork(t *testing.T) {
	if raceEnabled {
		t.Skip("the processes would be those of the race detector, which are slow")
	}
	rounds, longest := 8, 5*time.Second
	if os.Getenv("OPTWATCH_CHAOS") == "all" {
		rounds, longest = 200, 20*time.Second
	}
	seed := drawn(t)
	n := newBadNetwork(t, 4, seed)
	recipes := "scaffold:clients=3,partition=dirichlet,alpha=1,batch=16,rounds=" + strconv.Itoa(rounds)
	f := newFederation(t, recipes, seed)
	f.listen, f.longest = n.address(0)+":7422", 40*time.Minute
	f.enter = func(name string, c *exec.Cmd) {
		k := 0 // the coordinator
		if text, ok := strings.CutPrefix(name, "c"); ok && len(text) == 1 {
			client, _ := strconv.Atoi(text)
			k = 1 + client
		}
		n.enter(k, c)
	}
	stop := n.cut(longest)
	began := time.Now()
	f.lives(-1)
	stop()
	t.Logf("%d rounds in %.1f s: %d packets carried, %d lost, %d doubled, %d late, cuts of %v", rounds, time.Since(began).Seconds(),
		n.carried.Load(), n.lost.Load(), n.doubled.Load(), n.late.Load(), n.cuts)
	if n.lost.Load() == 0 || n.doubled.Load() == 0 || n.late.Load() == 0 || len(n.cuts) == 0 {
		t.Error("the network was not bad")
	}
	f.ends(parameters(outcome(t, append([]string{"run", "--headless", "--data", "digits"}, recipeFlags(recipes)...)...)))
}
