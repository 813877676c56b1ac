package smi

import (
	"strings"
	"testing"

	"optwatch/train/device"
	"optwatch/train/device/devicetest"
)

func FuzzSMIRow(f *testing.F) {
	fields, _ := knownFields(nil)
	f.Add("GPU-a, 0, NVIDIA H200, 00000000:3B:00.0, 570.86.10, Disabled, 87, 41, 143360, 102400, 512, 412.00, 700.00, 64, 1785, 2619, [N/A], 0, 0, 0x0000000000000004")
	f.Add("GPU-a, 0, [GPU is lost]" + strings.Repeat(", [GPU is lost]", 17))
	f.Add("Unable to determine the device handle for GPU0000:3B:00.0: GPU is lost. Reboot the system to recover this GPU")
	f.Add(strings.Repeat("[Unknown Error], ", 19) + "0x")
	f.Fuzz(func(t *testing.T, text string) {
		row, ok := parseRow(line{text, devicetest.Epoch}, fields)
		if !ok {
			return
		}
		s := row.sample(device.AllTiers)
		devicetest.Sane(t, s.Readings[:]...)
		if s.ID == "" || s.ID != row.device.ID {
			t.Errorf("got a row of %q", s.ID)
		}
	})
}

// FuzzHelp: whatever the program prints as its help, the fields that are asked
// for are named, and each by a name that it has had.
func FuzzHelp(f *testing.F) {
	f.Add(`"index" "uuid" or "gpu_uuid"`)
	f.Add("\"utilization.gpu\"\nPercent of time\n\"fan.speed\"\n")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		fields, missing := knownFields(parseHelp(text))
		if len(fields)+len(missing) != len(queryFields) {
			t.Errorf("%d fields are known and %d missing, of %d", len(fields), len(missing), len(queryFields))
		}
		for _, field := range fields {
			if len(field.names) != 1 {
				t.Errorf("%v is asked for by several names", field.names)
			}
		}
	})
}
