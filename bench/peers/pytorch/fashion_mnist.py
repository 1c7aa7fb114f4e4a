"""Trains what configs/fashion_mnist.yaml describes, from the same files, and prints a line of JSON for each epoch: its
seconds, test included, and the accuracy on the test images.
    fashion_mnist.py FOLDER EPOCHS ACCURACY LAYOUT     LAYOUT: contiguous or channels_last; ends at that accuracy"""

import gzip
import json
import sys
import time

import torch
from torch import nn


def read(path, header):
    with gzip.open(path) as file:
        return torch.frombuffer(bytearray(file.read()[header:]), dtype=torch.uint8)


def load(start):
    """Normalised once: a batch is then one gather."""
    images = read(start + "-images-idx3-ubyte.gz", 16).view(-1, 1, 28, 28).float()
    return (images / 255 - 0.2860) / 0.3530, read(start + "-labels-idx1-ubyte.gz", 8).long()


class Net(nn.Module):
    def __init__(self, channels_last):
        super().__init__()
        self.channels_last = channels_last
        self.features = nn.Sequential(
            nn.Conv2d(1, 32, 3, padding=1), nn.MaxPool2d(2), nn.BatchNorm2d(32), nn.ReLU(inplace=True),
            nn.Conv2d(32, 64, 3, padding=1), nn.MaxPool2d(2), nn.BatchNorm2d(64), nn.ReLU(inplace=True))
        self.head = nn.Sequential(nn.Linear(3136, 128), nn.ReLU(inplace=True), nn.Dropout(0.3), nn.Linear(128, 10))
        if channels_last:
            self.features.to(memory_format=torch.channels_last)

    def forward(self, x):
        if not self.channels_last:
            return self.head(self.features(x).flatten(1))
        maps = self.features(x.contiguous(memory_format=torch.channels_last))
        return self.head(maps.permute(0, 2, 3, 1).flatten(1))


def accuracy(model, images, labels):
    model.eval()
    with torch.no_grad():
        right = sum((model(x).argmax(1) == y).sum().item() for x, y in zip(images.split(64), labels.split(64)))
    model.train()
    return right / len(images)


def main():
    folder, epochs, goal, layout = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
    torch.manual_seed(0)
    images, labels = load(folder + "/train")
    test = load(folder + "/t10k")
    model = Net(layout == "channels_last")
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.002, fused=True)
    batches = (len(images) + 63) // 64
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs * batches)
    for epoch in range(1, epochs + 1):
        start = time.perf_counter()
        for rows in torch.randperm(len(images)).split(64):
            loss = nn.functional.cross_entropy(model(images.index_select(0, rows)), labels.index_select(0, rows))
            loss.backward()
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            schedule.step()
        found = accuracy(model, *test)
        print(json.dumps({"epoch": epoch, "seconds": time.perf_counter() - start, "accuracy": found}), flush=True)
        if found >= goal:
            break


if __name__ == "__main__":
    main()
