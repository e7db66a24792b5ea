# SPDX-License-Identifier: Apache-2.0
"""python make_sampling.py ../resources/sampling.json

Writes what becomes of logits by transformers' logits processors, in the order in which generate() applies them, where
the reference data's samplers.json leaves something out: banned sequences, allowed tokens, least numbers of new tokens,
typical-p with all others; and the drafts of prompt lookup. transformers' bad words look at prompt and output, vLLM's at
the output alone: the sequences here stand in outputs, and what differs is written down by vLLM's rule ("vllm", a few
lines below, after vllm/v1/sample/ops/bad_words.py). float64 must keep the same tokens. Made with transformers 4.57.6.
"""
import json
import random
import sys

import torch
from transformers.generation import candidate_generator as C
from transformers.generation import logits_process as L


def bad_words(words):
    class Vllm(L.LogitsProcessor):
        def __init__(self, start):
            self.start = start

        def __call__(self, ids, scores):
            past = ids[0, self.start:].tolist()
            scores = scores.clone()
            for word in words:
                n = len(word) - 1
                if n <= len(past) and past[len(past) - n:] == word[:-1]:
                    scores[:, word[-1]] = -torch.inf
            return scores
    return Vllm


def processed(case, dtype):
    ids = torch.tensor([case["prompt"] + case["output"]])
    x = torch.tensor([case["logits"]], dtype=dtype)
    s, ends = case["settings"], torch.tensor(case["ends"] or [0])
    chain = []
    if "bias" in s:
        chain.append(L.SequenceBiasLogitsProcessor([[[i], b] for i, b in s["bias"]]))
    if "repetition_penalty" in s:
        chain.append(L.RepetitionPenaltyLogitsProcessor(s["repetition_penalty"]))
    if "no_repeat_ngram" in s:
        chain.append(L.NoRepeatNGramLogitsProcessor(s["no_repeat_ngram"]))
    if "banned" in s:
        chain.append(L.NoBadWordsLogitsProcessor(s["banned"]) if not case["vllm"] else
                     bad_words(s["banned"])(len(case["prompt"])))
    if "min_tokens" in s:
        chain.append(L.MinNewTokensLengthLogitsProcessor(len(case["prompt"]), s["min_tokens"], ends))
    if "allowed" in s:
        chain.append(L.PrefixConstrainedLogitsProcessor(lambda batch, sent: s["allowed"], 1))
    if "temperature" in s:
        chain.append(L.TemperatureLogitsWarper(s["temperature"]))
    if "top_k" in s:
        chain.append(L.TopKLogitsWarper(s["top_k"]))
    if "top_p" in s:
        chain.append(L.TopPLogitsWarper(s["top_p"]))
    if "min_p" in s:
        chain.append(L.MinPLogitsWarper(s["min_p"]))
    if "typical_p" in s:
        chain.append(L.TypicalLogitsWarper(s["typical_p"]))
    for processor in chain:
        x = processor(ids, x)
    return torch.softmax(x, -1)[0]


def cases(r):
    v = 40
    logits = lambda: [round(r.gauss(0, 2.5), 3) for _ in range(v)]
    text = lambda n: [r.randrange(12) for _ in range(n)]

    def case(name, settings, prompt=None, output=None, ends=(3, 7), values=None, vllm=False):
        return dict(name=name, settings=settings, prompt=text(6) if prompt is None else prompt,
                    output=text(10) if output is None else output, ends=list(ends), logits=values or logits(), vllm=vllm)

    yield case("min_tokens: one to go", {"min_tokens": 11})
    yield case("min_tokens: enough", {"min_tokens": 10})
    yield case("bias", {"bias": [[5, 3.5], [39, -4.0], [1, 0.25]]})
    yield case("allowed", {"allowed": [1, 5, 30, 31], "temperature": 0.7})
    yield case("banned single", {"banned": [[4], [5], [20]]})
    yield case("banned sequences", {"banned": [[9, 9, 1], [8, 2], [1, 8, 2], [2, 5], [9, 8, 6]]}, output=[9, 9, 8])
    yield case("banned longer than the text", {"banned": [[1, 2, 3, 4, 5]]}, prompt=[6], output=[2, 3, 4], vllm=True)
    yield case("banned over the prompt's end", {"banned": [[1, 2, 5], [2, 6]]}, prompt=[4, 1], output=[2], vllm=True)
    yield case("ngram 1", {"no_repeat_ngram": 1})
    yield case("ngram 2 over the prompt's end", {"no_repeat_ngram": 2}, prompt=[4, 1, 2], output=[6, 1])
    yield case("ngram longer than the text", {"no_repeat_ngram": 9}, prompt=[1, 1], output=[1, 1])
    yield case("ngram as long as the text", {"no_repeat_ngram": 4}, prompt=[1, 1], output=[1, 1])
    for p in (0.05, 0.3, 0.7, 0.99):
        yield case(f"typical {p}", {"typical_p": p})
    yield case("typical of equals", {"typical_p": 0.5}, values=[1.0] * v)
    yield case("typical of pairs", {"typical_p": 0.6}, values=[float(i // 2 % 5) for i in range(v)])
    yield case("typical of few", {"top_k": 3, "typical_p": 0.2})
    for i in range(12):
        yield case(f"all {i}", {
            "bias": [[r.randrange(1, v), 2.0], [r.randrange(1, v), -1.5]], "repetition_penalty": 1.3, "no_repeat_ngram": 2,
            "banned": [[r.randrange(12), r.randrange(12)], [r.randrange(v)]], "min_tokens": r.choice((5, 12)),
            "allowed": sorted(r.sample(range(v), 25)), "temperature": r.choice((0.6, 1.4)), "top_k": r.choice((8, 20)),
            "top_p": 0.92, "min_p": 0.03, "typical_p": r.choice((0.5, 0.9))})


def lookups(r):
    for i in range(60):
        tokens = [r.randrange(1, r.choice((3, 6, 30))) for _ in range(r.randrange(1, 30))]
        number, size, ends = r.randrange(1, 12), r.randrange(1, 5), r.sample(range(1, 6), r.randrange(0, 3))
        generator = C.PromptLookupCandidateGenerator(
            torch.tensor(ends, dtype=torch.long), number, size, max_length=1000)
        found = generator.get_candidates(torch.tensor([tokens]))[0][0, len(tokens):].tolist()
        yield dict(tokens=tokens, number=number, size=size, ends=ends, draft=found)


def main(out):
    r = random.Random(6)
    result = []
    for case in cases(r):
        single, double = processed(case, torch.float32), processed(case, torch.float64)
        assert torch.equal(single > 0, double > 0), case["name"]
        result.append(dict(case, probabilities=[float(f"{p:.6g}") for p in double.tolist()]))
    found = list(lookups(r))
    print(len(result), "cases,", len(found), "lookups,", sum(bool(f["draft"]) for f in found), "with drafts")
    rows = lambda items: "[\n" + ",\n".join(json.dumps(i, separators=(",", ":")) for i in items) + "\n]"
    with open(out, "w") as file:
        file.write('{"cases":' + rows(result) + ',\n"lookups":' + rows(found) + "}\n")


main(sys.argv[1])
