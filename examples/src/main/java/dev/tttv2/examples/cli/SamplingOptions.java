// SPDX-License-Identifier: Apache-2.0
package dev.tttv2.examples.cli;

import dev.tttv2.interfaces.SamplingParams;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options that say how tokens are chosen, when a text ends and what is told of it. */
final class SamplingOptions {
  /** Sampling parameters that mean "do nothing". */
  private static final int ALL = 0;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "128",
      description = "new tokens at most, for each prompt (default: ${DEFAULT-VALUE})")
  private int maxTokens;

  @Option(
      names = "--min-tokens",
      paramLabel = "N",
      defaultValue = "0",
      description = "new tokens at least, before anything but their number ends a text")
  private int minTokens;

  @Option(
      names = "--n",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "texts for each prompt (default: ${DEFAULT-VALUE}); with --beams the best ones of the"
              + " search")
  private int n;

  @Option(
      names = "--best-of",
      paramLabel = "N",
      description = "generate N texts for each prompt and keep the likeliest, as many as --n says")
  private Integer bestOf;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description =
          "how daring the choice is; 0: always the likeliest token (default: 0, or 1 with --n,"
              + " --best-of, --top-k, --top-p, --min-p or --typical-p)")
  private Double temperature;

  @Option(names = "--top-k", paramLabel = "N", description = "choose among the N likeliest tokens")
  private Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "choose among the likeliest tokens that together have probability P")
  private Double topP;

  @Option(
      names = "--min-p",
      paramLabel = "P",
      description = "choose among tokens at least P times as likely as the likeliest")
  private Double minP;

  @Option(
      names = "--typical-p",
      paramLabel = "P",
      description =
          "choose among the most typical tokens, neither too likely nor too unlikely, that together"
              + " have probability P")
  private Double typicalP;

  @Option(names = "--seed", paramLabel = "N", description = "makes the choice repeatable")
  private Long seed;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "X",
      defaultValue = "1",
      description = "above 1: tokens that are in prompt or text become less likely")
  private double repetitionPenalty;

  @Option(
      names = "--presence-penalty",
      paramLabel = "X",
      defaultValue = "0",
      description = "taken from the logits of tokens that are in the text; -2 to 2")
  private double presencePenalty;

  @Option(
      names = "--frequency-penalty",
      paramLabel = "X",
      defaultValue = "0",
      description = "the same, as often as they are in it")
  private double frequencyPenalty;

  @Option(
      names = "--no-repeat-ngram",
      paramLabel = "N",
      defaultValue = "0",
      description = "no N tokens come twice in the same order, those of the prompt included")
  private int noRepeatNgram;

  @Option(
      names = "--logit-bias",
      paramLabel = "ID=VALUE",
      description = "add VALUE to the logit of token ID; repeatable")
  private List<String> logitBias = new ArrayList<>();

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "end where this text appears; repeatable")
  private List<String> stop = new ArrayList<>();

  @Option(names = "--ignore-eos", description = "go on past the model's end-of-text tokens")
  private boolean ignoreEos;

  @Option(
      names = "--logprobs",
      paramLabel = "N",
      description =
          "with --json: log-probabilities of the tokens, and of the N likeliest in their place")
  private Integer logprobs;

  @Option(
      names = "--prompt-logprobs",
      paramLabel = "N",
      description = "with --json: the same for the tokens of the prompt")
  private Integer promptLogprobs;

  /** Returns the stop strings. */
  List<String> stop() {
    return stop;
  }

  /** Tells whether log-probabilities are asked for. */
  boolean tellsLogprobs() {
    return logprobs != null || promptLogprobs != null;
  }

  /**
   * Returns what was asked for.
   *
   * @param searches whether beam search follows, which takes the likeliest tokens and counts texts
   *     itself
   * @throws CommandFailure if a value is out of range
   */
  SamplingParams params(boolean searches) {
    RunOptions.positive("--max-tokens", maxTokens);
    if (stop.contains("")) {
      throw CommandFailure.usage("--stop is empty");
    }
    SamplingParams.Builder params =
        SamplingParams.builder()
            .maxTokens(maxTokens)
            .minTokens(minTokens)
            .stop(stop)
            .ignoreEos(ignoreEos)
            .topK(topK == null ? ALL : topK)
            .topP(topP == null ? 1 : topP)
            .minP(minP == null ? ALL : minP)
            .typicalP(typicalP == null ? 1 : typicalP)
            .repetitionPenalty(repetitionPenalty)
            .presencePenalty(presencePenalty)
            .frequencyPenalty(frequencyPenalty)
            .noRepeatNgram(noRepeatNgram)
            .logitBias(bias())
            .temperature(temperature != null ? temperature : draws(searches) ? 1 : 0);
    if (searches && bestOf != null) {
      throw CommandFailure.usage("--best-of does not go together with --beams");
    }
    if (!searches) {
      params.n(n).bestOf(texts());
    }
    if (seed != null) {
      params.seed(seed);
    }
    if (logprobs != null) {
      params.logprobs(logprobs);
    }
    if (promptLogprobs != null) {
      params.promptLogprobs(promptLogprobs);
    }
    try {
      return params.build();
    } catch (IllegalArgumentException e) {
      throw OptionNames.usage(e);
    }
  }

  private boolean draws(boolean searches) {
    return topK != null
        || topP != null
        || minP != null
        || typicalP != null
        || bestOf != null
        || n > 1 && !searches;
  }

  /** Returns how many texts of each prompt are asked for. */
  int n() {
    return n;
  }

  /** Returns how many texts of each prompt are generated. */
  int texts() {
    return bestOf == null ? n : bestOf;
  }

  private Map<Integer, Double> bias() {
    Map<Integer, Double> bias = new LinkedHashMap<>();
    for (String item : logitBias) {
      String[] parts = item.split("=", -1);
      try {
        if (parts.length != 2) {
          throw new NumberFormatException();
        }
        bias.put(Integer.parseInt(parts[0].strip()), Double.parseDouble(parts[1].strip()));
      } catch (NumberFormatException e) {
        throw CommandFailure.usage(
            "--logit-bias: \"%s\" is not ID=VALUE, a token and a number".formatted(item));
      }
    }
    return bias;
  }
}
