"""Writes pytorch_scaler.h: what PyTorch's GradScaler and its optimizers make of 12 iterations with overflows.

    python tests/optim/pytorch_scaler.py > tests/optim/pytorch_scaler.h      (PyTorch 2.13)
"""
import math

import torch

RUNS = [
    ("sgd", torch.optim.SGD, dict(lr=0.1, momentum=0.9, dampening=0.3), False),
    ("adam", torch.optim.Adam, dict(lr=0.1), False),
    ("adamw_clipped", torch.optim.AdamW, dict(lr=0.1, weight_decay=0.1), True),
]
OVERFLOWS = {0: (True, False), 5: (True, True), 6: (False, True), 10: (True, True)}


def gradient(parameter, step, element):
    if element == 0 and OVERFLOWS.get(step, (False, False))[parameter]:
        return math.inf
    return math.sin(1.0 + 3 * step + 0.7 * element + 2 * parameter)


def trajectory(make, options, clips):
    """Two optimizers with a parameter each: one loss, one scaler."""
    parameters = [torch.tensor([0.5, -1.0], requires_grad=True), torch.tensor([2.0, 0.25], requires_grad=True)]
    optimizers = [make([p], **options) for p in parameters]
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0, growth_interval=3)
    for step in range(12):
        for optimizer in optimizers:
            optimizer.zero_grad()
        g = [torch.tensor([gradient(k, step, i) for i in range(2)]) for k in range(2)]
        scaler.scale(sum((p * w).sum() for p, w in zip(parameters, g))).backward()
        for p, optimizer in zip(parameters, optimizers):
            if clips:
                scaler.unscale_(optimizer)
                torch.nn.utils.clip_grad_norm_([p], 0.5)
            scaler.step(optimizer)
        scaler.update()
        state = scaler.state_dict()
        yield [*parameters[0].tolist(), *parameters[1].tolist(), state["scale"], float(state["_growth_tracker"])]


print("// Made by pytorch_scaler.py with PyTorch", torch.__version__.split("+")[0] + ".")
print("#pragma once\n#include <array>\n#include <vector>\n\nnamespace tenon::testing {\n")
for name, make, options, clips in RUNS:
    print(f"inline const std::vector<std::array<double, 6>> pytorch_scaled_{name} = {{")
    for values in trajectory(make, options, clips):
        print("    {" + ", ".join(repr(v) for v in values) + "},")
    print("};")
print("\n}  // namespace tenon::testing")
