//go:build !amd64 || purego

package optimizers

func (a *Adam) fast(_, _, _, _ []float64, _, _, _ float64) int { return 0 }

func (a *AMSGrad) fast(_, _, _, _, _ []float64, _, _, _ float64) int { return 0 }

func (a *AMSGradTorch) fast(_, _, _, _, _ []float64, _, _, _ float64) int { return 0 }

func (a *Adagrad) fast(_, _, _ []float64, _ float64) int { return 0 }

func (r *RMSProp) fast(_, _, _ []float64, _ float64) int { return 0 }

func (m *Momentum) fast(_, _, _ []float64, _, _ float64) int { return 0 }

func (n *Nesterov) fast(_, _, _ []float64, _ float64) int { return 0 }
