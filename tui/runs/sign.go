package runs

// DiagnosisSign stands for what the looks at a run have found, on its curves,
// in the log and before an advice.
const DiagnosisSign = "◇"
