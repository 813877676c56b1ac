package devices

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/muesli/termenv"

	"optwatch/train/device"
	"optwatch/tui/chart"
	"optwatch/tui/draw"
)

// sparkText is the sparkline of a view's first device.
func sparkText(m *screen, v *device.View, w int) string {
	l, f := draw.NewLine(w), &frame{rack: &rack{view: v}, theme: m.Theme}
	f.spark(l, &v.Devices[0], w, draw.Ink{})
	return l.Text()
}

// busyFor makes the history of a device: one value a second, the last at noon.
func busyFor(v *device.View, values ...float64) {
	d := &v.Devices[0]
	d.History = nil
	for i, y := range values {
		p := device.Point{At: v.At.Add(-time.Duration(len(values)-1-i) * time.Second)}
		for m := range p.Values {
			p.Values[m] = float32(nan)
		}
		p.Values[device.Busy] = float32(y)
		d.History = append(d.History, p)
	}
}

func repeated(v float64, n int) []float64 { return slices.Repeat([]float64{v}, n) }

// A column is five seconds; what is not known is a dot, what was before is empty.
func TestSpark(t *testing.T) {
	m := newAlone(gpus(1, 1), 80, 24)
	v := gpus(1, 1)
	v.At = noon.Add(4 * time.Second) // the last of five seconds
	busyFor(v, slices.Concat(repeated(0, 5), repeated(50, 5), repeated(100, 5), repeated(nan, 5), repeated(1e9, 5), repeated(-3, 5))...)
	if got, want := sparkText(m, v, 8), "  ▁▄▇·▇▁"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := sparkText(m, v, 3), "·▇▁"; got != want {
		t.Errorf("narrow: got %q, want %q", got, want)
	}
	v.Events = []device.Event{
		{At: v.At.Add(-12 * time.Second), ID: "GPU-0", Kind: device.EventLost},
		{At: v.At.Add(-2 * time.Second), ID: "GPU-1", Kind: device.EventLost},
		{At: v.At.Add(-21 * time.Second), ID: "GPU-0", Kind: device.EventXid},
		{At: v.At.Add(-time.Hour), ID: "GPU-0", Kind: device.EventXid},
	}
	if got, want := sparkText(m, v, 8), "  ▁✖▇✖▇▁"; got != want {
		t.Errorf("marked: got %q, want %q", got, want)
	}
	if sparkText(m, v, 0) != "" {
		t.Error("something in no room")
	}
	ascii := newAloneWith(v, 80, 24, termenv.Ascii, true, true)
	v.Events = nil
	if got, want := draw.ToASCII(sparkText(ascii, v, 8)), "  _=#.#_"; got != want {
		t.Errorf("ASCII: got %q, want %q", got, want)
	}
}

// A sparkline moves on by whole columns, and what it has drawn stays.
func TestSparkMovesInStrides(t *testing.T) {
	m := newAlone(gpus(1, 1), 80, 24)
	var values []float64
	for i := range 300 {
		values = append(values, math.Mod(float64(i*i), 101))
	}
	before := ""
	for s := range 40 {
		v := gpus(1, 1)
		v.At = noon.Add(time.Duration(s) * time.Second)
		busyFor(v, values[:200+s]...)
		now := sparkText(m, v, 20)
		if s > 0 {
			old, kept := []rune(before), []rune(now)
			if s%5 == 0 {
				old = append(old[1:], kept[19])
			}
			if string(old[:19]) != string(kept[:19]) {
				t.Fatalf("after %d s %q became %q", s, before, now)
			}
		}
		before = now
	}
}

// columnsDrawn is the first line of the device's first gauge, in columns.
func columnsDrawn(m *screen, w int) (*chart.Plot, []float64) {
	g := m.gauges()[0]
	c := m.frame(m.spot).gaugeChart(&g, m.device(), w, 10)
	return c, c.Strokes[0].Rows
}

