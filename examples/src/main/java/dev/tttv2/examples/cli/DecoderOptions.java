// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import picocli.CommandLine.Option;

/** The options of the commands that run a decoder. */
final class DecoderOptions extends RunOptions {
  /** Longest context unless more is asked for, in tokens: its cache has to fit in memory. */
  private static final int DEFAULT_CONTEXT = 4096;

  @Option(
      names = "--context",
      paramLabel = "N",
      description =
          "longest context in tokens, prompt and answer together (default: the model's, at most "
              + DEFAULT_CONTEXT
              + ")")
  private Integer context;

  @Override
  void check() {
    super.check();
    if (context != null) {
      positive("--context", context);
    }
  }

  /**
   * Returns the longest context.
   *
   * @param modelContext the model's own limit, in tokens
   */
  int context(int modelContext) {
    if (context == null) {
      return Math.min(modelContext, DEFAULT_CONTEXT);
    }
    if (context > modelContext) {
      throw new CommandFailure(
          "--context is %d, the model has at most %d".formatted(context, modelContext));
    }
    return context;
  }
}
