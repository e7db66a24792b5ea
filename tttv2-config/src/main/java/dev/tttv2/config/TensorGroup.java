// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.config;

import static dev.tttv2.core.DataType.BFLOAT16;
import static dev.tttv2.core.DataType.BFLOAT4_B;
import static dev.tttv2.core.DataType.BFLOAT8_B;
import static dev.tttv2.core.DataType.FLOAT32;

import dev.tttv2.core.DataType;
import java.util.Set;

/**
 * Tensors whose precision is chosen together. Names in overrides are tt-transformers', where it has
 * the group.
 */
public enum TensorGroup {
  /** Token (and position) embedding tables; ROW_MAJOR, so no block floats. */
  EMBEDDING("embedding", false, Set.of(FLOAT32, BFLOAT16)),
  /** Gate and up projections of a gated MLP; the first linear of a plain one. */
  FF1_FF3("ff1_3", true, Set.of(FLOAT32, BFLOAT16, BFLOAT8_B, BFLOAT4_B)),
  /** The down projection of an MLP. */
  FF2("ff2", true, Set.of(FLOAT32, BFLOAT16, BFLOAT8_B, BFLOAT4_B)),
  /** The fused projection to queries, keys and values. */
  WQKV("wqkv", true, Set.of(FLOAT32, BFLOAT16, BFLOAT8_B, BFLOAT4_B)),
  /** The output projection of attention. */
  WO("wo", true, Set.of(FLOAT32, BFLOAT16, BFLOAT8_B, BFLOAT4_B)),
  /** Cached keys and values. */
  KV_CACHE("kv_cache", true, Set.of(FLOAT32, BFLOAT16, BFLOAT8_B)),
  /** What flows between operations, in and between layers; attention takes no block floats. */
  ACTIVATION("activation", false, Set.of(FLOAT32, BFLOAT16)),
  /** Weights of norms, the final one included; ROW_MAJOR, so no block floats. */
  NORM("norm", true, Set.of(FLOAT32, BFLOAT16)),
  /** The projection to logits; an encoder's pooler, classifier and projection. */
  LM_HEAD("lm_head", false, Set.of(FLOAT32, BFLOAT16, BFLOAT8_B, BFLOAT4_B));

  private final String key;
  private final boolean inLayers;
  private final Set<DataType> dtypes;

  TensorGroup(String key, boolean inLayers, Set<DataType> dtypes) {
    this.key = key;
    this.inLayers = inLayers;
    this.dtypes = dtypes;
  }

  /** Returns the name used in overrides. */
  public String key() {
    return key;
  }

  /** Tells whether each layer has such tensors of its own, which can be chosen apart. */
  public boolean inLayers() {
    return inLayers;
  }

  /** Returns the dtypes the group can have. */
  public Set<DataType> dtypes() {
    return dtypes;
  }
}
