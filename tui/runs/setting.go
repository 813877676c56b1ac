package runs

// The settings that have keys of their own, by view.Setting.Key: the only ones
// that the screen knows. Where runs have no such setting, its key does nothing
// and is not shown; all settings can be columns of the standings.
const (
	LearningRate = "lr"     // [ and ]
	BatchSize    = "batch"  // { and }
	Epochs       = "epochs" // e: local epochs of a federated run
	Mu           = "mu"     // u: FedProx's μ
)
