# SPDX-License-Identifier: Apache-2.0
"""llama.cpp's side of compare.sh, as dev.tttv2.bench.CompareRunner is this library's: takes the same arguments, of the form
name=value, and flash=0|1, and measures the same by turns. Calls llama.cpp's C functions and chooses greedily over its logits."""

import ctypes
import statistics
import sys
import time

import llama_cpp
import numpy

import turns


class Session:
    """A model, a context for some users, and a batch."""

    def __init__(self, path, threads, users, context, prompt, flash):
        silent = llama_cpp.llama_log_callback(lambda level, text, data: None)
        llama_cpp.llama_log_set(silent, None)
        self.silent = silent
        llama_cpp.llama_backend_init()
        self.model = llama_cpp.llama_model_load_from_file(path.encode(), llama_cpp.llama_model_default_params())
        if not self.model:
            raise SystemExit(f"llama.cpp could not load {path}")
        parameters = llama_cpp.llama_context_default_params()
        parameters.n_ctx = context * users
        parameters.n_seq_max = users
        parameters.n_batch = max(2048, users)
        parameters.n_threads = threads
        parameters.n_threads_batch = threads
        parameters.flash_attn_type = flash
        parameters.type_k = llama_cpp.GGML_TYPE_F16
        parameters.type_v = llama_cpp.GGML_TYPE_F16
        parameters.no_perf = True
        self.context = llama_cpp.llama_init_from_model(self.model, parameters)
        if not self.context:
            raise SystemExit(f"llama.cpp could not make a context of {context} tokens for {users} users")
        self.most = parameters.n_batch
        self.vocabulary = llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(self.model))
        self.batch = llama_cpp.llama_batch_init(self.most, 0, 1)

    def clear(self):
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(self.context), False)

    def add(self, token, position, user, logits):
        batch, i = self.batch, self.batch.n_tokens
        batch.token[i] = token
        batch.pos[i] = position
        batch.n_seq_id[i] = 1
        batch.seq_id[i][0] = user
        batch.logits[i] = logits
        batch.n_tokens = i + 1

    def decode(self):
        status = llama_cpp.llama_decode(self.context, self.batch)
        if status != 0:
            raise SystemExit(f"llama.cpp: llama_decode of {self.batch.n_tokens} tokens: status {status}")

    def greedy(self, index):
        logits = llama_cpp.llama_get_logits_ith(self.context, index)
        return int(numpy.ctypeslib.as_array(logits, (self.vocabulary,)).argmax())

    def prefill(self, ids, user):
        for start in range(0, len(ids), self.most):
            part = ids[start : start + self.most]
            self.batch.n_tokens = 0
            for i, token in enumerate(part):
                self.add(token, start + i, user, start + i + 1 == len(ids))
            self.decode()
        return self.greedy(-1)

    def step(self, tokens, position):
        self.batch.n_tokens = 0
        for user, token in enumerate(tokens):
            self.add(token, position, user, True)
        self.decode()
        return [self.greedy(user) for user in range(len(tokens))]


def generate(session, ids, users, steps, number):
    """What each turn measured: generation after generation, of some turns each, the first one with the prompts."""
    while True:
        session.clear()
        begin = time.perf_counter()
        tokens = [session.prefill(ids, 0)]
        prefill = time.perf_counter() - begin
        tokens += [session.prefill(ids, user) for user in range(1, users)]
        chosen = [tokens[0]]
        position = len(ids)
        for _ in range(number):
            ends = [time.perf_counter()]
            for _ in range(steps):
                tokens = session.step(tokens, position)
                position += 1
                chosen.append(tokens[0])
                ends.append(time.perf_counter())
            times = [after - before for before, after in zip(ends, ends[1:])]
            median = statistics.median(times) if times else 0
            yield {"prefill_s": prefill, "decode_s": ends[-1] - ends[0], "step_s": median, "tokens": chosen}
            chosen = []


def main():
    arguments = dict(argument.split("=", 1) for argument in sys.argv[1:])
    numbers = {name: int(arguments[name]) for name in "threads prompt users steps turns context flash".split()}
    with open(arguments["ids"], encoding="utf-8") as file:
        ids = [int(word) for word in file.read().split()][: numbers["prompt"]]
    session = Session(
        arguments["model"], numbers["threads"], numbers["users"], numbers["context"], len(ids), numbers["flash"]
    )
    generation = generate(session, ids, numbers["users"], numbers["steps"], numbers["turns"])
    turns.serve(lambda line: next(generation))


main()
