# SPDX-License-Identifier: Apache-2.0
"""Measures the host's time of a decoder's steps by turns, through the Java blocks and through TTTv1's calls in Python. Run by
dispatch.sh, in an environment in which both find a device."""

import argparse
import json
import os
import statistics
import subprocess
import sys

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


class Program:
    """A process that makes as many calls as it is told, and waits."""

    def __init__(self, command):
        self.command = command
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.answer(lambda line: line == "ready")

    def answer(self, meant):
        """The first line that is one; TTNN may print others."""
        for line in self.process.stdout:
            if meant(line.strip()):
                return line
        sys.exit(f"dispatch.sh: exit code {self.process.wait()} of {' '.join(self.command)}")

    def turn(self, calls):
        """The median of the calls' microseconds."""
        print(calls, file=self.process.stdin, flush=True)
        return float(self.answer(lambda line: line.replace(".", "", 1).isdigit()))

    def end(self):
        self.process.stdin.close()
        self.process.stdout.read()
        if self.process.wait() != 0:
            sys.exit(f"dispatch.sh: exit code {self.process.returncode} of {' '.join(self.command)}")


def measure(run, name, layers, users, options):
    """Microseconds of both in each turn."""
    calls, times = CALLS[name]
    beside = "prefill" if name == "tracedPrefill" else name  # the same calls, made one by one
    numbers = [str(layers), str(users)]
    programs = [
        Program([sys.executable, os.path.join(HERE, "tttv1_times.py"), beside, *numbers]),
        Program([run, "--class", "dev.tttv2.bench.DispatchTurns", name, *numbers]),
    ]
    for _ in range(times * options.warmups):
        for program in programs:
            program.turn(calls)
    turns = []
    for _ in range(times * options.turns):
        python, java = (program.turn(calls) for program in programs)
        turns.append({"python_us": python, "java_us": java})
    for program in programs:
        program.end()
    return turns


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
        turns = measure(options.run, name, layers, users, options)
        python, java = (statistics.median(turn[key] for turn in turns) for key in ("python_us", "java_us"))
        print(f"| {name} | {layers} | {users} | {python:.1f} | {java:.1f} | {java / python:.2f} | {wanted or ''} |", flush=True)
        figure = {"case": name, "layers": layers, "users": users, "python_us": python, "java_us": java}
        figures.append(figure | {"ratio": java / python, "wanted": wanted, "turns": turns})
    after = os.getloadavg()[0]
    print(f"load of the machine after: {after:.1f}")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"load_before": before, "load_after": after, "cases": figures}, file)


main()
