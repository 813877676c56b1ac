//go:build linux && (amd64 || arm64) && !nonvml

package nvml

import (
	"testing"

	"optwatch/train/device"
	"optwatch/train/device/devicetest"
)

func TestRate(t *testing.T) {
	var r rate
	for i, step := range []struct {
		count uint64
		want  device.Reading
	}{
		{1000, device.Missing(device.Unknown, devicetest.Second(0))},
		{3000, device.Measured(2000*1024, devicetest.Second(1))},
		{3000, device.Measured(0, devicetest.Second(2))},
		{10, device.Missing(device.Failed, devicetest.Second(3))}, // wrapped, or the driver was loaded anew
		{20, device.Measured(10*1024, devicetest.Second(4))},
	} {
		if got := r.add(step.count, 1024, devicetest.Second(i)); got != step.want {
			t.Errorf("count %d: got %+v, want %+v", i, got, step.want)
		}
	}
}
