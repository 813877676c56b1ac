package lab

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"optwatch/cmd/optwatch/trials"
	"optwatch/fed"
	"optwatch/optimizers"
	"optwatch/train/data"
	"optwatch/train/study"
)

// TestClaimsOverSeeds makes experiments with many seeds on MNIST, and shows which
// claims hold, are refuted or are not resolved with which seed. It takes hours,
// and so is asked for:
//
//	OPTWATCH_CLAIMS=quick OPTWATCH_CLAIMS_DIR=claims go test ./cmd/optwatch/lab -run ClaimsOverSeeds -timeout 0 -v
//
// quick or full; quick:1-5 are some of the seeds 1 to 20, quick:1-20:rates,batch
// some of the experiments. Each experiment with each seed has a file in the
// folder, and is not made again where it has one: so it can be cut short and
// gone on with, and divided among machines. The table is of all files, and is
// kept beside them. A refuted claim fails the test.
func TestClaimsOverSeeds(t *testing.T) {
	asked, dir := os.Getenv("OPTWATCH_CLAIMS"), os.Getenv("OPTWATCH_CLAIMS_DIR")
	if asked == "" {
		t.Skip("OPTWATCH_CLAIMS does not ask for it: it takes hours")
	}
	needMNIST(t)
	if dir == "" {
		t.Fatal("OPTWATCH_CLAIMS_DIR must name the folder of the outcomes")
	}
	o, err := parseOrder(asked)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for seed := o.from; seed <= o.to; seed++ {
		for _, e := range o.experiments {
			if err := o.make(t.Context(), dir, e, uint64(seed)); err != nil {
				t.Fatal(err)
			}
		}
	}
	outcomes, err := readOutcomes(dir, o.mode)
	if err != nil {
		t.Fatal(err)
	}
	table, refuted := tabulate(outcomes)
	t.Log("\n" + table)
	if err := os.WriteFile(filepath.Join(dir, o.mode+".txt"), []byte(table), 0o644); err != nil {
		t.Fatal(err)
	}
	if refuted > 0 {
		t.Errorf("%d claims are refuted", refuted)
	}
}

// order is what to make.
type order struct {
	mode        string // quick or full
	from, to    int    // seeds
	experiments []Experiment
}

func parseOrder(text string) (order, error) {
	parts := strings.Split(text, ":")
	o := order{mode: parts[0], from: 1, to: 20, experiments: Experiments()}
	if o.mode != "quick" && o.mode != "full" || len(parts) > 3 {
		return o, fmt.Errorf("%q is not quick or full, with :FROM-TO and :EXPERIMENT,… if need be", text)
	}
	var err error
	if len(parts) > 1 {
		from, to, several := strings.Cut(parts[1], "-")
		if o.from, err = strconv.Atoi(from); err != nil {
			return o, err
		}
		if o.to = o.from; several {
			if o.to, err = strconv.Atoi(to); err != nil {
				return o, err
			}
		}
	}
	if len(parts) > 2 {
		o.experiments, err = Find(strings.Split(parts[2], ","))
	}
	return o, err
}

// outcome is what is kept of an experiment with a seed.
type outcome struct {
	Experiment string
	Seed       uint64
	State      string
	Err        string
	Seconds    float64
	Claims     []judged
}

type judged struct{ Text, Predicted, Measured, Verdict string }

// make makes an experiment, unless that has been done.
func (o order) make(ctx context.Context, dir string, e Experiment, seed uint64) error {
	path := filepath.Join(dir, fmt.Sprintf("%s-%s-%02d.json", o.mode, e.Name, seed))
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	load := func(ctx context.Context, val int, progress data.Progress) (*data.Dataset, error) {
		return data.Open(ctx, data.Options{Name: "mnist", Dir: os.Getenv("OPTWATCH_DATA"), Val: val}, progress)
	}
	notebook := Open([]Experiment{e})
	options := Options{Quick: o.mode == "quick"}
	options.Options = trials.Options{Load: load, Catalogue: fed.Catalogue(optimizers.Default()), Seed: seed, Threads: runtime.GOMAXPROCS(0)}
	if err := Run(ctx, options, []Experiment{e}, notebook); err != nil {
		return err
	}
	s := notebook.Pages()[0].Study()
	out := outcome{Experiment: e.Name, Seed: seed, State: s.State.String(), Err: s.Err, Seconds: s.Elapsed.Seconds()}
	for _, c := range s.Claims {
		out.Claims = append(out.Claims, judged{c.Text, c.Predicted, c.Measured, c.Verdict.String()})
	}
	text, err := json.MarshalIndent(out, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}

func readOutcomes(dir, mode string) ([]outcome, error) {
	paths, err := filepath.Glob(filepath.Join(dir, mode+"-*.json"))
	if err != nil {
		return nil, err
	}
	var out []outcome
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		var o outcome
		if err := json.Unmarshal(text, &o); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		out = append(out, o)
	}
	slices.SortFunc(out, func(a, b outcome) int { return cmp.Compare(a.Seed, b.Seed) })
	return out, nil
}

