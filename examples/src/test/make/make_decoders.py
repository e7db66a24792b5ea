#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes small random decoders with their outputs: families that the reference data leave out.

    python make_decoders.py 4 ../resources/decoders    # with transformers 4 and torch: all but config_v5.json
    python make_decoders.py 5 ../resources/decoders    # with transformers 5: config_v5.json

The directories have the form of the reference data's tiny/: a checkpoint, whose weights are bfloat16;
golden.safetensors with a prompt, its logits, hidden states and greedy continuation, and golden_ragged.safetensors with
prompts of several lengths, each run alone. Everything is computed in float32 with eager attention, from the weights as
they are written; continuations by recomputing the whole text, and again by generate() with its cache. golden.json says
how far float64 and the cache are off, the smallest lead of a chosen token, and how far the logits move when one feature
is left out. Made with torch 2.15.0 (CPU), transformers 4.57.6 and 5.24.0.
"""

import copy
import json
import os
import sys

import transformers as T

NEW_TOKENS = 16
# What the tests allow, on values of a few units.
TOLERANCE = 5e-4
NOISE = 1e-4
LEAD = 0.01

# The window is shorter than every prompt but the shortest; the last part of the long prompt, when it is read in parts
# of 32, sees nothing of the first. The epsilon is large so that it shows.
STARCODER2 = dict(
    vocab_size=96,
    hidden_size=32,
    intermediate_size=56,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=128,
    norm_epsilon=1e-2,
    rope_theta=500.0,
    sliding_window=12,
    residual_dropout=0.1,
    embedding_dropout=0.1,
    attention_dropout=0.1,
    bos_token_id=1,
    eos_token_id=2,
    pad_token_id=0,
)
CASES = {
    "starcoder2": (
        "Starcoder2ForCausalLM",
        "Starcoder2Config",
        STARCODER2,
        dict(prompt=68, ragged=(1, 13, 33)),
        # What is changed to measure how much each counts; use_bias leaves the norms' biases alone.
        dict(sliding_window=None, use_bias=False, rope_theta=10000.0, norm_epsilon=1e-5, hidden_act="gelu"),
    ),
}


def randomize(model, seed):
    """Random values for all parameters, also those that are zeros or ones in a new model."""
    import torch

    torch.manual_seed(seed)
    for name, parameter in model.named_parameters():
        if "norm" in name and name.endswith("weight"):
            torch.nn.init.normal_(parameter, mean=1, std=0.25)
        elif parameter.dim() == 1:
            torch.nn.init.normal_(parameter, std=0.2)
        else:
            torch.nn.init.normal_(parameter, std=2 / parameter.shape[-1] ** 0.5)


def hidden_states(model, ids):
    """Logits and what flows between the layers, under the names of the reference data."""
    seen, hooks = {}, []

    def show(module, name):
        def hook(_module, _inputs, output):
            seen[name] = output[0] if isinstance(output, tuple) else output

        hooks.append(module.register_forward_hook(hook))

    body = model.model
    last = len(body.layers) - 1
    show(body.embed_tokens, "hidden_states.0")
    for i, layer in enumerate(body.layers):
        show(layer, f"hidden_states.{i + 1}" if i < last else f"layer_out.{last}")
    show(body.norm, "last_hidden_state")
    seen["logits"] = model(ids, use_cache=False).logits
    for hook in hooks:
        hook.remove()
    return seen


def greedy(model, ids):
    """A continuation without a cache: tokens, logits and leads over the second best; and how far generate() is off."""
    import torch

    text, steps = ids, []
    for _ in range(NEW_TOKENS):
        steps.append(model(text, use_cache=False).logits[:, -1])
        text = torch.cat([text, steps[-1].argmax(-1, keepdim=True)], 1)
    tokens, logits = text[:, ids.shape[1] :], torch.stack(steps, 1)
    model.generation_config.eos_token_id = None
    cached = model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        generation_config=T.GenerationConfig(max_new_tokens=NEW_TOKENS, do_sample=False, pad_token_id=0),
        output_logits=True,
        return_dict_in_generate=True,
    )
    assert torch.equal(cached.sequences, text), "generate() gives another text"
    off = (torch.stack(cached.logits, 1) - logits).abs().max().item()
    best = logits.topk(2, -1).values
    return tokens, logits, best[..., 0] - best[..., 1], off


def write(root, name):
    import torch
    from safetensors.torch import load_file, save_file

    torch.set_grad_enabled(False)
    architecture, config_class, fields, sizes, without = CASES[name]
    make = getattr(T, architecture)
    config = getattr(T, config_class)(**fields, attn_implementation="eager")
    directory = os.path.join(root, name)
    seed = 0
    while True:
        seed += 1
        model = make(config)
        randomize(model, seed)
        model.to(torch.bfloat16).save_pretrained(directory)
        model = make.from_pretrained(directory, dtype=torch.float32, attn_implementation="eager").eval()

        ids = torch.randint(3, config.vocab_size, (1, sizes["prompt"]))
        lm = hidden_states(model, ids)
        tokens, logits, leads, off = greedy(model, ids)
        lm |= {"input_ids": ids, "greedy.tokens": tokens, "greedy.logits": logits, "greedy.margin": leads}
        double = copy.deepcopy(model).double()(ids, use_cache=False).logits
        noise = (double - lm["logits"]).abs().max().item()
        files = {
            "golden.safetensors": dict(
                kind="lm", cache_vs_nocache_max_abs=off, float64_max_abs=noise, greedy_min_margin=leads.min().item()
            )
        }

        ragged, off, least = {}, 0.0, leads.min().item()
        for i, length in enumerate(sizes["ragged"]):
            prompt = torch.randint(3, config.vocab_size, (1, length))
            tokens, logits, leads, more = greedy(model, prompt)
            ragged |= {
                f"prompt.{i}": prompt[0],
                f"logits.{i}": model(prompt, use_cache=False).logits[0],
                f"greedy.tokens.{i}": tokens[0],
                f"greedy.logits.{i}": logits[0],
                f"greedy.margin.{i}": leads[0],
            }
            off, least = max(off, more), min(least, leads.min().item())
        files["golden_ragged.safetensors"] = dict(
            kind="ragged", lens=sizes["ragged"], cache_vs_nocache_max_abs=off, greedy_min_margin=least
        )
        if least >= LEAD:
            break
    assert max(noise, off) < NOISE, (noise, off)

    weights = load_file(os.path.join(directory, "model.safetensors"))
    sensitivity = {}
    for field, value in without.items():
        other = make(getattr(T, config_class)(**{**fields, field: value}, attn_implementation="eager")).eval()
        other.load_state_dict(weights, strict=False)
        change = (other(ids, use_cache=False).logits - lm["logits"]).abs().max().item()
        assert change > 2 * TOLERANCE, f"{field} is invisible: {change}"
        sensitivity[field] = round(change, 4)
    for file, tensors in (("golden.safetensors", lm), ("golden_ragged.safetensors", ragged)):
        save_file({k: v.contiguous().clone() for k, v in tensors.items()}, os.path.join(directory, file))
    golden = dict(
        name=name,
        cls=architecture,
        seed=seed,
        stored_dtype="bfloat16",
        torch=torch.__version__,
        transformers=T.__version__,
        files=files,
        sensitivity_max_abs_change=sensitivity,
    )
    with open(os.path.join(directory, "golden.json"), "w") as f:
        f.write(json.dumps(golden, indent=1) + "\n")


def write_config_v5(root, name):
    directory = os.path.join(root, name)
    config = getattr(T, CASES[name][1]).from_pretrained(directory)
    config.architectures = [CASES[name][0]]
    with open(os.path.join(directory, "config_v5.json"), "w") as f:
        f.write(config.to_json_string())


def main(version, root):
    assert T.__version__.startswith(version + "."), T.__version__
    for name in CASES:
        if version == "4":
            write(root, name)
        else:
            write_config_v5(root, name)


if __name__ == "__main__":
    main(*sys.argv[1:])
