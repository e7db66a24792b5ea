#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes small random encoders with their outputs: what the reference data of all families leave out.

    python make_encoders.py ../resources/encoders

Each directory has config.json, model.safetensors (bfloat16) and golden.safetensors (inputs, and outputs in float32
under Hugging Face's names; rows of padding are zeros). Made with torch 2.15.0 (CPU), transformers 4.57.6.
"""

import os
import sys

import torch
import transformers as T
from safetensors.torch import load_file, save_file

TEXT = dict(vocab_size=64, hidden_size=32, intermediate_size=48, num_hidden_layers=1, num_attention_heads=2)
IMAGE = dict(hidden_size=32, intermediate_size=48, num_hidden_layers=1, num_attention_heads=2, patch_size=8)
OUTPUTS = ("last_hidden_state", "pooler_output", "logits", "text_embeds", "image_embeds")


def texts(lengths, end=None):
    """Right-padded texts; the last one has its padding in front, and a masked token inside."""
    length = max(lengths)
    ids = torch.randint(3, 60, (len(lengths) + 1, length))
    mask = torch.zeros_like(ids)
    for i, n in enumerate(lengths):
        mask[i, :n] = 1
        if end is not None:
            ids[i, n - 1] = end
    mask[-1, 2:] = 1
    mask[-1, 4] = 0
    if end is not None:
        ids[-1, -1] = end
    ids[mask == 0] = 1
    return dict(input_ids=ids, attention_mask=mask)


def write(root, name, model, inputs, hidden=lambda model: model, change=lambda weights: weights):
    torch.manual_seed(7)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    model = model.to(torch.bfloat16).float().eval()
    directory = os.path.join(root, name)
    model.to(torch.bfloat16).save_pretrained(directory)
    weights = os.path.join(directory, "model.safetensors")
    save_file({k: v.contiguous() for k, v in change(load_file(weights)).items()}, weights, {"format": "pt"})
    model = model.float()
    with torch.no_grad():
        output = model(**inputs)
        # The head of a language model, with logits of every token, is no part of an encoder.
        golden = {key: output[key] for key in OUTPUTS if key in output}
        if "logits" in golden and golden["logits"].dim() == 3:
            del golden["logits"]
        if "last_hidden_state" not in golden:
            golden.update(last_hidden_state=hidden(model)(**inputs).last_hidden_state)
    if "attention_mask" in inputs:
        golden["last_hidden_state"] *= inputs["attention_mask"][..., None]
    golden.update(inputs)
    save_file({k: v.contiguous() for k, v in golden.items()}, os.path.join(directory, "golden.safetensors"))
    generation = os.path.join(directory, "generation_config.json")
    if os.path.exists(generation):
        os.remove(generation)


def first_spelling(weights):
    """Names that the first checkpoints of BERT have, and a buffer that some versions of transformers stored."""
    renamed = {
        k.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): v
        for k, v in weights.items()
    }
    return renamed | {"bert.embeddings.position_ids": torch.arange(16)[None]}


def main(root):
    eager = dict(attn_implementation="eager")
    bert = dict(**TEXT, max_position_embeddings=16, **eager)
    torch.manual_seed(1)
    inputs = texts((9, 4, 1))
    types = inputs | dict(token_type_ids=torch.randint(0, 2, inputs["input_ids"].shape))
    write(root, "bert_classifier", T.BertForSequenceClassification(T.BertConfig(**bert, num_labels=3)), types,
          lambda model: model.bert, first_spelling)
    write(root, "bert_masked_lm", T.BertForMaskedLM(T.BertConfig(**bert, hidden_act="gelu_new")), inputs,
          lambda model: model.bert)
    clip = dict(**TEXT, max_position_embeddings=16, projection_dim=8, bos_token_id=0, pad_token_id=1, **eager)
    write(root, "clip_text_largest_id", T.CLIPTextModel(T.CLIPTextConfig(**clip, eos_token_id=2)), texts((9, 4, 2), 63))
    pixels = dict(pixel_values=torch.randn(2, 3, 24, 24))
    image = dict(**IMAGE, image_size=24, **eager)
    write(root, "clip_vision_pooled", T.CLIPVisionModel(T.CLIPVisionConfig(**image)), pixels)
    write(root, "vit_pooled", T.ViTModel(T.ViTConfig(**image, qkv_bias=False)), pixels)


if __name__ == "__main__":
    main(sys.argv[1])
