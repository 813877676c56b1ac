package fed

import "testing"

// How far a client's update went is known once it has been sent. Until then the
// latest stays, with the round that it is of, also through rounds without the client.
func TestDriftStays(t *testing.T) {
	s := twoQuadratics(t, "fedavg:lr=0.05,epochs=20")
	s.rounds(t, 1)
	first := s.View().Clients
	underway := false
	s.Transport = carrying(func(tasks []Task, h Host, to Inbox) error {
		v := s.View()
		underway = v.Underway
		for k, c := range v.Clients {
			if c.Drift != first[k].Drift || c.Drifted != 1 {
				t.Errorf("client %d: %g of round %d while the second is under way, want %g of the first", k, c.Drift, c.Drifted, first[k].Drift)
			}
		}
		return InProcess{}.Carry(tasks, h, to)
	})
	s.rounds(t, 1)
	if !underway {
		t.Error("nothing was looked at during a round")
	}
	for k, c := range s.View().Clients {
		if c.Drift == first[k].Drift || c.Drifted != 2 {
			t.Errorf("client %d: %g of round %d after the second", k, c.Drift, c.Drifted)
		}
	}
}
