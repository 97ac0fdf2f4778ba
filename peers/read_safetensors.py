"""Reads a safetensors file with the reference package and prints what it holds, as JSON."""

import json
import sys

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

path, rewritten = sys.argv[1:]
with safe_open(path, framework="np") as file:
    tensors = {name: file.get_tensor(name) for name in file.keys()}
    metadata = file.metadata()
# Written back by the reference, for us to read.
save_file(tensors, rewritten, metadata={"writer": "reference"})
print(
    json.dumps(
        {
            "metadata": metadata,
            "tensors": {
                name: {"dtype": str(t.dtype), "shape": list(t.shape), "values": np.ravel(t).astype(float).tolist()}
                for name, t in tensors.items()
            },
        }
    )
)
