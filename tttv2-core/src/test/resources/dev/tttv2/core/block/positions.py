# SPDX-License-Identifier: Apache-2.0
"""Makes positions.safetensors: python positions.py, with torch 2.15.0, transformers 4.57.6 and safetensors.

mrope.CASE.*      queries [1, 3, S, 24], keys [1, 1, S, 24], positions [3, S], and both after Qwen2-VL's rotation
bicubic.RxC       a grid of 4 x 4 positions [1 + 16, 6], the first of a class token's, interpolated to R x C
sinusoidal.*      tables [40, 20] of M2M-100, and [40, 20] of Whisper
"""
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers.models.m2m_100.modeling_m2m_100 import M2M100SinusoidalPositionalEmbedding
from transformers.models.qwen2_vl.configuration_qwen2_vl import Qwen2VLTextConfig
from transformers.models.qwen2_vl.modeling_qwen2_vl import Qwen2VLRotaryEmbedding, apply_multimodal_rotary_pos_emb
from transformers.models.whisper.modeling_whisper import sinusoids

generator = torch.Generator().manual_seed(2026)
random = lambda *shape: torch.randn(*shape, generator=generator)
tensors = {}

# M-RoPE: four tokens of text, an image of 3 x 2 patches, two of text; and positions in no order.
rotary = Qwen2VLRotaryEmbedding(
    Qwen2VLTextConfig(hidden_size=72, num_attention_heads=3, rope_theta=10000.0, max_position_embeddings=512,
                      rope_scaling=dict(type="mrope", mrope_section=[5, 4, 3])))
text = torch.arange(4).expand(3, 4)
image = torch.stack([torch.zeros(6, dtype=torch.int64), torch.arange(6) // 2, torch.arange(6) % 2]) + 4
tail = torch.arange(7, 9).expand(3, 2)
for case, positions in (("image", torch.cat([text, image, tail], 1)),
                        ("any", torch.randint(0, 512, (3, 40), generator=generator))):
    length = positions.shape[1]
    q, k = random(1, 3, length, 24), random(1, 1, length, 24)
    cos, sin = rotary(q, positions[:, None])
    q_out, k_out = apply_multimodal_rotary_pos_emb(q, k, cos, sin, [5, 4, 3])
    for name, tensor in dict(q=q, k=k, positions=positions, q_out=q_out, k_out=k_out).items():
        tensors[f"mrope.{case}.{name}"] = tensor

# Positions of a grid of another size, as in ViT's interpolate_pos_encoding.
table = random(1 + 16, 6)
tensors["bicubic.4x4"] = table
grid = table[1:].reshape(1, 4, 4, 6).permute(0, 3, 1, 2)
for rows, columns in ((8, 8), (7, 5), (3, 2), (1, 1), (2, 9)):
    resized = torch.nn.functional.interpolate(grid, size=(rows, columns), mode="bicubic", align_corners=False)
    tensors[f"bicubic.{rows}x{columns}"] = torch.cat([table[:1], resized.permute(0, 2, 3, 1).reshape(-1, 6)])

tensors["sinusoidal.m2m100"] = M2M100SinusoidalPositionalEmbedding.get_embedding(40, 20)
tensors["sinusoidal.whisper"] = sinusoids(40, 20)

save_file({name: tensor.contiguous().clone() for name, tensor in tensors.items()},
          Path(__file__).with_name("positions.safetensors"))
