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


WARM_UPS = 2  # as bench/engine-measure.ts


def space_to_depth(x, block):
    """Channel order of ONNX's SpaceToDepth: the offset within the block first."""
    n, c, h, w = x.shape
    cells = x.reshape(n, c, h // block, block, w // block, block)
    return cells.permute(0, 3, 5, 1, 2, 4).reshape(n, c * block**2, h // block, w // block)


def depth_to_space(x, block):
    n, c, h, w = x.shape
    cells = x.reshape(n, block, block, c // block**2, h, w)
    return cells.permute(0, 3, 4, 1, 5, 2).reshape(n, c // block**2, h * block, w * block)


def pad_axis(x, axis, before, after, mode):
    margins = [0] * (2 * x.dim())
    margins[2 * (x.dim() - 1 - axis)], margins[2 * (x.dim() - 1 - axis) + 1] = before, after
    return F.pad(x, margins[:4], mode="replicate") if mode == "edge" else F.pad(x, margins)


def matmul(a, b, transpose_a, transpose_b):
    return torch.matmul(a.mT if transpose_a else a, b.mT if transpose_b else b)


OPERATIONS = {
    "checkpoint": lambda a, x: x,
    "add": lambda a, x, y: x + y,
    "subtract": lambda a, x, y: x - y,
    "multiply": lambda a, x, y: x * y,
    "divide": lambda a, x, y: x / y,
    "negate": lambda a, x: -x,
    "square": lambda a, x: x * x,
    "sqrt": lambda a, x: x.sqrt(),
    "exp": lambda a, x: x.exp(),
    "sin": lambda a, x: x.sin(),
    "cos": lambda a, x: x.cos(),
    "tanh": lambda a, x: x.tanh(),
    "sigmoid": lambda a, x: x.sigmoid(),
    "silu": lambda a, x: F.silu(x),
    "softmax": lambda a, x: x.softmax(-1),
    "conv2d": lambda a, x, w, b=None: F.conv2d(x, w, b, stride=a["stride"], padding=a["padding"]),
    "groupNorm": lambda a, x, g, b: F.group_norm(x, a["groups"], g, b, a["eps"]),
    "matmul": lambda a, x, y: matmul(x, y, a["transposeA"], a["transposeB"]),
    "reshape": lambda a, x: x.reshape(a["shape"]),
    "transpose": lambda a, x: x.permute(a["permutation"]),
    "broadcastTo": lambda a, x: x.expand(a["shape"]),
    "concat": lambda a, *xs: torch.cat(xs, a["axis"]),
    "slice": lambda a, x: x.narrow(a["axis"], a["start"], a["end"] - a["start"]),
    "pad": lambda a, x: pad_axis(x, a["axis"], a["before"], a["after"], a["mode"]),
    "reduceSum": lambda a, x: x.sum(a["axes"], keepdim=True),
    "spaceToDepth": lambda a, x: space_to_depth(x, a["block"]),
    "depthToSpace": lambda a, x: depth_to_space(x, a["block"]),
    "upsampleNearest": lambda a, x: F.interpolate(x, scale_factor=a["factor"], mode="nearest"),
    "averagePool": lambda a, x: F.avg_pool2d(x, a["factor"]),
}


def main():
    folder, mode, steps = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    tape = json.loads((folder / "tape.json").read_text())
    torch.set_num_threads(tape["threads"])
    channels_last = mode.endswith("-channels-last")

    def leaf(name, shape):
        values = torch.from_numpy(np.fromfile(folder / f"{name.replace('/', '_')}.f32", np.float32).reshape(shape))
        four = values.dim() == 4 and channels_last
        return values.contiguous(memory_format=torch.channels_last) if four else values

    held, parameters = {}, {}
    for at, node in enumerate(tape["nodes"]):
        if node["kind"] == "constant":
            held[at] = torch.tensor(node["values"], dtype=torch.float32).reshape(node["shape"])
        elif node["kind"] in ("input", "parameter"):
            held[at] = leaf(node["name"], node["shape"])
            if node["kind"] == "parameter":
                parameters[node["name"]] = held[at].requires_grad_()
    target = leaf("target", tape["nodes"][-1]["shape"])

    # How long each value is needed, so that a forward pass frees what it has used.
    last_use = {source: at for at, node in enumerate(tape["nodes"]) for source in node["inputs"]}
    program = [
        (at, node["inputs"], OPERATIONS[node["kind"]], {**node["attributes"], "shape": node["shape"]},
         [s for s in node["inputs"] if last_use[s] == at])
        for at, node in enumerate(tape["nodes"]) if at not in held
    ]  # fmt: skip

    def forward():
        values = dict(held)
        for at, sources, operation, attributes, finished in program:
            values[at] = operation(attributes, *(values[s] for s in sources))
            for s in finished:
                values.pop(s, None)
        return values[at]

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
