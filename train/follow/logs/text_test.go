package logs

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// told is what lines tell: a line a row, "step epoch tag=value …", with - where
// nothing is told.
func told(f *Found) string {
	place := func(v float64) string {
		if v != v {
			return "-"
		}
		return fmt.Sprintf("%g", v)
	}
	var b strings.Builder
	for _, r := range f.Rows {
		fmt.Fprintf(&b, "%s %s", place(r.Step), place(r.Epoch))
		for _, v := range r.Values {
			fmt.Fprintf(&b, " %s=%g", v.Tag, v.Number)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// outputs are what programs print; the lines are those of their sources: llm.c
// llmc/logger.h and train_gpt2.cu, nanoGPT train.py, transformers' ProgressCallback,
// tqdm, Lightning, Keras 3, and the ImageNet and MNIST examples of PyTorch.
var outputs = []struct {
	name, text, rows, writer string
	total                    float64
}{
	{
		"llm.c's log", "s:0 tel:11.0095\ns:20 trl:4.3211 lr:0.000300 norm:1.23\ns:40 trl:nan lr:0.000600 norm:inf\ns:250 eval:0.2912\n",
		"0 - tel=11.0095\n20 - trl=4.3211 lr=0.0003 norm=1.23\n40 - trl=NaN lr=0.0006 norm=+Inf\n250 - eval=0.2912\n", "llm.c", 0,
	},
	{
		"llm.c's output", "num_parameters: 124475904 => bytes: 248951808\nstep   20/19560 | loss 4.321100 (+nanz)| norm 1.2300 (+nanz)| lr 3.00e-04 | 212.51 ms | 50.3% bf16 MFU | 2467011 tok/s\nstep   21/19560 | loss 4.310000 (-0.52z)| norm 1.1300 (+1.01z)| lr 3.15e-04 | 212.51 ms | 50.3% bf16 MFU | 2467011 tok/s\n",
		"20 - loss=4.3211 norm=1.23 lr=0.0003\n21 - loss=4.31 norm=1.13 lr=0.000315\n", "text", 19560,
	},
	{
		"nanoGPT", "number of parameters: 10.65M\nstep 0: train loss 4.2874, val loss 4.2823\niter 0: loss 4.2649, time 24520.62ms, mfu -100.00%\niter 10: loss 3.2101, time 120.35ms, mfu 31.20%\n",
		"0 - train/loss=4.2874 val/loss=4.2823\n0 - loss=4.2649 time=24520.62 mfu=-100\n10 - loss=3.2101 time=120.35 mfu=31.2\n", "nanoGPT", 0,
	},
	{
		"Hugging Face", "{'loss': 1.07, 'grad_norm': 0.5, 'learning_rate': 2e-05, 'epoch': 0.07}\n{'loss': nan, 'grad_norm': 0.4, 'learning_rate': 1e-05, 'epoch': 0.14}\n{'eval_loss': 0.98, 'eval_runtime': 1.2, 'epoch': 0.14}\n{'train_runtime': 12.5, 'train_loss': 1.05, 'epoch': 0.14}\n",
		"1 0.07 loss=1.07 grad_norm=0.5 learning_rate=2e-05\n2 0.14 loss=NaN grad_norm=0.4 learning_rate=1e-05\n2 0.14 eval_loss=0.98 eval_runtime=1.2\n2 0.14 train_runtime=12.5 train_loss=1.05\n", "Hugging Face", 0,
	},
	{
		"Hugging Face, quoted, over a bar", "  5%|▌         | 10/200 [00:03<01:00,  3.1it/s]\r                                               \r\r{'loss': '1.07', 'learning_rate': '2e-05', 'epoch': '0.05'}\r\n  5%|▌         | 10/200 [00:03<01:00,  3.1it/s]\r",
		"1 0.05 loss=1.07 learning_rate=2e-05\n", "Hugging Face", 200,
	},
	{
		"tqdm", "train:   0%|          | 0/4 [00:00<?, ?it/s]\rtrain:  25%|██▌       | 1/4 [00:00<00:02,  1.20it/s, loss=0.5, acc=91.2%]\rtrain:  25%|██▌       | 1/4 [00:00<00:02,  1.20it/s, loss=0.5, acc=91.2%]\rtrain:  50%|█████     | 2/4 [00:01<00:01,  1.20it/s, loss=0.25, acc=93.1%]\rtrain: 100%|██████████| 4/4 [00:02<00:00,  1.20it/s, loss=1e-3, acc=99%]\n",
		"1 - loss=0.5 acc=91.2\n2 - loss=0.25 acc=93.1\n4 - loss=0.001 acc=99\n", "tqdm", 4,
	},
	{
		"tqdm, a bar an epoch", "100%|██████████| 2/2 [00:02<00:00,  1.20it/s, loss=0.5]\n 50%|█████     | 1/2 [00:01<00:01,  1.20it/s, loss=0.4]\r100%|██████████| 2/2 [00:02<00:00,  1.20it/s, loss=0.3]\n",
		"2 - loss=0.5\n3 - loss=0.4\n4 - loss=0.3\n", "tqdm", 4,
	},
	{
		"Lightning", "\x1b[?25lEpoch 0:  50%|█████     | 50/100 [00:03<00:03, 12.30it/s, v_num=1, train_loss=0.5]\x1b[A\rEpoch 3:  45%|████▌     | 45/100 [00:03<00:04, 12.30it/s, v_num=1, train_loss=0.25]\r",
		"50 0 train_loss=0.5\n345 3 train_loss=0.25\n", "tqdm", 0,
	},
	{
		"Keras", "Epoch 1/3\n\x1b[1m 1/782\x1b[0m \x1b[37m━━━━\x1b[0m \x1b[1m3:00\x1b[0m 231ms/step - accuracy: 0.1 - loss: 2.3\r\x1b[1m782/782\x1b[0m ━━━━━━━━━━━━━━━━━━━━ 5s 6ms/step - accuracy: 0.9012 - loss: 0.3101 - val_loss: 0.2912\nEpoch 2/3\n782/782 ━━━━━━━━━━━━━━━━━━━━ 5s 6ms/step - accuracy: 0.9500 - loss: 0.2000 - val_loss: 0.1900\n",
		"782 1 accuracy=0.9012 loss=0.3101 val_loss=0.2912\n1564 2 accuracy=0.95 loss=0.2 val_loss=0.19\n", "Keras", 3 * 782,
	},
	{
		"PyTorch's ImageNet", "Epoch: [0][  1/391]\tTime  0.512 ( 0.512)\tLoss 6.9e+00 (6.9e+00)\tAcc@1   0.00 (  0.00)\nEpoch: [1][ 11/391]\tTime  0.512 ( 0.512)\tLoss 5.5e+00 (6.0e+00)\tAcc@1  10.00 ( 10.00)\n",
		"1 0 Loss=6.9\n402 1 Loss=5.5\n", "text", 0,
	},
	{
		"PyTorch's MNIST", "Train Epoch: 1 [0/60000 (0%)]\tLoss: 2.282550\nTrain Epoch: 1 [640/60000 (1%)]\tLoss: 1.384441\n\nTest set: Average loss: 0.0502, Accuracy: 9837/10000 (98%)\n",
		"0 1 Loss=2.28255\n640 1 Loss=1.384441\n", "text", 0,
	},
	{
		"a tutorial", "Epoch [1/10], Step [100/600], Loss: 0.1234\nEpoch [2/10], Step [100/600], Loss: 0.1034\n",
		"100 1 Loss=0.1234\n700 2 Loss=0.1034\n", "text", 6000,
	},
	{
		"pairs", "2026-11-29 12:00:01,123 INFO trainer: step=10 loss=0.5 lr=1e-3 eta=0:05:12 commit=12ab34 grad_norm=-inf\n[rank0] step: 20, train loss: 0.25, val acc: 91.2%, speed: 12.5it/s, tokens: 1,234\n{\"step\": 30, \"loss\": 0.125, \"name\": \"x\"}\nlearning rate set to lr=0.5 for good\nEpoch 3 took 12.5 seconds\nepoch 3 val_loss 0.75 acc 0.5.\n",
		"10 - loss=0.5 lr=0.001 grad_norm=-Inf\n20 - train_loss=0.25 val_acc=91.2 speed=12.5\n30 - loss=0.125\n- 3 val_loss=0.75 acc=0.5\n", "text", 0,
	},
}

func TestText(t *testing.T) {
	for _, c := range outputs {
		t.Run(c.name, func(t *testing.T) {
			got := checkPieces(t, NewText, []byte(c.text))
			if rows := told(&got); rows != c.rows {
				t.Errorf("rows:\n%swant:\n%s", rows, c.rows)
			}
			if got.About.Writer != c.writer {
				t.Errorf("writer %q, want %q", got.About.Writer, c.writer)
			}
			if got.About.Total != c.total {
				t.Errorf("total %g, want %g", got.About.Total, c.total)
			}
			if got.Bad != 0 {
				t.Errorf("%d bad: %s", got.Bad, got.Why)
			}
		})
	}
}

// A cut at any byte gives the rows of the lines that have ended, and no others.
func TestTextTorn(t *testing.T) {
	for _, c := range outputs {
		data := []byte(c.text)
		for n := range data {
			got := pieces(NewText(), data[:n], 1+n/2)
			if rows := told(&got); !strings.HasPrefix(c.rows, rows) {
				t.Fatalf("%s: of %d bytes it reads\n%s", c.name, n, rows)
			}
		}
	}
}

func TestTextLines(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"line ends", "a\nb\r\nc\n\nd", []string{"a", "b", "c", ""}},
		{"a row drawn again", "a\rbc\rd\nx\r   \rtext\n", []string{"d", "text"}},
		{"colours", "\x1b[31mred\x1b[0m \x1b]0;title\aplain \x1b]8;;http://x\x1b\\link\n", []string{"red plain link"}},
		{"control characters", "a\x00b\x07c\td\u0085e\n", []string{"abc de"}},
		{"no UTF-8", "a\xffb\n", []string{"a\ufffdb"}},
	} {
		got := checkPieces(t, NewText, []byte(c.text))
		if !slices.Equal(got.Lines, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got.Lines, c.want)
		}
	}
}

