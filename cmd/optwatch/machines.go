package main

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"optwatch/optimizers"
	"optwatch/train"
)

// machines are the flags of a federation whose clients are processes elsewhere.
type machines struct {
	listen   string
	url      string
	creds    string
	accept   bool
	most     int
	patience time.Duration
	local    int
}

func (m *machines) register(cmd *cobra.Command) {
	fs := cmd.Flags()
	fs.StringVar(&m.listen, "listen", "", "coordinate clients on other machines, who find this at `HOST:PORT`")
	fs.StringVar(&m.url, "nats", "", "coordinate them over a NATS server of your own, at this `URL`")
	fs.StringVar(&m.creds, "creds", "", "`file` of the credentials for that server")
	fs.BoolVar(&m.accept, "accept", false, "let in all who know the secret of the line, instead of asking")
	fs.IntVar(&m.most, "max-clients", 0, "how many keys may be handed in (default --clients)")
	fs.DurationVar(&m.patience, "patience", 0, "close a round without those who have not answered by then, if the quorum has (default wait for all)")
	fs.IntVar(&m.local, "local", 0, "coordinate so many client processes here, for trying out")
}

// over says whether clients are processes elsewhere.
func (m *machines) over() bool { return m.listen != "" || m.url != "" || m.local != 0 }

// check finds what is wrong with the flags by themselves.
func (m *machines) check(given func(flag string) bool) error {
	ways := 0
	for _, on := range []bool{m.listen != "", m.url != "", given("local")} {
		if on {
			ways++
		}
	}
	switch {
	case ways > 1:
		return errors.New("--listen, --nats and --local are three ways to reach clients: want one of them")
	case given("local") && (m.local < 1 || m.local > mostLocal):
		return fmt.Errorf("--local is 1 to %d, got %d", mostLocal, m.local)
	case m.creds != "" && m.url == "":
		return errors.New("--creds is for the server of --nats")
	case strings.Contains(m.url, "@"):
		return errors.New("--nats: a password is none of the URL, which every client is shown: give --creds FILE")
	case ways == 0 && (m.accept || given("max-clients") || given("patience")):
		return errors.New("--accept, --max-clients and --patience are for clients on other machines: give --listen or --nats")
	case m.patience < 0:
		return fmt.Errorf("--patience is above 0, got %v", m.patience)
	}
	if m.listen == "" {
		return nil
	}
	if _, port, err := net.SplitHostPort(m.listen); err != nil {
		return fmt.Errorf("--listen is HOST:PORT, such as 0.0.0.0:7422, got %q", m.listen)
	} else if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return fmt.Errorf("--listen: a port is a number from 1 to 65535, got %q", port)
	}
	return nil
}

// mostLocal is how many client processes one machine is asked to bear.
const mostLocal = 1000

// checkMachines finds what is wrong with the flags of fed that are about clients
// elsewhere, together with the others.
func (f *federation) checkMachines(given func(flag string) bool) error {
	m := &f.machines
	if err := m.check(given); err != nil {
		return err
	}
	if m.local > 0 {
		if given("clients") && f.clients != m.local {
			return fmt.Errorf("--clients %d and --local %d: they are the same clients", f.clients, m.local)
		}
		f.clients = m.local
	}
	if m.over() && given("max-clients") && m.most < f.clients {
		return fmt.Errorf("--max-clients is at least --clients, which is %d, got %d", f.clients, m.most)
	}
	return nil
}

// checkSizes refuses recipes of other numbers of clients than there are.
func (f *federation) checkSizes(c optimizers.Catalogue, recipes []optimizers.Recipe) error {
	for _, r := range recipes {
		text, given := r.Get("clients")
		if n, err := strconv.Atoi(text); given && c.Federated(r) && err == nil && n != f.clients {
			return fmt.Errorf("%s: it is of %d clients, and there are %d: --clients %[2]d", r, n, f.clients)
		}
	}
	return nil
}

// tooFew says whether there are fewer clients than it takes for two classes each to
// be all: nobody would hold the others.
func (f *federation) tooFew(d train.DataView) bool {
	return divided(d) == "classes-2" && 2*f.clients < len(d.Classes)
}

// divides gives a federated recipe of clients elsewhere, which does not say how the
// examples are divided, what --partition says; or what a few clients can be given.
func (f *federation) divides(c optimizers.Catalogue, d train.DataView, r optimizers.Recipe) optimizers.Recipe {
	_, given := r.Get("partition")
	switch {
	case given || !f.over() || !c.Federated(r):
	case f.partition != "":
		return r.With("partition", f.partition)
	case f.tooFew(d):
		return r.With("partition", "iid")
	}
	return r
}

// machinesLineUp is the runs of a federation over machines where none are asked
// for: FedAvg, and centralised SGD on the coordinator's data.
func (f *federation) machinesLineUp(c optimizers.Catalogue, d train.DataView, p train.ProblemView) []optimizers.Recipe {
	partition := f.partition
	if partition == "" {
		partition = divided(d)
	}
	if f.partition == "" && f.tooFew(d) {
		partition = "iid"
	}
	runs, lr := c.Must("fedavg:partition="+partition+","+f.common(), "sgd"), centralisedLR(d, p)
	for i, r := range runs {
		runs[i] = r.With("lr", lr)
	}
	return runs
}
