"""The table, the verdicts and the file."""

import datetime
import json
import os
import platform
import re
import subprocess
import sys

from . import targets
from .sides import FLOOR, PEER, ROOT, TENON


def machine(sides):
    with open("/proc/cpuinfo") as file:
        info = file.read()
    flags = re.search(r"^flags\s*:(.*)$", info, re.M)
    wide = [f for f in ("avx2", "avx512f", "avx512_bf16", "amx_tile") if flags and f in flags.group(1).split()]
    model = re.search(r"^model name\s*:\s*(.*)$", info, re.M)
    commit = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"], text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL).stdout.strip()
    compiler = subprocess.run(["g++", "-dumpfullversion"], text=True, stdout=subprocess.PIPE).stdout.strip()
    governor = "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"
    return {"date": datetime.datetime.now().isoformat(" ", "minutes"), "commit": commit,
            "cpu": model.group(1) if model else platform.machine(), "cores": os.cpu_count(), "instructions": wide,
            "compiler": "g++ " + compiler, "load": os.getloadavg()[0],
            "governor": open(governor).read().strip() if os.path.exists(governor) else "unknown",
            "sides": {side.title: side.ask("--about").strip() for side in sides}}


def human(ns):
    for unit, scale in (("ns", 1), ("us", 1e3), ("ms", 1e6)):
        if ns < 999.5 * scale or unit == "ms":
            return f"{ns / scale:.3g} {unit}"


# --- verdicts: (what was asked, whether it is met) ---------------------------------------------------------------------


def asked(row):
    """The row's targets that can be judged: (text, met)."""
    most, least = targets.WORKLOADS.get(row["workload"], (None, None))
    if most and FLOOR in row:
        yield f"floor x {most:.2f}", row[FLOOR]["ratio"] <= most
    if least and PEER in row:
        # What the floor reaches bounds what anybody can.
        times = row["times"]
        bound = f" (the floor: {times[PEER]['ns'] / times[FLOOR]['ns']:.2f}x)" if FLOOR in times else ""
        yield f"{least:g}x LibTorch{bound}", row[PEER]["ratio"] * least <= 1
    if most and "speed_up" in row:
        yield f"speed-up {targets.SPEED_UP}", row["speed_up"] >= targets.SPEED_UP
    if "copy_gb_s" in row:
        yield f"{targets.BANDWIDTH['least']:.0%} of copy", row["gb_s"][TENON] >= targets.BANDWIDTH["least"] * row["copy_gb_s"]
    for title, times in row["times"].items():
        if not times.get("learns", True):
            yield f"the loss of {title} does not fall", False


def verdict(pairs):
    pairs = list(pairs)
    return "met" if pairs and all(met for _, met in pairs) else ", ".join("not: " + text for text, met in pairs if not met)


# --- tables ------------------------------------------------------------------------------------------------------------


def head(result):
    m = result["machine"]
    lines = [f"# {', '.join(m['sides'])}", "",
             f"{m['date']}, commit {m['commit'] or 'unknown'}, {m['cores']} cores of {m['cpu']} "
             f"({', '.join(m['instructions'])}), governor {m['governor']}, {m['compiler']}, load before the run "
             f"{m['load']:.1f}."]
    lines += [f"{title}: {about}." for title, about in m["sides"].items()]
    if result["workloads"] or result["avx2"]:
        lines += ["", "Time of an iteration: median of turns taken one after the other in one run, and the distance of their "
                  "quartiles. Ratios are Tenon's time over the other's: median over median, or, marked `q`, lower quartile over "
                  f"lower quartile where the other's turns spread by more than {targets.STEADY:.0%}; in brackets the quartiles of "
                  "the ratios turn by turn. `gain`: Tenon's gain from the second thread over the floor's.", ""]
    return lines


def times_cell(row, title):
    if title not in row["times"]:
        return ""
    times = row["times"][title]
    return f"{human(times['ns'])} ±{times['spread'] / 2:.0%}"


def ratio_cell(row, title):
    if title not in row:
        return ""
    r = row[title]
    mark = " q" if r["by"] != "median" else ""
    return f"{r['ratio']:.2f}{mark} ({r['low']:.2f} to {r['high']:.2f})"


