# SPDX-License-Identifier: Apache-2.0
"""Rows of compare.sh, measured with programs that are none."""

import contextlib
import io
import itertools
import os
import tempfile
import unittest

import compare


class Fake:
    """A program that measures what it is told to, and writes down what is done with it."""

    def __init__(self, name, seconds, log):
        self.name, self.seconds, self.log = name, itertools.cycle(seconds), log

    def __enter__(self):
        self.log.append(f"{self.name} starts")
        return self

    def __exit__(self, *_):
        self.log.append(f"{self.name} is gone")

    def turn(self):
        self.log.append(self.name)
        seconds = next(self.seconds)
        if seconds is None:
            raise SystemExit(f"{self.name} failed")
        return {"prefill_s": 0, "decode_s": seconds, "step_s": seconds, "tokens": [len(self.log)]}

    def end(self):
        self.log.append(f"{self.name} ends")

    def cpu_seconds(self):
        return 0


class TurnsRowTest(unittest.TestCase):
    def setUp(self):
        self.log = []
        self.pause, compare.PAUSE = compare.PAUSE, 0

    def tearDown(self):
        compare.PAUSE = self.pause

    def row(self, ours, others, number=1, warmups=0, trials=1, parts=1, **judged):
        return compare.TurnsRow(
            "row",
            "a row",
            lambda: Fake("ours", ours, self.log),
            {name: lambda name=name: Fake(name, others[name], self.log) for name in others},
            lambda run: 12 / run["decode_s"],
            1.5,
            warmups,
            trials,
            parts,
            number=number,
            **judged,
        )

    def peaks(self):
        self.log.append("peaks")
        return {"rate": len(self.log)}

    def test_one_loads_and_warms_up_then_the_other_then_they_alternate(self):
        row = self.row([1], {"other": [2]}, number=2, warmups=2)
        row.measure(self.peaks)
        start = "ours starts,ours,ours,other starts,other,other,"
        turns = "peaks,ours,other,peaks,ours,other,"
        self.assertEqual((start + turns + "ours ends,other ends,other is gone,ours is gone").split(","), self.log)
        self.assertEqual(2, len(row.peaks))

    def test_the_limits_are_measured_some_times_in_between(self):
        for turns, times in [(1, 1), (5, 5), (6, 3), (15, 5), (100, 5)]:
            row = self.row([1], {"other": [2]}, number=turns)
            row.measure(self.peaks)
            self.assertEqual((turns, times), (len(row.turns), len(row.peaks)))

    def test_the_better_variant_is_kept_and_the_other_ends(self):
        row = self.row([1], {"slow": [3], "fast": [9, 2, 2, 4]}, trials=3)
        row.measure(self.peaks)
        self.assertEqual("fast", row.variant)
        self.assertEqual([3], row.values("other"))
        self.assertEqual(["ours", "slow", "fast"] * 3 + ["slow ends", "peaks", "ours", "fast"], self.log[3:16])
        row = self.row([1], {"small": [3], "large": [2]}, higher=False)
        row.measure(self.peaks)
        self.assertEqual("small", row.variant)

    def test_ratios(self):
        row = self.row([1, 2, 3, 4, 6], {"other": [2, 2, 6, 12, 6]}, number=5)
        row.measure(self.peaks)
        result = row.result()
        self.assertEqual([12, 6, 4, 3, 2], row.values("ours"))
        self.assertEqual([6, 6, 2, 1, 2], row.values("other"))
        self.assertEqual((4, 2, 2, True), (result["ours"], result["other"], result["ratio"], result["reached"]))
        self.assertEqual([1, 2, 2], result["pair_ratio_quartiles"])
        self.assertEqual((12, 6), (result["best_ours"], result["best_other"]))

    def test_parts_alternate_and_count_together(self):
        row = self.row([1, 2], {"other": [3, 5]}, parts=2)
        row.measure(self.peaks)
        self.assertEqual(["ours", "other", "ours", "other"], self.log[3:7])
        self.assertEqual([12 / 3, 12 / 8], [row.turns[0]["ours"], row.turns[0]["other"]])
        self.assertEqual([4, 6], row.turns[0]["our_run"]["tokens"])

    def test_none_is_left_behind_by_one_that_fails(self):
        row = self.row([1], {"other": [None]})
        with self.assertRaisesRegex(SystemExit, "other failed"):
            row.measure(self.peaks)
        self.assertEqual(["other is gone", "ours is gone"], self.log[-2:])

    def test_one_that_does_not_wait_is_remarked(self):
        row = self.row([1], {"other": [2]})
        row.measure(self.peaks)
        for waiting, remarked in [(0.0, False), (0.5, True)]:
            row.waiting = waiting
            with contextlib.redirect_stderr(io.StringIO()) as said:
                row.report()
            self.assertEqual(remarked, "a program that waited took 50% of a processor" in said.getvalue())
            self.assertIn("a row: 12 beside 6 tokens/s (other), ratio 2.00, of pairs 2.00 (2.00 to 2.00)", said.getvalue())


class ProcessesRowTest(unittest.TestCase):
    def test_processes_alternate(self):
        seconds = iter([3, 2, 5, 2, 4, 2])
        row = compare.ProcessesRow(
            "start", "start", lambda: next(seconds), lambda: next(seconds), float, 1.0, number=3, unit="s", higher=False
        )
        row.measure(None)
        result = row.result()
        self.assertEqual([3, 5, 4], row.values("ours"))
        self.assertEqual((4, 2, 2, False), (result["ours"], result["other"], result["ratio"], result["reached"]))
        self.assertEqual(3, result["best_ours"])


class ResultsTest(unittest.TestCase):
    def result(self, name, ours, other, our_tokens=(), other_tokens=()):
        turn = {"our_run": {"tokens": list(our_tokens)}, "other_run": {"tokens": list(other_tokens)}}
        return {"name": name, "ours": ours, "other": other, "turns": [turn]}

    def test_growth_of_those_measured_with_both(self):
        results = [self.result("decode-BFLOAT16", 10, 5), self.result("batch-BFLOAT16", 80, 20)]
        results += [self.result("decode-BFLOAT8_B", 10, 5), self.result("batch-BFLOAT4_B", 80, 20)]
        self.assertEqual([{"dtype": "BFLOAT16", "goal": 7, "ours": 8, "other": 4}], compare.batch_growth(results))

    def test_where_tokens_part(self):
        results = [self.result("decode-BFLOAT8_B", 1, 1, [5, 6, 7], [5, 6, 8]), self.result("decode-BFLOAT16", 1, 1, [1], [1])]
        parted = [(dtype, same) for dtype, _, same, _, _ in compare.parted_tokens(results)]
        self.assertEqual([("BFLOAT8_B", 2), ("BFLOAT16", 1)], parted)

    def test_a_file_is_replaced_as_a_whole(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "result.json")
            for text in ("1", "2"):
                compare.write(path, text)
                with open(path, encoding="utf-8") as file:
                    self.assertEqual((text, ["result.json"]), (file.read(), os.listdir(directory)))


class WorkTest(unittest.TestCase):
    def test_a_generation_after_a_long_prompt_fits_the_context(self):
        work = compare.Work(8000, compare.LONG_STEPS, compare.LONG_TURNS)
        self.assertEqual("prompt=8000 steps=8 turns=23 users=1 context=8192", " ".join(work.arguments()))
        self.assertLessEqual(compare.LONG_WARMUPS + compare.TRIALS + compare.TURNS, compare.LONG_TURNS)


if __name__ == "__main__":
    unittest.main()
