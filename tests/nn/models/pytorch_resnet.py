"""Writes pytorch_resnet.h: the keys of ResNet-18 as torchvision names them, and what PyTorch makes of small ones.

    python tests/nn/models/pytorch_resnet.py > tests/nn/models/pytorch_resnet.h      (PyTorch 2.13)
"""
import math

import torch
from torch import nn
from torch.nn.functional import relu


def convolution(channels_in, channels_out, kernel, stride):
    return nn.Conv2d(channels_in, channels_out, kernel, stride, kernel // 2, bias=False)


class Block(nn.Module):
    def __init__(self, channels_in, channels_out, stride):
        super().__init__()
        self.conv1 = convolution(channels_in, channels_out, 3, stride)
        self.bn1 = nn.BatchNorm2d(channels_out)
        self.conv2 = convolution(channels_out, channels_out, 3, 1)
        self.bn2 = nn.BatchNorm2d(channels_out)
        self.downsample = None
        if stride > 1 or channels_in != channels_out:
            self.downsample = nn.Sequential(
                convolution(channels_in, channels_out, 1, stride), nn.BatchNorm2d(channels_out))

    def forward(self, x):
        y = self.bn2(self.conv2(relu(self.bn1(self.conv1(x)))))
        return relu(y + (self.downsample(x) if self.downsample else x))


class ResNet18(nn.Module):
    def __init__(self, classes, width, small_images):
        super().__init__()
        self.conv1 = convolution(3, width, 3, 1) if small_images else convolution(3, width, 7, 2)
        self.bn1 = nn.BatchNorm2d(width)
        self.maxpool = nn.Identity() if small_images else nn.MaxPool2d(3, 2, 1)
        for i in range(4):
            first = Block(width << max(i - 1, 0), width << i, 2 if i else 1)
            setattr(self, f"layer{i + 1}", nn.Sequential(first, Block(width << i, width << i, 1)))
        self.fc = nn.Linear(width * 8, classes)

    def forward(self, x):
        y = self.maxpool(relu(self.bn1(self.conv1(x))))
        y = self.layer4(self.layer3(self.layer2(self.layer1(y))))
        return self.fc(y.mean((2, 3)))


def wave(shape, k):
    """Element i is sin(0.7 i + k)."""
    return torch.sin(0.7 * torch.arange(math.prod(shape), dtype=torch.float64) + k).reshape(shape)


def run(name, small_images, size):
    """Logits of a step in training, the sum of |gradient| of each parameter, and logits in evaluation after it."""
    model = ResNet18(5, 4, small_images).double()
    for k, parameter in enumerate(model.parameters()):
        fan_in = parameter[0].numel()
        parameter.data = wave(parameter.shape, k) * (2 / fan_in) ** 0.5 if parameter.dim() > 1 else 1 + wave(parameter.shape, k) / 4
    x = wave((2, 3, size, size), 0)
    logits = model(x)
    (logits * wave(logits.shape, 1)).sum().backward()
    show(f"{name}_training", logits.flatten().tolist())
    show(f"{name}_gradients", [p.grad.abs().sum().item() for p in model.parameters()])
    model.eval()
    show(f"{name}_evaluation", model(x).flatten().tolist())


def show(name, values):
    print(f"inline const std::vector<double> pytorch_{name} = {{")
    for value in values:
        print(f"    {value:.9g},")
    print("};")


print("// Made by pytorch_resnet.py with PyTorch", torch.__version__.split("+")[0] + ".")
print("#pragma once\n#include <string>\n#include <vector>\n\nnamespace tenon::testing {\n")
print("inline const std::vector<std::string> torchvision_resnet18_keys = {")
for key, value in ResNet18(10, 64, True).state_dict().items():
    print(f'    "{key} {list(value.shape)}",')
print("};")
run("resnet", False, 64)
run("resnet_small_images", True, 16)
print("\n}  // namespace tenon::testing")
