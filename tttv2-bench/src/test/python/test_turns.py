# SPDX-License-Identifier: Apache-2.0
"""Programs that take turns, and how they end."""

import contextlib
import io
import os
import signal
import subprocess
import sys
import time
import unittest

import turns

DOUBLE = "import turns; print('noise'); turns.serve(lambda line: 2 * int(line), kind='double')"


def program(code):
    return turns.Program("test.sh", "the program", [sys.executable, "-c", code])


def is_alive(pid):
    try:
        os.kill(pid, 0)
        return True
    except ProcessLookupError:
        return False


class ProgramTest(unittest.TestCase):
    def test_takes_turns_and_waits(self):
        with program(DOUBLE) as double, program(DOUBLE.replace("2", "3")) as triple:
            self.assertEqual({"kind": "double"}, double.about)
            self.assertEqual([2, 3, 4, 6], [p.turn(i) for i in (1, 2) for p in (double, triple)])
            before = double.cpu_seconds()
            time.sleep(0.3)
            self.assertLess(double.cpu_seconds() - before, 0.1)
            double.end()
            triple.end()
        self.assertFalse(is_alive(double.process.pid))

    def test_what_else_is_printed_is_no_answer(self):
        with program("import turns; turns.serve(lambda line: print('turning', line) or [line])") as noisy:
            self.assertEqual(["a"], noisy.turn("a"))
            self.assertEqual(["turning a\n"], list(noisy.lines))

    def assert_fails(self, code, message, output):
        with contextlib.redirect_stderr(io.StringIO()) as errors, program(DOUBLE) as other:
            with self.assertRaises(SystemExit) as failure:
                with program(code) as failing:
                    failing.turn(1)
                    failing.end()
            self.assertEqual(2, other.turn(1))
        self.assertFalse(is_alive(other.process.pid))
        self.assertIn(f"test.sh: the program {message}", str(failure.exception))
        self.assertIn(output, errors.getvalue())

    def test_the_last_output_of_one_that_fails_is_shown(self):
        self.assert_fails("import sys; print('loading'); sys.exit('no model')", "ended with exit code 1; its last", "loading\nno model")
        self.assert_fails("import turns; turns.serve(lambda line: 1 // 0)", "ended with exit code 1; its last", "ZeroDivisionError")
        self.assert_fails(DOUBLE + "; raise SystemExit(7)", "ended with exit code 7; its last", "noise")
        self.assert_fails("pass", "ended with exit code 0; it printed nothing", "")

    def test_one_that_is_killed_is_named(self):
        self.assert_fails("import os, turns; turns.serve(lambda line: os.kill(os.getpid(), 9))", "was ended by signal 9", "")
        with contextlib.redirect_stderr(io.StringIO()), program(DOUBLE) as killed:
            killed.process.kill()
            with self.assertRaisesRegex(SystemExit, "was ended by signal 9"):
                killed.turn(1)
                killed.turn(1)

    def test_none_is_left_behind(self):
        # Who is started in the background ignores SIGINT, and so do its children.
        code = """
import signal, sys, time, turns
signal.signal(signal.SIGINT, signal.default_int_handler)
def main():
    slow = "import time, turns; turns.serve(lambda line: time.sleep(60))"
    with turns.Program("", "", [sys.executable, "-c", slow]) as a, turns.Program("", "", [sys.executable, "-c", slow]) as b:
        print(a.process.pid, b.process.pid, flush=True)
        a.turn()
turns.run("test.sh", main)
"""
        for number, code_expected, said in [(signal.SIGINT, 130, "test.sh: interrupted\n"), (signal.SIGTERM, 143, "")]:
            with self.subTest(number), subprocess.Popen(
                [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            ) as driver:
                pids = [int(pid) for pid in driver.stdout.readline().split()]
                self.assertTrue(all(map(is_alive, pids)))
                driver.send_signal(number)
                self.assertEqual(code_expected, driver.wait(30))
                self.assertEqual(said, driver.stderr.read())
                self.assertFalse(any(map(is_alive, pids)))


class QuartilesTest(unittest.TestCase):
    def test_quartiles(self):
        self.assertEqual([2, 3, 4], turns.quartiles([5, 1, 4, 2, 3]))
        self.assertEqual([1.25, 1.5, 1.75], turns.quartiles([1, 2]))
        self.assertEqual([7, 7, 7], turns.quartiles([7]))


if __name__ == "__main__":
    unittest.main()
