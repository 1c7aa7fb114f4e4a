"""Workloads in alternating turns, and what follows from them."""

import json
import re
import statistics
import sys

from . import targets
from .sides import FLOOR, PEER, TENON, Program


def show(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def compare(sides, args, pattern):
    """A row for each of Tenon's workloads and each number of threads. A round starts every program anew; in it the
    sides and numbers of threads take turns, workload by workload, so that all see the same machine."""
    has = {side.title: set(side.names()) for side in sides}
    names = [n for n in sides[0].names() if "@" not in n and re.search(pattern, n)]
    copy = targets.BANDWIDTH["copy"]
    if targets.BANDWIDTH["workload"] in names and copy in has.get(FLOOR, ()):
        names.append(copy)
    forms = chosen_forms(sides, has, names, args)
    answers = {}
    for turn in range(args.rounds):
        programs = {(side.title, t): Program(side, t) for t in args.threads for side in sides}
        for name in names:
            show(f"round {turn + 1} of {args.rounds}: {name}")
            for _ in range(args.repeats):
                for (title, threads), program in programs.items():
                    if name in has[title]:
                        answer = program.measure(forms.get((title, name, threads), name), args.seconds)
                        answers.setdefault((name, threads), {}).setdefault(title, []).append(answer)
        for program in programs.values():
            program.close()
    show("")
    rows = [row(name, threads, answers[name, threads]) for threads in args.threads for name in names
            if (name, threads) in answers]
    speed_ups(rows)
    bandwidth(rows)
    for r in rows:
        r["form"] = {title: form.split("@")[1] for (title, name, threads), form in forms.items()
                     if (name, threads) == (r["workload"], r["threads"]) and "@" in form}
    return [r for r in rows if r["workload"] != copy]


def chosen_forms(sides, has, names, args):
    """A side may offer a workload in several forms, `name` and `name@form`: the fastest takes part, of so many threads."""
    chosen = {}
    for side in sides:
        for name in names:
            forms = [n for n in has[side.title] if n == name or n.startswith(name + "@")]
            if len(forms) < 2:
                continue
            show(f"choosing: {name}, {side.title}")
            for threads in args.threads:
                program, best = Program(side, threads), {}
                for form in forms * 3:
                    best.setdefault(form, []).append(program.measure(form, args.seconds)["lo_ns"])
                program.close()
                chosen[side.title, name, threads] = min(forms, key=lambda form: min(best[form]))
    return chosen


def quartiles(values):
    if len(values) == 1:
        return values * 3
    return statistics.quantiles(values, n=4, method="inclusive")


def row(name, threads, answers):
    result = {"workload": name, "threads": threads, "times": {}}
    for title, turns in answers.items():
        low, middle, high = quartiles([a["ns_per_iter"] for a in turns])
        times = {"ns": middle, "low_ns": low, "high_ns": high, "spread": (high - low) / middle}
        if turns[0]["first_loss"] != 0:
            times["learns"] = all(a["loss"] < a["first_loss"] for a in turns)
        result["times"][title] = times
    for other in (FLOOR, PEER):
        if other in answers and TENON in answers:
            result[other] = ratio(answers[TENON], answers[other])
    return result


def ratio(ours, theirs):
    """Tenon's time over the other's: median over median, or, where the other is not steady, lower quartile over lower
    quartile. `low` and `high` are quartiles of the ratios turn by turn."""
    a, b = ([turn["ns_per_iter"] for turn in turns] for turns in (ours, theirs))
    low, middle, high = quartiles(b)
    steady = (high - low) / middle <= targets.STEADY
    turn_by_turn = quartiles([x / y for x, y in zip(a, b)])
    return {"ratio": statistics.median(a) / middle if steady else quartiles(a)[0] / low,
            "by": "median" if steady else "lower quartile", "low": turn_by_turn[0], "high": turn_by_turn[2]}


def speed_ups(rows):
    """Into the rows of several threads: Tenon's gain from them over the floor's."""
    for r in rows:
        alone = next((a for a in rows if a["workload"] == r["workload"] and a["threads"] == 1), None)
        if alone and r["threads"] > 1 and FLOOR in r and FLOOR in alone:
            r["speed_up"] = alone[FLOOR]["ratio"] / r[FLOOR]["ratio"]


def bandwidth(rows):
    of = targets.BANDWIDTH
    for r in rows:
        copy = next((c for c in rows if c["workload"] == of["copy"] and c["threads"] == r["threads"]), None)
        if copy and r["workload"] == of["workload"]:
            r["gb_s"] = {title: of["bytes"] / times["ns"] for title, times in r["times"].items()}
            r["copy_gb_s"] = of["copy_bytes"] / copy["times"][FLOOR]["ns"]


def memory(sides, rows, args):
    """Peak memory of a step: each side in a process of its own, in the form that was faster."""
    result = []
    for name in targets.MEMORY["workloads"]:
        forms = next((r["form"] for r in rows if (r["workload"], r["threads"]) == (name, max(args.threads))), {})
        peaks = {}
        for side in sides:
            form = f"{name}@{forms[side.title]}" if side.title in forms else name
            if form in side.names() and re.search(args.filter, name):
                show(f"memory: {name}, {side.title}")
                answer = side.ask(form, OMP_NUM_THREADS=str(max(args.threads)))
                peaks[side.title] = json.loads(answer)["peak_mb"]
        if peaks:
            result.append({"workload": name, "mb": peaks})
    show("")
    return result
