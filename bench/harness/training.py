"""Wall time of training to an accuracy on Fashion-MNIST: `tenon train configs/fashion_mnist.yaml`, and the same loop in
LibTorch and in PyTorch. An epoch's seconds have its test in them; reading the files is not counted."""

import csv
import json
import os
import subprocess
import sys
import tempfile
import time

from . import targets
from .sides import PEER, PEER_BUILD, ROOT, TENON, build_peer, find_torch

DATA = "/usr/share/datasets/fashion-mnist"
EPOCHS = 8  # of the config
KEEP_PAGES = {"MALLOC_MMAP_THRESHOLD_": str(1 << 30), "MALLOC_TRIM_THRESHOLD_": str(1 << 30), "MALLOC_TOP_PAD_": str(64 << 20)}


def measure(args):
    """Each side's epochs until the accuracy, at the largest number of threads."""
    environment = dict(os.environ, OMP_NUM_THREADS=str(max(args.threads)), OMP_PROC_BIND="true")
    sides = {TENON: tenon(args.build, environment)}
    torch = find_torch()
    if torch and not args.no_peer:
        build_peer(torch)
        python = os.path.join(os.path.abspath(torch), *[".."] * 4, "bin", "python")
        script = os.path.join(ROOT, "bench", "peers", "pytorch", "fashion_mnist.py")
        sides[PEER] = faster([os.path.join(PEER_BUILD, "fashion_mnist")], environment)
        if os.path.exists(python):
            sides["PyTorch"] = faster([python, script], dict(environment, **KEEP_PAGES))
    return sides


def tenon(build, environment):
    with tempfile.TemporaryDirectory() as folder:
        run = os.path.join(folder, "run")
        process = subprocess.Popen([os.path.join(build, "apps", "tenon"), "train", "configs/fashion_mnist.yaml", "--out", run],
                                   cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        epochs = []
        while process.poll() is None and not reached(epochs):
            time.sleep(0.1)
            path = os.path.join(run, "metrics.csv")
            if os.path.exists(path):
                with open(path) as file:
                    epochs = [{"seconds": float(r["seconds"]), "accuracy": float(r["test_accuracy"])} for r in csv.DictReader(file)]
        process.terminate()
        process.wait()
        if not epochs:
            sys.exit("bench: `tenon train configs/fashion_mnist.yaml` ended before its first epoch")
        return {"epochs": epochs}


def faster(command, environment):
    """The peer in the layout whose first epoch is faster."""
    tried = {layout: peer(command, environment, 1, layout) for layout in ("contiguous", "channels_last")}
    layout = min(tried, key=lambda name: tried[name][0]["seconds"])
    return {"epochs": peer(command, environment, EPOCHS, layout), "layout": layout}


def peer(command, environment, epochs, layout):
    words = [DATA, str(epochs), str(targets.TRAINING["accuracy"]), layout]
    lines = subprocess.run(command + words, env=environment, text=True, stdout=subprocess.PIPE, check=True).stdout
    return [json.loads(line) for line in lines.splitlines()]


def reached(epochs):
    return bool(epochs) and epochs[-1]["accuracy"] >= targets.TRAINING["accuracy"]


def lines(sides):
    """The table. Ratios are of the mean epoch: how many it takes is chance, of the same model in all sides."""
    text = ["", f"Training on Fashion-MNIST to {targets.TRAINING['accuracy']:.0%} of the test images, on all threads:", "",
            "| | epochs | seconds | seconds an epoch | / Tenon's, an epoch | targets |", "|---|---|---|---|---|---|"]
    total = {name: sum(e["seconds"] for e in side["epochs"]) for name, side in sides.items()}
    an_epoch = {name: total[name] / len(side["epochs"]) for name, side in sides.items()}
    for name, side in sides.items():
        layout = f" ({side['layout']})" if "layout" in side else ""
        count = str(len(side["epochs"])) + ("" if reached(side["epochs"]) else " (not reached)")
        times = an_epoch[name] / an_epoch[TENON]
        asked = "" if name == TENON else ("met" if times >= targets.TRAINING["times"] else f"not: {targets.TRAINING['times']}x")
        text.append(f"| {name}{layout} | {count} | {total[name]:.1f} | {an_epoch[name]:.2f} | {times:.2f} | {asked} |")
    return text
