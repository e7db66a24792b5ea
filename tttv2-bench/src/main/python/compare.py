# SPDX-License-Identifier: Apache-2.0
"""Measures this library beside llama.cpp, and beside Hugging Face transformers, by turns. Run by compare.sh."""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import compare_plot
import turns

SCRIPT = "compare.sh"
HERE = os.path.dirname(os.path.abspath(__file__))
BENCH = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
TURNS = 15  # of both in a row
PROCESSES, BATCH_TURNS = 5, 7  # the same where a turn is a process, and where it takes half a minute
WARMUPS = 2  # turns
LONG_WARMUPS = 5
TRIALS = 3  # turns by which the faster one of llama.cpp's ways is chosen
PEAKS = 5  # times in a row that the machine's limits are measured
PAUSE = 0.05  # seconds before a turn: the other's threads may look out for work for some milliseconds after theirs
WAITING = 0.05  # the share of a processor that a waiting program may take without a remark
SHORT_PROMPT = 8  # tokens
# After a long prompt a turn is a few steps, so that a generation, whose prompt takes many seconds, has many turns.
LONG_STEPS, LONG_TURNS = 8, 23
BATCH_PARTS = 4  # both take turns within a generation, whose parts count together
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
# Greedy tokens that both programs begin with where weights are rounded alike, if not the same; Q4_0 has other steps than
# BFLOAT4_B.
SAME_TOKENS = {"BFLOAT8_B": 4, "BFLOAT16": 4}
HEADS, HEAD_DIM, LAYERS, KV_HEADS = 9, 64, 30, 3  # SmolLM2-135M's config.json


def fail(message):
    sys.exit(f"{SCRIPT}: {message}")


def say(message):
    print(f"{SCRIPT}: {message}", file=sys.stderr, flush=True)


class Sizes:
    """What is generated, and how often."""

    def __init__(self, quick):
        self.new = 8 if quick else 64
        self.prompt = 128 if quick else 512
        self.long = 1000 if quick else 8000
        self.warmups, self.long_warmups = (1, 1) if quick else (WARMUPS, LONG_WARMUPS)
        self.trials = 1 if quick else TRIALS


class Work:
    """A generation: some users' prompts, and some turns of decode steps."""

    def __init__(self, prompt, steps, turns=1, users=1):
        self.prompt, self.steps, self.turns, self.users = prompt, steps, turns, users

    def arguments(self):
        # The prompt's token, and one with which this library's generation would be over.
        context = (self.prompt + self.steps * self.turns + 2 + 31) // 32 * 32
        return f"prompt={self.prompt} steps={self.steps} turns={self.turns} users={self.users} context={context}".split()


