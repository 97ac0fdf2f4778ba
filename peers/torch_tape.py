"""A network of ours as a PyTorch module, from its tape (bench/peer-tape.ts): the operations in order, each written as PyTorch's own.

Parameters have our names, so `Tape(json.loads(text)).load_state_dict(safetensors.torch.load_file(path))` loads the weights of a run.
"""

import torch
import torch.nn.functional as F


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


def pad_2d(x, a):
    margins = [a["left"], a["right"], a["top"], a["bottom"]]
    return F.pad(x, margins, mode="replicate") if a["mode"] == "edge" else F.pad(x, margins)


def crop_2d(x, a):
    return x[:, :, a["top"] : x.shape[2] - a["bottom"], a["left"] : x.shape[3] - a["right"]]


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
    "pad2d": lambda a, x: pad_2d(x, a),
    "crop2d": lambda a, x: crop_2d(x, a),
    "reduceSum": lambda a, x: x.sum(a["axes"], keepdim=True),
    "spaceToDepth": lambda a, x: space_to_depth(x, a["block"]),
    "depthToSpace": lambda a, x: depth_to_space(x, a["block"]),
    "upsampleNearest": lambda a, x: F.interpolate(x, scale_factor=a["factor"], mode="nearest"),
    "averagePool": lambda a, x: F.avg_pool2d(x, a["factor"]),
}


class Tape(torch.nn.Module):
    """forward(NAME=values, ...) gives the last node's value, from one value for each input."""

    def __init__(self, tape):
        super().__init__()
        self.names, self.constants, self.program = {}, {}, []
        nodes = tape["nodes"]
        # How long each value is needed, so that a forward pass frees what it has used.
        last_use = {source: at for at, node in enumerate(nodes) for source in node["inputs"]}
        for at, node in enumerate(nodes):
            kind, shape, sources = node["kind"], node["shape"], node["inputs"]
            if kind == "constant":
                self.constants[at] = torch.tensor(node["values"], dtype=torch.float32).reshape(shape)
            elif kind in ("input", "parameter"):
                self.names[at] = node["name"]
                if kind == "parameter":
                    self.declare(node["name"], shape)
            else:
                finished = [s for s in sources if last_use[s] == at]
                self.program.append((at, sources, OPERATIONS[kind], {**node["attributes"], "shape": shape}, finished))

    def declare(self, name, shape):
        """A name with dots is a path of modules, as PyTorch's own state dictionaries have it."""
        module, path = self, name.split(".")
        for part in path[:-1]:
            # Not by add_module, which refuses what modules have a method of: double is one.
            module = module._modules.setdefault(part, torch.nn.Module())
        module.register_parameter(path[-1], torch.nn.Parameter(torch.empty(shape)))

    def forward(self, **inputs):
        leaves = {**dict(self.named_parameters()), **inputs}
        values = {**self.constants, **{at: leaves[name] for at, name in self.names.items()}}
        for at, sources, operation, attributes, finished in self.program:
            values[at] = operation(attributes, *(values[s] for s in sources))
            for s in finished:
                values.pop(s, None)
        return values[at]
