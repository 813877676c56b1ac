package wire

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"

	"optwatch/fed/client"
	"optwatch/optimizers/matrix"
)

// odd are numbers that decimals, or comparisons, would lose.
var odd = []float64{
	0, math.Copysign(0, -1), 1, -2.5, math.Inf(1), math.Inf(-1), math.NaN(), math.Float64frombits(0x7ff8dead00beef01), // a NaN with a payload
	math.Float64frombits(0xfff0000000000001), math.SmallestNonzeroFloat64, -math.SmallestNonzeroFloat64, math.MaxFloat64, 0.1, math.Nextafter(1, 2),
}

func sameBits(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) })
}

func TestVectorKeepsEveryBit(t *testing.T) {
	b := Bytes(odd)
	got, err := Numbers(b)
	if err != nil || !sameBits(got, odd) {
		t.Errorf("got %x, %v", got, err)
	}
	if at := binary.LittleEndian.Uint64(b[8*7:]); at != 0x7ff8dead00beef01 {
		t.Errorf("they are not little-endian: %x", at)
	}
	v := VectorOf(b)
	if v.Len != len(odd) || !v.Is(b) {
		t.Errorf("%+v is not its vector", v)
	}
	for i := range b {
		b[i] ^= 1
		if v.Is(b) {
			t.Errorf("with another byte %d it is the same", i)
		}
		b[i] ^= 1
	}
	if v.Is(b[:len(b)-8]) || v.Is(nil) {
		t.Error("a part of it is the same")
	}
	for _, n := range []int{1, 7, 9} {
		if _, err := Numbers(make([]byte, n)); err == nil {
			t.Errorf("%d bytes are read as numbers", n)
		}
	}
	if got, err := Numbers(nil); err != nil || len(got) != 0 {
		t.Errorf("no bytes are %v, %v", got, err)
	}
}

func update(delta []float64) client.Update {
	return client.Update{
		Round: 7, Attempt: 2, Client: 3, Delta: delta, Examples: 600, Steps: 50, Evaluations: 3000, Loss: math.Float64frombits(0x7ff8dead00beef01),
		Time: math.Copysign(0, -1), Clipped: 12, Contributions: 2990, Signal: math.Inf(1),
	}
}

// arrived is an update after its way.
func arrived(t *testing.T, u client.Update, change func(a *Answer, payload []byte) []byte) (client.Update, error) {
	t.Helper()
	a, payload := AnswerOf("1", "ask", u)
	if len(payload) != a.Size() {
		t.Errorf("a payload of %d bytes, and %d are announced", len(payload), a.Size())
	}
	text, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var back Answer
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if change != nil {
		payload = change(&back, payload)
	}
	return back.Update(payload)
}

func TestAnswerKeepsEveryBit(t *testing.T) {
	late := update(nil)
	late.Failed = client.Late
	hidden := update(odd)
	hidden.Loss, hidden.LossHidden = 0, true
	for _, u := range []client.Update{update(odd), update([]float64{1}), update(nil), late, hidden, {}} {
		got, err := arrived(t, u, nil)
		if err != nil {
			t.Errorf("%+v: %v", u, err)
			continue
		}
		if !sameBits(got.Delta, u.Delta) || !sameBits([]float64{got.Loss, got.Time, got.Signal}, []float64{u.Loss, u.Time, u.Signal}) {
			t.Errorf("got %v, want %v", got, u)
		}
		if got.Digest() != u.Digest() {
			t.Errorf("got %+v, want %+v", got, u)
		}
	}
}

// An update that was changed on the way is not read: neither a bit of its numbers
// nor any of its counts can be.
func TestChangedAnswer(t *testing.T) {
	u := update(odd)
	for i := range 8 * (3 + len(odd)) {
		if _, err := arrived(t, u, func(_ *Answer, p []byte) []byte { p[i] ^= 4; return p }); !errors.Is(err, ErrDamaged) {
			t.Errorf("byte %d: %v", i, err)
		}
	}
	digested := 0
	for i := range reflect.TypeFor[Answer]().NumField() {
		name := reflect.TypeFor[Answer]().Field(i).Name
		if slices.Contains([]string{"Run", "Ask", "Long"}, name) {
			continue // the letter's signature is what keeps these
		}
		digested++
		_, err := arrived(t, u, func(a *Answer, p []byte) []byte {
			vary(t, reflect.ValueOf(a).Elem().Field(i))
			return p
		})
		if err == nil {
			t.Errorf("with another %s it is read", name)
		}
	}
	if digested != 12 {
		t.Errorf("%d fields were changed", digested)
	}
	for _, n := range []int{0, 8, 16, 23, 8 * (2 + len(odd))} {
		if _, err := arrived(t, u, func(_ *Answer, p []byte) []byte { return p[:n] }); err == nil {
			t.Errorf("%d bytes of it are read", n)
		}
	}
}

