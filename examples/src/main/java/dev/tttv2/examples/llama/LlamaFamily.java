// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.llama;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.CheckpointException;
import dev.tttv2.config.DecoderConfig;
import dev.tttv2.config.WeightLoader;
import dev.tttv2.core.Device;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelFamily;
import java.util.Set;

/** Llama models, from Hugging Face directories and from GGUF files. */
public final class LlamaFamily implements ModelFamily {
  private static final Set<String> ARCHITECTURES = Set.of("LlamaForCausalLM", "llama");

  /** For {@link java.util.ServiceLoader}. */
  public LlamaFamily() {}

  @Override
  public String name() {
    return "llama";
  }

  @Override
  public boolean accepts(Checkpoint checkpoint) {
    return ARCHITECTURES.contains(checkpoint.architecture());
  }

  @Override
  public DecoderConfig config(Checkpoint checkpoint) {
    return LlamaConfig.read(checkpoint);
  }

  @Override
  public CausalLM load(Checkpoint checkpoint, Device device, LoadOptions options) {
    DecoderConfig config = options.limit(LlamaConfig.read(checkpoint), checkpoint, device);
    WeightLoader loader = options.loader(checkpoint);
    LlamaWeights weights = new LlamaWeights(checkpoint, config, loader);
    Llama llama =
        CheckpointException.naming(
            checkpoint.path(), () -> new Llama(config, weights, device, options.optimizations()));
    try {
      weights.refuseUnused();
    } catch (RuntimeException e) {
      llama.close();
      throw e;
    }
    return llama;
  }
}
