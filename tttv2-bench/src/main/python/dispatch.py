# SPDX-License-Identifier: Apache-2.0
"""Measures the host's time of a decoder's steps by turns, through the Java blocks and through TTTv1's calls in Python. Run by
dispatch.sh, in an environment in which both find a device."""

import argparse
import contextlib
import json
import os
import statistics
import sys

import turns

HERE = os.path.dirname(os.path.abspath(__file__))
LAYERS = 32
# Of each case, the calls of a turn and how many times as many turns it has: replays are over within milliseconds, in which the
# machine is fast or slow.
CALLS = {"decodeLayer": (100, 1), "decodeStep": (4, 1), "replayedStep": (2, 4), "prefill": (4, 1), "tracedPrefill": (4, 1)}
# Name, layers, users, and what the ratio of Java to Python shall be.
CASES = [
    ("decodeLayer", 1, 32, 0.7),
    ("decodeLayer", 1, 1, 0.7),
    ("decodeStep", LAYERS, 32, 0.68),
    ("replayedStep", 1, 32, 1.1),
    ("replayedStep", 8, 32, 1.1),
    ("replayedStep", LAYERS, 32, 1.1),
    ("prefill", LAYERS, 1, 0.75),
    ("tracedPrefill", LAYERS, 1, None),
]


def measure(run, name, layers, users, options):
    """Microseconds of both in each turn."""
    calls, times = CALLS[name]
    beside = "prefill" if name == "tracedPrefill" else name  # the same calls, made one by one
    numbers = [str(layers), str(users)]
    commands = {
        "TTTv1's calls": [sys.executable, os.path.join(HERE, "tttv1_times.py"), beside, *numbers],
        "DispatchTurns": [run, "--class", "dev.tttv2.bench.DispatchTurns", name, *numbers],
    }
    with contextlib.ExitStack() as alive:
        programs = [alive.enter_context(turns.Program("dispatch.sh", *command)) for command in commands.items()]
        for _ in range(times * options.warmups):
            for program in programs:
                program.turn(calls)
        figures = []
        for _ in range(times * options.turns):
            python, java = (program.turn(calls) for program in programs)
            figures.append({"python_us": python, "java_us": java})
        for program in programs:
            program.end()
    return figures


def main():
    parser = argparse.ArgumentParser(prog="dispatch.sh", description="Java's and Python's host time on a mocked board.")
    parser.add_argument("--run", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--turns", type=int, default=100, help="of Python and Java for each case, four times as many of a replayed step (default 100)")
    parser.add_argument("--warmups", type=int, default=50, help="turns before these (default 50)")
    parser.add_argument("--case", help="only cases whose name contains this")
    parser.add_argument("--json", help="a file for all figures")
    options = parser.parse_args()
    if options.turns < 1 or options.warmups < 0:
        parser.error("--turns: expected at least 1, --warmups: at least 0")

    cases = [case for case in CASES if options.case is None or options.case in case[0]]
    before = os.getloadavg()[0]
    print(f"load of the machine before: {before:.1f}, processors: {os.cpu_count()}", flush=True)
    print("| case | layers | users | Python, us | Java, us | Java / Python | wanted |")
    print("|---|---|---|---|---|---|---|", flush=True)
    figures = []
    for name, layers, users, wanted in cases:
        measured = measure(options.run, name, layers, users, options)
        python, java = (statistics.median(turn[key] for turn in measured) for key in ("python_us", "java_us"))
        print(f"| {name} | {layers} | {users} | {python:.1f} | {java:.1f} | {java / python:.2f} | {wanted or ''} |", flush=True)
        figure = {"case": name, "layers": layers, "users": users, "python_us": python, "java_us": java}
        figures.append(figure | {"ratio": java / python, "wanted": wanted, "turns": measured})
    after = os.getloadavg()[0]
    print(f"load of the machine after: {after:.1f}")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"load_before": before, "load_after": after, "cases": figures}, file)


turns.run("dispatch.sh", main)
