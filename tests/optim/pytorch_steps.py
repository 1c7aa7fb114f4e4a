"""Writes pytorch_steps.h: what PyTorch's optimizers make of two parameters in 20 steps.

    python tests/optim/pytorch_steps.py > tests/optim/pytorch_steps.h      (PyTorch 2.13)
"""
import math

import torch

RUNS = [
    ("sgd", torch.optim.SGD, dict(lr=0.1)),
    ("sgd_momentum", torch.optim.SGD, dict(lr=0.1, momentum=0.9)),
    ("sgd_dampening", torch.optim.SGD, dict(lr=0.1, momentum=0.9, dampening=0.3)),
    ("sgd_nesterov", torch.optim.SGD, dict(lr=0.1, momentum=0.8, nesterov=True, weight_decay=0.05)),
    ("adam", torch.optim.Adam, dict(lr=0.1)),
    ("adam_decay", torch.optim.Adam, dict(lr=0.05, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1)),
    ("adamw", torch.optim.AdamW, dict(lr=0.1, weight_decay=0.1)),
]


def gradient(parameter, step, element):
    return math.sin(1.0 + 3 * step + 0.7 * element + 2 * parameter)


def trajectory(make, options):
    first = torch.tensor([0.5, -1.0], dtype=torch.float64, requires_grad=True)
    second = torch.tensor([2.0], dtype=torch.float64, requires_grad=True)
    optimizer = make([first, second], **options)
    for step in range(20):
        first.grad = torch.tensor([gradient(0, step, 0), gradient(0, step, 1)], dtype=torch.float64)
        second.grad = torch.tensor([gradient(1, step, 0)], dtype=torch.float64)
        optimizer.step()
        yield first.tolist() + second.tolist()


print("// Made by pytorch_steps.py with PyTorch", torch.__version__.split("+")[0] + ".")
print("#pragma once\n#include <array>\n#include <vector>\n\nnamespace tenon::testing {\n")
for name, make, options in RUNS:
    print(f"inline const std::vector<std::array<double, 3>> pytorch_{name} = {{")
    for values in trajectory(make, options):
        print("    {" + ", ".join(repr(v) for v in values) + "},")
    print("};")
print("\n}  // namespace tenon::testing")
