package optimizers

import (
	"fmt"
	"os"
	"testing"

	"optwatch/optimizers/matrix"
)

// TestMain runs the tests with the set of kernels that OPTWATCH_KERNELS names, as the
// program does.
func TestMain(m *testing.M) {
	if err := matrix.ChooseKernels(os.Getenv("OPTWATCH_KERNELS")); err != nil {
		fmt.Fprintln(os.Stderr, "OPTWATCH_KERNELS:", err)
		os.Exit(2)
	}
	os.Exit(m.Run())
}