// However long lines are, and however many, what is kept of them is bounded.
func TestTextBounds(t *testing.T) {
	r := newText()
	var f Found
	for range 10 << 20 / 4096 {
		r.Read(bytes.Repeat([]byte("ä"), 2048), &f)
	}
	if cap(r.line) > 2*mostLine {
		t.Errorf("it keeps %d bytes of a line", cap(r.line))
	}
	r.Read([]byte("\nstep=1 loss=2\n"), &f)
	if len(f.Lines) != 2 || len(f.Lines[0]) > mostShown || !strings.HasSuffix(f.Lines[0], "ä…") {
		t.Errorf("of a long line it passes on %d lines, the first of %d bytes", len(f.Lines), len(f.Lines[0]))
	}
	if len(f.Rows) != 1 {
		t.Errorf("behind a long line it finds %d rows, want 1", len(f.Rows))
	}
	for i := range 10 * mostLines {
		r.Read(fmt.Appendf(nil, "line %d\n", i), &f)
	}
	if n := len(f.Lines); n < mostLines || n >= 2*mostLines {
		t.Errorf("it passes on %d lines", n)
	}
	if got, want := f.Lines[len(f.Lines)-1], fmt.Sprintf("line %d", 10*mostLines-1); got != want {
		t.Errorf("the last line is %q, want %q", got, want)
	}
}

