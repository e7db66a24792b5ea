# SPDX-License-Identifier: Apache-2.0
"""Makes tiny.gguf, the model that the launcher trains its AOT cache with: a file as the default model's (llama, Q4_1 weights,
a byte-level BPE tokenizer), with random weights.

    pip install gguf==0.19.0 numpy
    python make_tiny_gguf.py tiny.gguf
"""

import sys

import gguf
import numpy as np

HIDDEN, HEADS, KV_HEADS, INTERMEDIATE, LAYERS = 64, 2, 1, 128, 2
HEAD = HIDDEN // HEADS


def byte_alphabet():
    """GPT-2's printable characters for the 256 bytes."""
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in plain]
    return [chr(byte) for byte in plain] + [chr(256 + i) for i in range(len(others))]


def main(path):
    merges = ["Ġ t", "Ġ a", "h e", "Ġt he", "i n", "r e", "o n", "Ġ c"]
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    tokens = special + byte_alphabet() + [merge.replace(" ", "") for merge in merges]
    types = [gguf.TokenType.CONTROL] * len(special) + [gguf.TokenType.NORMAL] * (len(tokens) - len(special))

    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("tiny")
    writer.add_block_count(LAYERS)
    writer.add_context_length(512)
    writer.add_embedding_length(HIDDEN)
    writer.add_feed_forward_length(INTERMEDIATE)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_rope_freq_base(10000.0)
    writer.add_rope_dimension_count(HEAD)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges(merges)
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_pad_token_id(2)
    writer.add_add_bos_token(False)
    writer.add_add_space_prefix(False)
    writer.add_chat_template("{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}")

    random = np.random.default_rng(1)

    def norm(name):
        writer.add_tensor(name, np.ones(HIDDEN, np.float32))

    def linear(name, rows, cols):
        kind = gguf.GGMLQuantizationType.Q4_1
        values = random.normal(0, cols**-0.5, (rows, cols)).astype(np.float32)
        writer.add_tensor(name, gguf.quants.quantize(values, kind), raw_dtype=kind)

    linear("token_embd.weight", len(tokens), HIDDEN)
    norm("output_norm.weight")
    for layer in range(LAYERS):
        norm(f"blk.{layer}.attn_norm.weight")
        linear(f"blk.{layer}.attn_q.weight", HIDDEN, HIDDEN)
        linear(f"blk.{layer}.attn_k.weight", KV_HEADS * HEAD, HIDDEN)
        linear(f"blk.{layer}.attn_v.weight", KV_HEADS * HEAD, HIDDEN)
        linear(f"blk.{layer}.attn_output.weight", HIDDEN, HIDDEN)
        norm(f"blk.{layer}.ffn_norm.weight")
        linear(f"blk.{layer}.ffn_gate.weight", INTERMEDIATE, HIDDEN)
        linear(f"blk.{layer}.ffn_up.weight", INTERMEDIATE, HIDDEN)
        linear(f"blk.{layer}.ffn_down.weight", HIDDEN, INTERMEDIATE)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
