package join_test

import (
	"maps"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"optwatch/fed/hub"
	"optwatch/fed/join"
	"optwatch/fed/wire"
)

// A client that was accepted makes the server answer elsewhere than to itself: what
// it acknowledges takes the place of nothing that the coordinator has said, commands
// nothing, and is not held against another client.
func TestAnswersOfTheServer(t *testing.T) {
	want := undisturbed(t, recipe)
	folder, mine, victims := t.TempDir(), t.TempDir(), t.TempDir()
	h := open(t, hub.Settings{Clients: 3, Accept: true, Folder: folder, Log: func(string) {}})
	member(t, h, 0, func(s *join.Settings) { s.Folder = victims })
	member(t, h, 1, nil)
	absent := member(t, h, 2, func(s *join.Settings) { s.Folder = mine })
	within(t, "all take part", func() bool { return takePart(h) == 3 })
	_ = absent()
	line, key := lineOf(t, h), keyIn(t, mine)
	s, place := spoken(t, folder), placeOf(t, folder, 2, key)
	coordinator, err := intrude(t, line, coordinatorIn(t, folder), "")
	if err != nil {
		t.Fatal(err)
	}
	js, err := jetstream.New(coordinator.Conn)
	if err != nil {
		t.Fatal(err)
	}
	digest := begun(t, h, recipe)
	within(t, "the others have answered", func() bool { return len(stored(t, js, s.UpStream()).Subjects) == 2 })
	before, answers := stored(t, js, s.DownStream()), stored(t, js, s.UpStream()).Subjects
	attacker, err := intrude(t, line, key, "")
	if err != nil {
		t.Fatal(err)
	}

	places := []string{place, "0", "0-" + place[2:], wire.Fingerprint(public(keyIn(t, victims)))}
	var replies []string
	for _, p := range places {
		replies = append(replies, s.Own(p, "1"), s.Deliver(p), s.Long(s.Own(p, "1"))+".0")
		if p != place {
			replies = append(replies, s.Up(p, "1"), s.Pulse(p), s.UpLong(p, "1")+".0")
		}
	}
	replies = append(replies, s.Epoch(), s.Theta("1"), s.Variate("1"), s.End(), s.Long(s.Theta("1"))+".0",
		"$JS.API.STREAM.PURGE."+s.DownStream(), "$JS.API.STREAM.DELETE."+s.DownStream(), "$JS.API.STREAM.DELETE."+s.UpStream(), "$JS.API.STREAM.PURGE."+s.Bucket())
	for _, reply := range replies {
		for range 60 { // more than are looked at in a second
			m := nats.NewMsg(s.Up(place, "none"))
			m.Reply = reply
			if err := attacker.PublishMsg(m); err != nil {
				t.Fatal(err)
			}
		}
		if err := attacker.PublishRequest("$JS.API.DIRECT.GET."+s.Bucket()+"."+s.Long(s.Theta("1"))+".0", reply, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := attacker.FlushTimeout(patience); err != nil {
		t.Fatal(err)
	}
	within(t, "the server has all", func() bool { return stored(t, js, s.UpStream()).Subjects[s.Up(place, "none")] > 0 })
	if attacker.was("Publish to") {
		t.Errorf("the attack is none: %q", attacker.denied)
	}
	if after := stored(t, js, s.DownStream()); after.LastSeq != before.LastSeq || !maps.Equal(after.Subjects, before.Subjects) {
		t.Errorf("on the coordinator's stream there was %+v, now %+v", before, after)
	}
	answers[s.Up(place, "none")] = 2
	if after := stored(t, js, s.UpStream()).Subjects; !maps.Equal(after, answers) {
		t.Errorf("on the stream of answers there was %v, now %v", answers, after)
	}
	for _, r := range h.Refusals() {
		if r.Latest == wire.Fingerprint(public(keyIn(t, victims))) {
			t.Errorf("another client is held to have sent it: %+v", r)
		}
	}
	attacker.Close()
	member(t, h, 2, func(s *join.Settings) { s.Folder = mine })
	if got := digest(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// stored is what a stream holds, with the number of messages on each subject.
func stored(t *testing.T, js jetstream.JetStream, name string) jetstream.StreamState {
	t.Helper()
	stream, err := js.Stream(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	info, err := stream.Info(t.Context(), jetstream.WithSubjectFilter(">"))
	if err != nil {
		t.Fatal(err)
	}
	return info.State
}
