package train

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"optwatch/optimizers"
	"optwatch/train/view"
)

// Offer says what a command would come to.
func (e *Experiment) Offer(c view.Command) view.Offer {
	runs, ready := e.ready()
	if !ready {
		return view.Offer{Refused: errLoading.Error()}
	}
	if c.Kind == view.Add {
		o := e.offers().Run(c.Recipe)
		if o.Refused == "" && runs == maxRuns {
			o.Refused = errFull.Error()
		}
		return o
	}
	r, err := e.find(c.Run)
	switch {
	case err != nil:
		return view.Offer{Refused: err.Error()}
	case c.Kind == view.Switch:
		return e.offerMethod(r, c)
	case c.Kind == view.Set:
		return e.offerSetting(r, c)
	case c.Kind == view.Branch: // to carry it out would take a name
		return view.Offer{Refused: text(branchable(r, runs))}
	}
	if _, err = e.change(r, c, runs); err == nil {
		err = allowed(c.Kind, r.state())
	}
	return view.Offer{Refused: text(err)}
}

// offerMethod is what a switch comes to: to a recipe, or else to chosen parts,
// of which the run's own are the choice to begin with.
func (e *Experiment) offerMethod(r *run, c view.Command) view.Offer {
	now, lr := r.recipeNow(), r.report(r.budget()).LR
	var o view.Offer
	if c.Recipe != "" {
		o = e.offers().switching(now, lr, c.Recipe)
	} else {
		o = e.offers().Method(now, lr, c.Choice)
	}
	if err := allowed(view.Switch, r.state()); o.Refused == "" && err != nil {
		o.Refused = err.Error()
	}
	return o
}

// find is a run by its identity.
func (e *Experiment) find(id int) (*run, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, r := range e.runs {
		if r.id == id {
			return r, nil
		}
	}
	return nil, fmt.Errorf("there is no run %d", id)
}

// text is an error in words; "" for none.
func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// Offers are what can be made of a catalogue for a problem.
type Offers struct {
	Catalogue optimizers.Catalogue
	Problem   optimizers.Problem
}

func (e *Experiment) offers() Offers { return Offers{e.config.Catalogue, e.facts()} }

// Run is what a new run of a recipe comes to, of which only the beginning may
// have been typed yet.
func (o Offers) Run(typed string) view.Offer {
	c := o.Catalogue
	out := view.Offer{Recipe: typed, Completions: completions(c, typed), Hint: "such as svrg:lr=0.02,m=n/2"}
	r, err := c.Parse(typed)
	if err == nil {
		out.Recipe, out.Summary = r.String(), r.Estimator+" · "+r.Rule
		_, err = c.Build(r, o.Problem)
	}
	out.Refused = text(err)
	return out
}

// completions are the names or keys that begin with the word at the end of a
// recipe.
func completions(c optimizers.Catalogue, typed string) []string {
	word := typed[strings.LastIndexAny(typed, ":,+")+1:]
	all := c.Names()
	if name, _, settings := strings.Cut(typed, ":"); settings {
		r, err := c.Parse(name)
		if err != nil {
			return nil
		}
		if _, schedule, given := strings.Cut(typed, "schedule="); given {
			schedule, _, _ = strings.Cut(schedule, ",")
			r = r.With("schedule", schedule)
		}
		all = nil
		for _, q := range c.Params(r) {
			all = append(all, q.Name+"=")
		}
	}
	var out []string
	for _, o := range all {
		if strings.HasPrefix(o, word) && o != word {
			out = append(out, o)
		}
	}
	return out
}

// offerSetting is what setting a number comes to.
func (e *Experiment) offerSetting(r *run, c view.Command) view.Offer {
	o := view.Offer{Title: c.Setting, Label: c.Setting, Now: math.NaN()}
	now := r.report(r.budget())
	f := now.Federated
	switch {
	case c.Setting == "lr":
		o.Title, o.Hint, o.Now = "learning rate", "above 0", now.LR
	case c.Setting == "batch" && now.Batch > 0:
		o.Title, o.Hint, o.Now = "batch size", "1 to "+strconv.Itoa(e.problem.train.Len())+" examples", float64(now.Batch)
	case c.Setting == "epochs" && f != nil:
		o.Title, o.Label, o.Now = "local epochs", "E", float64(f.Epochs)
		o.Hint = fmt.Sprintf("passes of a client over its data in a round: 1 to %d %03d", MaxEpochs/1000, MaxEpochs%1000)
	case c.Setting == "mu" && f != nil:
		o.Title, o.Label, o.Now = "FedProx", "μ", f.Mu
		o.Hint = "how strongly clients are held to the server's model: 0 or more"
	}
	_, err := e.setting(r, c.Setting, c.Value)
	if err == nil {
		err = allowed(view.Set, r.state())
	}
	o.Refused, o.Same = text(err), err == nil && c.Value == o.Now
	return o
}

// ready says how many runs there are, and whether there can be any yet.
func (e *Experiment) ready() (runs int, ready bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.runs), e.problem != nil && e.phase != view.PhaseLoading
}

// errLoading is why nothing can be done before there are runs.
var errLoading = errors.New("the data is still being read")
