#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes minilm.json: embeddings of a few texts by all-MiniLM-L6-v2, as sentence-transformers makes them (mean of the
tokens, length 1), computed with transformers in float32.

    python make_minilm.py DIRECTORY_OF_THE_MODEL ../resources/minilm.json

Made with torch 2.15.0 (CPU), transformers 4.57.6, tokenizers 0.22.2.
"""

import json
import sys

import torch
from tokenizers import Tokenizer
from transformers import BertModel

TEXTS = [
    "The capital of France is Paris.",
    "Paris is where the French government sits.",
    "A transformer block is attention followed by an MLP.",
    "Zwei Äpfel kosten 3,50 €; 東京 is far away.",
    "no",
    " ".join(
        "Sentence %d says that embeddings of long texts are means over many tokens, padding excluded." % i
        for i in range(1, 11)
    ),
]


def main(model_directory, target):
    tokenizer = Tokenizer.from_file(f"{model_directory}/tokenizer.json")
    tokenizer.no_truncation()
    tokenizer.no_padding()
    model = BertModel.from_pretrained(model_directory, dtype=torch.float32, attn_implementation="eager").eval()
    cases = []
    with torch.no_grad():
        for text in TEXTS:
            ids = tokenizer.encode(text).ids
            hidden = model(input_ids=torch.tensor([ids])).last_hidden_state[0]
            embedding = torch.nn.functional.normalize(hidden.mean(0), dim=0)
            cases.append({"text": text, "ids": ids, "embedding": [float(f"{v:.8g}") for v in embedding.tolist()]})
    with open(target, "w", encoding="utf-8") as file:
        file.write("[\n" + ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases) + "\n]\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
