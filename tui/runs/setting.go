package runs

// The settings that have keys of their own, by view.Setting.Key: the only ones
// that the screen knows. Where no run has such a setting, the footer has no such
// key. All settings of a source can be columns of the standings.
const (
	LearningRate = "lr"     // [ and ]
	BatchSize    = "batch"  // { and }
	Epochs       = "epochs" // e: local epochs of a federated run
	Mu           = "mu"     // u: FedProx's μ
)
