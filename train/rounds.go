package train

import "optwatch/train/view"

// rounds is the regime of a run whose steps are rounds of a federation, along
// a pseudo-gradient.
type rounds struct{ Federation }

var _ regime = rounds{}

func (f rounds) spent() string            { return f.Spent() }
func (f rounds) endsItself() bool         { return f.RoundLimit() > 0 }
func (f rounds) steps(*run) int64         { return f.Steps() }
func (f rounds) rounds() (n, bytes int64) { return f.Rounds(), f.Bytes() }
func (f rounds) save() *FederationState   { return f.Save() }
func (f rounds) clients() int             { return len(f.View().Clients) }

// minimises is false: what a federation settles at is not the minimum of f in
// general. Its rounds end it.
func (rounds) minimises() bool { return false }

// diverges is false of a loss that is not known since clients keep theirs to
// themselves; no update with one that is no number is averaged.
func (rounds) diverges(loss, bound float64) bool { return loss > bound }

func (f rounds) prepare(r *run) { f.Prepare(r.stage.stepLR(r.steps), r.left()) }

func (f rounds) relay(r *run) {
	for _, note := range f.Notes() {
		r.exp.log(r.name, view.EventInfo, note)
	}
}

// apply is the server's step. The pseudo-gradient has the regulariser in it
// already, and says nothing of ‖∇f‖.
func (rounds) apply(r *run) { r.stage.rule.Apply(r.theta, r.g, r.stage.serverLR) }

// note leaves the trace alone: the losses of clients are of their own
// examples, and say nothing of f.
func (rounds) note(r *run, _ float64) { r.touch() }

// passesOverUpdates is what comparing the updates of clients takes for each, in vector operations.
const passesOverUpdates = 6

// price is that of passes over updates, which take about as long as gradients.
func (rounds) price(r *run) int64 { return passesOverUpdates * int64(r.probe.clients) }

// look lets the next round compare the updates of its clients.
func (f rounds) look(r *run) {
	p := r.probe
	f.Examine()
	p.charged += f.price(r)
	p.await(r)
}

// stepped sees how the updates of the round went together.
func (f rounds) stepped(r *run) {
	p := r.probe
	v := &p.view
	v.Noise, v.Curvature, v.Variance, v.Snapshot, v.Rows = nil, nil, nil, nil, 0
	v.Clients = f.Agreement()
	if v.Clients != nil {
		c := *v.Clients
		r.mu.Lock()
		c.Global = r.pub.Last.Loss
		r.mu.Unlock()
		v.Clients = &c
	}
	p.publish(r)
}

// lookAtStart sees nothing: no client has sent anything yet.
func (rounds) lookAtStart(*run) {}
