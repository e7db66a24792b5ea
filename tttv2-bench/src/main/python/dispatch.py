# SPDX-License-Identifier: Apache-2.0
"""Measures the host's time of a decoder's steps by turns, through the Java blocks and through TTTv1's calls in Python. Run by
dispatch.sh, in an environment in which both find a device."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
LAYERS = 32
# Name, layers, users, and what the ratio of Java to Python shall be.
CASES = [
    ("decodeLayer", 1, 32, 0.7),
    ("decodeLayer", 1, 1, 0.7),
    ("decodeStep", LAYERS, 32, 0.68),
    ("replayedStep", 1, 32, 1.1),
    ("replayedStep", 8, 32, 1.1),
    ("replayedStep", LAYERS, 32, 1.1),
    ("prefill", LAYERS, 1, 0.75),
    ("tracedPrefill", LAYERS, 1, 0.75),
]


def python(case, layers, users, seconds):
    if case == "tracedPrefill":  # beside the same calls, made one by one
        case = "prefill"
    command = [sys.executable, os.path.join(HERE, "tttv1_times.py"), case, str(layers), str(users), str(seconds)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.splitlines()[-1])["median"]


def java(run, case, layers, users, seconds):
    with tempfile.NamedTemporaryFile(suffix=".json") as result:
        command = [run, f"DispatchBenchmark.{case}$", "-p", "backend=ttnn", "-rf", "json", "-rff", result.name]
        command += ["-v", "SILENT", "-foe", "true"]
        if case != "replayedStep":  # its iterations are a number of calls each
            command += ["-wi", "5", "-w", f"{seconds}s", "-i", "1", "-r", f"{seconds}s"]
        if case != "decodeLayer":
            command += ["-p", f"layers={layers}"]
        if "refill" not in case:
            command += ["-p", f"users={users}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return json.load(result)[0]["primaryMetric"]["scorePercentiles"]["50.0"]


def main():
    parser = argparse.ArgumentParser(prog="dispatch.sh", description="Java's and Python's host time on a mocked board.")
    parser.add_argument("--run", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=5, help="turns of Python and Java for each case (default 5)")
    parser.add_argument("--seconds", type=int, default=3, help="of measuring in each turn; the JVM warms up five times as long (default 3)")
    parser.add_argument("--case", help="only cases whose name contains this")
    parser.add_argument("--json", help="a file for all figures")
    options = parser.parse_args()

    cases = [case for case in CASES if options.case is None or options.case in case[0]]
    print(f"load of the machine before: {os.getloadavg()[0]:.1f}, processors: {os.cpu_count()}", flush=True)
    print("| case | layers | users | Python, us | Java, us | Java / Python | wanted |")
    print("|---|---|---|---|---|---|---|", flush=True)
    figures = []
    for name, layers, users, wanted in cases:
        turns = []
        for _ in range(options.rounds):
            before = python(name, layers, users, options.seconds)
            turns.append((before, java(options.run, name, layers, users, options.seconds)))
        ours = statistics.median(turn[1] for turn in turns)
        theirs = statistics.median(turn[0] for turn in turns)
        print(f"| {name} | {layers} | {users} | {theirs:.1f} | {ours:.1f} | {ours / theirs:.2f} | {wanted} |", flush=True)
        figures.append(
            {"case": name, "layers": layers, "users": users, "python_us": theirs, "java_us": ours, "ratio": ours / theirs}
            | {"wanted": wanted, "turns": [{"python_us": p, "java_us": j} for p, j in turns]}
        )
    load = os.getloadavg()[0]
    print(f"load of the machine after: {load:.1f}")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"load_after": load, "cases": figures}, file, indent=1)


main()
