// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces.server;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.Metadata;
import java.util.Optional;

/**
 * The sampling parameters of requests that leave them out. As in vLLM, a model's {@code
 * generation_config.json} has a say.
 *
 * @param temperature see {@link dev.tttv2.interfaces.SamplingParams#temperature}
 * @param topK likewise, 0: all
 * @param topP likewise
 * @param minP likewise
 * @param repetitionPenalty likewise
 */
public record SamplingDefaults(
    double temperature, int topK, double topP, double minP, double repetitionPenalty) {
  /** vLLM's own: temperature 1, no filters, no penalty. */
  public static final SamplingDefaults VLLM = new SamplingDefaults(1, 0, 1, 0, 1);

  /**
   * Returns a model's own, where its {@code generation_config.json} has them, else {@link #VLLM}'s.
   *
   * @throws dev.tttv2.config.CheckpointException if one is out of range
   */
  public static SamplingDefaults of(Checkpoint checkpoint) {
    Optional<Metadata> file = checkpoint.generationMetadata();
    if (file.isEmpty()) {
      return VLLM;
    }
    Metadata fields = file.get();
    return new SamplingDefaults(
        fields.doubleOr("temperature", VLLM.temperature, 0, Double.MAX_VALUE),
        fields.intOr("top_k", VLLM.topK, 0, Integer.MAX_VALUE),
        fields.doubleOr("top_p", VLLM.topP, Double.MIN_VALUE, 1),
        fields.doubleOr("min_p", VLLM.minP, 0, 1),
        fields.doubleOr(
            "repetition_penalty", VLLM.repetitionPenalty, Double.MIN_VALUE, Double.MAX_VALUE));
  }
}
