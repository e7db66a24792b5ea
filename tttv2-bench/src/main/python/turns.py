# SPDX-License-Identifier: Apache-2.0
"""Measures programs by turns: each is a process that prints "ready" and what is to be known of it as JSON, then takes a turn for
each line of its standard input, prints "turn" and what it measured as JSON, and waits for the next line. Used on both ends of
the pipes; Java's end is dev.tttv2.bench.Turns."""

import collections
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile

READY, TURN = "ready ", "turn "
LAST_OUTPUT = 4000  # bytes of either stream that are shown of a process that failed


def serve(turn, **about):
    """The end of a program that takes turns: `turn` gets each line, and returns what it measured."""
    print(READY + json.dumps(about), flush=True)
    for line in sys.stdin:
        print(TURN + json.dumps(turn(line.strip())), flush=True)


def run(script, main):
    """Calls main; where this process is told to end, programs end too, and no stack is printed."""

    def end(number, frame):
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, end)
    try:
        main()
    except KeyboardInterrupt:
        print(f"{script}: interrupted", file=sys.stderr)
        sys.exit(128 + signal.SIGINT)


class Program:
    """A process that takes a turn when it is told to and waits in between. It has ended, one way or another, when the block is
    left that it is made for with `with`."""

    def __init__(self, script, name, command, **environment):
        self.script, self.name, self.command = script, name, command
        self.lines = collections.deque(maxlen=40)  # what else it printed last
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            errors="replace",
            env={**os.environ, **environment},
        )

    def __enter__(self):
        try:
            self.about = self._answer(READY)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.errors):
            try:
                stream.close()
            except BrokenPipeError:
                pass  # what it was to read

    def _answer(self, start):
        for line in self.process.stdout:
            if line.startswith(start):
                return json.loads(line[len(start) :])
            self.lines.append(line)  # libraries print too
        self._fail()

    def _fail(self):
        code = self.process.wait()
        end = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
        self.errors.seek(0, os.SEEK_END)
        self.errors.seek(max(0, self.errors.tell() - LAST_OUTPUT))
        output = "".join(self.lines)[-LAST_OUTPUT:] + self.errors.read().decode(errors="replace")
        if output:
            print(output.rstrip("\n"), file=sys.stderr)
        last = "its last output is above" if output else "it printed nothing"
        raise SystemExit(f"{self.script}: {self.name} {end}; {last}. It was: {' '.join(self.command)}")

    def turn(self, line=""):
        """What it measures in one turn."""
        try:
            print(line, file=self.process.stdin, flush=True)
        except BrokenPipeError:
            self._fail()
        return self._answer(TURN)

    def end(self):
        """Lets it end by itself."""
        self.process.stdin.close()
        self.lines.extend(self.process.stdout)
        if self.process.wait() != 0:
            self._fail()

    def cpu_seconds(self):
        """The processor time of all its threads up to now."""
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def quartiles(values):
    """The lower quartile, the median and the upper quartile."""
    return statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else [values[0]] * 3
