"""A network of ours, replayed by PyTorch: the same layers, the same weights, the same input.

usage: torch_replay.py FOLDER MODE STEPS [GRADIENTS]

FOLDER holds tape.json (the network, operation by operation, as bench/peer-tape.ts writes it) and one little-endian float32 file for each of
its leaves and for the target. MODE is eager or compiled, then optionally -channels-last. Times STEPS forward passes and as many training
steps (forward, mean squared error, backward) after two of each to warm up, and prints one line of JSON: seconds (the fastest), loss, peak
memory. GRADIENTS is a folder for the gradients of every parameter, as float32 files.
"""

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from torch_tape import Tape

WARM_UPS = 2  # as bench/engine-measure.ts


def main():
    folder, mode, steps = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    tape = json.loads((folder / "tape.json").read_text())
    torch.set_num_threads(tape["threads"])
    channels_last = mode.endswith("-channels-last")

    def leaf(name, shape):
        values = torch.from_numpy(np.fromfile(folder / f"{name.replace('/', '_')}.f32", np.float32).reshape(shape))
        four = values.dim() == 4 and channels_last
        return values.contiguous(memory_format=torch.channels_last) if four else values

    network = Tape(tape)
    shapes = {node["name"]: node["shape"] for node in tape["nodes"] if "name" in node}
    parameters = dict(network.named_parameters())
    for name, parameter in parameters.items():
        parameter.data = leaf(name, shapes[name])
    inputs = {name: leaf(name, shape) for name, shape in shapes.items() if name not in parameters}
    target = leaf("target", tape["nodes"][-1]["shape"])

    def forward():
        return network(**inputs)

    def loss_of():
        return F.mse_loss(forward(), target)

    compiled = mode.startswith("compiled")
    predict, evaluate = (torch.compile(f) if compiled else f for f in (forward, loss_of))

    def infer():
        with torch.no_grad():
            predict()

    def train():
        for p in parameters.values():
            p.grad = None
        loss = evaluate()
        loss.backward()
        return loss.item()

    def fastest(work):
        for _ in range(WARM_UPS):
            work()
        taken = []
        for _ in range(steps):
            start = time.perf_counter()
            work()
            taken.append(time.perf_counter() - start)
        return min(taken)

    forward_seconds = fastest(infer)
    train_seconds = fastest(train)
    loss = train()
    if len(sys.argv) > 4:
        for name, p in parameters.items():
            p.grad.contiguous().numpy().tofile(Path(sys.argv[4]) / f"{name.replace('/', '_')}.f32")
    print(json.dumps({
        "torch": torch.__version__, "mode": mode, "threads": torch.get_num_threads(), "loss": loss,
        "forwardSeconds": forward_seconds, "trainStepSeconds": train_seconds,
        "peakRssMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }))  # fmt: skip


main()