def workloads_table(rows, titles):
    others = [t for t in titles if t != TENON]
    lines = ["| workload | threads | " + " | ".join(titles) + " | " + " | ".join(f"/ {t}" for t in others) +
             " | gain | targets |", "|---|---|" + "---|" * (len(titles) + len(others) + 2)]
    for row in rows:
        cells = [row["workload"], str(row["threads"])] + [times_cell(row, t) for t in titles]
        cells += [ratio_cell(row, t) for t in others]
        cells += [f"{row['speed_up']:.2f}" if "speed_up" in row else "", verdict(asked(row))]
        lines.append("| " + " | ".join(cells) + " |")
    notes = [f"{title} takes `{row['workload']}` on {row['threads']} in {form}, the faster one." for row in rows
             for title, form in row.get("form", {}).items()]
    for row in rows:
        if "copy_gb_s" in row:
            each = ", ".join(f"{title} {gb:.1f}" for title, gb in row["gb_s"].items())
            notes.append(f"`{row['workload']}` on {row['threads']}: {each} GB/s; a copy moves {row['copy_gb_s']:.1f}.")
    return lines + [""] * bool(notes) + notes


def memory_table(memory, titles):
    lines = ["", "Peak memory of a process that trains, in MB:", "",
             "| workload | " + " | ".join(titles) + " | targets |", "|---|" + "---|" * (len(titles) + 1)]
    for row in memory:
        lines.append(f"| {row['workload']} | " + " | ".join(f"{row['mb'][t]:.0f}" if t in row["mb"] else "" for t in titles) +
                     f" | {verdict(asked_memory(row))} |")
    return lines


def asked_memory(row):
    mb = row["mb"]
    if TENON in mb and PEER in mb:
        share = mb[TENON] / mb[PEER]
        yield f"{targets.MEMORY['most']} of LibTorch's ({share:.2f})", share <= targets.MEMORY["most"]


def asked_costs(costs):
    ours, theirs = (next((c for c in costs if c["title"] == t), None) for t in (TENON, PEER))
    for what, (unit, most, times) in targets.COSTS.items():
        if ours:
            yield f"{what}: {most} {unit}", ours[what] <= most
        if ours and theirs:
            yield f"{what}: {times}x ({theirs[what] / ours[what]:.1f})", ours[what] * times <= theirs[what]


def costs_table(costs):
    lines = ["", "A file that includes the umbrella header and trains a Linear (compiled at -O0):", "",
             "| | " + " | ".join(targets.COSTS) + " |", "|---|" + "---|" * len(targets.COSTS)]
    for c in costs:
        lines.append(f"| {c['title']} | " + " | ".join(f"{c[w]:.3g} {unit}" for w, (unit, _, _) in targets.COSTS.items()) + " |")
    return lines + ["", f"Targets: {verdict(asked_costs(costs))}."] if costs else []


def text_of(result):
    titles = list(result["machine"]["sides"])
    lines = head(result)
    if result["workloads"]:
        lines += workloads_table(result["workloads"], titles)
    if result["avx2"]:
        lines += ["", "The same with AVX2 and no more:", ""] + workloads_table(result["avx2"], titles)
    if result["memory"]:
        lines += memory_table(result["memory"], titles)
    return "\n".join(lines + costs_table(result["costs"]))


def write(result, text, folder):
    os.makedirs(folder, exist_ok=True)
    cpu = re.sub(r"\W+", "-", re.sub(r"\(R\)|\(TM\)|Processor|CPU|@.*", "", result["machine"]["cpu"])).strip("-").lower()
    path = os.path.join(folder, f"{result['machine']['date'][:10]}-{cpu}")
    with open(path + ".md", "w") as file:
        file.write(text + "\n")
    with open(path + ".json", "w") as file:
        json.dump(result, file, indent=1)
    print(f"\nwritten: {os.path.relpath(path)}.md and .json")


def judge(result, limit):
    """1 where a loss does not fall or, with a limit, Tenon takes more than that many times LibTorch's time."""
    found = []
    for row in result["workloads"] + result["avx2"]:
        found += [f"{row['workload']}: the loss of {title} does not fall"
                  for title, times in row["times"].items() if not times.get("learns", True)]
        if limit and PEER in row and row[PEER]["ratio"] > limit:
            found.append(f"{row['workload']} at {row['threads']} threads: {row[PEER]['ratio']:.2f} times LibTorch's time")
    for line in found:
        print("bench: over the limit: " + line, file=sys.stderr)
    return 1 if found else 0
