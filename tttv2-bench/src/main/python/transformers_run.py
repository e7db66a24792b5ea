# SPDX-License-Identifier: Apache-2.0
"""Hugging Face transformers' side of compare.sh's prefill: the arguments of llamacpp_run.py; bfloat16 and PyTorch's sdpa."""

import os
import sys
import time

os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", TRANSFORMERS_VERBOSITY="error", TQDM_DISABLE="1")

import torch  # noqa: E402
import transformers  # noqa: E402

import turns  # noqa: E402


@torch.inference_mode()
def main():
    arguments = dict(argument.split("=", 1) for argument in sys.argv[1:])
    torch.set_num_threads(int(arguments["threads"]))
    with open(arguments["ids"], encoding="utf-8") as file:
        ids = torch.tensor([[int(word) for word in file.read().split()][: int(arguments["prompt"])]])
    directory, name = os.path.split(arguments["model"])
    model = transformers.AutoModelForCausalLM.from_pretrained(
        directory, gguf_file=name, dtype=torch.bfloat16, attn_implementation="sdpa"
    ).eval()

    def prefill(line):
        begin = time.perf_counter()
        token = int(model(ids, use_cache=True, logits_to_keep=1).logits[0, -1].argmax())
        return {"prefill_s": time.perf_counter() - begin, "decode_s": 0, "step_s": 0, "tokens": [token]}

    turns.serve(prefill, versions=[torch.__version__, transformers.__version__])


main()
