// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.gemma3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.WeightCache;
import dev.tttv2.core.Device;
import dev.tttv2.ffm.CacheDirectory;
import dev.tttv2.interfaces.CausalLM;
import dev.tttv2.interfaces.Generation;
import dev.tttv2.interfaces.GenerationConfig;
import dev.tttv2.interfaces.Generator;
import dev.tttv2.interfaces.LoadOptions;
import dev.tttv2.interfaces.ModelFamily;
import dev.tttv2.interfaces.Prompt;
import dev.tttv2.interfaces.SamplingParams;
import dev.tttv2.interfaces.Scorer;
import dev.tttv2.interfaces.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Gemma 3 270M from a GGUF, in float32, against Hugging Face transformers. Runs if the model is
 * there: {@code -Dtttv2.gemma3=FILE.gguf}, or what {@code examples/tttv2 fetch gemma3} has put into
 * the user's cache.
 */
class Gemma3GgufTest {
  private static JsonNode reference() throws IOException {
    try (InputStream file = Gemma3GgufTest.class.getResourceAsStream("/gemma3/reference.json")) {
      return new ObjectMapper().readTree(file);
    }
  }

  private static int[] ints(JsonNode list) {
    int[] values = new int[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i).asInt();
    }
    return values;
  }

  private static int best(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  private static double logSumExp(float[] logits) {
    float largest = logits[best(logits)];
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - largest);
    }
    return largest + Math.log(sum);
  }

  @Test
  void equalsTransformers() throws IOException {
    Optional<Path> given = Optional.ofNullable(System.getProperty("tttv2.gemma3")).map(Path::of);
    Path file = given.orElse(CacheDirectory.of("models").resolve("gemma-3-270m-q4_k_m.gguf"));
    assumeTrue(
        given.isPresent() || Files.exists(file),
        () -> "no model: " + file + " does not exist; examples/tttv2 fetch gemma3 downloads it");
    JsonNode reference = reference();
    int[] prompt = ints(reference.get("prompt"));
    int[] expected = ints(reference.get("greedy"));
    try (Checkpoint checkpoint = Checkpoint.open(file);
        Tokenizer tokenizer = Tokenizer.of(checkpoint);
        Device device = Device.open();
        CausalLM model =
            ModelFamily.of(checkpoint)
                .load(
                    checkpoint,
                    device,
                    LoadOptions.of(OptimizationConfig.float32(), WeightCache.none())
                        .withMaxContext(1024))) {
      assertArrayEquals(prompt, tokenizer.encode("The capital of France is", true));
      GenerationConfig config =
          GenerationConfig.builder()
              .sampling(SamplingParams.builder().maxTokens(expected.length).ignoreEos(true).build())
              .logits(
                  (p, position, logits) -> {
                    if (position == prompt.length - 1) {
                      JsonNode ids = reference.get("top_ids");
                      JsonNode values = reference.get("top_logits");
                      for (int i = 0; i < ids.size(); i++) {
                        assertEquals(
                            values.get(i).asDouble(), logits[ids.get(i).asInt()], 1e-3, "top " + i);
                      }
                    }
                  })
              .build();
      Generation generation =
          new Generator(model, tokenizer)
              .generate(List.of(Prompt.tokens(prompt)), config)
              .getFirst();
      assertArrayEquals(
          expected, generation.tokens().stream().mapToInt(Integer::intValue).toArray());

      // Beyond the window of the local layers.
      JsonNode first = reference.get("long_argmax");
      JsonNode sums = reference.get("long_logsumexp");
      new Scorer(model)
          .read(
              ints(reference.get("long")),
              (p, position, logits) -> {
                assertEquals(first.get(position).asInt(), best(logits), "position " + position);
                assertEquals(sums.get(position).asDouble(), logSumExp(logits), 2e-3);
              });
    }
  }
}