class Programs:
    """Starts processes of each program."""

    def __init__(self, options, models):
        self.options = options
        self.models = models

    def _arguments(self, model, work):
        return [
            f"model={self.models['files'][model]['path']}",
            f"ids={self.options.directory}/ids.txt",
            f"threads={self.options.threads}",
            *work.arguments(),
        ]

    def ours(self, dtype, work, extra=()):
        command = [f"{BENCH}/run.sh", "--class", "dev.tttv2.bench.CompareRunner"]
        command += [f"precision={dtype}", *self._arguments("BF16", work), *extra]
        cache = f"{self.options.directory}/weights/{dtype}"
        return turns.Program(SCRIPT, "this library's CompareRunner", command, TTTV2_CACHE=cache)

    def llama(self, name, flash, work):
        command = [sys.executable, f"{HERE}/llamacpp_run.py", f"flash={flash}"]
        return turns.Program(SCRIPT, "llama.cpp", command + self._arguments(name, work))

    def transformers(self, work):
        command = [sys.executable, f"{HERE}/transformers_run.py"]
        return turns.Program(SCRIPT, "transformers", command + self._arguments("BF16", work))

    def peaks(self):
        megabytes = [str(weight_bytes(self.models["files"][name]) // 1_000_000) for _, name, *_ in FORMATS] + ["1000"]
        command = [self.options.peaks, str(self.options.threads), *megabytes]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            sys.stderr.write(done.stderr[-4000:])
            fail(f"machine_peaks failed with exit code {done.returncode}; its last output is above")
        return json.loads(done.stdout)

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
            try:
                first = process.stdout.read(1)
                seconds = time.perf_counter() - begin
                process.stdout.read()
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
            finally:
                process.stdout.close()
                if process.returncode is None:
                    process.kill()
                    process.wait()
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


def once(program):
    """Lets a program take one turn, and returns what it said of itself."""
    with program:
        program.turn()
        program.end()
    return program.about


class Row:
    """One line of the table, and how it is judged."""

    def __init__(self, name, title, goal, number=TURNS, peer="llama.cpp", unit="tokens/s", higher=True):
        self.name = name
        self.title = title
        self.goal = goal
        self.number = number  # of turns
        self.peer = peer
        self.unit = unit
        self.higher = higher
        self.variant = None  # of the peer
        self.turns = []  # of both: "ours" and "other", the details, and the load before
        self.peaks = []  # the machine's in between
        self.waiting = None  # the share of a processor that a program took while it waited

    def add(self, ours, other, our_run, other_run, load):
        self.turns.append({"load": load, "ours": ours, "other": other, "our_run": our_run, "other_run": other_run})

    def values(self, key):
        return [turn[key] for turn in self.turns]

    def median(self, key):
        return statistics.median(self.values(key))

    def best(self, key):
        """The best of all turns of a side: the nearest to what it does where no other work disturbs it."""
        return max(self.values(key)) if self.higher else min(self.values(key))

    def peak(self, value):
        return statistics.median(value(peaks) for peaks in self.peaks)

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
            "variant": self.variant,
            "ratio": ours / other,
            "pair_ratio_quartiles": turns.quartiles([turn["ours"] / turn["other"] for turn in self.turns]),
            "best_ours": self.best("ours"),
            "best_other": self.best("other"),
            "goal": self.goal,
            "reached": ours / other >= self.goal if self.higher else ours / other <= self.goal,
            "waiting": self.waiting,
            "turns": self.turns,
            "peaks": self.peaks,
        }

    def report(self):
        result = self.result()
        lower, median, upper = result["pair_ratio_quartiles"]
        say(
            f"{self.title}: {result['ours']:.4g} beside {result['other']:.4g} {self.unit} ({self.variant}), ratio"
            f" {result['ratio']:.2f}, of pairs {median:.2f} ({lower:.2f} to {upper:.2f}), load {os.getloadavg()[0]:.0f}"
        )
        if self.waiting is not None and self.waiting > WAITING:
            say(f"{self.title}: a program that waited took {self.waiting:.0%} of a processor")


class TurnsRow(Row):
    """Measured by turns of programs that live side by side."""

    def __init__(self, name, title, ours, others, value, goal, warmups, trials, parts=1, **judged):
        super().__init__(name, title, goal, **judged)
        self.ours = ours  # () -> program
        self.others = others  # {variant: () -> program}; the better one in some turns is kept
        self.value = value  # of what a program measured
        self.warmups = warmups
        self.trials = trials
        self.parts = parts
        self.cpu = self.waited = 0.0  # seconds

    def together(self, programs):
        """What each of them measures in one turn; part by part, by turns."""
        parts = [[] for _ in programs]
        for _ in range(self.parts):
            for program, measured in zip(programs, parts):
                time.sleep(PAUSE)
                waiting = [other for other in programs if other is not program]
                cpu, begin = sum(other.cpu_seconds() for other in waiting), time.perf_counter()
                measured.append(program.turn())
                self.cpu += sum(other.cpu_seconds() for other in waiting) - cpu
                self.waited += (time.perf_counter() - begin) * len(waiting)
        return [
            {
                "prefill_s": measured[0]["prefill_s"],
                "decode_s": sum(part["decode_s"] for part in measured),
                "step_s": statistics.median(part["step_s"] for part in measured),
                "tokens": [token for part in measured for token in part["tokens"]],
            }
            for measured in parts
        ]

    def start(self, alive, program):
        alive.enter_context(program)
        for _ in range(self.warmups * self.parts):
            program.turn()
        return program

    def choose(self, ours, others):
        """The variant that is better in a few turns, in which all take part: contexts grow alike."""
        if len(others) == 1:
            return next(iter(others))
        tried = [self.together([ours, *others.values()])[1:] for _ in range(self.trials)]
        medians = [statistics.median(self.value(run) for run in runs) for runs in zip(*tried)]
        return (max if self.higher else min)(zip(medians, others))[1]

    def measure(self, peaks):
        with contextlib.ExitStack() as alive:
            ours = self.start(alive, self.ours())
            others = {variant: self.start(alive, other()) for variant, other in self.others.items()}
            self.variant = self.choose(ours, others)
            other = others.pop(self.variant)
            for loser in others.values():
                loser.end()
            every = -(-self.number // PEAKS)
            for i in range(self.number):
                if i % every == 0:
                    self.peaks.append(peaks())
                load = os.getloadavg()[0]
                runs = self.together([ours, other])
                self.add(*map(self.value, runs), *runs, load)
            ours.end()
            other.end()
        self.waiting = self.cpu / self.waited


class ProcessesRow(Row):
    """Measured by turns of whole processes."""

    def __init__(self, name, title, ours, other, value, goal, **judged):
        super().__init__(name, title, goal, **judged)
        self.ours, self.other = ours, other  # () -> what a process took
        self.value = value
        self.variant = "Python"

    def measure(self, peaks):
        for _ in range(self.number):
            load = os.getloadavg()[0]
            runs = [self.ours(), self.other()]
            self.add(*map(self.value, runs), *runs, load)


def make_rows(programs, models, sizes, options):
    flashes = FLASH if options.flash == "auto" else {options.flash: FLASH[options.flash]}
    files = models["files"]

    def beside_llama(row, title, dtype, name, work, value, goal, warmups=sizes.warmups, parts=1, number=TURNS):
        return TurnsRow(
            row,
            title,
            lambda: programs.ours(dtype, work),
            {
                f"flash attention {label}": lambda flash=flash: programs.llama(name, flash, work)
                for label, flash in flashes.items()
            },
            value,
            goal,
            warmups,
            sizes.trials,
            parts,
            number=number,
        )

    def decoded(work, parts=1):
        return lambda run: work.users * work.steps * parts / run["decode_s"]

    def prefilled(run):
        return sizes.prompt / run["prefill_s"]

    rows = []
    single = Work(SHORT_PROMPT, sizes.new)
    for dtype, name, goal, _, _ in FORMATS:
        title = f"decode of {sizes.new}, {dtype} / {name}"
        rows.append(beside_llama(f"decode-{dtype}", title, dtype, name, single, decoded(single), goal))
    prompt = Work(sizes.prompt, 0)
    for dtype, name, _, goal, _ in FORMATS:
        title = f"prefill of {sizes.prompt}, {dtype} / {name}"
        rows.append(beside_llama(f"prefill-{dtype}", title, dtype, name, prompt, prefilled, goal))
    if options.transformers:
        rows.append(
            TurnsRow(
                "transformers",
                f"prefill of {sizes.prompt}, BFLOAT16 / bfloat16",
                lambda: programs.ours("BFLOAT16", prompt),
                {"sdpa": lambda: programs.transformers(prompt)},
                prefilled,
                1.3,
                sizes.warmups,
                sizes.trials,
                peer="transformers",
            )
        )
    title = f"decode after {sizes.long}, BFLOAT8_B / Q8_0, cache BFLOAT16 / F16"
    work = Work(sizes.long, LONG_STEPS, LONG_TURNS)
    rows.append(beside_llama("long", title, "BFLOAT8_B", "Q8_0", work, decoded(work), 1.3, sizes.long_warmups))
    batch = Work(SHORT_PROMPT, sizes.new // BATCH_PARTS, BATCH_PARTS, users=32)
    value = decoded(batch, BATCH_PARTS)
    for dtype, name, _, _, _ in FORMATS:
        title = f"decode of {sizes.new} of 32 users, {dtype} / {name}"
        rows.append(beside_llama(f"batch-{dtype}", title, dtype, name, batch, value, 1.0, parts=BATCH_PARTS, number=BATCH_TURNS))

    start = ProcessesRow(
        "start",
        "process start to first token, second start",
        lambda: programs.our_start(START_PROMPT, 1, 512),
        lambda: programs.llama_start(START_PROMPT, 1, 512),
        lambda run: run["first_token_s"],
        1.0,
        number=PROCESSES,
        unit="s",
        higher=False,
    )
    with open(f"{options.directory}/text.txt", encoding="utf-8") as file:
        text = file.read()[: 5 * sizes.prompt]
    weights = weight_bytes(files["Q8_0"])
    memory = ProcessesRow(
        "memory",
        f"peak memory beyond the weights, some {sizes.prompt} + {sizes.new} tokens",
        lambda: programs.our_start(text, sizes.new, 1024),
        lambda: programs.llama_start(text, sizes.new, 1024),
        lambda run: (run["peak_rss_bytes"] - weights) / 1e6,
        1.5,
        number=PROCESSES,
        unit="MB",
        higher=False,
    )
    rows += [start, memory]
    for row in rows:
        row.number = options.turns or row.number
    return rows


def limits(row, models, sizes):
    """The shares that both sides reach of what the machine can do: of reading in decode, of products in prefill."""
    result = row.result()
    dtype = row.name.split("-")[-1]
    name = next((f[1] for f in FORMATS if f[0] == dtype), "Q8_0" if row.name == "long" else "BF16")
    file = models["files"][name]
    if row.name.startswith("decode") or row.name == "long":
        megabytes = str(weight_bytes(file) // 1_000_000)
        bandwidth = row.peak(lambda peaks: peaks["read_gb_s"][megabytes])
        positions = sizes.long + LONG_STEPS * LONG_TURNS // 2 if row.name == "long" else SHORT_PROMPT
        cached = 2 * 2 * KV_HEADS * HEAD_DIM * LAYERS * positions
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
            print(f"\n{dtype}: {ours[dtype]} bytes of converted weights, mapped, {totals[2 * i] + embedding} by the table.")


def parting(ours, other):
    return next((i for i, (a, b) in enumerate(zip(ours, other)) if a != b), len(ours))


def results_of(rows, models, sizes):
    return [row.result() | {"limit": limits(row, models, sizes)} for row in rows]


def batch_growth(results):
    """How many times as many tokens a second 32 users decode as one."""
    by_name = {result["name"]: result for result in results}
    return [
        {"dtype": dtype, "goal": goal}
        | {side: by_name[f"batch-{dtype}"][side] / by_name[f"decode-{dtype}"][side] for side in ("ours", "other")}
        for dtype, _, _, _, goal in FORMATS
        if f"batch-{dtype}" in by_name and f"decode-{dtype}" in by_name
    ]


def parted_tokens(results):
    """For each dtype how many of the first greedy tokens are the same, and the tokens of both."""
    by_name = {result["name"]: result for result in results}
    for dtype, name, *_ in FORMATS:
        if f"decode-{dtype}" in by_name:
            turn = by_name[f"decode-{dtype}"]["turns"][0]
            ours, other = (turn[key]["tokens"] for key in ("our_run", "other_run"))
            yield dtype, name, parting(ours, other), ours, other


def write(path, text):
    """So that a reader finds what was there before, or all of it."""
    with open(f"{path}.part", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(f"{path}.part", path)


def print_results(rows, results):
    print("\n| | this library | peer | ratio | of pairs (quartiles) | goal | | best of all turns | share of the machine's limit |")
    print("|---|---|---|---|---|---|---|---|---|")
    for row, result in zip(rows, results):
        share = ""
        if result["limit"]:
            limit = result["limit"]
            share = f"{limit['ours']:.0%}, {row.peer} {limit['other']:.0%} {limit['of']}"
            if "goal" in limit:
                share += f" (>= {limit['goal']:.0%}: {'reached' if limit['reached'] else 'missed'})"
        sign = ">=" if row.higher else "<="
        lower, median, upper = result["pair_ratio_quartiles"]
        print(
            f"| {row.title} | {result['ours']:.4g} {row.unit} | {row.peer} {result['other']:.4g} ({result['variant']})"
            f" | {result['ratio']:.2f} | {median:.2f} ({lower:.2f} to {upper:.2f}) | {sign} {row.goal} | {'reached' if result['reached'] else 'missed'}"
            f" | {result['best_ours']:.4g}, {result['best_other']:.4g}: {result['best_ours'] / result['best_other']:.2f} | {share} |"
        )
    growth = batch_growth(results)
    if growth:
        print("\n| 32 users beside 1 | this library | goal | llama.cpp |\n|---|---|---|---|")
    for one in growth:
        print(f"| {one['dtype']} | {one['ours']:.2f}x | >= {one['goal']}x | {one['other']:.2f}x |")
    for dtype, name, same, ours, _ in parted_tokens(results):
        verdict = "all" if same == len(ours) else f"the first {same}"
        print(f"\nGreedy tokens of {dtype} and {name}: {verdict} of {len(ours)} are the same.")
    peaks = [peaks for row in rows for peaks in row.peaks]
    if peaks:
        print(f"\nThe machine, with {peaks[0]['threads']} threads, medians over {len(peaks)} times in between:\n")
        for megabytes in peaks[0]["read_gb_s"]:
            rate = statistics.median(p["read_gb_s"][megabytes] for p in peaks)
            print(f"- reads {megabytes} MB at {rate:.1f} GB/s")
        for key, title in PRODUCTS.items():
            if all(p[key] for p in peaks):
                print(f"- {title}: {statistics.median(p[key] for p in peaks):.0f} GFLOP/s")
            else:
                print(f"- {title}: none")


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
    parser.add_argument(
        "--turns",
        type=int,
        help=f"of both programs for each row (default {TURNS}; of 32 users {BATCH_TURNS}; start and memory, where a turn is a"
        f" process, {PROCESSES}; --quick 2)",
    )
    cores = len(os.sched_getaffinity(0))
    parser.add_argument("--threads", type=int, default=cores, help="of both (default: all processors)")
    parser.add_argument(
        "--flash",
        choices=["auto", "on", "off"],
        default="auto",
        help="llama.cpp's flash attention (default auto: the way that is faster in a few turns)",
    )
    parser.add_argument(
        "--rows",
        help="only rows whose name contains one of these, separated by commas: decode, prefill, transformers, long, batch,"
        " start, memory, BFLOAT8_B, BFLOAT4_B, BFLOAT16",
    )
    parser.add_argument(
        "--quick", action="store_true", help="few tokens, two turns: shows that everything runs, measures nothing"
    )
    parser.add_argument("--json", help="a file for all figures")
    parser.add_argument("--plot", help="a file for a plot of the ratios, SVG")
    options = parser.parse_args()
    if options.turns is None and options.quick:
        options.turns = 2
    if options.turns is not None and options.turns < 1 or options.threads < 1:
        parser.error("--turns and --threads: expected at least 1")

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
    print(f"threads of both: {options.threads}; load of the machine before: {load:.1f}", flush=True)
    # The first run of each dtype converts the weights; the tokenizers of both are compared on the way.
    weights = {}
    for dtype, *_ in FORMATS:
        text = [f"text={options.directory}/text.txt"] if not weights else []
        weights[dtype] = once(programs.ours(dtype, Work(SHORT_PROMPT, 1), text))["weight_bytes"]
    programs.our_start(START_PROMPT, 1, 512)
    programs.llama_start(START_PROMPT, 1, 512)
    if any(row.name == "transformers" for row in rows):
        once(programs.transformers(Work(SHORT_PROMPT, 0)))  # what cannot run says so before the rest is measured
    files = {name: {**file, "path": os.path.basename(file["path"])} for name, file in models["files"].items()}
    everything = {"quick": options.quick, "threads": options.threads, "system_info": models["system_info"]}
    everything |= {"load_before": load, "files": files, "weight_bytes": weights}
    results = []
    for i, row in enumerate(rows):
        row.measure(programs.peaks)
        row.report()
        results = results_of(rows[: i + 1], models, sizes)
        if options.json:
            everything |= {"load_after": os.getloadavg()[0], "rows": results, "batch_growth": batch_growth(results)}
            write(options.json, json.dumps(everything))  # what ends a later row does not lose this one
        if options.plot:
            write(options.plot, compare_plot.svg(results))
    print(f"load after: {os.getloadavg()[0]:.1f}")
    print_bytes(models, weights)
    print_results(rows, results)
    parted = [
        f"{dtype} / {name} after {same}: {ours[same]} here, {other[same]} there"
        for dtype, name, same, ours, other in parted_tokens(results)
        if same < min(len(ours), SAME_TOKENS.get(dtype, 0))
    ]
    if parted:
        fail(f"greedy tokens part too early: {'; '.join(parted)}")


if __name__ == "__main__":
    turns.run(SCRIPT, main)
