// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.OptimizationConfig;
import dev.tttv2.config.WeightCache;
import dev.tttv2.core.Device;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class DemoBaseTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream status = new ByteArrayOutputStream();
  private final DemoBase demo =
      new DemoBase(
          new PrintStream(out, true, StandardCharsets.UTF_8),
          new PrintStream(status, true, StandardCharsets.UTF_8));

  @Test
  void printsTextAndFiguresAlikeInEveryLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      printsTextAndFigures();
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void printsTextAndFigures() {
    try (Device device = Device.open();
        MarkovModel model = new MarkovModel(device)) {
      Generator generator = new Generator(model, null);
      GenerationConfig config = GenerationConfig.of(SamplingParams.builder().maxTokens(3).build());
      demo.run(generator, List.of(Prompt.tokens(1, 2), Prompt.tokens(7)), config);
    }
    assertEquals("[0] [7, 12, 17]\n[1] [12, 17, 22]\n", out.toString(StandardCharsets.UTF_8));
    String figures = status.toString(StandardCharsets.UTF_8);
    assertTrue(
        figures.matches(
            "(?s)prompt 0: 2 \\+ 3 tokens \\(length\\), TTFT \\d+ ms, prefill [\\d.]+ tokens/s,"
                + " decode [\\d.]+ tokens/s/user\nprompt 1: .*\n"
                + "2 users, 6 tokens in [\\d.]+ s: [\\d.]+ tokens/s\n"),
        figures);
  }

  @Test
  void aCheckpointWithoutFamilyIsNamed() {
    try (Device device = Device.open();
        Checkpoint checkpoint = Checkpoint.open(Fixtures.goldens().resolve("tiny/llama_gqa"))) {
      LoadOptions options = LoadOptions.of(OptimizationConfig.float32(), WeightCache.none());
      String message =
          assertThrows(IllegalArgumentException.class, () -> demo.load(checkpoint, device, options))
              .getMessage();
      assertTrue(
          message.endsWith("no model family for architecture \"LlamaForCausalLM\"; there are []"),
          message);
    }
  }

  @Test
  void theBarRedrawsItselfOnATerminal() {
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    try (ProgressBar bar = new ProgressBar(stream, "loading", true)) {
      bar.loaded("a.weight", 1, 4);
      bar.loaded("b.weight", 4, 4);
    }
    String shown = out.toString(StandardCharsets.UTF_8);
    assertTrue(shown.startsWith("\rloading [#######......................."), shown);
    assertTrue(shown.contains("100 % b.weight"), shown);
    assertTrue(shown.endsWith(" \r"), "the bar is wiped off");
    assertFalse(shown.contains("\n"));
  }

  @Test
  void linesAreFewWithoutATerminal() {
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    try (ProgressBar bar = new ProgressBar(stream, "loading", false)) {
      for (int i = 0; i <= 1000; i++) {
        bar.loaded("w" + i, i, 1000);
      }
    }
    assertEquals(
        "loading 25 %\nloading 50 %\nloading 75 %\nloading 100 %\n",
        out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void loadOptionsAreChecked() {
    LoadOptions options = LoadOptions.of(OptimizationConfig.accuracy(), WeightCache.none());
    assertEquals(4096, options.withMaxContext(4096).maxContext());
    assertEquals(
        "maxContext is -1, expected 0 (the model's own) or more",
        assertThrows(IllegalArgumentException.class, () -> options.withMaxContext(-1))
            .getMessage());
  }
}
