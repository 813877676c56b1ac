package fed

import (
	"math"
	"slices"

	"optwatch/fed/privacy"
	"optwatch/train/view"
)

// announce shows the cohort of an attempt.
func (r *Round) announce(cohort []int, t *tally) {
	r.mu.Lock()
	defer r.mu.Unlock()
	t.cohort, t.answered = len(cohort), 0
	r.underway, r.latest = true, *t
	for k := range r.clients {
		r.clients[k].State = view.ClientIdle
	}
	for _, k := range cohort {
		r.clients[k].Work = int64(r.work(k))
		r.clients[k].State = view.ClientSelected
		r.board[k].reset(view.ClientSelected)
	}
}

// abandon shows that a round was broken off: nobody works on it any more.
func (r *Round) abandon() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.underway, r.latest.answered = false, 0
	for k := range r.clients {
		if v := &r.clients[k]; v.State == view.ClientSelected {
			v.State = view.ClientIdle
		}
	}
}

// arrived shows that an update is there.
func (r *Round) arrived() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.latest.answered++
}

// show shows what became of the updates of an attempt.
func (r *Round) show(verdicts []verdict, t *tally) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.underway, r.latest = false, *t
	for _, j := range verdicts {
		if j.recalled && j.Failed != "" {
			r.board[j.Client].end(j.Update, false)
		}
	}
	for k := range r.clients {
		if v := &r.clients[k]; v.State == view.ClientSelected {
			r.board[k].onto(v)
			switch v.State {
			case view.ClientLate:
			case view.ClientFailed:
				v.Reason = brokeOff
			default: // unless there is a verdict
				v.State, v.Reason = view.ClientFailed, r.missing()
			}
		}
	}
	for _, j := range verdicts {
		if j.Client >= 0 && j.Client < r.Clients && j.Failed == "" { // the board knows of failures
			j.onto(&r.clients[j.Client], r.rounds+1, j.Steps < r.localSteps(j.Client))
		}
	}
}

// onto writes a verdict to the view of its client. Where there are several, one
// that was averaged is shown, unless the client contradicts itself.
func (j *verdict) onto(v *view.Client, round int, partial bool) {
	switch {
	case v.State == view.ClientIdle, j.reason == notAsked:
	case j.reason == "" && partial:
		v.State, v.Reason, v.Drift, v.Drifted = view.ClientAccepted, "partial", j.drift, round
	case j.reason == "":
		v.State, v.Reason, v.Drift, v.Drifted = view.ClientAccepted, "", j.drift, round
	case v.State == view.ClientAccepted && j.reason != contradicts:
	case j.reason == late:
		v.State, v.Reason, v.Drift, v.Drifted = view.ClientLate, "", j.drift, round
	default:
		v.State, v.Reason, v.Drift, v.Drifted = view.ClientRejected, j.reason, j.drift, round
	}
}

// discard shows that what could have been averaged was not.
func (r *Round) discard(us []*Update) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, u := range us {
		r.clients[u.Client].State, r.clients[u.Client].Reason = view.ClientRejected, "too few answered"
	}
}

// View is the federation as it is now. Of clients in other processes the transport
// knows more, and it is asked without the lock: nobody waits for it.
func (r *Round) View() *view.Federation {
	v := r.ownView()
	if far := r.remote(); far != nil {
		far.Describe(v.Clients)
	}
	return v
}

// ownView is what is known without the transport.
func (r *Round) ownView() *view.Federation {
	r.mu.Lock()
	defer r.mu.Unlock()
	v := &view.Federation{
		Strategy: r.Strategy, Partition: r.divided(), Round: r.rounds, Limit: r.Limit, Underway: r.underway,
		Attempt: r.latest.attempt, Cohort: r.latest.cohort, Answered: r.latest.answered, Epochs: r.Epochs, Mu: math.NaN(),
		Deadline: math.NaN(), Bytes: int64(r.bytes), Clients: slices.Clone(r.clients), Privacy: r.privacyView(),
	}
	if p, ok := r.strategy.(proximal); ok {
		v.Mu = *p.mu()
	}
	if r.Faults.Deadline > 0 {
		v.Deadline = r.Faults.Deadline
	}
	for i, n := range r.refused {
		if n > 0 {
			v.Refused = append(v.Refused, view.Refusal{Reason: reasons[i], Count: int(n)})
		}
	}
	for k := range v.Clients {
		c := &v.Clients[k]
		c.Accepted, c.Refused = int(r.accepted[k]), int(r.rejected[k])
		if r.underway && c.State == view.ClientSelected {
			r.board[k].onto(c)
			c.Reason = "" // its drift is known once it has sent: until then the latest stays
		}
		if r.dropped[k] != 0 && (c.State == view.ClientIdle || !r.underway) {
			c.State, c.Reason = view.ClientDropped, ""
		}
	}
	return v
}

func (r *Round) privacyView() *view.Privacy {
	p := r.Privacy
	void := r.broken.text()
	if !p.Kept() && void == "" {
		return nil
	}
	v := &view.Privacy{
		Unit: p.Unit, Clients: p.Unit == privacy.Client, Epsilon: r.epsilon, Delta: p.Delta, Budget: p.Budget, Clip: p.Clip, Noise: p.Noise,
		Clipped: r.clipped, SNR: r.snr, Releases: r.releases, Void: void, Reproduced: !p.Secret,
	}
	if void != "" {
		v.Epsilon = math.Inf(1)
	}
	return v
}