func FuzzAnswer(f *testing.F) {
	a, payload := AnswerOf("1", "ask", update(odd))
	text, _ := json.Marshal(a)
	f.Add(text, payload)
	f.Add([]byte(`{"Len":-3}`), []byte{})
	f.Add([]byte(`{"Len":9223372036854775807}`), []byte{1})
	f.Fuzz(func(t *testing.T, text, payload []byte) {
		var a Answer
		if json.Unmarshal(text, &a) != nil {
			return
		}
		u, err := a.Update(payload)
		if err == nil && (u.Digest() != a.Digest || len(u.Delta) != a.Len) {
			t.Errorf("%+v is read from %s", u, text)
		}
	})
}

func task() client.Task {
	return client.Task{
		Version: client.Version, Round: 7, Attempt: 2, Client: 3, Plan: client.Plan{Epochs: 5, Batch: 64, Poisson: true}, LR: 0.05,
		Rule: client.Rule{Name: "momentum", Settings: map[string]string{"momentum": "0.9"}}, L2: 0.001, Spans: []matrix.Span{{Lo: 0, Hi: 1}},
		Mu: 0.1, Variates: &client.Variates{Server: []float64{1, 2}, Client: []float64{3, 4}}, Clip: 1, Noise: 2.5,
		Batches: client.Stream{Seed: 1, Number: math.MaxUint64, Key: []byte{1}}, NoiseStream: client.Stream{Seed: 1, Number: 2, Key: []byte{0, 255}},
		Partial: true, Clock: client.Clock{Unit: 600, Slowness: 4, Deadline: 1.5}, BreaksOff: 9,
	}
}

// asked is the ask of a task with θ, and the vectors that go with it.
func asked(t client.Task, theta []float64) (Ask, map[Vector][]byte) {
	all := map[Vector][]byte{}
	name := func(x []float64) Vector {
		b := Bytes(x)
		all[VectorOf(b)] = b
		return VectorOf(b)
	}
	var server *Vector
	if t.Variates != nil {
		v := name(t.Variates.Server)
		server = &v
	}
	a, own := AskOf("1", t, name(theta), server)
	if own != nil {
		all[*a.Own] = own
	}
	a.Division = &Division{Scheme: "dirichlet", Alpha: 0.5, Clients: 10, Seed: 1}
	return a, all
}

// vary changes a value as little as can be, wherever it lies.
func vary(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.Int:
		v.SetInt(v.Int() + 1)
	case reflect.Uint64:
		v.SetUint(v.Uint() ^ 1<<63)
	case reflect.Uint8:
		v.SetUint(v.Uint() ^ 1)
	case reflect.Float64:
		v.SetFloat(math.Nextafter(v.Float(), math.Inf(1)))
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.String:
		v.SetString(v.String() + "x")
	default:
		t.Fatalf("this test does not know how to change a %s", v.Type())
	}
}

// leaves calls f for all that a value is made of; maps have one entry that is changed.
func leaves(t *testing.T, path string, v reflect.Value, f func(path string, change func())) {
	t.Helper()
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			leaves(t, path+"."+v.Type().Field(i).Name, v.Field(i), f)
		}
	case reflect.Pointer:
		leaves(t, path, v.Elem(), f)
	case reflect.Slice:
		if v.Len() == 0 {
			t.Errorf("%s is empty: nothing there is tried", path)
		}
		for i := range v.Len() {
			leaves(t, fmt.Sprintf("%s[%d]", path, i), v.Index(i), f)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			f(path, func() { v.SetMapIndex(k, reflect.ValueOf(v.MapIndex(k).String()+"0")) })
		}
	default:
		f(path, func() { vary(t, v) })
	}
}

