#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes reference.json: Gemma 3 270M from its GGUF in Hugging Face transformers, dequantised to float32.

    pip install torch transformers==4.57.6 gguf==0.19.0 accelerate
    python make_reference.py DIRECTORY FILE.gguf reference.json

`long` is longer than the sliding window (512) of most layers; its tokens are pseudo-random.
"""

import json
import random
import sys

import torch
from transformers import AutoModelForCausalLM

directory, file, target = sys.argv[1:]
model = AutoModelForCausalLM.from_pretrained(
    directory, gguf_file=file, dtype=torch.float32, attn_implementation="eager").eval()
prompt = [2, 818, 5279, 529, 7001, 563]  # <bos>The capital of France is
numbers = random.Random(5)
long = [2] + [numbers.randrange(300, 20000) for _ in range(699)]
with torch.no_grad():
    last = model(torch.tensor([prompt])).logits[0, -1].topk(10)
    greedy = model.generate(torch.tensor([prompt]), max_new_tokens=24, do_sample=False, eos_token_id=None)
    logits = model(torch.tensor([long])).logits[0]
json.dump(
    {
        "prompt": prompt,
        "top_ids": last.indices.tolist(),
        "top_logits": [round(x, 5) for x in last.values.tolist()],
        "greedy": greedy[0, len(prompt):].tolist(),
        "long": long,
        "long_argmax": logits.argmax(-1).tolist(),
        "long_logsumexp": [round(x, 4) for x in torch.logsumexp(logits, -1).tolist()],
    },
    open(target, "w"),
    separators=(",", ":"),
)
