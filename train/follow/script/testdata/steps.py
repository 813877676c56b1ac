"""A script that does what it is told, and trains nothing."""

import sys
import time

import optwatch


def broken(value):
    raise RuntimeError("the wheel came off")


run = optwatch.Run(sys.argv[1], config={"lr": 0.1, "optimizer": "sgd"}, total_steps=10**6)
run.controls(
    lr=optwatch.Number(lambda v: None, low=0, high=1, value=0.1),
    wheel=optwatch.Number(broken, value=1.0),
    optimizer={"sgd": lambda: None, "adamw": lambda: None},
    checkpoint=lambda: "saved.pt",
)
for step in range(10**6):
    time.sleep(0.002)
    run.log(step=step, loss=1 / (1 + step))
