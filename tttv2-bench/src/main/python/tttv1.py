# SPDX-License-Identifier: Apache-2.0
"""The calls to ttnn that tt-transformers (TTTv1) makes on one chip, in a straight line: what the Java blocks are measured against.

Llama-3.1-8B's shape on an n150, read from models/tt_transformers in tenstorrent/tt-metal (attention.py, mlp.py, decoder.py,
distributed_norm.py, lm_head.py, rope.py, model.py, model_config.py, 2026). Modules, configuration look-ups and assertions of the original are
left out: only the calls are here, with the memory and program configs that it gives them. What does nothing on one chip (collectives) is not
called there either. Weights are one tensor for each shape: they are not computed with on a mock, and all layers' calls are the same.
"""

import math

import ttnn

HIDDEN = 4096
INTERMEDIATE = 14336
HEADS = 32
KV_HEADS = 8
HEAD_DIM = 128
VOCABULARY = 128256
BLOCK = 32
TILE = 32
EPSILON = 1e-5
SCALE = HEAD_DIM**-0.5
DRAM_BANKS = 12
MAX_POSITIONS = 2048
# Of the logits, the most columns that one product gives: 668 for each of 32 cores.
HEAD_COLUMNS = 668 * 32


def cores(count):
    """A rectangle of cores, rows of eight."""
    return ttnn.CoreGrid(y=count // 8, x=8)


def width_sharded(width, count):
    return ttnn.create_sharded_memory_config(
        (32, width // count),
        cores(count),
        ttnn.ShardStrategy.WIDTH,
        ttnn.ShardOrientation.ROW_MAJOR,
        use_height_and_width_as_shard_shape=True,
    )


def user_sharded(height, width, users, grid):
    return ttnn.create_sharded_memory_config(
        (height, width),
        ttnn.num_cores_to_corerangeset(users, grid, True),
        ttnn.ShardStrategy.HEIGHT,
        ttnn.ShardOrientation.ROW_MAJOR,
        use_height_and_width_as_shard_shape=True,
    )


def norm_config(count):
    width = HIDDEN // count // TILE
    return ttnn.LayerNormShardedMultiCoreProgramConfig(
        compute_with_storage_grid_size=[8, count // 8], subblock_w=min(width, 4), block_h=1, block_w=width, inplace=False
    )


def dram_sharded_matmul(k, n, count):
    return ttnn.MatmulMultiCoreReuseMultiCastDRAMShardedProgramConfig(
        in0_block_w=max(d for d in range(1, 9) if k // (TILE * count) % d == 0),
        per_core_M=1,
        per_core_N=math.ceil(n / (TILE * count)),
        fused_activation=None,
    )


def prefill_matmul(n, rows, block):
    """Of a prompt of 128 positions."""
    return ttnn.MatmulMultiCoreReuseMultiCastProgramConfig(
        compute_with_storage_grid_size=(8, rows),
        in0_block_w=block,
        out_subblock_h=1,
        out_subblock_w=1,
        per_core_M=1,
        per_core_N=math.ceil(n / (TILE * 8)),
        transpose_mcast=False,
        fused_activation=None,
        fuse_batch=True,
    )


def compute(fidelity, fp32=False):
    return ttnn.WormholeComputeKernelConfig(
        math_fidelity=fidelity, math_approx_mode=False, fp32_dest_acc_en=fp32, packer_l1_acc=True
    )


class Model:
    """What a layer is given: weights, caches and configs, made once."""

    def __init__(self, device, users, layers, context):
        self.device = device
        self.users = users
        grid = device.compute_with_storage_grid_size()
        self.dram_cores = ttnn.CoreRangeSet({ttnn.CoreRange(ttnn.CoreCoord(0, 0), ttnn.CoreCoord(DRAM_BANKS - 1, 0))})
        self.wqkv = self.weight(ttnn.bfloat8_b, HIDDEN, (HEADS + 2 * KV_HEADS) * HEAD_DIM)
        self.wo = self.weight(ttnn.bfloat8_b, HEADS * HEAD_DIM, HIDDEN)
        self.w1 = self.weight(ttnn.bfloat4_b, HIDDEN, INTERMEDIATE)
        self.w3 = self.weight(ttnn.bfloat4_b, HIDDEN, INTERMEDIATE)
        self.w2 = self.weight(ttnn.bfloat8_b, INTERMEDIATE, HIDDEN)
        self.norm = self.rows(ttnn.bfloat16, 1, 1, HIDDEN // TILE, TILE)
        self.table = self.rows(ttnn.bfloat16, 1, 1, VOCABULARY, HIDDEN)
        self.columns = [HEAD_COLUMNS] * (VOCABULARY // HEAD_COLUMNS)
        if VOCABULARY % HEAD_COLUMNS:
            self.columns.append(VOCABULARY % HEAD_COLUMNS)
        self.head = [self.weight(ttnn.bfloat8_b, HIDDEN, n) for n in self.columns]

        pages = context // BLOCK
        cache = [users * pages, KV_HEADS, BLOCK, HEAD_DIM]
        self.caches = [(self.tiles(ttnn.bfloat8_b, *cache), self.tiles(ttnn.bfloat8_b, *cache)) for _ in range(layers)]
        self.page_table = self.rows(ttnn.int32, users, pages)
        self.tokens = self.rows(ttnn.uint32, 1, 1, 1, 32)
        self.position = self.rows(ttnn.int32, users)
        self.rope_position = self.rows(ttnn.uint32, 1, max(users, 32))
        self.cos_table = self.rows(ttnn.bfloat16, MAX_POSITIONS, HEAD_DIM)
        self.sin_table = self.rows(ttnn.bfloat16, MAX_POSITIONS, HEAD_DIM)
        self.cos_matrix = self.tiles(ttnn.bfloat16, 1, 1, MAX_POSITIONS, HEAD_DIM)
        self.sin_matrix = self.tiles(ttnn.bfloat16, 1, 1, MAX_POSITIONS, HEAD_DIM)
        self.prompt = self.rows(ttnn.uint32, 1, 1, 1, 128)

        self.residual = width_sharded(HIDDEN, 32)
        self.mlp_input = width_sharded(HIDDEN, 64)
        self.w2_input = width_sharded(INTERMEDIATE, 64)
        self.attention_norm = norm_config(32)
        self.mlp_norm = norm_config(64)
        self.norm_compute = compute(ttnn.MathFidelity.HiFi2, fp32=True)
        self.hifi2 = compute(ttnn.MathFidelity.HiFi2)
        self.hifi4 = compute(ttnn.MathFidelity.HiFi4, fp32=True)
        self.lofi = compute(ttnn.MathFidelity.LoFi)
        self.qkv_matmul = dram_sharded_matmul(HIDDEN, (HEADS + 2 * KV_HEADS) * HEAD_DIM, 32)
        self.wo_matmul = dram_sharded_matmul(HEADS * HEAD_DIM, HIDDEN, 32)
        self.w1_matmul = dram_sharded_matmul(HIDDEN, INTERMEDIATE, 64)
        self.w2_matmul = dram_sharded_matmul(INTERMEDIATE, HIDDEN, 64)
        self.head_matmuls = [dram_sharded_matmul(HIDDEN, n, 32) for n in self.columns]
        self.prefill_qkv_matmul = prefill_matmul((HEADS + 2 * KV_HEADS) * HEAD_DIM, 8, 1)
        self.prefill_wo_matmul = prefill_matmul(HIDDEN, 8, 1)
        self.prefill_w1_matmul = prefill_matmul(INTERMEDIATE, 4, 4)
        self.prefill_w2_matmul = prefill_matmul(HIDDEN, 4, 4)
        self.sdpa_decode = ttnn.SDPAProgramConfig(
            compute_with_storage_grid_size=(8, 8), exp_approx_mode=False, q_chunk_size=0, k_chunk_size=0
        )
        self.sdpa_prefill = ttnn.SDPAProgramConfig(
            compute_with_storage_grid_size=(8, 8), exp_approx_mode=False, q_chunk_size=64, k_chunk_size=64
        )
        self.scores = user_sharded(HEADS, HEAD_DIM, users, grid)
        self.rope_shards = user_sharded(TILE, HEAD_DIM, users, grid)
        self.trans_decode = ttnn.to_memory_config(
            self.tiles(ttnn.bfloat16, 1, 1, users * TILE, TILE), user_sharded(TILE, TILE, users, grid)
        )
        self.trans_prefill = self.tiles(ttnn.bfloat16, 1, 1, TILE, TILE)

    def tensor(self, dtype, layout, memory, shape):
        return ttnn.allocate_tensor_on_device(ttnn.Shape(list(shape)), dtype, layout, self.device, memory)

    def rows(self, dtype, *shape):
        return self.tensor(dtype, ttnn.ROW_MAJOR_LAYOUT, ttnn.DRAM_MEMORY_CONFIG, shape)

    def tiles(self, dtype, *shape):
        return self.tensor(dtype, ttnn.TILE_LAYOUT, ttnn.DRAM_MEMORY_CONFIG, shape)

    def weight(self, dtype, k, n):
        """[k, n], its columns shared out over the banks of DRAM."""
        width = math.ceil(n / (TILE * DRAM_BANKS)) * TILE
        shards = ttnn.ShardSpec(self.dram_cores, [k, width], ttnn.ShardOrientation.ROW_MAJOR)
        memory = ttnn.MemoryConfig(ttnn.TensorMemoryLayout.WIDTH_SHARDED, ttnn.BufferType.DRAM, shards)
        return self.tensor(dtype, ttnn.TILE_LAYOUT, memory, (1, 1, k, n))


def decode_layer(m, x, cos, sin, keys, values):
    """A layer of a decode step: 43 calls, of which 16 free tensors; x, width sharded in L1, stays the caller's."""
    # attention norm
    h = ttnn.to_memory_config(x, m.residual)  # 1
    attn_in = ttnn.rms_norm(  # 2
        h,
        epsilon=EPSILON,
        weight=m.norm,
        program_config=m.attention_norm,
        memory_config=m.residual,
        compute_kernel_config=m.norm_compute,
    )
    # attention
    qkv = ttnn.linear(  # 3
        attn_in,
        m.wqkv,
        memory_config=ttnn.L1_WIDTH_SHARDED_MEMORY_CONFIG,
        program_config=m.qkv_matmul,
        compute_kernel_config=m.hifi2,
        dtype=ttnn.bfloat16,
    )
    ttnn.deallocate(attn_in)  # 4
    fused = ttnn.sharded_to_interleaved(qkv, ttnn.L1_MEMORY_CONFIG, ttnn.bfloat16)  # 5
    ttnn.deallocate(qkv)  # 6
    fused = ttnn.reshape(fused, (1, 1, m.users, fused.shape[3]), (1, 1, 32, fused.shape[3]))  # 7
    q_before, k_before, v = ttnn.experimental.nlp_create_qkv_heads_decode(  # 8
        fused, num_heads=HEADS, num_kv_heads=KV_HEADS, memory_config=ttnn.L1_HEIGHT_SHARDED_MEMORY_CONFIG
    )
    ttnn.deallocate(fused)  # 9
    q = ttnn.experimental.rotary_embedding_llama(q_before, cos, sin, m.trans_decode, is_decode_mode=True)  # 10
    k = ttnn.experimental.rotary_embedding_llama(k_before, cos, sin, m.trans_decode, is_decode_mode=True)  # 11
    ttnn.deallocate(q_before)  # 12
    ttnn.deallocate(k_before)  # 13
    ttnn.experimental.paged_update_cache(keys, k, update_idxs_tensor=m.position, page_table=m.page_table)  # 14
    ttnn.experimental.paged_update_cache(values, v, update_idxs_tensor=m.position, page_table=m.page_table)  # 15
    ttnn.deallocate(k)  # 16
    ttnn.deallocate(v)  # 17
    attended = ttnn.transformer.paged_scaled_dot_product_attention_decode(  # 18
        q,
        keys,
        values,
        cur_pos_tensor=m.position,
        page_table_tensor=m.page_table,
        scale=SCALE,
        program_config=m.sdpa_decode,
        compute_kernel_config=m.hifi2,
        memory_config=ttnn.DRAM_MEMORY_CONFIG,
    )
    ttnn.deallocate(q)  # 19
    sharded = ttnn.to_memory_config(attended, memory_config=m.scores)  # 20
    joined = ttnn.experimental.nlp_concat_heads_decode(sharded, num_heads=HEADS)  # 21
    ttnn.deallocate(sharded)  # 22
    ttnn.deallocate(attended)  # 23
    dense = ttnn.matmul(  # 24
        joined,
        m.wo,
        program_config=m.wo_matmul,
        memory_config=joined.memory_config(),
        compute_kernel_config=m.hifi2,
    )
    ttnn.deallocate(joined)  # 25
    dense = ttnn.to_memory_config(dense, m.residual)  # 26
    # residual
    attn_out = ttnn.to_memory_config(dense, m.residual)  # 27
    residual = ttnn.add(x, attn_out, memory_config=m.residual)  # 28
    # feed-forward norm
    h = ttnn.to_memory_config(residual, m.mlp_input)  # 29
    ff_in = ttnn.rms_norm(  # 30
        h,
        epsilon=EPSILON,
        weight=m.norm,
        program_config=m.mlp_norm,
        memory_config=m.mlp_input,
        compute_kernel_config=m.norm_compute,
    )
    ttnn.deallocate(attn_out)  # 31
    # MLP
    w1_out = ttnn.linear(  # 32
        ff_in,
        m.w1,
        dtype=ttnn.bfloat16,
        compute_kernel_config=m.lofi,
        program_config=m.w1_matmul,
        memory_config=ttnn.L1_WIDTH_SHARDED_MEMORY_CONFIG,
    )
    w3_out = ttnn.linear(  # 33
        ff_in,
        m.w3,
        dtype=ttnn.bfloat16,
        compute_kernel_config=m.lofi,
        program_config=m.w1_matmul,
        memory_config=ttnn.L1_WIDTH_SHARDED_MEMORY_CONFIG,
    )
    ttnn.deallocate(ff_in)  # 34
    w2_in = ttnn.mul(  # 35
        w1_out,
        w3_out,
        input_tensor_a_activations=[ttnn.UnaryOpType.SILU],
        dtype=ttnn.bfloat8_b,
        memory_config=w1_out.memory_config(),
    )
    w2_in = ttnn.to_memory_config(w2_in, m.w2_input)  # 36
    ttnn.deallocate(w3_out)  # 37
    ttnn.deallocate(w1_out)  # 38
    w2_out = ttnn.linear(  # 39
        w2_in,
        m.w2,
        compute_kernel_config=m.hifi2,
        dtype=ttnn.bfloat16,
        program_config=m.w2_matmul,
        memory_config=ttnn.L1_WIDTH_SHARDED_MEMORY_CONFIG,
    )
    ttnn.deallocate(w2_in)  # 40
    w2_out = ttnn.reshape(w2_out, (1, 1, w2_out.shape[-4] * w2_out.shape[-3] * w2_out.shape[-2], w2_out.shape[-1]))  # 41
    w2_out = ttnn.to_memory_config(w2_out, m.residual)  # 42
    return ttnn.add(residual, w2_out, memory_config=m.residual, dtype=ttnn.bfloat16)  # 43


def rotation(m):
    """Cosines and sines of the users' positions, a user on each core."""

    def rows(table):
        x = ttnn.embedding(m.rope_position, table, layout=ttnn.TILE_LAYOUT)
        x = ttnn.unsqueeze_to_4D(x)
        x = ttnn.transpose(x, 1, 2)
        if m.users % TILE != 0:
            x = x[:, : m.users, :, :]
        return ttnn.interleaved_to_sharded(x, m.rope_shards)

    return rows(m.cos_table), rows(m.sin_table)


def head(m, x):
    """The final norm's output [1, 1, 32, hidden], sharded, to logits."""
    outputs = []
    for weight, config in zip(m.head, m.head_matmuls):
        output = ttnn.linear(
            x,
            weight,
            compute_kernel_config=m.hifi2,
            program_config=config,
            memory_config=ttnn.L1_WIDTH_SHARDED_MEMORY_CONFIG,
            dtype=ttnn.bfloat8_b,
        )
        outputs.append(ttnn.sharded_to_interleaved(output, memory_config=ttnn.L1_MEMORY_CONFIG))
    ttnn.deallocate(x)
    return ttnn.concat(outputs, dim=-1, memory_config=ttnn.L1_MEMORY_CONFIG)


def decode_step(m):
    """Tokens and positions on the device to the users' next tokens there: embedding, layers, norm, head, argmax."""
    cos, sin = rotation(m)
    x = ttnn.embedding(m.tokens, m.table, layout=ttnn.TILE_LAYOUT)
    x = ttnn.unsqueeze_to_4D(x)
    x = ttnn.to_memory_config(x, m.residual)
    for keys, values in m.caches:
        x = decode_layer(m, x, cos, sin, keys, values)
    x = ttnn.to_memory_config(x, m.residual)
    x = ttnn.rms_norm(
        x,
        epsilon=EPSILON,
        weight=m.norm,
        program_config=m.attention_norm,
        memory_config=m.residual,
        compute_kernel_config=m.norm_compute,
    )
    logits = head(m, x)
    logits = ttnn.untilize(logits, use_multicore=True)
    return ttnn.argmax(logits, dim=3, keepdim=True)


def prefill_layer(m, x, cos, sin, keys, values):
    """A layer of one user's prompt; x stays the caller's until the layer frees it."""
    length = x.shape[-2]
    h = ttnn.to_memory_config(x, ttnn.DRAM_MEMORY_CONFIG)
    attn_in = ttnn.rms_norm(h, epsilon=EPSILON, weight=m.norm, compute_kernel_config=m.norm_compute)
    qkv = ttnn.linear(
        attn_in,
        m.wqkv,
        dtype=ttnn.bfloat16,
        memory_config=ttnn.DRAM_MEMORY_CONFIG,
        compute_kernel_config=m.hifi2,
        program_config=m.prefill_qkv_matmul,
    )
    ttnn.deallocate(attn_in)
    q_before, k_before, v = ttnn.experimental.nlp_create_qkv_heads(
        qkv, num_heads=HEADS, num_kv_heads=KV_HEADS, transpose_k_heads=False, memory_config=ttnn.DRAM_MEMORY_CONFIG
    )
    ttnn.deallocate(qkv)
    q = ttnn.experimental.rotary_embedding_llama(q_before, cos, sin, m.trans_prefill, is_decode_mode=False)
    ttnn.deallocate(q_before)
    k = ttnn.experimental.rotary_embedding_llama(k_before, cos, sin, m.trans_prefill, is_decode_mode=False)
    ttnn.deallocate(k_before)
    k8 = ttnn.typecast(k, dtype=ttnn.bfloat8_b)
    ttnn.deallocate(k)
    v8 = ttnn.typecast(v, dtype=ttnn.bfloat8_b)
    ttnn.deallocate(v)
    ttnn.experimental.paged_fill_cache(keys, k8, m.page_table, batch_idx=0)
    ttnn.experimental.paged_fill_cache(values, v8, m.page_table, batch_idx=0)
    q8 = ttnn.typecast(q, dtype=ttnn.bfloat8_b)
    ttnn.deallocate(q)
    attended = ttnn.transformer.scaled_dot_product_attention(
        q8, k8, v8, is_causal=True, scale=SCALE, compute_kernel_config=m.hifi4, program_config=m.sdpa_prefill
    )
    ttnn.deallocate(q8)
    ttnn.deallocate(k8)
    ttnn.deallocate(v8)
    attended = ttnn.reshape(attended, [1, HEADS, -1, HEAD_DIM])
    joined = ttnn.experimental.nlp_concat_heads(attended, memory_config=ttnn.DRAM_MEMORY_CONFIG)
    ttnn.deallocate(attended)
    dense = ttnn.linear(
        joined,
        m.wo,
        compute_kernel_config=m.hifi2,
        dtype=ttnn.bfloat8_b,
        memory_config=ttnn.DRAM_MEMORY_CONFIG,
        program_config=m.prefill_wo_matmul,
    )
    ttnn.deallocate(joined)
    attn_out = ttnn.to_memory_config(dense, ttnn.DRAM_MEMORY_CONFIG)
    residual = ttnn.add(x, attn_out, memory_config=ttnn.DRAM_MEMORY_CONFIG)
    x.deallocate(True)
    h = ttnn.to_memory_config(residual, ttnn.DRAM_MEMORY_CONFIG)
    ff_in = ttnn.rms_norm(h, epsilon=EPSILON, weight=m.norm, compute_kernel_config=m.norm_compute)
    ttnn.deallocate(attn_out)
    w1_out = ttnn.linear(
        ff_in,
        m.w1,
        dtype=ttnn.bfloat16,
        compute_kernel_config=m.lofi,
        program_config=m.prefill_w1_matmul,
        memory_config=ttnn.DRAM_MEMORY_CONFIG,
    )
    w3_out = ttnn.linear(
        ff_in,
        m.w3,
        dtype=ttnn.bfloat16,
        compute_kernel_config=m.lofi,
        program_config=m.prefill_w1_matmul,
        memory_config=ttnn.DRAM_MEMORY_CONFIG,
    )
    ttnn.deallocate(ff_in)
    w2_in = ttnn.mul(
        w1_out,
        w3_out,
        input_tensor_a_activations=[ttnn.UnaryOpType.SILU],
        dtype=ttnn.bfloat8_b,
        memory_config=w1_out.memory_config(),
    )
    ttnn.deallocate(w3_out)
    ttnn.deallocate(w1_out)
    w2_out = ttnn.linear(
        w2_in,
        m.w2,
        compute_kernel_config=m.hifi2,
        dtype=ttnn.bfloat16,
        program_config=m.prefill_w2_matmul,
        memory_config=ttnn.DRAM_MEMORY_CONFIG,
    )
    ttnn.deallocate(w2_in)
    w2_out = ttnn.reshape(w2_out, (1, 1, length, w2_out.shape[-1]))
    return ttnn.add(residual, w2_out, memory_config=ttnn.DRAM_MEMORY_CONFIG, dtype=ttnn.bfloat16)


def prefill(m):
    """A prompt of 128 tokens on the device to the logits of the last tile of them."""
    x = ttnn.embedding(m.prompt, m.table, layout=ttnn.TILE_LAYOUT)
    x = ttnn.unsqueeze_to_4D(x)
    length = x.shape[-2]
    cos = m.cos_matrix[:, :, 0:length, :]
    sin = m.sin_matrix[:, :, 0:length, :]
    for keys, values in m.caches:
        x = prefill_layer(m, x, cos, sin, keys, values)
    x = ttnn.slice(x, (0, 0, length - 32, 0), (1, 1, length, HIDDEN))
    x = ttnn.to_memory_config(x, ttnn.DRAM_MEMORY_CONFIG)
    x = ttnn.rms_norm(x, epsilon=EPSILON, weight=m.norm, compute_kernel_config=m.norm_compute)
    logits = head(m, ttnn.interleaved_to_sharded(x, m.residual))
    return ttnn.to_layout(logits, layout=ttnn.ROW_MAJOR_LAYOUT, memory_config=ttnn.DRAM_MEMORY_CONFIG)
