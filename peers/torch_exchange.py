"""Weights there and back: a run's safetensors into the same network in PyTorch, one step of SGD, and out again.

usage: torch_exchange.py TAPE WEIGHTS INPUTS CHANGED ANSWERS

TAPE is the network as bench/peer-tape.ts writes it, WEIGHTS and INPUTS are safetensors. CHANGED gets the weights after the step, as PyTorch's
users save them, ANSWERS what the network said before and after it.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from torch_tape import Tape


def main():
    tape, weights, inputs, changed, answers = sys.argv[1:]
    network = Tape(json.loads(Path(tape).read_text()))
    network.load_state_dict(load_file(weights))
    feeds = load_file(inputs)
    before = network(**feeds)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05)
    before.square().mean().backward()
    optimizer.step()
    with torch.no_grad():
        after = network(**feeds)
    save_file(network.state_dict(), changed)
    save_file({"before": before.detach().contiguous(), "after": after.contiguous()}, answers)


main()
