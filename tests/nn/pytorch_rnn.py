"""Writes pytorch_rnn.h: what PyTorch's LSTM and GRU give for weights, inputs and states that the test makes too.

    python tests/nn/pytorch_rnn.py > tests/nn/pytorch_rnn.h      (PyTorch 2.13)
"""
import torch

STEPS, BATCH, FEATURES, HIDDEN, LAYERS = 5, 2, 3, 4, 2


def waves(shape, phase):
    """sin(phase + 0.7 i) / 2 for the i-th element."""
    n = torch.tensor(shape).prod().item()
    return (torch.sin(phase + 0.7 * torch.arange(n, dtype=torch.float64)) / 2).reshape(shape)


def show(name, values):
    print(f"inline const std::vector<double> pytorch_{name} = {{")
    numbers = [repr(v) for v in values]
    for i in range(0, len(numbers), 5):
        print("    " + ", ".join(numbers[i : i + 5]) + ",")
    print("};")


print("// Made by pytorch_rnn.py with PyTorch", torch.__version__.split("+")[0] + ".")
print("#pragma once\n#include <string>\n#include <vector>\n\nnamespace tenon::testing {\n")
for name, make in {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}.items():
    net = make(FEATURES, HIDDEN, LAYERS, batch_first=True, bidirectional=True, dtype=torch.float64)
    with torch.no_grad():
        for i, parameter in enumerate(net.parameters()):
            parameter.copy_(waves(parameter.shape, i))
    x = waves((BATCH, STEPS, FEATURES), 50).requires_grad_()
    h, c = waves((2 * LAYERS, BATCH, HIDDEN), 60), waves((2 * LAYERS, BATCH, HIDDEN), 70)
    output, state = net(x, (h, c) if name == "lstm" else h)
    parts = [output, *state] if name == "lstm" else [output, state]
    everything = torch.cat([p.flatten() for p in parts])
    everything.square().sum().backward()
    keys = ", ".join(f'"{k}"' for k in net.state_dict())
    print(f"inline const std::vector<std::string> pytorch_{name}_keys = {{{keys}}};")
    show(name, everything.tolist())
    show(name + "_dx", x.grad.flatten().tolist())
    show(name + "_dweights", [p.grad.sum().item() for p in net.parameters()])
print("\n}  // namespace tenon::testing")
