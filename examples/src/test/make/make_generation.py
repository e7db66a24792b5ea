#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes what transformers' generate() makes of prompts with the small models of the reference data.

    python make_generation.py GOLDENS/tiny ../resources/generation.json

Greedy with processors of logits, beam search, prompt lookup; everything in float32 and again in float64, which must
choose the same. The models are random and end a text hardly ever, so each case has end tokens of its own, taken from
what it generates without any. Made with torch 2.15.0 (CPU), transformers 4.57.6.
"""

import json
import os
import sys

import torch
import transformers as T

MODELS = ("llama_gqa", "gemma3_text", "gpt2")


def load(directory, dtype):
    config = T.AutoConfig.from_pretrained(directory)
    model = getattr(T, config.architectures[0])
    return model.from_pretrained(directory, dtype=dtype, attn_implementation="eager").eval()


def run(model, prompt, settings, ends):
    ids = torch.tensor([prompt])
    given = dict(settings)
    if "sequence_bias" in given:
        given["sequence_bias"] = [[[i], b] for i, b in given["sequence_bias"]]
    torch.manual_seed(0)
    out = model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        do_sample=False,
        eos_token_id=ends or None,
        pad_token_id=0,
        return_dict_in_generate=True,
        output_scores=True,
        **given,
    )
    rows = []
    for row in out.sequences[:, len(prompt):].tolist():
        end = next((i + 1 for i, t in enumerate(row) if t in ends), settings["max_new_tokens"])
        rows.append(row[:end])
    scores = getattr(out, "sequences_scores", None)
    return rows, [] if scores is None else [round(s, 5) for s in scores.tolist()]


def prompt(seed, length, vocabulary):
    g = torch.Generator().manual_seed(seed)
    return torch.randint(3, vocabulary, (length,), generator=g).tolist()


def cases():
    n = "max_new_tokens"
    yield "greedy", {n: 24}
    yield "no_repeat_ngram_2", {n: 32, "no_repeat_ngram_size": 2}
    yield "no_repeat_ngram_1", {n: 20, "no_repeat_ngram_size": 1}
    yield "repetition", {n: 24, "repetition_penalty": 1.4}
    yield "min_new_tokens", {n: 24, "min_new_tokens": 15}
    yield "bias", {n: 20, "sequence_bias": [[5, 1.5], [9, -2.0], [17, 2.5], [40, 1.0]]}
    yield "all", {n: 24, "sequence_bias": [[11, 2.0]], "repetition_penalty": 1.2, "no_repeat_ngram_size": 3, "min_new_tokens": 6}
    yield "lookup", {n: 40, "prompt_lookup_num_tokens": 6}
    for beams in (2, 3, 5, 8):
        for early in (True, False, "never"):
            for penalty in (-1.0, 0.0, 1.0, 2.0):
                yield f"beams_{beams}_{early}_{penalty}", {
                    n: 12, "num_beams": beams, "early_stopping": early, "length_penalty": penalty, "num_return_sequences": beams}
    yield "beams_long", {n: 50, "num_beams": 4, "num_return_sequences": 4}
    yield "beams_one_token", {n: 1, "num_beams": 4, "num_return_sequences": 3}
    yield "beams_ngram", {n: 24, "num_beams": 4, "no_repeat_ngram_size": 2, "num_return_sequences": 2}
    yield "beams_repetition", {n: 16, "num_beams": 3, "repetition_penalty": 1.5}
    yield "beams_min", {n: 16, "num_beams": 4, "min_new_tokens": 8, "early_stopping": True, "num_return_sequences": 4}
    yield "beams_bias", {n: 12, "num_beams": 3, "sequence_bias": [[5, 1.5], [9, -2.0], [17, 2.5]], "num_return_sequences": 3}


def main(directory, out):
    torch.set_num_threads(1)  # the models are tiny
    T.logging.set_verbosity_error()
    lengths = (1, 7, 31, 32, 33, 50)
    result = []
    for name in MODELS:
        single = load(os.path.join(directory, name), torch.float32)
        double = load(os.path.join(directory, name), torch.float64)
        vocabulary = single.config.get_text_config().vocab_size
        for i, (case, settings) in enumerate(cases()):
            if name != MODELS[i % len(MODELS)] and not case.startswith(("beams_l", "beams_ng", "all", "lookup")):
                continue
            ids = prompt(i, lengths[i // 3 % len(lengths)], vocabulary)
            if case == "lookup":
                ids = ids + ids[:12]
            if name == "gpt2" and case == "beams_long":
                ids = prompt(i, 128 - settings["max_new_tokens"], vocabulary)  # to the context's end
            none = [1] if case == "lookup" else []  # prompt lookup wants one; nothing generates it
            free, _ = run(single, ids, settings, none)
            if i % 4 == 0 or case == "lookup":
                ends = none
            elif "num_beams" in settings:
                # Every few tokens of the last text, and the second token of the first: some beams end early.
                ends = sorted(set(free[-1][3::5]) | {free[0][min(1, len(free[0]) - 1)]})
            else:
                ends = [max(free[0], key=free[0].index)]  # the one that comes first the latest
            texts, scores = run(single, ids, settings, ends)
            again, _ = run(double, ids, settings, ends)
            if texts != again:
                print("left out, float64 chooses otherwise:", name, case)
                continue
            result.append(dict(model=name, case=case, prompt=ids, ends=ends, settings=settings, tokens=texts, scores=scores))
    print(len(result), "cases,", sum(bool(r["ends"]) for r in result), "with end tokens")
    with open(out, "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(r, separators=(",", ":")) for r in result) + "\n]\n")


main(*sys.argv[1:])
