# SPDX-License-Identifier: Apache-2.0
"""What transformers' configuration classes take for granted where config.json is silent.

    python families.py 4 ../resources/families/silent.json    # with transformers 4
    python families.py 5 ../resources/families/silent.json    # with transformers 5

Each case holds the fields that are given, and all fields of the configuration that the class makes of
them, as transformers 4.57.6 and 5.24.0 write them. Sizes are such that every default fits them.
"""
import json
import sys

from transformers.models.auto.configuration_auto import CONFIG_MAPPING

USUAL = {
    "vocab_size": 300_000,
    "hidden_size": 2048,
    "intermediate_size": 4096,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "max_position_embeddings": 8192,
}
GPT = {
    "vocab_size": 300_000,
    "n_embd": 2048,
    "n_layer": 32,
    "n_head": 32,
    "n_positions": 8192,
}
OPT = {k: v for k, v in USUAL.items() if k != "intermediate_size"} | {"ffn_dim": 4096}
BLOOM = {"vocab_size": 300_000, "hidden_size": 2048, "n_layer": 32, "n_head": 32}
VISION = {
    "hidden_size": 2048,
    "intermediate_size": 4096,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "image_size": 224,
    "patch_size": 16,
}

CASES = [
    ("llama", "LlamaForCausalLM", USUAL, {}),
    ("llama", "LlamaForCausalLM", USUAL, {"rms_norm_eps": 1e-3, "head_dim": 32}),
    ("mistral", "MistralForCausalLM", USUAL, {}),
    ("mistral", "MistralForCausalLM", USUAL, {"sliding_window": None, "head_dim": 128}),
    ("mixtral", "MixtralForCausalLM", USUAL, {}),
    ("qwen2", "Qwen2ForCausalLM", USUAL, {}),
    ("qwen2", "Qwen2ForCausalLM", USUAL, {"use_sliding_window": True}),
    ("qwen2", "Qwen2ForCausalLM", USUAL, {"sliding_window": 1024, "max_window_layers": 8}),
    ("qwen3", "Qwen3ForCausalLM", USUAL, {}),
    ("qwen3", "Qwen3ForCausalLM", USUAL, {"use_sliding_window": True, "max_window_layers": 30}),
    ("qwen3_moe", "Qwen3MoeForCausalLM", USUAL, {}),
    ("qwen3_moe", "Qwen3MoeForCausalLM", USUAL, {"use_sliding_window": True, "decoder_sparse_step": 2}),
    ("smollm3", "SmolLM3ForCausalLM", USUAL, {}),
    ("smollm3", "SmolLM3ForCausalLM", USUAL, {"no_rope_layer_interval": 8}),
    ("phi", "PhiForCausalLM", USUAL, {}),
    ("phi3", "Phi3ForCausalLM", USUAL, {}),
    ("gemma", "GemmaForCausalLM", USUAL, {}),
    ("gemma2", "Gemma2ForCausalLM", USUAL, {}),
    ("gemma2", "Gemma2ForCausalLM", USUAL, {"final_logit_softcapping": None, "attn_logit_softcapping": None}),
    ("gemma3_text", "Gemma3ForCausalLM", USUAL, {}),
    ("gpt2", "GPT2LMHeadModel", GPT, {}),
    ("gptj", "GPTJForCausalLM", GPT, {}),
    ("gpt_neox", "GPTNeoXForCausalLM", USUAL, {}),
    ("gpt_neox", "GPTNeoXForCausalLM", USUAL, {"attention_bias": False, "use_parallel_residual": False}),
    ("bloom", "BloomForCausalLM", BLOOM, {}),
    ("opt", "OPTForCausalLM", OPT, {}),
    ("olmo2", "Olmo2ForCausalLM", USUAL, {}),
    ("stablelm", "StableLmForCausalLM", USUAL, {}),
    ("starcoder2", "Starcoder2ForCausalLM", USUAL, {}),
    ("starcoder2", "Starcoder2ForCausalLM", USUAL, {"use_bias": False, "sliding_window": 4096}),
    ("granite", "GraniteForCausalLM", USUAL, {}),
    ("bert", "BertModel", USUAL, {}),
    ("clip_text_model", "CLIPTextModel", USUAL, {"eos_token_id": 49407}),
    ("clip_vision_model", "CLIPVisionModel", VISION, {}),
    ("vit", "ViTModel", VISION, {}),
]


def main():
    version, path = sys.argv[1:]
    try:
        with open(path) as f:
            known = {(c["type"], json.dumps(c["given"], sort_keys=True)): c for c in json.load(f)}
    except FileNotFoundError:
        known = {}
    cases = []
    for kind, architecture, sizes, more in CASES:
        given = {"architectures": [architecture], "model_type": kind} | sizes | more
        case = known.get((kind, json.dumps(given, sort_keys=True)), {"type": kind, "given": given})
        case["transformers_" + version] = CONFIG_MAPPING[kind](**given).to_dict()
        cases.append(case)
    with open(path, "w") as f:
        f.write("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")


main()
