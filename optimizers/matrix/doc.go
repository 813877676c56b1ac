// Package matrix is the shared matrix core: immutable design matrices and the
// kernels that run over them.
//
// A design matrix X has one row an example and one column a feature. Every
// kernel sees X̃ = [X 1], the matrix with a column of ones appended, so that a
// weight matrix W is feature-major with the bias as its last row:
//
//	W is [features+1][k], row-major, W[j*k+c] the weight of feature j for output c
//
// A matrix is built once, never changes, and is shared by all runs. Its
// kernels work on a gathered list of rows, because that is what a mini-batch
// is; a pass over all rows is the list of all rows. They allocate nothing, start no
// goroutines, and add in a fixed order, so that the same call gives the same
// bits.
//
// Where fewer than half of the entries are set they are stored sparse (CSR), else row
// by row (Packed, Dense): DenseShare says why. Values are stored as one byte each where
// that loses nothing (a pixel), dense ones else as float32 where that loses nothing, and
// the rest as float64. The layout changes no number; it changes how sums are rounded.
// Whoever passes over all rows again and again may ask for a second
// copy of such bytes, by columns (Columns): 18 MB of MNIST beside 27. With one, two or
// three outputs pixels have another in place of it, eight neighbouring columns at a time:
// 24 MB, which stay.
//
// # Kernels
//
// Every kernel is there in plain Go, which is the reference, and is what runs
// with the build tag purego, on other processors than amd64, and without AVX2
// and FMA. Those in assembly are written by the generator in _generate, which is
// a module of its own; go generate writes them anew. They agree with plain Go
// to within rounding and not to the bit: a fused multiply-add rounds once. On one
// processor the same call gives the same bits. Package optimizers has kernels
// for its updates and train/objective for the softmax and the logistic loss, by the same
// generator.
//
// Rows of bytes and rows of numbers (LIBSVM, CSV) have kernels for any number of
// outputs k. One takes a band of outputs for all rows before it goes on to the
// next band: of up to 40, as many vectors of four as it needs and no more. Where
// k is no multiple of four, the last vector ends where the row of weights does, and
// has outputs in common with the one before it. A masked vector would take its
// place, but a masked store is eighteen operations on a Zen 3.
//
// Some are in float32, for the mini-batches of nets (Single, Panels, Picks) and of linear
// models (Shadow): sums of up to a few thousand products in float32, added to float64 once
// they are complete.
//
// Where the processor has AVX-512 (F, DQ, BW, VL), some have vectors of 512 bits, chosen
// where they were faster: ten outputs, sums by columns, panels and whatever is in
// float32. They come to the same bits as the others, since of each output the same terms
// are added in the same order; a test compares them.
//
// # Speed
//
// What bounds a kernel here, measured on the Zen 3 core of an AMD EPYC at
// 3.215 GHz: a cycle does two multiply-adds of four numbers, two loads of four
// (one, where it lies across a cache line) and one store (half of one, where it
// does not begin at a multiple of 32 bytes). The second cache gives 32 bytes a
// cycle, memory 24 GB/s. A division of four takes 4.5 cycles, a root 8.8.
//
// A row of MNIST has 150 entries of 3 bytes. Its gradient with ten outputs is
// 150·10 multiply-adds twice over: into Z, which reads 80 bytes of weights an
// entry, and into G. Ten numbers are three vectors; of rows of 80 bytes, one in
// four loads of four lies across a cache line, and every other row's stores take
// twice as long. BenchmarkFloor (here, in optimizers and in train/objective)
// gives, in cycles of CPU time, the best of seven:
//
//	kernel               unit          floor                             found   of the peak
//	MulRows, k=10        entry         5 loads: 2.5                      4.3     58 %
//	MulSumRows, k=10     entry         8.5 loads: 4.25, cache 5          10.2    49 %
//	AddMulRows, k=10     entry         3 stores: 4                       6.1     66 %
//	Columns, k=10        entry         4.75 loads: 2.4                   3.2     75 %
//	softmax, k=10        row           54 multiplications: 27            76      36 %: a row is one long chain
//	softmax, k=2, 3, 4   row           18 multiplications: 9             45      20 %: the same chain
//	softmax, k=100       row           450 multiplications: 225          612     37 %
//	Packed, k=10         number        both ways 20 multiply-adds, 2.5   about 4.4  56 %, SGD in batches of 64 of 3,072 bytes
//	Dense.MulRows        multiply-add  of four numbers: 0.5              0.89    56 %; k=10: 0.85, of 0.6
//	Dense.AddMulRows     multiply-add  0.5                               0.61    82 %; k=10: 1.08, of 0.6
//	MulTransposed        multiply-add  0.5; k=10: a sum of 3, not 2.5    0.71    70 %; k=10: 1.72, of 0.6
//	Single.MulRectified  multiply-add  of eight numbers: 0.5             0.53    94 %
//	Single.MulGated      multiply-add  0.5                               0.53    94 %
//	Single.AddOuter      multiply-add  0.5                               0.64    78 %: with float64 to read and write
//	Picks.MulRectified   eight numbers 1 store, 2 multiply-adds: 1       1.7     59 %
//	Picks.AddOuter       eight numbers 2 multiply-adds: 1                1.35    74 %
//	Dot, Nrm2            four numbers  2 loads: 1                        1.15    87 %; from memory 24 and 19 GB/s
//	Axpy                 four numbers  1 store, 2 loads: 1               1.6     62 %; from memory 24 GB/s read, 12 written
//	Scal                 four numbers  1 store: 1                        1.05    95 %; from memory 20 GB/s read, 20 written
//	Gate                 four numbers  1 store, 2 loads: 1               1.15    87 %; from memory 23 GB/s read, 11 written
//
// BenchmarkScale gives the cycles of an entry for other numbers of outputs, and in
// brackets what an output takes beside one of ten. Nothing is above 1.5 from k = 4
// on, but by columns, where ten are cheapest of all; 5 and 6 have kernels of
// their own. For fewer an entry costs what it takes to decode it and to load or
// store a vector, of whatever length: about 2.2 cycles, of which 1.5 are nine
// operations at six a cycle. A row of MNIST is then 0.21 µs, both ways, for one
// output and for two. Numbers cost the same within 10 %. Pixels are taken eight columns
// at a time instead, see below.
//
//	k     MulRows       MulSumRows    AddMulRows    Columns
//	1      2.2 (5.1)     2.7 (2.6)     2.3 (3.6)     2.1 (6.6)
//	2      2.2 (2.6)     2.6 (1.3)     2.4 (1.9)     2.2 (3.3)
//	3      2.6 (2.0)     5.7 (1.9)     3.4 (1.8)     2.6 (2.7)
//	4      2.5 (1.5)     3.2 (0.8)     2.9 (1.2)     2.4 (1.9)
//	5      2.9 (1.4)     7.5 (1.5)     4.2 (1.4)     2.6 (1.6)
//	9      4.6 (1.2)    10.7 (1.2)     6.7 (1.2)     3.4 (1.2)
//	10     4.3           10.2          6.1           3.2
//	11     4.9 (1.0)    11.3 (1.0)     6.9 (1.0)     3.6 (1.0)
//	26    11.3 (1.0)    25.8 (1.0)    13.7 (0.8)     8.2 (1.0)
//	41    19.6 (1.1)    46.1 (1.1)    26.7 (1.0)    14.7 (1.1)
//	100   43.3 (1.0)    92.0 (0.9)    51.4 (0.8)    26.8 (0.8)
//
// A full gradient of MNIST takes 0.36 µs a row: by the table 0.20 into Z, 0.15 into
// G, 0.02 the softmax. That reads 2.1 GB/s of entries: memory is not the limit, nor are
// the tables of weights, which lie in the second cache. MulRows loses half a cycle
// there (3.6 cycles an entry where 100 rows of weights fit the nearest cache).
//
//	tried                                        predicted     found
//	entries taken apart in registers, AVX2, FMA  3×            2.7× into Z, 2.1× into G
//	softmax of a block, vectorised exp           10 µs of 45   9 µs of a mini-batch of 64
//	four chains of sums and not two              latency goes  nothing: loads are the limit
//	a product for the quotient of each row       1 %           nothing
//	blocks of 32 to 256 rows in a full gradient  some          nothing
//	asking for 9 lines of rows 2, 4, 8 ahead     4 is enough   2 and 8 are 5 % slower at B = 64, as long as their pointers are waited for
//	11 lines 8 ahead, pointers 16, across the    6.2 → 4.15    SGD 0.90 of its time at B = 64 and 1; Adam 0.88 beside other work,
//	end of a batch, for every linear method      (in C)        1.00 else; rows in the order of memory take 1.02
//	no masked stores, a last vector that         1.5 × ten's   a gradient of 64 rows with 9 classes 1.85 → 0.62 µs a row, 11: 1.82
//	overlaps, a softmax for any k                an output     → 0.64, 26: 2.5 → 1.4, 3: 0.60 → 0.37, 2: 0.62 → 0.31, 100: 6.4 → 5.0
//	rows of numbers by kernels, one output       2×            100,000 × 47,000, 75 a row: full 1.7×, SGD B = 64 1.5×, SAGA B = 1
//	                                                           2.3 → 1.5 µs a step; 123 features, 14 a row: full 1.6–2×, SGD 1.5×
//	as many lines of each row of numbers ahead   no wait       0.93 of SAGA's time: a branch on a length that has not come stalls
//	kernels' loops at multiples of 32 bytes      3 %           nothing
//	asking for the next batch while stepping     cache misses  0.88 → 0.77 µs a step at B = 1
//	θ = a·U + b·V at B = 1                       10×           14 → 0.85 µs a step, SGD; 1.4 µs an inner step, SVRG
//	tiles of 2×20 for the net's layers           peak/2        2.4 → 1.4 ms a step of 64
//	entries of 128 rows by columns, into G       2.3 cycles    4.8 → 3.1 cycles an entry; full gradient 2.14 → 2.79 M rows/s
//	SVRG's products with θ̃ and μ̃ ahead, 32 rows  1 µs a step  1.55 → 1.38 µs an inner step; stored 1.28 → 1.22
//	their residuals too, computed or gathered    0.04 µs       non-stored 2.15 → 2.07 µs, stored 2.16 → 2.06, snapshots included
//	both in rows of 20, which lie in 2.5 lines   0.1 µs less   2.7 → 2.4 ns an entry, 0.05 µs a step
//	photographs dense, two rows share a vector   2.4 µs a row  10.0 → 5.3 µs, SGD in batches of 64 of 3,072 bytes, k=10
//	their panels taken apart in one call each    calls go      5.3 → 4.2 µs of that
//	the net in blocks of 8, 32 and 64 rows       64 is best    1.38, 1.30 and 1.24 ms; 32 keeps a block under 1 ms
//
//	net: all in float32, 64 rows                 2×            1.13 → 0.55 ms a gradient of 200-200
//	its first layer by rows, weights from cache  1 cycle       2.1 cycles eight numbers, and 0.07 ms to round the weights first
//	the same by pairs of columns, registers      1 cycle       1.7; the weights are rounded on the way; on strokes two for one
//	asking for the weights of pairs ahead        latency goes  nothing: stores are the limit
//	pairs with most entries first                no misses     nothing
//	weights in panels, not row after row         some          0.57 → 0.53 cycles at 200 units, 0.68 → 0.53 at 512
//
// In vectors of 512 bits, as ratios to those of 256 bits on one core of an Intel Xeon
// (Emerald Rapids) in the same minutes:
//
//	tried                                        predicted     found
//	net: tiles of eight rows, picks of 128       2×            SGD of 200-200 1.24 at B = 64, 1.32 at 256; 512-512 1.28, 1.42
//	outputs at once                                            (its float64 weights and gradient do not fit the second cache)
//	panels of dense bytes, tiles of eight rows   1.5×          SGD of 3,072 bytes 1.35, full gradient 1.41
//	ten outputs as a vector of eight and two     1.1× (in C)   1.10 into Z, 1.08 into G, SGD at B = 64 1.07
//	other numbers of outputs, rows               some          0.8 to 1.06, left out: loads lie across cache lines
//	sums by columns                              some          1.05 to 1.15
//	pixels of few outputs eight columns at a     1.5 cycles    2.3 cycles an octet, of which MNIST's rows have 39; into Z and G an
//	time, of which 3.9 are not 0                 an octet      entry of one output 0.74, 0.72 → 0.24, 0.25 ns, of two 0.73, 0.72
//	                                                           → 0.37, 0.38, of three 0.87, 0.92 → 0.49, 0.48. SGD at B = 64 2.2,
//	                                                           1.6, 1.6; full gradient 2.7, 1.7, 1.6; by single rows 1.3 to 1.7, 1, 1
//	the same with 256 bits, against entries      some          SGD 1.7, 1.2, 1.1; full gradient 2.1, 1.1, 1.1
//	four octets at a time, four chains of sums   latency goes  nothing
//	rows asked for 12, 16 and 24 ahead, not 8    some          SGD of one output 0.93, 0.88, 0.82
//	roots of Adam's step by multiplications      5 → 3 cycles  1.10 to 1.13 at B = 64; divisions stay
//	rows of ten apart, as eight and two numbers  1 cycle an    0.85 at B = 64: copying θ and the gradient costs more, and
//	in two arrays, so that none lies across      entry less    loads across lines were not what is waited for
//
// In float32, on the same core and in the same minutes, gradients of 64 and 256 rows of 170
// entries against float64 (BenchmarkShadow), with 512 bits and with 256:
//
//	tried                                        predicted     found
//	weights and sums of float32, rows of 64      1.8×          an entry of ten outputs 2.45 → 1.55 ns; to round the weights and
//	bytes, each one vector or two                              to add the sum takes 4 µs more: k = 10 1.2, 1.4 (1.1, 1.2);
//	                                                           k = 26 1.4, 2.0 (1.5, 1.9); k = 100 1.5, 1.8 (1.3, 1.7); k = 5 1.0, 1.2
//	                                                           SGD on MNIST: 1.0 at B = 64, 1.17 at 128, 1.20 at 256 (1.05, 1.11, 1.15)
//	entries taken from memory, not apart         some          0.72 → 0.64 ns an entry into Z, 0.84 → 0.80 into G
//	entries taken apart by vectors, through      1.3×          0.85: it is not decoding that is waited for
//	memory or by permutations of a register
//	SGD: sums added to θ and θ rounded at once   1 µs less     4.4 + 2.6 → 3.6 µs, where what is stored to is fetched first
//	weights of features that no row has: neither 1 µs less     25.6 → 25.1 µs a step of SGD with 64 rows of MNIST; in float64
//	added to nor rounded                                       28.7 (256 bits: 27.5, and 30.6)
//	Adam: gradient, regulariser, step and        4 µs less     40.9 → 37.1 µs a step of 64 rows, in float64 41.5
//	rounding of 64 features at a time                          (256 bits: 45.9 → 42.6, and 47.2)
//	the next batch's rows asked for meanwhile    no misses     nothing
//
// Of dense bytes, 3,072 a row and k = 10, in float32 (BenchmarkDenseShadow, beside other work):
//
//	features along the vectors, a row taken      2,300 cycles  3,314 → 1,374 ns a row both ways at B = 64, 2.4 (256 bits: 1.9);
//	apart once for up to twelve outputs          a row         k = 2 6.3 (4.1), k = 100 1.4 (1.3); SGD with B = 64 2.3 (1.7)
//	rows asked for 8 ahead                       no wait       a product 980 → 660 ns; 4 and 16 the same
//	SGD: sums added to θ and θ rounded at once   a pass less   nothing at k = 10, 0.85 of the whole at 100
//	rows of MNIST in pages of 2 MB               no misses     SGD 1.02 to 1.04, SVRG 1.00 to 1.03, SAGA 1.00 to 1.04: left out
//
// Of one output and of few, on the same core: 200,000 dense rows of 28 numbers with the logistic
// loss (BenchmarkTall), the losses alone (BenchmarkFloor of train/objective) and MNIST:
//
//	tried                                        predicted     found
//	the loss and its residual of four rows at    4×            28 → 4.0 ns a row, 15 where it comes alone: SVRG with m = n 1.37,
//	once, exp and log1p without branches                       SGD at B = 64 1.6, a full gradient 1.5
//	dense rows of one output and of two along    half of the   SVRG 1.46 more, SGD at B = 64 1.55, at B = 1 1.24, a full gradient
//	their features, no part of them in Go        rest          2.4; rows of float32 no slower, which had been by up to 1.5
//	the same of bytes, and sums of two outputs   no panels     bytes, k = 2: SGD at B = 1 2.7, at 64 in float64 1.45, SAGA 2.6,
//	                                                           SVRG 1.9, full 1.75; numbers 1.4, 1.5, 2.0, 1.3 and 1.3
//	rows like MNIST's dense, few outputs         some          float32: SGD at B = 64, k = 1 1.8, 2 1.6, 3 1.75, 10 1.1; float64, as all
//	                                                           else, 0.2 to 1.0: left out
//	SVRG: rows after the 32 foreseen asked for   no misses     part of these 1.46; MNIST's inner step 1.05, of m = n/2 1.03
//	targets asked for together with their rows   no misses     SGD, SAGA and SVRG with stored residuals 1.1, SVRG 1.0; MNIST 1.0
//	SAGA: its table asked for one row ahead      no misses     0.87 to 0.99, left out
//	at B = 1 rows asked for 8 ahead, not 1       no wait       nothing
//	a softmax's last outputs stored without a    no wait       k = 2 55 → 11 ns a row, 3 58 → 12, 9 60 → 24, 11 64 → 26, 26 87 → 54:
//	mask, which kept the next row's loads                      a gradient of 64 rows of MNIST's shape with 2 classes 1.15, 3 1.1,
//	waiting                                                    7 1.1, 9 1.06, 11 1.08
//	softmax's polynomial by Estrin's scheme      a short chain 0.92 in blocks with k = 10: it is there for the logistic loss alone
//
// Of SVRG's inner step on MNIST, 1.1 µs with B = 1, kernels are 0.85: 0.37 the products with θ̃ and μ̃,
// whose table of 125 kB comes from the second cache, 0.22 that with u, 0.22 the sum, 0.04 the softmax of
// rows that are looked at together. The rest is Go, the softmax of the drawn row by itself, one long
// chain of some 0.1, and one logarithm. A full gradient is 0.35 a row.
//
// Not tried: the softmax of two rows at once; columns of MNIST's entries gathered for one output,
// whose row takes what it takes to decode it.
package matrix
