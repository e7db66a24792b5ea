# SPDX-License-Identifier: Apache-2.0
"""Times TTTv1's calls: prints {"median": us, "calls": n} of one case. Run by dispatch.py, in a process of its own.

usage: tttv1_times.py CASE LAYERS USERS SECONDS
"""

import json
import statistics
import sys
import time

import ttnn

import tttv1

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
    """As bare as it gets: no inputs are written. Timed by BATCH, as the Java benchmark does."""
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


# Of each case, what makes it and how many calls are timed together.
CASES = {
    "decodeLayer": (decode_layer, 1),
    "decodeStep": (decode_step, 1),
    "replayedStep": (replayed_step, BATCH),
    "prefill": (prefill, 1),
}


# A mocked device of TTNN 0.81.1 takes 8,000 reads and then no more.
MOST_CALLS = 4000


def times(run, seconds, most):
    """Microseconds of calls in so many seconds."""
    result = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end and len(result) < most:
        begin = time.perf_counter()
        run()
        result.append((time.perf_counter() - begin) * 1e6)
    return result


def main():
    case, layers, users, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    device = ttnn.open_device(device_id=0, trace_region_size=100_000_000)
    make, batch = CASES[case]
    run = make(device, tttv1.Model(device, users, layers, CONTEXT))
    times(run, seconds / 2, MOST_CALLS // 4 // batch)  # what is compiled at first
    measured = times(run, seconds, MOST_CALLS // batch)
    print(json.dumps({"median": statistics.median(measured) / batch, "calls": len(measured) * batch}))


main()
