// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.interfaces;

import dev.tttv2.config.Checkpoint;
import dev.tttv2.config.LoadProgress;
import dev.tttv2.core.Device;
import java.io.Console;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * What demos share: load a model under a progress bar, run prompts and stream their text, print how
 * fast it went. Text goes to one stream, everything else to another.
 */
public class DemoBase {
  private final PrintStream out;
  private final PrintStream status;

  /** Makes a demo that writes text to standard output and everything else to standard error. */
  public DemoBase() {
    this(System.out, System.err);
  }

  /**
   * Makes a demo.
   *
   * @param out takes the generated text
   * @param status takes progress and figures
   */
  public DemoBase(PrintStream out, PrintStream status) {
    this.out = out;
    this.status = status;
  }

  /** Tells whether the process talks to a terminal. */
  protected boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /**
   * Loads a model with the first family that accepts the checkpoint, and prints how long it took.
   *
   * @param options where they listen to progress themselves, no bar is drawn
   * @return the model; the caller closes it
   * @throws IllegalArgumentException if no family accepts the checkpoint
   */
  public CausalLM load(Checkpoint checkpoint, Device device, LoadOptions options) {
    long begin = System.nanoTime();
    ModelLoadEvent event =
        new ModelLoadEvent(checkpoint.path().toString(), options.optimizations().name());
    event.begin();
    CausalLM model;
    try (ProgressBar bar = new ProgressBar(status, "loading", isTerminal())) {
      LoadOptions shown =
          options.progress() == LoadProgress.NONE ? options.withProgress(bar) : options;
      model = ModelFamily.of(checkpoint).load(checkpoint, device, shown);
    }
    event.commit();
    status.printf("loaded in %.1f s%n", (System.nanoTime() - begin) / 1e9);
    return model;
  }

  /**
   * Runs prompts and prints their text: a single one as it streams, several one after the other at
   * the end; then the figures of {@link #report}.
   */
  public List<Generation> run(Generator generator, List<Prompt> prompts, GenerationConfig config) {
    boolean single = prompts.size() == 1;
    long begin = System.nanoTime();
    List<Generation> generations =
        generator.generate(
            prompts,
            config,
            token -> {
              if (single) {
                out.print(token.text());
                out.flush();
              }
            });
    double seconds = (System.nanoTime() - begin) / 1e9;
    if (single) {
      out.println();
    } else {
      for (Generation generation : generations) {
        out.printf(
            Locale.ROOT,
            "[%d]%s%n",
            generation.prompt(),
            generation.text().orElse(" " + generation.tokens()));
      }
    }
    out.flush();
    report(generations, seconds);
    return generations;
  }

  /**
   * Prints time to first token, tokens/s of the prefill, tokens/s of each user, and tokens/s of all
   * together.
   *
   * @param generations what came of the prompts
   * @param seconds how long they took together
   */
  public void report(List<Generation> generations, double seconds) {
    int tokens = 0;
    for (Generation generation : generations) {
      GenerationStats stats = generation.stats();
      tokens += generation.tokens().size();
      status.printf(
          Locale.ROOT,
          "prompt %d: %d + %d tokens (%s), TTFT %.0f ms, prefill %.1f tokens/s, decode %.1f"
              + " tokens/s/user%n",
          generation.prompt(),
          generation.promptTokens().size(),
          generation.tokens().size(),
          generation.finishReason().label(),
          stats.ttftMillis(),
          stats.prefillTokensPerSecond(),
          stats.decodeTokensPerSecond());
    }
    status.printf(
        Locale.ROOT,
        "%d users, %d tokens in %.2f s: %.1f tokens/s%n",
        generations.size(),
        tokens,
        seconds,
        seconds > 0 ? tokens / seconds : 0);
  }
}
