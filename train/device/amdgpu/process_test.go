package amdgpu

import "testing"

func FuzzFdinfo(f *testing.F) {
	f.Add("drm-driver:\tamdgpu\ndrm-client-id:\t9\ndrm-memory-vram:\t2048 KiB\ndrm-engine-gfx:\t100 ns\n")
	f.Add("drm-driver:\tamdgpu\n")
	f.Fuzz(func(t *testing.T, text string) {
		if _, client, _, ok := parseFdinfo(text); ok && client == "" {
			t.Error("got a client without a name")
		}
	})
}
