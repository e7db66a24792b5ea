// SPDX-License-Identifier: Apache-2.0
package it;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.WeightCache;
import dev.tttv2.core.Device;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.Generation;
import dev.tttv2.interfaces.GenerationConfig;
import dev.tttv2.interfaces.Generator;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelFamily;
import dev.tttv2.interfaces.Prompt;
import dev.tttv2.interfaces.SamplingParams;
import dev.tttv2.interfaces.Tokenizer;
import java.nio.file.Path;
import java.util.List;

/** Somebody's program: it knows the library by its Maven coordinates alone, and generates text. */
public final class GenerateText {
  private GenerateText() {}

  /** Arguments: a model's directory, a tokenizer.json, and whether this runs on the module path. */
  public static void main(String[] args) {
    boolean modular = GenerateText.class.getModule().isNamed();
    if (modular != Boolean.parseBoolean(args[2])) {
      throw new IllegalStateException("runs on the module path: " + modular);
    }
    try (Checkpoint checkpoint = Checkpoint.open(Path.of(args[0]));
        Tokenizer tokenizer = Tokenizer.of(Path.of(args[1]));
        Device device = Device.open();
        CausalLM model =
            ModelFamily.of(checkpoint)
                .load(
                    checkpoint,
                    device,
                    LoadOptions.of(OptimizationConfig.float32(), WeightCache.none()))) {
      Generation generation =
          new Generator(model, tokenizer)
              .generate(
                  List.of(Prompt.text("The capital of France is")),
                  GenerationConfig.of(
                      SamplingParams.builder().maxTokens(8).ignoreEos(true).build()))
              .getFirst();
      if (generation.tokens().size() != 8 || generation.text().isEmpty()) {
        throw new IllegalStateException("generated " + generation);
      }
      System.out.println("generated: " + generation.text());
    }
  }
}
