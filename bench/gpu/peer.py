#!/usr/bin/env python3
"""PyTorch's side of bench/gpu: the same names and the same arithmetic, run by scripts/gpu-check in the same run.

usage: peer.py bandwidth|gemm|host|training|compile [--device cuda:0] [--small]
"""

import argparse
import json
import statistics
import time

import torch
import torch.nn.functional as F
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("group", choices=["bandwidth", "gemm", "host", "training", "compile"])
parser.add_argument("--device", default="cuda:0")
parser.add_argument("--small", action="store_true")
args = parser.parse_args()
device = torch.device(args.device)
SECONDS = 0.005 if args.small else 0.25
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


def synchronize():
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def time_of(f):
    """As time_of in bench.h: nanoseconds of one call of f(i), the median of 7 slices."""
    call = 0

    def run(n):
        nonlocal call
        synchronize()
        begin = time.perf_counter()
        for _ in range(n):
            f(call)
            call += 1
        synchronize()
        return time.perf_counter() - begin

    run(1)
    n, spent = 1, run(1)
    while spent < SECONDS / 16 and n < 1 << 20:
        n *= 2
        spent = run(n)
    n = max(1, int(n * SECONDS / 8 / spent))
    return statistics.median(run(n) / n * 1e9 for _ in range(7))


def show(name, ns):
    print(json.dumps({"name": name, "ns": ns}), flush=True)


def bandwidth():
    scale, shift = torch.ones(1024, device=device), torch.zeros(1024, device=device)
    wide, low = scale.bfloat16(), shift.bfloat16()

    def batch_norm(x, _):
        return F.batch_norm(x.view(-1, 64, 32, 32), None, None, scale[:64], shift[:64], training=True)

    ops = [
        ("add", "float32", lambda x, y: x + y),
        ("add", "bfloat16", lambda x, y: x + y),
        ("gelu", "float32", lambda x, _: F.gelu(x)),
        ("relu", "bfloat16", lambda x, _: torch.relu(x)),
        ("sum", "float32", lambda x, _: x.sum()),
        ("sum_rows", "float32", lambda x, _: x.sum(1)),
        ("sum_columns", "float32", lambda x, _: x.sum(0)),
        ("softmax", "float32", lambda x, _: torch.softmax(x, 1)),
        ("softmax", "bfloat16", lambda x, _: torch.softmax(x, 1)),
        ("layer_norm", "float32", lambda x, _: F.layer_norm(x, (1024,), scale, shift)),
        ("layer_norm", "bfloat16", lambda x, _: F.layer_norm(x, (1024,), wide, low)),
        ("batch_norm", "float32", batch_norm),
    ]
    with torch.no_grad():
        for name, dtype, run in ops:
            for mb in [1] if args.small else [1, 4, 16, 64, 256, 1024]:
                elements = (mb << 20) // DTYPES[dtype].itemsize
                sets = 2 if args.small else min(256, max(2, (512 // mb) + 1)) + 1
                operands = [torch.randn(elements // 1024, 1024, dtype=DTYPES[dtype], device=device)
                            for _ in range(sets)]
                show(f"bandwidth/{name}/{dtype}/{mb}MB",
                     time_of(lambda i: run(operands[i % sets], operands[(i + 1) % sets])))
                del operands


def set_tf32(on):
    torch.backends.cuda.matmul.allow_tf32 = on
    torch.backends.cudnn.allow_tf32 = on


def gemm():
    for kind, dtype, tf32 in [("bf16", torch.bfloat16, False), ("tf32", torch.float32, True),
                              ("fp32", torch.float32, False)]:
        set_tf32(tf32)
        for n in [1024] if args.small else [1024, 4096, 8192]:
            size = 64 if args.small else n
            a, b = (torch.randn(size, size, dtype=dtype, device=device) for _ in range(2))
            show(f"gemm/{kind}/{n}", time_of(lambda _: a @ b))


def host():
    a, b = torch.randn(4, 4, device=device), torch.randn(4, 4, device=device)
    leaf = a.clone().requires_grad_()
    ops = [("add_4x4", lambda: a + b), ("add_4x4_grad", lambda: leaf + b), ("relu_4x4", lambda: torch.relu(a)),
           ("sum_4x4", lambda: a.sum()), ("softmax_4x4", lambda: torch.softmax(a, 1)), ("matmul_4x4", lambda: a @ b)]
    for name, run in ops:
        times = []
        for _ in range(21):
            synchronize()
            begin = time.perf_counter()
            for _ in range(200):
                run()
            times.append((time.perf_counter() - begin) / 200 * 1e9)
        show("host/" + name, statistics.median(times))


class Block(nn.Module):
    def __init__(self, n_in, n_out, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(n_in, n_out, 3, stride, 1, bias=False)
        self.conv2 = nn.Conv2d(n_out, n_out, 3, 1, 1, bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(n_out), nn.BatchNorm2d(n_out)
        self.shortcut = None
        if n_in != n_out or stride != 1:
            self.shortcut = nn.Sequential(nn.Conv2d(n_in, n_out, 1, stride, bias=False), nn.BatchNorm2d(n_out))

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(y + (x if self.shortcut is None else self.shortcut(x)))


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.bn = nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64)
        blocks, n_in = [], 64
        for n_out in (64, 128, 256, 512):
            blocks += [Block(n_in, n_out, 1 if n_out == 64 else 2), Block(n_out, n_out, 1)]
            n_in = n_out
        self.blocks, self.head = nn.Sequential(*blocks), nn.Linear(512, 10)

    def forward(self, x):
        y = self.blocks(torch.relu(self.bn(self.conv(x))))
        return self.head(torch.flatten(F.adaptive_avg_pool2d(y, 1), 1))


def mlp():
    return nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 256), nn.ReLU(), nn.Linear(256, 10))


def lenet():
    return nn.Sequential(nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
                         nn.Flatten(), nn.Linear(64 * 12 * 12, 128), nn.ReLU(), nn.Linear(128, 10))


def time_training(make, shape, channels_last=False, compiled=False):
    """Nanoseconds a sample."""
    model, x = make().to(device), torch.randn(*shape, device=device)
    if channels_last:
        model, x = model.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
    y = torch.randint(0, 10, (shape[0],), device=device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
    forward = torch.compile(model) if compiled else model

    def step(_):
        F.cross_entropy(forward(x), y).backward()
        optimizer.step()
        optimizer.zero_grad()

    return time_of(step) / shape[0]


def sizes(batch, *rest):
    return (min(batch, 4 if rest != (3, 32, 32) else 2) if args.small else batch, *rest)


def training():
    set_tf32(True)
    torch.backends.cudnn.benchmark = True
    show("training/mlp_512", time_training(mlp, sizes(512, 784)))
    show("training/mlp_4096", time_training(mlp, sizes(4096, 784)))
    # The better of both layouts.
    show("training/lenet_512", min(time_training(lenet, sizes(512, 1, 28, 28), last) for last in (False, True)))
    show("training/resnet18_256", min(time_training(ResNet, sizes(256, 3, 32, 32), last) for last in (False, True)))


def compile():
    set_tf32(True)
    torch.backends.cudnn.benchmark = True
    show("training/mlp_512/compile", time_training(mlp, sizes(512, 784), compiled=True))
    show("training/resnet18_256/compile",
         time_training(ResNet, sizes(256, 3, 32, 32), channels_last=True, compiled=True))


globals()[args.group]()
