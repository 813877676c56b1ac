"""A small network learns digits of MNIST with controls_torch.

    mlp.py FOLDER IMAGES LABELS STEPS PACE

It ends with a hash of the weights.
"""

import gzip
import hashlib
import sys
import time

import torch

import optwatch

folder, images, labels, steps, pace = sys.argv[1:]
torch.manual_seed(1)
torch.set_num_threads(1)


def read(path, skip):
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as f:
        return torch.frombuffer(bytearray(f.read()), dtype=torch.uint8)[skip:]


x = read(images, 16).reshape(-1, 784)[:2000].float() / 255
y = read(labels, 8)[:2000].long()
model = torch.nn.Sequential(torch.nn.Linear(784, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1.0)


def adamw(groups):
    print("now AdamW", flush=True)
    return torch.optim.AdamW(groups)


run = optwatch.Run(folder, config={"lr": 0.1}, total_steps=int(steps))
run.controls_torch(optimizer, scheduler, optimizers={"adamw": adamw})
try:
    for step in range(int(steps)):
        i = step * 50 % 2000
        loss = torch.nn.functional.cross_entropy(model(x[i : i + 50]), y[i : i + 50])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step()
        time.sleep(float(pace))
        run.log(step=step, loss=loss, lr=optimizer.param_groups[0]["lr"])
except optwatch.Stop as e:
    print("stopped", e, flush=True)
weights = b"".join(p.detach().numpy().tobytes() for p in model.parameters())
print("weights", hashlib.sha256(weights).hexdigest())