// A chart shows gaps as gaps, also where no point was taken at all.
func TestGaugesHaveGaps(t *testing.T) {
	v := gpus(1, 60)
	gone(v, 0, 30, device.Lost)
	m := newAlone(v, 120, 40)
	c, at := columnsDrawn(m, 72) // a column a second or so
	if got := draw.Known(at[len(at)-5]); got {
		t.Error("a lost device has a value")
	}
	if !draw.Known(at[5]) || len(c.Marks) != 1 || c.Marks[0].Glyph != '✖' {
		t.Errorf("before the loss: %v, marks %v", at[5], c.Marks)
	}
	v = gpus(1, 60)
	v.Devices[0].History = slices.Concat(v.Devices[0].History[:20], v.Devices[0].History[50:])
	m = newAlone(v, 120, 40)
	_, at = columnsDrawn(m, 72)
	if mid := at[len(at)/2+4]; draw.Known(mid) {
		t.Errorf("a line over half a minute that nobody looked: %v", mid)
	}
	if !draw.Known(at[3]) || !draw.Known(at[len(at)-3]) {
		t.Errorf("the ends are not drawn: %v", at)
	}
}

// The charts show what a device has, the limit as a thin line; unknown kinds
// are left out.
func TestGaugesOfADevice(t *testing.T) {
	titles := func(d *device.DeviceView) string {
		var out []string
		for _, g := range deviceGauges(d) {
			out = append(out, g.title)
		}
		return strings.Join(out, "|")
	}
	d := sampleGPU(0, 60)
	if got, want := titles(&d), "busy|power|memory, GiB|temperature|clocks|memory bandwidth"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	d.Readings[device.NVLinkRX], d.Readings[device.PCIeTX], d.Readings[device.Fan] = read(1e9), read(0), read(40)
	if got := titles(&d); !strings.HasSuffix(got, "|PCIe, MB/s|NVLink, MB/s|fan") {
		t.Errorf("got %s", got)
	}
	m := newAlone(gpus(1, 300), 200, 60)
	wantSeen(t, m, "busy  60%", "power  450 W  ┈ limit 700 W", "memory, GiB  102.0 GiB", "temperature  65°C", "── sm 1 860 MHz  ┄┄ memory 2 619 MHz", "−2:00")
	empty := device.DeviceView{Device: device.Device{ID: "x"}}
	if got := titles(&empty); got != "" {
		t.Errorf("nothing is known and %s is charted", got)
	}
	m = newAlone(&device.View{At: noon, Devices: []device.DeviceView{empty}}, 120, 40)
	wantSeen(t, m, "nothing has been read of this device yet")
}

// The scale of what has a whole ends at the whole; others follow the values.
func TestGaugeScales(t *testing.T) {
	for _, test := range []struct {
		name   string
		g      gauge
		values []float64
		lo, hi float64
	}{
		{"a share", gauge{top: 100, zero: true}, []float64{3, 60}, 0, 100},
		{"above its limit", gauge{top: 700, zero: true}, []float64{90, 720}, 0, 720},
		{"no limit known", gauge{top: nan, zero: true}, []float64{90, 1785}, 0, 1800},
		{"at rest", gauge{top: nan, zero: true}, []float64{0, 0}, 0, 1},
		{"degrees", gauge{top: nan}, []float64{60, 62}, 54, 64},
		{"nothing", gauge{top: nan}, []float64{nan}, 0, 1},
		{"infinite", gauge{top: inf, zero: true}, []float64{inf, 5}, 0, 5},
	} {
		if s := test.g.scale([][]float64{test.values}); math.Abs(s.Lo-test.lo) > 1e-9 || math.Abs(s.Hi-test.hi) > 1e-9 {
			t.Errorf("%s: %v to %v, want %v to %v", test.name, s.Lo, s.Hi, test.lo, test.hi)
		}
	}
}

