package main

func ruleKernels() {}
