"""What a user pays before anything is computed: compiling, linking and starting a program that trains a Linear."""

import os
import re
import shlex
import statistics
import subprocess
import sys
import tempfile
import time

from .sides import PEER_BUILD, ROOT, PEER, TENON, find_torch
from .turns import show


def programs(build, sides):
    """(title, source, compiler's words, linker's words, the program) of the sides that have one."""
    titles = [side.title for side in sides]
    built = os.path.join(build, "bench", "train_linear")
    if TENON in titles and os.path.exists(built):
        # The words that the build tree itself links it with.
        commands = subprocess.run(["ninja", "-C", build, "-t", "commands", "bench/train_linear"], text=True,
                                  stdout=subprocess.PIPE).stdout.splitlines()
        after = commands[-1].split(" -o bench/train_linear ")[1].split(" && ")[0]
        yield (TENON, os.path.join(ROOT, "bench", "train_linear", "train_linear.cpp"),
               ["-isystem", os.path.join(build, "include")], shlex.split(after), built)
    torch = find_torch()
    if PEER in titles:
        include, libraries = os.path.join(torch, "include"), os.path.join(torch, "lib")
        yield (PEER, os.path.join(ROOT, "bench", "peers", "libtorch", "train_linear.cpp"),
               ["-isystem", include, "-isystem", os.path.join(include, "torch", "csrc", "api", "include")],
               ["-L" + libraries, "-Wl,-rpath," + libraries, "-Wl,--no-as-needed", "-ltorch_cpu", "-lc10"],
               os.path.join(PEER_BUILD, "train_linear"))


def costs(build, sides, args):
    result, everything = [], list(programs(build, sides))
    starts = {title: [] for title, *_ in everything}
    for _ in range(args.rounds * 10):  # in turns
        for title, _, _, _, program in everything:
            starts[title].append(timed([program]))
    for title, source, compile_words, link_words, program in everything:
        show(f"compiling: {title}")
        with tempfile.TemporaryDirectory() as folder:
            target = os.path.join(folder, "program")
            command = ["g++", "-std=c++20", "-O0", source, "-o", target, *compile_words, *link_words]
            # Without ccache in the way: a link to it may stand before the compiler.
            builds = [timed(command, build, {"CCACHE_DISABLE": "1"}) for _ in range(args.rounds if title == TENON else 1)]
        result.append({"title": title, "compile and link": statistics.median(builds),
                       "start to first result": statistics.median(starts[title]) * 1e3,
                       "memory there": resident(program)})
    show("")
    return result


def timed(command, folder=None, environment=None):
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=dict(os.environ, **(environment or {})), stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL)
    if done.returncode != 0:
        sys.exit(f"bench: failed: {' '.join(command)}")
    return time.perf_counter() - start


def resident(program):
    """Peak memory in MB of a program that prints a line and then waits for its input to end."""
    with subprocess.Popen([program], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        with open(f"/proc/{process.pid}/status") as status:
            peak = re.search(r"VmHWM:\s*(\d+) kB", status.read()).group(1)
        process.stdin.close()
    return int(peak) / 1024