// All that decides the bits of an answer is in the identity of an ask: each field
// of a task, each of its vectors, how rows are divided. Which of the coordinator's
// lives asks is not.
func TestIdentity(t *testing.T) {
	theta := []float64{0.1, -2}
	whole := struct {
		Task  client.Task
		Theta []float64
	}{task(), theta}
	whole.Task.Theta = []float64{7} // that of the ask counts
	a, _ := asked(whole.Task, theta)
	id, n := a.ID(), 0
	if again, _ := asked(task(), theta); again.ID() != id {
		t.Error("the same is asked, with another identity")
	}
	leaves(t, "", reflect.ValueOf(&whole), func(path string, _ func()) {
		other := struct {
			Task  client.Task
			Theta []float64
		}{task(), slices.Clone(theta)}
		other.Task.Theta = []float64{7}
		leaves(t, "", reflect.ValueOf(&other), func(p string, change func()) {
			if p == path {
				change()
			}
		})
		n++
		b, _ := asked(other.Task, other.Theta)
		if path == ".Task.Theta[0]" {
			return
		}
		if b.ID() == id {
			t.Errorf("with another %s it has the same identity", path)
		}
	})
	if n < 30 {
		t.Errorf("only %d parts of a task were changed", n)
	}
	for i := range reflect.TypeFor[Division]().NumField() {
		b, _ := asked(task(), theta)
		vary(t, reflect.ValueOf(b.Division).Elem().Field(i))
		if b.ID() == id {
			t.Errorf("with another %s of the division it has the same identity", reflect.TypeFor[Division]().Field(i).Name)
		}
	}
	b, _ := asked(task(), theta)
	b.Run = "2"
	if b.ID() == id {
		t.Error("in another run it has the same identity")
	}
	b, _ = asked(task(), theta)
	b.Epoch, b.Said = 9, 3
	if b.ID() != id || b.Epoch != 9 || b.Said != 3 {
		t.Error("in another life of the coordinator, or said again, it has another identity")
	}
}

// A task is whole again with its vectors, every bit of it, or is not worked on.
func TestWhole(t *testing.T) {
	for _, variates := range []bool{true, false} {
		want := task()
		want.Theta = odd
		if variates {
			want.Variates = &client.Variates{Server: odd[1:], Client: odd[2:]}
		} else {
			want.Variates = nil
		}
		a, all := asked(want, odd)
		text, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		var back Ask
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
		if back.ID() != a.ID() {
			t.Error("it has another identity after its way")
		}
		find := func(v Vector) ([]byte, bool) { b, ok := all[v]; return b, ok }
		got, err := back.Whole(find)
		if err != nil {
			t.Fatal(err)
		}
		if !sameBits(got.Theta, want.Theta) || variates && (!sameBits(got.Variates.Server, want.Variates.Server) || !sameBits(got.Variates.Client, want.Variates.Client)) {
			t.Errorf("got %+v, want %+v", got, want)
		}
		if client.TasksDigest([]client.Task{got}) != client.TasksDigest([]client.Task{want}) || (got.Variates != nil) != variates {
			t.Errorf("got %+v, want %+v", got, want)
		}
		for v := range all {
			_, err := back.Whole(func(w Vector) ([]byte, bool) {
				if w == v {
					return nil, false
				}
				return find(w)
			})
			if !errors.Is(err, ErrMissing) {
				t.Errorf("without a vector of %d: %v", v.Len, err)
			}
		}
	}
}

// A learning rate that has run away is told, and panics nowhere.
func TestAskOfNoNumber(t *testing.T) {
	a, _ := asked(task(), odd)
	if err := a.Check(); err != nil {
		t.Error(err)
	}
	a.Task.LR = math.NaN()
	if a.Check() == nil {
		t.Error("a learning rate that is no number can be written")
	}
}

func TestPulse(t *testing.T) {
	for _, loss := range []float64{0.25, math.Copysign(0, -1), math.NaN(), math.Inf(1)} {
		want := client.Progress{Round: 1, Attempt: 2, Client: 3, Steps: 4, Evaluations: 5, Loss: loss, Time: 6.5}
		text, err := json.Marshal(Pulse{Doing: "a", Progress: StepOf(want)})
		if err != nil {
			t.Fatal(err)
		}
		var p Pulse
		if err := json.Unmarshal(text, &p); err != nil {
			t.Fatal(err)
		}
		got := p.Progress.Report()
		if math.IsInf(loss, 0) {
			loss = math.NaN()
		}
		if math.IsNaN(loss) != math.IsNaN(got.Loss) || !math.IsNaN(loss) && math.Float64bits(got.Loss) != math.Float64bits(loss) {
			t.Errorf("got %g, want %g", got.Loss, loss)
		}
		got.Loss, want.Loss = 0, 0
		if got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}
