"""Writes what diffusers' own UNet2DModel answers with the weights of test/nn/golden/unet-2d.safetensors, for test/nn/diffusers-golden.test.ts.

    peers/.venv-torch/bin/python peers/diffusers_golden.py test/nn/golden

Every one of its parameters must have a namesake of ours and the other way round; computed in float64, stored as float32.
"""

import re
import sys
from pathlib import Path

import torch
from diffusers import UNet2DModel, __version__
from safetensors.torch import load_file, save_file

LEVELS = 2
folder = Path(sys.argv[1])
held = load_file(folder / "unet-2d.safetensors")

model = UNet2DModel(
    in_channels=5,
    out_channels=3,
    block_out_channels=(4, 8),
    layers_per_block=1,
    down_block_types=("DownBlock2D", "AttnDownBlock2D"),
    up_block_types=("AttnUpBlock2D", "UpBlock2D"),
    attention_head_dim=4,
    norm_num_groups=2,
).double()

PARTS = {
    "time_emb_proj": "embedding",
    "conv_shortcut": "shortcut",
    "group_norm": "norm",
    "to_q": "query",
    "to_k": "key",
    "to_v": "value",
    "to_out.0": "out",
}


def ours(name):
    """Our name of one of diffusers' parameters."""
    for theirs, own in PARTS.items():
        name = name.replace(f".{theirs}.", f".{own}.")
    name = re.sub(r"^up_blocks\.(\d+)", lambda match: f"up{LEVELS - 1 - int(match[1])}", name)
    for pattern, own in [
        (r"^down_blocks\.(\d+)", r"down\1"),
        (r"^mid_block\.resnets\.(\d+)", r"middle.block\1"),
        (r"^mid_block\.attentions\.0", "middle.attention"),
        (r"\.resnets\.(\d+)", r".\1.block"),
        (r"\.attentions\.(\d+)", r".\1.attention"),
        (r"\.downsamplers\.0\.conv", ".halve"),
        (r"\.upsamplers\.0\.conv", ".double"),
        (r"^time_embedding\.linear_", "time.dense"),
        (r"^conv_in", "entry"),
        (r"^conv_norm_out", "exit.norm"),
        (r"^conv_out", "exit.conv"),
    ]:
        name = re.sub(pattern, own, name)
    if "norm" in name.split(".")[-2]:
        name = name.replace(".weight", ".gamma").replace(".bias", ".beta")
    return f"parameter/{name}"


state = {name: held[ours(name)].double().reshape(value.shape) for name, value in model.state_dict().items()}
unused = {name for name in held if name.startswith("parameter/")} - {ours(name) for name in state}
assert not unused, unused
model.load_state_dict(state)
with torch.no_grad():
    answer = model(held["input/x"].double(), held["input/t"].double()).sample
save_file({"answer": answer.float().contiguous()}, folder / "diffusers-answer.safetensors")
print(f"diffusers {__version__}, {len(state)} tensors, answer {list(answer.shape)}")
