package train

// meet sees how the updates of a round went together.
func (p *probe) meet(r *run, f Federation) {
	v := &p.view
	v.Noise, v.Curvature, v.Variance, v.Snapshot, v.Rows = nil, nil, nil, nil, 0
	v.Clients = f.Agreement()
	if v.Clients == nil {
		return
	}
	c := *v.Clients
	r.mu.Lock()
	c.Global = r.pub.Last.Loss
	r.mu.Unlock()
	v.Clients = &c
}