func TestTextFind(t *testing.T) {
	files := map[string]string{
		"main.log":         "s:0 tel:1\ns:1 trl:1 lr:1 norm:1\n",
		"slurm-17.out":     "loading\nstep 1: loss=1\nstep 2: loss=1\n",
		"stdout":           "step 1: loss=1\nstep 2: loss=1\n",
		"requirements.txt": "torch==2.8.0\nnumpy==2.0\n",
		"once.log":         "step=1 loss=1\n",
		"torn.log":         "step=1 loss=1\nstep=2 loss=2\n\x00",
		"binary.log":       "\x01\x00step=1 loss=\x001\n\x02\x00step=2 loss=\x002\n",
		"train.py":         "# step=1 loss=1\n# step=2 loss=2\n",
		"empty.log":        "",
	}
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := text.Find(folderOf(t, dir))
	if want := []string{"main.log", "slurm-17.out", "stdout", "torn.log"}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}

// folder is a folder as those who look for logs see it.
func folderOf(t *testing.T, path string) *Folder {
	t.Helper()
	entries, err := os.ReadDir(path)
	if err != nil {
		t.Fatal(err)
	}
	return &Folder{Path: path, Entries: entries, Head: func(name string) []byte {
		p, _ := os.ReadFile(filepath.Join(path, name))
		return p[:min(len(p), 64<<10)]
	}}
}

