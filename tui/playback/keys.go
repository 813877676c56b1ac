package playback

import (
	"time"

	"optwatch/train/view"
	"optwatch/tui/draw"
	"optwatch/tui/pane"
)

// Keys are the lines of the key table that play a recording.
func (p Player) Keys() []pane.Binding {
	does, acts := pane.Does, pane.Acts
	type kinds = []view.CommandKind
	takes := func(k view.CommandKind) func() bool { return func() bool { return p.can(k) } }
	seeks := kinds{view.Seek}
	keys := []pane.Binding{
		{Topic: pane.OnReplay, Rank: 1, Name: "play", Keys: []string{" "}, Sends: kinds{view.Play, view.Freeze}, Show: "space", Word: p.playWord, Doc: "play the recording or hold it; at its end, play it again", When: p.canToggle, Do: does(p.toggle)},
		{Topic: pane.OnReplay, Rank: 2, Keys: []string{",", "."}, Ways: []pane.Way{pane.On("seek-back", "a fiftieth of the recording back", ","), pane.On("seek-on", "a fiftieth of the recording on", ".")}, Sends: seeks, Show: ", .", Foot: "seek", Doc: "a fiftieth of the recording back or on", When: takes(view.Seek), Do: acts(p.skip)},
		{Topic: pane.OnReplay, Rank: 3, Keys: []string{"[", "]"}, Ways: []pane.Way{pane.On("slower", "play half as fast", "["), pane.On("faster", "play twice as fast", "]")}, Sends: kinds{view.Speed}, Show: "[ ]", Foot: "speed", Doc: "half as fast, twice as fast", When: takes(view.Speed), Do: acts(p.hurry)},
		{Topic: pane.OnReplay, Rank: 4, Keys: []string{"(", ")"}, Ways: []pane.Way{pane.On("mark-before", "to the mark before", "("), pane.On("mark-after", "to the mark after", ")")}, Sends: seeks, Show: "( )", Foot: "marks", Doc: "the mark before or after: where something happened", When: p.canMark, Do: acts(p.toMark)},
		{Topic: pane.OnReplay, Rank: 5, Keys: []string{"g", "G"}, Ways: []pane.Way{pane.On("beginning", "to the beginning of the recording", "g"), pane.On("end", "to the end of the recording", "G")}, Sends: seeks, Show: "g G", Foot: "ends", Doc: "the beginning, the end", When: takes(view.Seek), Do: acts(p.toEnd)},
	}
	for i := range keys {
		keys[i].In = pane.Playing
	}
	return keys
}

func (p Player) can(k view.CommandKind) bool { return p.There() && p.Accepts(k) }

// canToggle is valid where the source takes what space would send.
func (p Player) canToggle() bool {
	if p.There() && p.playing() {
		return p.can(view.Freeze)
	}
	return p.can(view.Play)
}

func (p Player) playWord() string {
	switch {
	case p.playing():
		return "hold"
	case p.over():
		return "play again"
	}
	return "play"
}

// over says whether it stands at its end.
func (p Player) over() bool { return p.moment() >= p.length() && p.can(view.Seek) }

// toggle holds what plays, and plays what stands: from its end, once more.
func (p Player) toggle() {
	if p.playing() {
		p.Send(view.Command{Kind: view.Freeze})
		return
	}
	if p.over() {
		p.seek(p.from())
	}
	p.Send(view.Command{Kind: view.Play})
}

func (p Player) seek(to time.Duration) {
	p.Send(view.Command{Kind: view.Seek, Value: p.within(to).Seconds()})
}

// skip goes a fiftieth of the whole back or on, a second at least.
func (p Player) skip(key string) {
	by := max(time.Second, (p.lasting() / 50).Round(time.Second))
	if key == "," {
		by = -by
	}
	p.seek(p.moment() + by)
}

// The slowest and the fastest that it is played by keys.
const slowest, fastest = 1.0 / 16, 1 << 16

// hurry halves or doubles the speed.
func (p Player) hurry(key string) {
	v := 2 * p.speed()
	if key == "[" {
		v /= 4
	}
	if v < slowest || v > fastest {
		p.Warn("it is played at " + draw.Number(p.speed(), 3) + "×: that is as far as it goes")
		return
	}
	p.Send(view.Command{Kind: view.Speed, Value: v})
}

func (p Player) canMark() bool { return p.can(view.Seek) && len(p.Snap.Playback.Marks) > 0 }

// toMark goes to the next mark, or to the one before. While it plays, a mark
// just passed is where it is, so that the key pressed twice goes to an earlier one.
func (p Player) toMark(key string) {
	const same = time.Millisecond
	now, passed := p.moment(), same
	if p.playing() {
		passed += time.Duration(min(p.speed(), 1e6) * float64(time.Second))
	}
	to, found := time.Duration(0), false
	for _, at := range p.Snap.Playback.Marks {
		switch {
		case key == ")" && at > now+same && (!found || at < to), key == "(" && at < now-passed && (!found || at > to):
			to, found = at, true
		}
	}
	switch {
	case found:
		p.seek(to)
	case key == ")":
		p.Warn("there is no mark after this moment: G goes to the end", "no mark after this: G goes to the end")
	default:
		p.Warn("there is no mark before this moment: g goes to the beginning", "no mark before this: g goes to its start")
	}
}

func (p Player) toEnd(key string) {
	if key == "g" {
		p.seek(p.from())
		return
	}
	p.seek(p.length())
}
