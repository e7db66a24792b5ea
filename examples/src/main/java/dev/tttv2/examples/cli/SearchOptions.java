// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import dev.tttv2.interfaces.BeamSearch;
import dev.tttv2.interfaces.GenerationConfig;
import dev.tttv2.interfaces.PromptLookup;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of beam search and of prompt lookup. */
final class SearchOptions {
  @Option(
      names = "--beams",
      paramLabel = "N",
      description = "look for the likeliest text by beam search; nothing is streamed")
  private Integer beams;

  @Option(
      names = "--length-penalty",
      paramLabel = "X",
      description =
          "with --beams: above 0 long texts gain, below 0 short ones: the sum of log-probabilities"
              + " is divided by the length to the power of X (default: 1)")
  private Double lengthPenalty;

  @Option(
      names = "--early-stopping",
      paramLabel = "WHEN",
      description =
          "with --beams: when to stop once N texts have ended: always (at once), never (until no"
              + " beam can become better), or heuristic (the default)")
  private BeamSearch.EarlyStopping earlyStopping;

  @Option(
      names = "--prompt-lookup",
      paramLabel = "N",
      description =
          "guess up to N tokens from what followed the last ones earlier; the text is the same, and"
              + " sooner there if it repeats itself or the prompt")
  private Integer promptLookup;

  /** Tells whether beam search is asked for. */
  boolean isAsked() {
    return beams != null;
  }

  /**
   * Returns the search, if one is asked for.
   *
   * @param returned how many texts of each prompt to return
   * @throws CommandFailure if a value is out of range, or makes no sense without --beams
   */
  Optional<BeamSearch> beams(int returned) {
    if (beams == null) {
      refuse("--length-penalty", lengthPenalty);
      refuse("--early-stopping", earlyStopping);
      return Optional.empty();
    }
    try {
      BeamSearch defaults = BeamSearch.of(beams);
      return Optional.of(
          new BeamSearch(
              beams,
              lengthPenalty == null ? defaults.lengthPenalty() : lengthPenalty,
              earlyStopping == null ? defaults.earlyStopping() : earlyStopping,
              returned));
    } catch (IllegalArgumentException e) {
      throw OptionNames.usage(e);
    }
  }

  private static void refuse(String option, Object value) {
    if (value != null) {
      throw CommandFailure.usage(option + " needs --beams");
    }
  }

  /** Configures prompt lookup, if it is asked for. */
  void configure(GenerationConfig.Builder config) {
    if (promptLookup != null) {
      try {
        config.promptLookup(PromptLookup.of(promptLookup));
      } catch (IllegalArgumentException e) {
        throw OptionNames.usage(e);
      }
    }
  }
}
