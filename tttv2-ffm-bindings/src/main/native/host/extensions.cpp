// SPDX-License-Identifier: Apache-2.0
//
// What the host takes although TTNN refuses it.
#include "common/operations.hpp"

namespace tttv2 {

namespace {

constexpr const char *kProof = "a model in FLOAT32 throughout is compared with a reference in FLOAT32";
constexpr const char *kHeadSize = "models with such heads run without padded weights; nothing here works in tiles";

constexpr const char *kRowBuffersRule = "the buffers for a row must fit a core's L1: any width is taken";
constexpr const char *kRowBuffers = "nothing here has such buffers";
constexpr const char *kSmallGroups = "image models also have few channels; nothing here works in tiles";
constexpr const char *kSoftcapRule = "there is no logit_softcap: it is taken";
constexpr const char *kSoftcap = "Gemma 2 caps its scores inside of the attention; there is no other place for it";
constexpr const char *kPositionBias = "ALiBi adds a bias of each head to the scores, also behind a cached prefix";
constexpr const char *kBoundedRule = "cur_pos_tensor has no effect beside attn_mask: a user's keys end there";
constexpr const char *kBounded = "unwritten positions and unmapped pages are not read, and users can be skipped";

constexpr Extension kExtensions[] = {
    {"embedding", "weight must be BFLOAT16 (or BFLOAT8_B): FLOAT32 is taken", kProof},
    {"rotary_embedding_llama", "all inputs must be BFLOAT16: all FLOAT32 is taken", kProof},
    {"scaled_dot_product_attention", "q, k, v, mask and sink must not be FLOAT32: it is taken", kProof},
    {"chunked_scaled_dot_product_attention", "q, caches and sink must not be FLOAT32: it is taken", kProof},
    {"scaled_dot_product_attention_decode", "q, caches, mask and sink must not be FLOAT32: it is taken", kProof},
    {"paged_scaled_dot_product_attention_decode", "q, caches, mask and sink must not be FLOAT32: it is taken", kProof},
    {"scatter", "x and src must not be FLOAT32 in TILE: they are taken", kProof},
    {"mesh_partition", "parts of a TILE tensor must be whole tiles: any are taken", kHeadSize},
    {"rms_norm", kRowBuffersRule, kRowBuffers},
    {"layer_norm", kRowBuffersRule, kRowBuffers},
    {"group_norm", "C must be a multiple of 32: in TILE any multiple of num_groups is taken", kSmallGroups},
    {"nlp_create_qkv_heads", "head size must be a multiple of 32: any is taken", kHeadSize},
    {"nlp_create_qkv_heads_decode", "head size must be a multiple of 32: any is taken", kHeadSize},
    {"nlp_concat_heads", "head size must be a multiple of 32: any is taken", kHeadSize},
    {"nlp_concat_heads_decode", "head size must be a multiple of 32: any is taken", kHeadSize},
    {"rotary_embedding_hf", "head size must be 32 or a multiple of 64: any even one is taken", kHeadSize},
    {"scaled_dot_product_attention", "head size must be a multiple of 32: any is taken", kHeadSize},
    {"chunked_scaled_dot_product_attention", "head size must be a multiple of 32: any is taken", kHeadSize},
    {"scaled_dot_product_attention", kSoftcapRule, kSoftcap},
    {"chunked_scaled_dot_product_attention", kSoftcapRule, kSoftcap},
    {"scaled_dot_product_attention_decode", kSoftcapRule, kSoftcap},
    {"paged_scaled_dot_product_attention_decode", kSoftcapRule, kSoftcap},
    {"chunked_scaled_dot_product_attention", "there is no attn_mask: one is taken instead of is_causal", kPositionBias},
    {"scaled_dot_product_attention_decode", kBoundedRule, kBounded},
    {"paged_scaled_dot_product_attention_decode", kBoundedRule, kBounded},
};

}  // namespace

std::span<const Extension> extensions() { return kExtensions; }

}  // namespace tttv2
