# SPDX-License-Identifier: Apache-2.0
"""Measures this library beside llama.cpp, and beside Hugging Face transformers, by turns. Run by compare.sh."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import compare_plot

HERE = os.path.dirname(os.path.abspath(__file__))
BENCH = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
WARMUPS = 2
SHORT_PROMPT = 8  # tokens
START_PROMPT = "The capital of France is"
FLASH = {"off": 0, "on": 1}
# What machine_peaks measures, by key.
PRODUCTS = {
    "fp32_gflops": "float32 products",
    "bf16_gflops": "bfloat16 products, vectors",
    "bf16_tiles_gflops": "bfloat16 products, tiles (AMX)",
}
# This library's dtype, llama.cpp's format, and the goals for decode, prefill and a batch.
FORMATS = [("BFLOAT8_B", "Q8_0", 1.5, 1.8, 5), ("BFLOAT4_B", "Q4_0", 1.8, 1.8, 3), ("BFLOAT16", "BF16", 1.15, 1.8, 7)]
READING_GOALS = {"decode-BFLOAT8_B": 0.85}  # the share of the reading speed
SAME_TOKENS = 4  # greedy ones that both programs begin with: weights are rounded alike, not the same
HEADS, HEAD_DIM, LAYERS, KV_HEADS = 9, 64, 30, 3  # SmolLM2-135M's config.json


def fail(message):
    sys.exit(f"compare.sh: {message}")


def say(message):
    print(f"compare.sh: {message}", file=sys.stderr, flush=True)


class Sizes:
    """What is generated."""

    def __init__(self, quick):
        self.new = 8 if quick else 64
        self.prompt = 128 if quick else 512
        self.long = 1000 if quick else 8000
        self.repeats = 1 if quick else 3


class Programs:
    """Starts a process of each program, and returns what it printed."""

    def __init__(self, options, models):
        self.options = options
        self.models = models

    def _run(self, name, command, **environment):
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env={**os.environ, **environment}
        )
        lines = done.stdout.strip().splitlines()
        if done.returncode != 0 or not lines:
            sys.stderr.write(done.stderr[-4000:])
            fail(f"{name} failed with exit code {done.returncode}; its last output is above. It was: {' '.join(command)}")
        return json.loads(lines[-1])

    def _arguments(self, model, prompt, new, users, repeats):
        context = (prompt + new + 31) // 32 * 32
        return [
            f"model={self.models['files'][model]['path']}",
            f"ids={self.options.directory}/ids.txt",
            f"threads={self.options.threads}",
            *(f"prompt={prompt} new={new} users={users} context={context} warmups={WARMUPS} repeats={repeats}".split()),
        ]

    def ours(self, dtype, prompt, new, users=1, repeats=3, extra=()):
        command = [f"{BENCH}/run.sh", "--class", "dev.tttv2.bench.CompareRunner"]
        command += [f"precision={dtype}", *self._arguments("BF16", prompt, new, users, repeats), *extra]
        return self._run("this library's CompareRunner", command, TTTV2_CACHE=f"{self.options.directory}/weights/{dtype}")

    def llama(self, name, flash, prompt, new, users=1, repeats=3):
        command = [sys.executable, f"{HERE}/llamacpp_run.py", f"flash={flash}"]
        return self._run("llama.cpp", command + self._arguments(name, prompt, new, users, repeats))

    def transformers(self, prompt, repeats):
        command = [sys.executable, f"{HERE}/transformers_run.py"]
        return self._run("transformers", command + self._arguments("BF16", prompt, 1, 1, repeats))

    def peaks(self):
        megabytes = [str(weight_bytes(self.models["files"][name]) // 1_000_000) for _, name, *_ in FORMATS] + ["1000"]
        return self._run("machine_peaks", [self.options.peaks, str(self.options.threads), *megabytes])

    def _watched(self, name, command, **environment):
        """Returns the seconds until something is printed, and the peak of resident memory in bytes."""
        with tempfile.TemporaryFile() as errors:
            begin = time.perf_counter()
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, **environment},
            )
            first = process.stdout.read(1)
            seconds = time.perf_counter() - begin
            process.stdout.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            process.stdout.close()
            if process.returncode != 0 or not first:
                errors.seek(0)
                sys.stderr.write(errors.read()[-4000:].decode(errors="replace"))
                fail(f"{name} failed with exit code {process.returncode}; its last output is above")
            return {"first_token_s": seconds, "peak_rss_bytes": usage.ru_maxrss * 1024}

    def our_start(self, prompt, new, context):
        command = [f"{BENCH}/../examples/tttv2", "generate", prompt, "--model", self.models["files"]["BF16"]["path"]]
        command += ["--max-tokens", str(new), "--ignore-eos", "--context", str(context), "--backend", "host"]
        command += ["--threads", str(self.options.threads)]
        return self._watched("examples/tttv2", command, TTTV2_CACHE=f"{self.options.directory}/weights/BFLOAT8_B")

    def llama_start(self, prompt, new, context):
        command = [sys.executable, f"{HERE}/llamacpp_start.py", self.models["files"]["Q8_0"]["path"]]
        return self._watched("llama.cpp", [*command, str(self.options.threads), str(context), str(new), prompt])


def weight_bytes(file):
    return sum(kind["bytes"] for kind in file["kinds"])


def linear_elements(file, with_head):
    return sum(
        kind["elements"] for kind in file["kinds"] if kind["type"] != "F32" and (with_head or kind["kind"] != "token_embd")
    )


class Row:
    """One line of the table: what is measured and how it is judged."""

    def __init__(self, name, title, ours, others, goal, peer="llama.cpp", unit="tokens/s", higher=True):
        self.name = name
        self.title = title
        self.ours = ours  # () -> (value, details)
        self.others = others  # {label: () -> (value, details)}; the best one of the first round is kept
        self.goal = goal
        self.peer = peer
        self.unit = unit
        self.higher = higher
        self.peaks = True
        self.rounds = []

    def better(self, a, b):
        return a > b if self.higher else a < b

    def measure(self, rounds, programs):
        others = dict(self.others)
        for number in range(rounds):
            load = os.getloadavg()[0]
            ours, our_details = self.ours()
            best = None
            for label, other in others.items():
                value, details = other()
                if best is None or self.better(value, best[0]):
                    best = (value, details, label)
            others = {best[2]: others[best[2]]}
            turn = {"load": load, "ours": ours, "other": best[0], "variant": best[2]}
            turn |= {"our_details": our_details, "other_details": best[1]}
            if self.peaks:
                turn["peaks"] = programs.peaks()
            self.rounds.append(turn)
            say(f"{self.title}, round {number + 1}: {ours:.4g} beside {best[0]:.4g} {self.unit} ({best[2]}), load {load:.0f}")

    def median(self, key):
        return statistics.median(turn[key] for turn in self.rounds)

    def best(self, key):
        """The best of all measured runs of a side: the nearest to what it does where no other work disturbs it."""
        values = [value for turn in self.rounds for value in turn[key]["values"]]
        return max(values) if self.higher else min(values)

    def peak(self, value):
        return statistics.median(value(turn["peaks"]) for turn in self.rounds)

    def result(self):
        ours, other = self.median("ours"), self.median("other")
        return {
            "name": self.name,
            "title": self.title,
            "peer": self.peer,
            "unit": self.unit,
            "higher_is_better": self.higher,
            "ours": ours,
            "other": other,
            "variant": self.rounds[0]["variant"],
            "ratio": ours / other,
            "best_ours": self.best("our_details"),
            "best_other": self.best("other_details"),
            "goal": self.goal,
            "reached": ours / other >= self.goal if self.higher else ours / other <= self.goal,
            "rounds": self.rounds,
        }


def make_rows(programs, models, sizes, options):
    flashes = FLASH if options.flash == "auto" else {options.flash: FLASH[options.flash]}
    files = models["files"]

    def decoded(users):
        return lambda run: users * sizes.new / run["decode_s"]

    def side(run_it, value):
        def measured():
            result = run_it()
            result["values"] = [value(run) for run in result["runs"]]
            return statistics.median(result["values"]), result

        return measured

    def llamas(name, value, prompt, new, users, repeats):
        return {
            f"flash attention {label}": side(
                lambda flash=flash: programs.llama(name, flash, prompt, new, users, repeats), value
            )
            for label, flash in flashes.items()
        }

    def decode_row(row, title, dtype, name, goal, prompt, users, repeats):
        value = decoded(users)
        return Row(
            row,
            title,
            side(lambda: programs.ours(dtype, prompt, sizes.new + 1, users, repeats), value),
            llamas(name, value, prompt, sizes.new + 1, users, repeats),
            goal,
        )

    rows = []
    for dtype, name, goal, _, _ in FORMATS:
        title = f"decode of {sizes.new}, {dtype} / {name}"
        rows.append(decode_row(f"decode-{dtype}", title, dtype, name, goal, SHORT_PROMPT, 1, sizes.repeats))
    prefilled = lambda run: sizes.prompt / run["prefill_s"]  # noqa: E731
    for dtype, name, _, goal, _ in FORMATS:
        rows.append(
            Row(
                f"prefill-{dtype}",
                f"prefill of {sizes.prompt}, {dtype} / {name}",
                side(lambda d=dtype: programs.ours(d, sizes.prompt, 1, 1, sizes.repeats), prefilled),
                llamas(name, prefilled, sizes.prompt, 1, 1, sizes.repeats),
                goal,
            )
        )
    if options.transformers:
        rows.append(
            Row(
                "transformers",
                f"prefill of {sizes.prompt}, BFLOAT16 / bfloat16",
                side(lambda: programs.ours("BFLOAT16", sizes.prompt, 1, 1, sizes.repeats), prefilled),
                {"sdpa": side(lambda: programs.transformers(sizes.prompt, sizes.repeats), prefilled)},
                1.3,
                peer="transformers",
            )
        )
    title = f"decode of {sizes.new} after {sizes.long}, BFLOAT8_B / Q8_0, cache BFLOAT16 / F16"
    rows.append(decode_row("long", title, "BFLOAT8_B", "Q8_0", 1.3, sizes.long, 1, 1))
    for dtype, name, _, _, _ in FORMATS:
        title = f"decode of {sizes.new} of 32 users, {dtype} / {name}"
        rows.append(decode_row(f"batch-{dtype}", title, dtype, name, 1.0, SHORT_PROMPT, 32, 1))

    def watched(run_it, value):
        def measured():
            result = run_it()
            result["values"] = [value(result)]
            return result["values"][0], result

        return measured

    seconds = lambda result: result["first_token_s"]  # noqa: E731
    start = Row(
        "start",
        "process start to first token, second start",
        watched(lambda: programs.our_start(START_PROMPT, 1, 512), seconds),
        {"Python": watched(lambda: programs.llama_start(START_PROMPT, 1, 512), seconds)},
        1.0,
        unit="s",
        higher=False,
    )
    with open(f"{options.directory}/text.txt", encoding="utf-8") as file:
        prompt = file.read()[: 5 * sizes.prompt]
    beyond = lambda result: (result["peak_rss_bytes"] - weight_bytes(files["Q8_0"])) / 1e6  # noqa: E731
    memory = Row(
        "memory",
        f"peak memory beyond the weights, some {sizes.prompt} + {sizes.new} tokens",
        watched(lambda: programs.our_start(prompt, sizes.new, 1024), beyond),
        {"Python": watched(lambda: programs.llama_start(prompt, sizes.new, 1024), beyond)},
        1.5,
        unit="MB",
        higher=False,
    )
    start.peaks = memory.peaks = False
    return rows + [start, memory]


def limits(row, models, sizes):
    """The shares that both sides reach of what the machine can do: of reading in decode, of products in prefill."""
    result = row.result()
    dtype = row.name.split("-")[-1]
    name = next((f[1] for f in FORMATS if f[0] == dtype), "Q8_0" if row.name == "long" else "BF16")
    file = models["files"][name]
    if row.name.startswith("decode") or row.name == "long":
        megabytes = str(weight_bytes(file) // 1_000_000)
        bandwidth = row.peak(lambda peaks: peaks["read_gb_s"][megabytes])
        cached = 2 * 2 * KV_HEADS * HEAD_DIM * LAYERS * (sizes.long if row.name == "long" else SHORT_PROMPT)
        read = (weight_bytes(file) + cached) / 1e9
        kind, most = "of reading", bandwidth / read
    elif row.name.startswith("prefill") or row.name == "transformers":
        peak = row.peak(lambda peaks: max(peaks[key] or 0 for key in PRODUCTS))
        attention = 2 * 2 * HEADS * HEAD_DIM * LAYERS * sizes.prompt / 2
        flops = (2 * linear_elements(file, False) + attention) / 1e9
        kind, most = "of products", peak / flops
    else:
        return None
    limit = {"of": kind, "most": most, "ours": result["ours"] / most, "other": result["other"] / most}
    goal = READING_GOALS.get(row.name)
    return limit if goal is None else limit | {"goal": goal, "reached": limit["ours"] >= goal}


def print_bytes(models, ours):
    print("\nBytes of weights (this library's table of embeddings is BFLOAT16, read by rows; its norms are BFLOAT16):\n")
    print("| kind | elements | " + " | ".join(f"{dtype} | {name}" for dtype, name, *_ in FORMATS) + " |")
    print("|---|---|" + "---|---|" * len(FORMATS))
    per_element = {"BFLOAT8_B": 1.0625, "BFLOAT4_B": 0.5625, "BFLOAT16": 2}
    totals = [0] * (2 * len(FORMATS))
    for i, kind in enumerate(models["files"]["BF16"]["kinds"]):
        cells = []
        for dtype, name, *_ in FORMATS:
            norm = kind["type"] == "F32"
            cells += [int(kind["elements"] * (2 if norm else per_element[dtype])), models["files"][name]["kinds"][i]["bytes"]]
        totals = [total + cell for total, cell in zip(totals, cells)]
        title = "token_embd (head)" if kind["kind"] == "token_embd" else kind["kind"]
        print(f"| {title} | {kind['elements']} | " + " | ".join(f"{cell}" for cell in cells) + " |")
    print("| all | | " + " | ".join(f"{total}" for total in totals) + " |")
    embedding = next(k["elements"] for k in models["files"]["BF16"]["kinds"] if k["kind"] == "token_embd") * 2
    for i, (dtype, *_) in enumerate(FORMATS):
        if dtype in ours:
            print(f"\n{dtype}: {ours[dtype]} bytes in the cache of converted weights, {totals[2 * i] + embedding} by the table.")


def parting(ours, other):
    return next((i for i, (a, b) in enumerate(zip(ours, other)) if a != b), len(ours))


def print_results(rows, models, sizes):
    print("\n| | this library | peer | ratio | goal | | best of all runs | share of the machine's limit |")
    print("|---|---|---|---|---|---|---|---|")
    results = []
    for row in rows:
        result = row.result()
        result["limit"] = limits(row, models, sizes)
        share = ""
        if result["limit"]:
            limit = result["limit"]
            share = f"{limit['ours']:.0%}, {row.peer} {limit['other']:.0%} {limit['of']}"
            if "goal" in limit:
                share += f" (>= {limit['goal']:.0%}: {'reached' if limit['reached'] else 'missed'})"
        sign = ">=" if row.higher else "<="
        print(
            f"| {row.title} | {result['ours']:.4g} {row.unit} | {row.peer} {result['other']:.4g} ({result['variant']})"
            f" | {result['ratio']:.2f} | {sign} {row.goal} | {'reached' if result['reached'] else 'missed'}"
            f" | {result['best_ours']:.4g}, {result['best_other']:.4g}: {result['best_ours'] / result['best_other']:.2f} | {share} |"
        )
        results.append(result)
    by_name = {result["name"]: result for result in results}
    batches = [f for f in FORMATS if f"batch-{f[0]}" in by_name and f"decode-{f[0]}" in by_name]
    growth = []
    if batches:
        print("\n| 32 users beside 1 | this library | goal | llama.cpp |\n|---|---|---|---|")
    for dtype, name, _, _, goal in batches:
        batch, single = by_name[f"batch-{dtype}"], by_name[f"decode-{dtype}"]
        ours, other = batch["ours"] / single["ours"], batch["other"] / single["other"]
        print(f"| {dtype} / {name} | {ours:.2f}x | >= {goal}x | {other:.2f}x |")
        growth.append({"dtype": dtype, "ours": ours, "other": other, "goal": goal})
    parted = []
    for dtype, name, *_ in FORMATS:
        if f"decode-{dtype}" in by_name:
            turn = by_name[f"decode-{dtype}"]["rounds"][0]
            ours, other = (turn[key]["runs"][0]["tokens"] for key in ("our_details", "other_details"))
            same = parting(ours, other)
            verdict = "all" if same == len(ours) else f"the first {same}"
            print(f"\nGreedy tokens of {dtype} and {name}: {verdict} of {len(ours)} are the same.")
            if same < SAME_TOKENS:
                parted.append(f"{dtype} / {name} after {same}: {ours[same]} here, {other[same]} there")
    peaks = [turn["peaks"] for row in rows if row.peaks for turn in row.rounds]
    if peaks:
        print(f"\nThe machine, with {peaks[0]['threads']} threads, medians over {len(peaks)} turns:\n")
        for megabytes in peaks[0]["read_gb_s"]:
            rate = statistics.median(p["read_gb_s"][megabytes] for p in peaks)
            print(f"- reads {megabytes} MB at {rate:.1f} GB/s")
        for key, title in PRODUCTS.items():
            if all(p[key] for p in peaks):
                print(f"- {title}: {statistics.median(p[key] for p in peaks):.0f} GFLOP/s")
            else:
                print(f"- {title}: none")
    return results, growth, parted


def main():
    parser = argparse.ArgumentParser(
        prog="compare.sh",
        description="Measures this library beside llama.cpp (and transformers): SmolLM2-135M, byte for byte, by turns.",
        epilog="compare.sh itself takes --venv DIR (the Python environment to use or to make), --no-transformers (leaves out"
        " that row and some 5 GB of PyTorch) and --model FILE.gguf (another source than examples/tttv2 fetch).",
    )
    for hidden in ("directory", "source", "peaks"):
        parser.add_argument(f"--{hidden}", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--transformers", type=int, default=1, help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, help="turns of both programs for each row (default 5, --quick 1)")
    cores = len(os.sched_getaffinity(0))
    parser.add_argument("--threads", type=int, default=cores, help="of both (default: all processors)")
    parser.add_argument(
        "--flash",
        choices=["auto", "on", "off"],
        default="auto",
        help="llama.cpp's flash attention (default auto: the faster way of the first round)",
    )
    parser.add_argument(
        "--rows",
        help="only rows whose name contains one of these, separated by commas: decode, prefill, transformers, long, batch,"
        " start, memory, BFLOAT8_B, BFLOAT4_B, BFLOAT16",
    )
    parser.add_argument(
        "--quick", action="store_true", help="few tokens, one round: shows that everything runs, measures nothing"
    )
    parser.add_argument("--json", help="a file for all figures")
    parser.add_argument("--plot", help="a file for a plot of the ratios, SVG")
    options = parser.parse_args()
    rounds = options.rounds or (1 if options.quick else 5)
    if rounds < 1 or options.threads < 1:
        parser.error("--rounds and --threads: expected at least 1")

    sizes = Sizes(options.quick)
    say("making the models")
    made = subprocess.run(
        [sys.executable, f"{HERE}/compare_models.py", options.source, options.directory], stdout=subprocess.PIPE, text=True
    )
    if made.returncode != 0:
        fail("the models could not be made")
    models = json.loads(made.stdout.splitlines()[-1])
    programs = Programs(options, models)
    rows = make_rows(programs, models, sizes, options)
    if options.rows:
        wanted = options.rows.split(",")
        rows = [row for row in rows if any(part in row.name for part in wanted)]
        if not rows:
            fail(f"--rows {options.rows}: no row's name contains any of these")
    load = os.getloadavg()[0]
    print(f"llama.cpp: {models['system_info']}\n")
    print(f"threads of both: {options.threads}; rounds: {rounds}; load of the machine before: {load:.1f}", flush=True)
    # The first run of each dtype converts the weights; the tokenizers of both are compared on the way.
    weights = {}
    for dtype, *_ in FORMATS:
        text = [f"text={options.directory}/text.txt"] if not weights else []
        weights[dtype] = programs.ours(dtype, SHORT_PROMPT, 2, repeats=1, extra=text)["weight_bytes"]
    programs.our_start(START_PROMPT, 1, 512)
    programs.llama_start(START_PROMPT, 1, 512)
    if any(row.name == "transformers" for row in rows):
        programs.transformers(SHORT_PROMPT, 1)  # what cannot run says so before half an hour is over
    for row in rows:
        row.measure(rounds, programs)
    after = os.getloadavg()[0]
    print(f"load after: {after:.1f}")
    print_bytes(models, weights)
    results, growth, parted = print_results(rows, models, sizes)
    if options.json:
        files = {name: {**file, "path": os.path.basename(file["path"])} for name, file in models["files"].items()}
        everything = {"quick": options.quick, "threads": options.threads, "system_info": models["system_info"]}
        everything |= {"load_before": load, "load_after": after, "files": files, "weight_bytes": weights}
        everything |= {"rows": results, "batch_growth": growth}
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(everything, file)
    if options.plot:
        with open(options.plot, "w", encoding="utf-8") as file:
            file.write(compare_plot.svg(results))
    if parted:
        fail(f"greedy tokens part before the first {SAME_TOKENS}: {'; '.join(parted)}")


main()
