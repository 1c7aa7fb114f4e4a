"""Who takes part: Tenon, the steps written by hand, LibTorch. Each is a program that answers what bench/frame.h says."""

import glob
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PEER_BUILD = os.path.join(ROOT, "build", "libtorch")
PEER_VENV = os.path.join(ROOT, ".deps", "torch-venv")
PEER_PACKAGE = "torch==2.13.0"
TENON, FLOOR, PEER = "Tenon", "floor", "LibTorch"

ISA = {
    "native": {},
    "avx2": {"TENON_ISA": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2",
             "MKL_ENABLE_INSTRUCTIONS": "AVX2"},
}


class Side:
    def __init__(self, title, program, isa):
        self.title, self.program, self.environment = title, program, ISA[isa]

    def ask(self, *words, **environment):
        """What the program prints when called with these words, or None where it fails."""
        environment = dict(os.environ, **self.environment, **environment)
        answer = subprocess.run([self.program, *words], env=environment, text=True, stdout=subprocess.PIPE)
        return answer.stdout if answer.returncode == 0 else None

    def names(self):
        return self.ask("--list").split()


class Program:
    """A side's program, running, with so many threads."""

    def __init__(self, side, threads):
        # Bound threads: unbound, small steps flip between two speeds.
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads), OMP_PROC_BIND="true", **side.environment)
        self.process = subprocess.Popen([side.program, "--serve"], env=environment, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def measure(self, workload, seconds):
        self.process.stdin.write(f"{workload} {seconds}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"bench: {self.process.args[0]} failed at {workload}")
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def present(build, isa, peer=True):
    """The sides that are there; says on stderr which are not."""
    return [side for side in (ours(build, isa), floor(build, isa), libtorch(isa) if peer else None) if side]


def ours(build, isa):
    program = os.path.join(build, "bench", "workloads")
    if not os.path.exists(program):
        return left_out(TENON, f"no {os.path.relpath(program)}")
    return Side(TENON, program, isa)


def floor(build, isa):
    """The program for another instruction set is built only where it is asked for."""
    name = "floor" if isa == "native" else f"floor_{isa}"
    program = os.path.join(build, "bench", name)
    if isa != "native":
        subprocess.run(["cmake", "--build", build, "--target", f"bench_{name}"], stdout=subprocess.DEVNULL)
    if not os.path.exists(program):
        return left_out(FLOOR, f"no {os.path.relpath(program)}")
    return Side(FLOOR, program, isa)


def libtorch(isa):
    torch = find_torch()
    if not torch:
        return left_out(PEER, "it is not installed (make bench-peer, or set TENON_TORCH to the folder of a package torch)")
    build_peer(torch)
    return Side(PEER, os.path.join(PEER_BUILD, "workloads"), isa)


def left_out(title, why):
    print(f"bench: {title} is left out: {why}", file=sys.stderr)


def find_torch():
    """The folder of the package torch: TENON_TORCH, or the one that --install-peer made."""
    places = [os.environ["TENON_TORCH"]] if "TENON_TORCH" in os.environ else []
    places += glob.glob(os.path.join(PEER_VENV, "lib", "python3*", "site-packages", "torch"))
    return next((p for p in places if os.path.exists(os.path.join(p, "include", "torch"))), None)


def build_peer(torch):
    source = os.path.join(ROOT, "bench", "peers", "libtorch")
    os.makedirs(PEER_BUILD, exist_ok=True)
    with open(os.path.join(PEER_BUILD, "build.log"), "w") as log:
        for command in (["cmake", "-S", source, "-B", PEER_BUILD, f"-DTORCH={torch}"],
                        ["cmake", "--build", PEER_BUILD, "-j", "2"]):
            if subprocess.run(command, stdout=log, stderr=log).returncode != 0:
                sys.exit(f"bench: LibTorch's programs do not build: see {log.name}")


def install_peer():
    python = os.path.join(PEER_VENV, "bin", "python")
    if not os.path.exists(python):
        subprocess.run([sys.executable, "-m", "venv", PEER_VENV], check=True)
    return subprocess.run([python, "-m", "pip", "install", PEER_PACKAGE]).returncode
