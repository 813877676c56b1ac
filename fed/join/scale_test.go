package join_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"

	"optwatch/fed"
	"optwatch/fed/hub"
	"optwatch/fed/join"
	"optwatch/fed/wire"
	"optwatch/optimizers"
	"optwatch/train"
	"optwatch/train/data"
	"optwatch/train/view"
)

// mostAClient is the memory that a client and what the coordinator and the server
// have of it may take together: buffers of TLS and of NATS at both ends, goroutines.
const mostAClient = 1 << 20

// Many clients come to the bits of one process, at a memory that is bounded by their
// number. OPTWATCH_CHAOS=all makes them a thousand, all connections of this process.
func TestManyClients(t *testing.T) {
	clients, rounds := 50, 4
	if os.Getenv("OPTWATCH_CHAOS") == "all" {
		clients, rounds = 1000, 20
	}
	set := blobs(8 * clients)
	recipe := fmt.Sprintf("fedavg:clients=%d,partition=iid,rounds=%d,batch=8", clients, rounds)
	cfg := func(c optimizers.Catalogue) train.Config {
		out := config(c, recipe)
		out.Load = func(context.Context, data.Progress) (*data.Dataset, error) { return set, nil }
		return out
	}
	want := finished(t, cfg(fed.Catalogue(optimizers.Default())))[0].ThetaSHA256

	terms := terms()
	terms.Examples = set.Train.Len()
	share, err := train.NewShare(set, terms.Model, train.ModelSettings{})
	if err != nil {
		t.Fatal(err)
	}
	before := living()
	h := open(t, hub.Settings{Clients: clients, Accept: true, Terms: terms, Log: func(string) {}})
	for k := range clients {
		member(t, h, k, func(s *join.Settings) {
			s.Log = nil
			s.Load = func(wire.Terms) (join.Data, error) {
				return join.Data{
					Holding: wire.Holding{Digest: set.Digest, Examples: set.Train.Len(), Features: features, Classes: classes},
					Share:   share, Labels: set.Train.Labels, Classes: classes,
				}, nil
			}
		})
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Minute)
	defer cancel()
	begun := time.Now()
	for takePart(h) < clients {
		if ctx.Err() != nil {
			t.Fatalf("%d of %d clients take part: %+v", takePart(h), clients, h.Refusals())
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Logf("%d clients take part after %v", clients, time.Since(begun).Round(time.Millisecond))
	e := train.Start(ctx, cfg(fed.Config{Transport: h.Transport}.Catalogue(optimizers.Default())))
	begun = time.Now()
	if err := e.WaitRuns(ctx); err != nil {
		t.Fatal(err)
	}
	t.Logf("%v a round", (time.Since(begun) / time.Duration(rounds)).Round(time.Millisecond))
	if r := e.Report().Runs[0]; r.ThetaSHA256 != want || r.State != view.Budget {
		t.Errorf("got %s, %s after %d rounds (%s), want %s", r.ThetaSHA256, r.State, r.Federated.Round, r.Reason, want)
	}
	took := living() - before
	t.Logf("%d KiB a client, both ends and the server", took>>10/int64(clients))
	if took > mostAClient*int64(clients) {
		t.Errorf("%d clients take %d MiB", clients, took>>20)
	}
	cancel()
	e.Wait()
}

// living is the memory in use, with the stacks of goroutines.
func living() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}