// The time on the charts follows the history until it is asked for another.
func TestGaugeWindow(t *testing.T) {
	for seconds, want := range map[int]time.Duration{1: time.Minute, 50: time.Minute, 100: 2 * time.Minute, 250: 5 * time.Minute, 1700: 5 * time.Minute} {
		m := newAlone(gpus(1, seconds), 120, 40)
		if got := m.span(); got != want {
			t.Errorf("after %d s: %v, want %v", seconds, got, want)
		}
	}
	m := newAlone(gpus(1, 1700), 120, 40)
	wantSeen(t, m, "−4:00", "now")
	for _, want := range []time.Duration{10 * time.Minute, 30 * time.Minute} {
		m.press("-")
		if got := m.span(); got != want {
			t.Errorf("asked for more than %v, shows %v", want/2, got)
		}
	}
	wantSeen(t, m, "−30:00")
	m.press("-", "=", "=", "=", "=", "=", "=")
	if got := m.span(); got != time.Minute {
		t.Errorf("the shortest is %v", got)
	}
	wantSeen(t, m, "−0:45", "−0:15")
}

// m goes through the charts that have no room, and comes back.
func TestGaugesCycle(t *testing.T) {
	for _, n := range []int{0, 1, 8} {
		m := newAlone(gpus(n, 300), 80, 24)
		all := m.gauges()
		for i := range 2 * len(all) {
			if want := "  " + all[i%len(all)].title; !strings.Contains(m.text(), want) {
				t.Fatalf("%d GPUs, after %d m: no %q in\n%s", n, i, want, m.text())
			}
			m.press("m")
		}
	}
	m := newAlone(gpus(1, 300), 200, 60)
	if m.CanNextChart() || strings.Contains(m.hints(alone), "m metrics") {
		t.Errorf("all charts are seen, and m is offered: %s", m.hints(alone))
	}
}

func TestMinuteTicks(t *testing.T) {
	for _, test := range []struct {
		window time.Duration
		cols   int
		want   string
	}{
		{time.Minute, 40, "−1:00 −0:30 now"},
		{5 * time.Minute, 45, "−4:00 −2:00 now"},
		{30 * time.Minute, 80, "−30:00 −20:00 −10:00 now"},
		{time.Minute, 10, "−1:00 now"},
	} {
		var got []string
		for _, k := range minuteTicks(test.window, test.cols) {
			got = append(got, k.Label)
		}
		if text := strings.Join(got, " "); text != test.want {
			t.Errorf("%v in %d columns: %s, want %s", test.window, test.cols, text, test.want)
		}
	}
}

// What was drawn stays where it is until the chart moves on by a column.
func TestGaugesMoveInStrides(t *testing.T) {
	first := newAlone(gpus(1, 300), 120, 40)
	_, before := columnsDrawn(first, 60)
	moved := 0
	for s := 1; s <= 12; s++ {
		v := gpus(1, 300)
		v.At = noon.Add(time.Duration(s) * time.Second)
		m := newAlone(v, 120, 40)
		m.window = 3
		_, now := columnsDrawn(m, 60)
		switch {
		case fmt.Sprint(now[3:40]) == fmt.Sprint(before[3:40]):
		case fmt.Sprint(now[3:40]) == fmt.Sprint(before[4:41]):
			moved++
		default:
			t.Fatalf("after %d s\n%v became\n%v", s, before, now)
		}
		before = now
	}
	if moved < 1 || moved > 3 {
		t.Errorf("moved by %d columns in 12 s of 300 s on 49 columns", moved)
	}
}

// A power cap is marked on the chart of the power only, an alarm on all.
func TestEventsOnGauges(t *testing.T) {
	v := gpus(1, 300)
	holdBack(v, 0, 100, device.ThrottlePowerCap)
	m := newAlone(v, 120, 40)
	marks := func(i int) (out string) {
		g := m.gauges()[i]
		for _, k := range m.frame(m.spot).gaugeChart(&g, m.device(), 72, 10).Marks {
			out += string(k.Glyph)
		}
		return out
	}
	if busy, power := marks(0), marks(1); busy != "" || power != "▼" {
		t.Errorf("a power cap: %q on busy, %q on power", busy, power)
	}
	holdBack(v, 0, 50, device.ThrottlePowerBrake)
	if busy, power := marks(0), marks(1); busy != "▼" || power != "▼▼" {
		t.Errorf("a power brake: %q on busy, %q on power", busy, power)
	}
}
