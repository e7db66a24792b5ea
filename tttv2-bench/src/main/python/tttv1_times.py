# SPDX-License-Identifier: Apache-2.0
"""Makes TTTv1's calls of one case by turns with another program: a line that dispatch.py sends is a number of calls, the answer
the median of their microseconds.

usage: tttv1_times.py CASE LAYERS USERS
"""

import statistics
import sys
import time

import ttnn

import tttv1
import turns

CONTEXT = 128
BATCH = 200


def decode_layer(device, model):
    cos, sin = tttv1.rotation(model)
    x = ttnn.to_memory_config(model.tiles(ttnn.bfloat16, 1, 1, model.users, tttv1.HIDDEN), model.residual)
    keys, values = model.caches[0]

    def run():
        tttv1.decode_layer(model, x, cos, sin, keys, values)
        ttnn.synchronize_device(device)

    return run


def decode_step(device, model):
    return lambda: tttv1.decode_step(model).cpu().to_numpy()


def replayed_step(device, model):
    """As bare as it gets: no inputs are written."""
    tttv1.decode_step(model)
    trace = ttnn.begin_trace_capture(device, cq_id=0)
    tokens = tttv1.decode_step(model)
    ttnn.end_trace_capture(device, trace, cq_id=0)

    def run():
        for _ in range(BATCH):
            ttnn.execute_trace(device, trace, cq_id=0, blocking=False)
            tokens.cpu().to_numpy()

    return run


def prefill(device, model):
    def run():
        tttv1.prefill(model)
        ttnn.synchronize_device(device)

    return run


# Of each case, what makes it and how many steps are timed together.
CASES = {
    "decodeLayer": (decode_layer, 1),
    "decodeStep": (decode_step, 1),
    "replayedStep": (replayed_step, BATCH),
    "prefill": (prefill, 1),
}


# A mocked device of TTNN 0.81.1 takes 8,000 reads and then no more.
MOST_STEPS = 6000


class Case:
    def __init__(self, name, layers, users):
        self.make, self.batch = CASES[name]
        self.layers, self.users = layers, users
        self.device = None
        self.open()

    def open(self):
        """The calls, and on a new device if there was one."""
        if self.device is not None:
            self.run = self.model = None
            ttnn.close_device(self.device)
        self.device = ttnn.open_device(device_id=0, trace_region_size=100_000_000)
        self.model = tttv1.Model(self.device, self.users, self.layers, CONTEXT)
        self.run = self.make(self.device, self.model)
        self.steps = 0

    def time(self):
        """Microseconds of a step."""
        if self.steps + self.batch > MOST_STEPS:
            self.open()
        self.steps += self.batch
        begin = time.perf_counter()
        self.run()
        return (time.perf_counter() - begin) * 1e6 / self.batch


def main():
    case = Case(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    turns.serve(lambda calls: statistics.median(case.time() for _ in range(int(calls))))


main()
