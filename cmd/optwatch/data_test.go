package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"optwatch/train/data"
)

// runData runs "optwatch data" with arguments, below a root as main has it.
func runData(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	root := &cobra.Command{Use: "optwatch", SilenceUsage: true, SilenceErrors: true}
	root.PersistentFlags().String("data-dir", "", "")
	root.AddCommand(dataCommand())
	var out, errOut bytes.Buffer
	root.SetOut(&out)
	root.SetErr(&errOut)
	root.SetArgs(append([]string{"data"}, args...))
	err = root.ExecuteContext(context.Background())
	return out.String(), errOut.String(), err
}

func TestDataList(t *testing.T) {
	dir := t.TempDir()
	for _, args := range [][]string{{"--data-dir", dir}, {"list", "--data-dir", dir}} {
		out, _, err := runData(t, args...)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"digits", "built in", "optwatch data get mnist", "optwatch data get fashion-mnist"} {
			if !strings.Contains(out, want) {
				t.Errorf("%q: got %q, want it to have %q", args, out, want)
			}
		}
	}
}

func TestDataInfo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "few.csv")
	if err := os.WriteFile(path, []byte("1,0,cat\n0,2,dog\n3,4,dog\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	out, progress, err := runData(t, "info", path)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"few.csv", "3 rows × 2 features, 1.3 non-zeros a row", "1 2 of each class", "2: cat dog", "digest", path, "test      none",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("got %q, want it to have %q", out, want)
		}
	}
	if progress != "few.csv …\n" {
		t.Errorf("got %q on stderr, want one plain line", progress)
	}
	if out, _, err = runData(t, "info", "--data-dir", t.TempDir()); err != nil || !strings.Contains(out, "optwatch data get mnist") {
		t.Errorf("without a name: got %q, %v, want the digits and how to get MNIST", out, err)
	}
	_, _, err = runData(t, "info", path, "--label", "kind")
	if err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), `"kind"`) {
		t.Errorf("got %v, want one line that names the column", err)
	}
}

// TestDataGetFails asks a mirror that has nothing.
func TestDataGetFails(t *testing.T) {
	empty := httptest.NewServer(http.NotFoundHandler())
	defer empty.Close()
	c := dataCommand()
	c.SetContext(context.Background())
	c.Flags().String("data-dir", t.TempDir(), "")
	var out bytes.Buffer
	c.SetOut(&out)
	c.SetErr(&out)
	err := getData(c, "mnist", data.GetOptions{Mirrors: []string{empty.URL}})
	if err == nil || !strings.Contains(err.Error(), "404 Not Found") || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v, want one line with the status", err)
	}
}

// What cannot be fetched can be put there by hand: the message says which files, and where.
func TestDataGetByHand(t *testing.T) {
	away := httptest.NewServer(http.NotFoundHandler())
	away.Close()
	dir := t.TempDir()
	c := dataCommand()
	c.SetContext(context.Background())
	c.Flags().String("data-dir", dir, "")
	c.SetErr(new(bytes.Buffer))
	err := getData(c, "mnist", data.GetOptions{Mirrors: []string{away.URL}})
	want := "without a network, put train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz into " +
		filepath.Join(dir, "mnist") + " by hand"
	if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v, want one line with %q", err, want)
	}
}

// Without a home there is no folder, and still a list of what there is.
func TestDataListWithoutHome(t *testing.T) {
	for _, name := range []string{"OPTWATCH_DATA", "HOME", "XDG_CACHE_HOME", "LocalAppData"} {
		t.Setenv(name, "")
	}
	out, _, err := runData(t, "list")
	if err != nil || !strings.Contains(out, "built in") || !strings.Contains(out, "optwatch data get mnist --data-dir DIR") {
		t.Errorf("got %q, %v", out, err)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("closed") }

func TestDataListOnClosedOutput(t *testing.T) {
	c := dataCommand()
	c.Flags().String("data-dir", t.TempDir(), "")
	c.SetOut(brokenWriter{})
	if err := listData(c); err == nil {
		t.Error("got no error from a closed output")
	}
}

func TestProgressBar(t *testing.T) {
	var out bytes.Buffer
	b := &progressBar{out: &out, terminal: true}
	b.show("a", 0, 0)
	b.show("a", 5, 10)
	b.clear()
	want := fmt.Sprintf("\r\x1b[Ka …\r\x1b[Ka %s%s  50 %%\r\x1b[K", strings.Repeat("▇", 10), strings.Repeat("░", 10))
	if got := out.String(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