func TestLiterals(t *testing.T) {
	for _, c := range []struct {
		text string
		want []literal
		n    int
	}{
		{`{"a": 1, "b": {"c": NaN, "d": "x"}} rest`, []literal{{"a", "1", literalNumber}, {"b.c", "NaN", literalNumber}, {"b.d", "x", literalString}}, 35},
		{`{'a': True, 'b': None, 'c': -inf, 'it"s': [1, '}', (2, {3: 4})]}`, []literal{{"a", "True", literalOther}, {"b", "None", literalOther}, {"c", "-inf", literalNumber}, {`it"s`, "[1, '}', (2, {3: 4})]", literalOther}}, 64},
		{`{"\u00e4\n\"": "\x41"}`, []literal{{"ä\n\"", "A", literalString}}, 22},
		{`{}`, nil, 2},
		{`{"a": 1`, nil, 0},
		{`{"a": }`, nil, 0},
		{`{"a" 1}`, nil, 0},
		{`{"a": 1,}`, nil, 0},
		{`{"a\`, nil, 0},
		{`[1]`, nil, 0},
		{``, nil, 0},
		{strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100), nil, 0},
	} {
		got, n := literals([]byte(c.text))
		if !slices.Equal(got, c.want) || n != c.n {
			t.Errorf("%s: %+v, %d; want %+v, %d", c.text, got, n, c.want, c.n)
		}
	}
}

func TestNumber(t *testing.T) {
	for s, want := range map[string]float64{
		"1": 1, "-1.5e-3": -0.0015, ".5": 0.5, "5.": 5, "inf": math.Inf(1), "-Infinity": math.Inf(-1), "1e400": math.Inf(1), "nan": math.NaN(), "NaN": math.NaN(),
	} {
		if got, ok := number(s); !ok || !alike(got, want) {
			t.Errorf("%q is %g, %t; want %g", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "-", ".", "0x1p3", "1_000", "1,5", "e5", "--1", "1 2"} {
		if got, ok := number(s); ok {
			t.Errorf("%q is %g", s, got)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, c := range outputs {
		f.Add([]byte(c.text), 7)
	}
	f.Add([]byte("step=1e999 loss=nan\repoch nan [1/2] loss=1\n\x1b["), 3)
	f.Fuzz(func(t *testing.T, data []byte, n int) {
		if len(data) == 0 || len(data) > 2000 || n <= 0 {
			return
		}
		whole := pieces(NewText(), data, len(data))
		if got := pieces(NewText(), data, n); !same(&got, &whole) {
			t.Errorf("in pieces of %d bytes it reads\n%+v\nnot\n%+v", n, got, whole)
		}
		for _, r := range whole.Rows {
			if len(r.Values) == 0 {
				t.Errorf("a row without values: %+v", r)
			}
		}
		for _, line := range whole.Lines {
			if strings.ContainsAny(line, "\x00\x1b\r\n") {
				t.Errorf("a line steers the terminal: %q", line)
			}
		}
	})
}