var number = regexp.MustCompile(`[0-9][0-9.,]*(e[-+]?[0-9]+)?`)

// keys name the claims of an experiment so that they are the same with every
// seed: numbers in their texts, as of the best rate, need not be.
func (o outcome) keys() []string {
	seen, out := map[string]int{}, make([]string, len(o.Claims))
	for i, c := range o.Claims {
		key := number.ReplaceAllString(c.Text, "#")
		seen[key]++
		out[i] = fmt.Sprintf("%s %d", key, seen[key])
	}
	return out
}

// tabulate is a row for each claim, with a sign for each seed and the counts,
// then the counts of all and every refuted claim with its numbers.
func tabulate(outcomes []outcome) (table string, refuted int) {
	type row struct {
		text string
		at   map[uint64]string
	}
	rows, order := map[string]*row{}, map[string][]string{}
	var seeds []uint64
	var b, notes strings.Builder
	signs := map[string]string{}
	for _, v := range study.Verdicts {
		signs[v.String()] = v.Sign()
	}
	for _, o := range outcomes {
		if !slices.Contains(seeds, o.Seed) {
			seeds = append(seeds, o.Seed)
		}
		for i, key := range o.keys() {
			name := o.Experiment + "\n" + key
			if rows[name] == nil {
				rows[name] = &row{o.Claims[i].Text, map[uint64]string{}}
				order[o.Experiment] = append(order[o.Experiment], name)
			}
			rows[name].at[o.Seed] = o.Claims[i].Verdict
			if o.Claims[i].Verdict == study.Refuted.String() {
				refuted++
				fmt.Fprintf(&notes, "%s, seed %d: %s: predicted %s, measured %s\n", o.Experiment, o.Seed, o.Claims[i].Text, o.Claims[i].Predicted, o.Claims[i].Measured)
			}
		}
		if o.State != study.Done.String() {
			fmt.Fprintf(&notes, "%s, seed %d: %s: %s\n", o.Experiment, o.Seed, o.State, o.Err)
		}
	}
	fmt.Fprintf(&b, "seeds %v: holds, not resolved, refuted, claim\n", seeds)
	total := map[string]int{}
	for _, e := range Experiments() {
		for _, name := range order[e.Name] {
			n, line := map[string]int{}, ""
			for _, seed := range seeds {
				v := rows[name].at[seed]
				n[v]++
				if line += cmp.Or(signs[v], " "); v != "" {
					total[v]++
				}
			}
			fmt.Fprintf(&b, "%s %3d %3d %3d  %s: %s\n", line, n[study.Holds.String()], n[study.Unresolved.String()], n[study.Refuted.String()], e.Name, rows[name].text)
		}
	}
	fmt.Fprintf(&b, "%d hold, %d not resolved, %d refuted\n%s", total[study.Holds.String()], total[study.Unresolved.String()], total[study.Refuted.String()], notes.String())
	return b.String(), refuted
}

// TestTabulate checks the table of two seeds by hand: numbers that differ in a
// claim's text do not make it another, and what one seed lacks is a gap.
func TestTabulate(t *testing.T) {
	got, refuted := tabulate([]outcome{
		{Experiment: "rates", Seed: 1, State: "done", Claims: []judged{{"at η = 0.1", "1", "1 ± 2", "not resolved"}, {"at η = 0.2", "1", "1", "holds"}}},
		{Experiment: "rates", Seed: 2, State: "failed", Err: "1 of 1 claims", Claims: []judged{{"at η = 0.3", "1", "7", "refuted"}}},
	})
	want := `seeds [1 2]: holds, not resolved, refuted, claim
?✗   0   1   1  rates: at η = 0.1
✓    1   0   0  rates: at η = 0.2
1 hold, 1 not resolved, 1 refuted
rates, seed 2: at η = 0.3: predicted 1, measured 7
rates, seed 2: failed: 1 of 1 claims
`
	if got != want || refuted != 1 {
		t.Errorf("got %d,\n%s\nwant 1,\n%s", refuted, got, want)
	}
	for text, ok := range map[string]bool{"quick": true, "full:3-5": true, "quick:7:rates,batch": true, "slow": false, "quick:x": false, "quick:1-2:nothing": false, "full:1:rates:2": false} {
		if _, err := parseOrder(text); (err == nil) != ok {
			t.Errorf("%q: %v", text, err)
		}
	}
	if o, _ := parseOrder("quick:7:rates,batch"); o.from != 7 || o.to != 7 || len(o.experiments) != 2 {
		t.Errorf("%+v", o)
	}
}
