package train

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
)

// optimumKey names an optimum: the data, the training rows and the problem.
func optimumKey(p *problem) string {
	return fmt.Sprintf("%s/%d/%s/%g", p.data.Digest, p.train.Len(), p.model.Name, p.l2.Lambda)
}

// knownOptimum is an optimum from the table or the cache.
func knownOptimum(cache string, p *problem) (Optimum, bool) {
	if !p.certifiable() {
		return Optimum{}, false
	}
	key := optimumKey(p)
	for _, k := range knownOptima {
		if k.key == key {
			return k.optimum, true
		}
	}
	return cachedOptimum(cache, key)
}

// cacheEntry is an optimum in the cache; NaN is null in it.
type cacheEntry struct {
	Key          string   `json:"key"`
	Value        float64  `json:"value"`
	Bound        float64  `json:"bound"`
	ValAccuracy  *float64 `json:"val_accuracy"`
	TestAccuracy *float64 `json:"test_accuracy"`
	Evaluations  int      `json:"evaluations"`
}

// cachedOptimum reads the cache. A file that does not hold what is asked for
// is as good as none.
func cachedOptimum(cache, key string) (Optimum, bool) {
	if cache == "" {
		return Optimum{}, false
	}
	var c cacheEntry
	text, err := os.ReadFile(cachePath(cache, key))
	if err != nil || json.Unmarshal(text, &c) != nil || c.Key != key || !(c.Bound >= 0 && c.Bound < 1e-6) {
		return Optimum{}, false
	}
	return Optimum{
		State: OptimumCertified, Value: c.Value, Bound: roundedBound(c.Value, c.Bound), Evaluations: c.Evaluations,
		ValAccuracy: orNaN(c.ValAccuracy), TestAccuracy: orNaN(c.TestAccuracy),
	}, true
}

// cacheOptimum writes the cache, whole or not at all.
func cacheOptimum(cache string, p *problem, o Optimum) error {
	if cache == "" {
		return nil
	}
	key := optimumKey(p)
	text, err := json.MarshalIndent(cacheEntry{
		Key: key, Value: o.Value, Bound: o.Bound, Evaluations: o.Evaluations,
		ValAccuracy: orNull(o.ValAccuracy), TestAccuracy: orNull(o.TestAccuracy),
	}, "", " ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return err
	}
	part, err := os.CreateTemp(cache, ".optimum-*")
	if err != nil {
		return err
	}
	defer os.Remove(part.Name())
	if _, err := part.Write(append(text, '\n')); err != nil {
		part.Close()
		return err
	}
	if err := part.Close(); err != nil {
		return err
	}
	return os.Rename(part.Name(), cachePath(cache, key))
}

func cachePath(cache, key string) string {
	sum := sha256.Sum256([]byte(key))
	return filepath.Join(cache, "optimum-"+hex.EncodeToString(sum[:8])+".json")
}

func orNaN(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}

func orNull(v float64) *float64 {
	if math.IsNaN(v) {
		return nil
	}
	return &v
}

// knownOptima are certified optima that need not be computed again.
// TestKnownOptima proves them.
var knownOptima = []struct {
	key     string
	optimum Optimum
}{
	{
		key:     mnistDigest + "/50000/softmax/0.001",
		optimum: Optimum{State: OptimumCertified, Value: 0.33772935373597, Bound: 1e-12, ValAccuracy: 0.9232, TestAccuracy: 0.9203, Evaluations: 92},
	},
	{
		key:     mnistDigest + "/60000/softmax/0.001",
		optimum: Optimum{State: OptimumCertified, Value: 0.33461097842928, Bound: 1e-12, ValAccuracy: math.NaN(), TestAccuracy: 0.9208, Evaluations: 92},
	},
}

// mnistDigest is data.Dataset.Digest of MNIST.
const mnistDigest = "37ae7a2becb798dd4bc25578f3e4136d4bf9f3aa0bcc9cc34cabe4d9234e92c1"
