// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

/**
 * Operations whose math fidelity is chosen together. Names in overrides are tt-transformers', where
 * it has the group.
 */
public enum OpGroup {
  /** Gate and up projections. */
  LI_FF1_FF3("li_ff1_3", true),
  /** The down projection. */
  LI_FF2("li_ff2", true),
  /** The projection to queries, keys and values, in decode. */
  LI_QKV_DECODE("li_qkv_decode", true),
  /** The projection to queries, keys and values, in prefill. */
  LI_QKV_PREFILL("li_qkv_prefill", true),
  /** The output projection of attention, in decode. */
  LI_O_DECODE("li_o_decode", true),
  /** The output projection of attention, in prefill. */
  LI_O_PREFILL("li_o_prefill", true),
  /** Attention itself, in decode. */
  SDPA_DECODE("sdpa_decode", true),
  /** Attention itself, in prefill. */
  SDPA_PREFILL("sdpa_prefill", true),
  /** Norms, the final one included. */
  NORM("norm_op", true),
  /** The projection to logits; an encoder's pooler, classifier and projection. */
  LI_LM_HEAD("li_lm_head", false);

  private final String key;
  private final boolean inLayers;

  OpGroup(String key, boolean inLayers) {
    this.key = key;
    this.inLayers = inLayers;
  }

  /** Returns the name used in overrides. */
  public String key() {
    return key;
  }

  /** Tells whether layers have such operations, each of which can be chosen apart. */
  public boolean inLayers() {
    return inLayers;
  }
}
