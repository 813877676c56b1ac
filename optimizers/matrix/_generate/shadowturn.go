package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// The weights of a shadow lie with features along the vectors, those of a run with outputs
// along its rows: kernels turn sixteen features of four outputs at a time. Where the
// outputs are no multiple of four the last four have some in common with those before.

// turning walks over vectors of features and, in each, over four outputs at a time.
type turning struct {
	registers
	side          Register    // where vectors lie
	base          [4]Register // the first of four rows each
	stride, three Register    // bytes of a row, and of three
	v             [4]VecVirtual
	t             [4]VecVirtual
}

// turn writes a kernel that does something to each four outputs.
func turn(r registers, name, params, rows, side, doc string, four func(t *turning)) {
	TEXT(name+r.suffix(), NOSPLIT, params)
	Pragma("noescape")
	Doc(name+r.suffix()+" is "+doc+" for vectors of 16 features and so many outputs, four at a time: fours",
		"times, the last of which begin back outputs earlier. The rows are k apart.")
	first, vectors := Load(Param(rows), GP64()), Load(Param("vectors"), GP64())
	next := Load(Param(side), GP64())
	t := &turning{registers: r, side: GP64(), stride: Load(Param("k"), GP64()), three: GP64()}
	for i := range 4 {
		t.base[i], t.v[i], t.t[i] = GP64(), r.vector(), r.vector()
	}
	SHLQ(U8(2), t.stride)
	LEAQ(Mem{Base: t.stride, Index: t.stride, Scale: 2}, t.three)
	fours, back := GP64(), GP64()
	Label("vector")
	DECQ(vectors)
	JL(LabelRef("end"))
	MOVQ(first, t.base[0])
	for i := range 3 {
		LEAQ(Mem{Base: t.base[i], Index: t.stride, Scale: 4}, t.base[i+1])
	}
	LEAQ(Mem{Base: t.base[3], Index: t.stride, Scale: 4}, first)
	MOVQ(next, t.side)
	Load(Param("outputs"), back)
	SHLQ(U8(6), back)
	ADDQ(back, next)
	Load(Param("fours"), fours)
	Label("four")
	DECQ(fours)
	JG(LabelRef("inner"))
	JL(LabelRef("vector"))
	Load(Param("back"), back)
	SHLQ(U8(2), back)
	for _, b := range t.base {
		SUBQ(back, b)
	}
	SHLQ(U8(4), back)
	SUBQ(back, t.side)
	Label("inner")
	four(t)
	for _, b := range t.base {
		ADDQ(U8(16), b)
	}
	ADDQ(U32(4*4*lanes), t.side)
	JMP(LabelRef("four"))
	Label("end")
	VZEROUPPER()
	RET()
}

// row is where a row lies.
func (t *turning) row(i int) Mem {
	m := Mem{Base: t.base[i/4]}
	switch e := i % 4; e {
	case 1, 2:
		m.Index, m.Scale = t.stride, uint8(e)
	case 3:
		m.Index, m.Scale = t.three, 1
	}
	return m
}

// quarters turns, in each quarter, four vectors of four numbers.
func (t *turning) quarters() {
	v, u := t.v, t.t
	VUNPCKLPS(v[1], v[0], u[0])
	VUNPCKHPS(v[1], v[0], u[1])
	VUNPCKLPS(v[3], v[2], u[2])
	VUNPCKHPS(v[3], v[2], u[3])
	VUNPCKLPD(u[2], u[0], v[0])
	VUNPCKHPD(u[2], u[0], v[1])
	VUNPCKLPD(u[3], u[1], v[2])
	VUNPCKHPD(u[3], u[1], v[3])
}

func turnShadow(r registers) {
	turn(r, "turnShadow", "func(to, from *float32, vectors, outputs, fours, back, k int)", "from", "to", "to[v][c][l] = from[16v+l][c]", func(t *turning) {
		for part := range r.parts() {
			begin := part * r.singles()
			for e, v := range t.v {
				VMOVUPS(t.row(begin+e), v.AsX())
				for q := 1; q < r.singles()/4; q++ {
					if r == avx512 {
						VINSERTF32X4(U8(q), t.row(begin+4*q+e), v, v)
					} else {
						VINSERTF128(U8(q), t.row(begin+4*q+e), v, v)
					}
				}
			}
			t.quarters()
			for c, v := range t.v {
				VMOVUPS(v, Mem{Base: t.side, Disp: 4*lanes*c + r.bytes*part})
			}
		}
	})
}

func turnShadowBack(r registers) {
	turn(r, "turnShadowBack", "func(to, from *float32, vectors, outputs, fours, back, k int)", "to", "from", "to[16v+l][c] = from[v][c][l]", func(t *turning) {
		for part := range r.parts() {
			begin := part * r.singles()
			for c, v := range t.v {
				VMOVUPS(Mem{Base: t.side, Disp: 4*lanes*c + r.bytes*part}, v)
			}
			t.quarters()
			Comment("Row after row: where there are fewer than four outputs, a row's are written over what was too much of the one before.")
			for q := range r.singles() / 4 {
				for e, v := range t.v {
					switch m := t.row(begin + 4*q + e); {
					case q == 0:
						VMOVUPS(v.AsX(), m)
					case r == avx512:
						VEXTRACTF32X4(U8(q), v, m)
					default:
						VEXTRACTF128(U8(q), v, m)
					}
				}
			}
		}
	})
}

// moveTurned writes what takes turned sums to float64, and, where it is to round, leaves
// what becomes of them in their place.
func moveTurned(name, doc string, add, round bool) {
	name += "Turned8"
	TEXT(name, NOSPLIT, "func(y *float64, x *float32, scale float64, n int)")
	Pragma("noescape")
	Doc(name + " is " + doc + " for i < n, n a multiple of 8.")
	y, x, n := Load(Param("y"), GP64()), Load(Param("x"), GP64()), Load(Param("n"), GP64())
	scale, v, w := YMM(), []VecVirtual{YMM(), YMM()}, []VecVirtual{YMM(), YMM()}
	VBROADCASTSD(mustAddr("scale"), scale)
	Label("eight")
	SUBQ(U8(8), n)
	JL(LabelRef("end"))
	for i := range v {
		VCVTPS2PD(Mem{Base: x, Disp: 16 * i}, v[i])
		to := Mem{Base: y, Disp: 32 * i}
		if add {
			VMOVUPD(to, w[i])
			VFMADD231PD(v[i], scale, w[i])
		} else {
			VMULPD(v[i], scale, w[i])
		}
		VMOVUPD(w[i], to)
		if round {
			VCVTPD2PSY(w[i], v[i].AsX())
			VMOVUPS(v[i].AsX(), Mem{Base: x, Disp: 16 * i})
		}
	}
	ADDQ(U8(32), x)
	ADDQ(U8(64), y)
	JMP(LabelRef("eight"))
	Label("end")
	VZEROUPPER()
	RET()
}
