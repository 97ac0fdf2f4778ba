"""Writes the tensors test/nn/torch-goldens.test.ts holds our networks against, computed by PyTorch in float64 and stored as float32.

    peers/.venv-torch/bin/python peers/torch_goldens.py test/nn/golden/unet-2d.safetensors

The network is a small UNet2DModel written out below, layer by layer, from the published description (Ho et al. 2020; the layout of
diffusers' UNet2DModel): widths 4 and 8, one block a level, attention of 4-channel heads on the second, GroupNorm of 2 groups.
Stored: input/x, input/t, input/target, parameter/NAME with our names, loss, and gradient/NAME.
"""

import sys

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

WIDTHS, GROUPS, HEAD, EPS = [4, 8], 2, 4, 1e-5
torch.manual_seed(20240501)
parameters = {}


def parameter(name, *shape, scale=None):
    if name not in parameters:
        fan = torch.tensor(shape[1:]).prod().item() if len(shape) > 1 else 1
        values = torch.randn(*shape, dtype=torch.float64) * (scale or 0.7 / fan**0.5)
        if name.endswith("gamma"):
            values = 1 + 0.2 * values
        # Rounded to float32 first, so that both sides have the very same numbers.
        parameters[name] = values.float().double().requires_grad_(True)
    return parameters[name]


def conv(name, x, out, kernel=3, stride=1):
    weight = parameter(f"{name}.weight", out, x.shape[1], kernel, kernel)
    return F.conv2d(x, weight, parameter(f"{name}.bias", out, scale=0.1), stride=stride, padding=(kernel - 1) // 2)


def dense(name, x, out):
    return F.linear(x, parameter(f"{name}.weight", out, x.shape[-1]), parameter(f"{name}.bias", out, scale=0.1))


def norm(name, x):
    c = x.shape[1]
    return F.group_norm(x, GROUPS, parameter(f"{name}.gamma", c), parameter(f"{name}.beta", c, scale=0.1), EPS)


def residual(name, x, out, time):
    h = conv(f"{name}.conv1", F.silu(norm(f"{name}.norm1", x)), out)
    h = h + dense(f"{name}.embedding", F.silu(time), out)[:, :, None, None]
    h = conv(f"{name}.conv2", F.silu(norm(f"{name}.norm2", h)), out)
    return h + (x if x.shape[1] == out else conv(f"{name}.shortcut", x, out, kernel=1))


def attention(name, x):
    b, c, h, w = x.shape
    rows = norm(f"{name}.norm", x).reshape(b, c, h * w).transpose(1, 2)
    heads = lambda part: dense(f"{name}.{part}", rows, c).reshape(b, h * w, c // HEAD, HEAD).transpose(1, 2)
    mixed = F.scaled_dot_product_attention(heads("query"), heads("key"), heads("value"))
    out = dense(f"{name}.out", mixed.transpose(1, 2).reshape(b, h * w, c), c)
    return x + out.transpose(1, 2).reshape(b, c, h, w)


def network(x, t, out):
    half = WIDTHS[0] // 2
    angles = t[:, None] * torch.tensor([10_000 ** (-i / half) for i in range(half)]).float().double()
    waves = torch.cat([angles.cos(), angles.sin()], 1)
    time = dense("time.dense2", F.silu(dense("time.dense1", waves, 4 * WIDTHS[0])), 4 * WIDTHS[0])
    h = conv("entry", x, WIDTHS[0])
    skips = [h]
    h = residual("down0.0.block", h, WIDTHS[0], time)
    skips.append(h)
    h = conv("down0.halve", h, WIDTHS[0], stride=2)
    skips.append(h)
    h = attention("down1.0.attention", residual("down1.0.block", h, WIDTHS[1], time))
    skips.append(h)
    h = residual("middle.block0", h, WIDTHS[1], time)
    h = residual("middle.block1", attention("middle.attention", h), WIDTHS[1], time)
    for k in range(2):
        h = torch.cat([h, skips.pop()], 1)
        h = attention(f"up1.{k}.attention", residual(f"up1.{k}.block", h, WIDTHS[1], time))
    h = conv("up1.double", F.interpolate(h, scale_factor=2, mode="nearest"), WIDTHS[1])
    for k in range(2):
        h = residual(f"up0.{k}.block", torch.cat([h, skips.pop()], 1), WIDTHS[0], time)
    return conv("exit.conv", F.silu(norm("exit.norm", h)), out)


x = torch.randn(2, 5, 8, 6).double()
t = torch.tensor([3.0, 250.0]).double()
target = torch.randn(2, 3, 8, 6).double()
loss = ((network(x, t, 3) - target) ** 2).mean()
loss.backward()
tensors = {"input/x": x, "input/t": t, "input/target": target, "loss": loss.detach().reshape(1)}
for name, value in parameters.items():
    tensors[f"parameter/{name}"] = value.detach()
    tensors[f"gradient/{name}"] = value.grad
save_file({name: value.float().contiguous() for name, value in tensors.items()}, sys.argv[1], {"torch": torch.__version__})
print(f"{len(parameters)} parameters of {sum(p.numel() for p in parameters.values())} numbers, loss {loss.item():.9f}")
